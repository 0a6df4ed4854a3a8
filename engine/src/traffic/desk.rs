//! What the synthetic agents do at their desks beside being on contacts: they accept, reject or miss
//! offers, say what became of a contact, and end their wrap-up. They follow the settings of the
//! floor, so where nothing is set they do none of it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt;
use serde_json::Value;
use shared::agent::{AgentId, Presence};
use shared::settings::{Dispositions, Settings, WrapUp};
use tokio::time::Instant;

use super::args::Habits;
use super::call_error::CallError;
use super::client::{Call, Client};
use super::span::Span;
use crate::http::api::ApiRequest;
use crate::messages::agent::{AgentBody, SetAgentState, WrapUpBody};
use crate::messages::contact::{AcceptOffer, CompleteContact, RejectOffer};
use crate::route;

/// How old the settings may be that the agents follow.
const SETTINGS_AGE: Duration = Duration::from_secs(5);
/// The seconds after which an agent answers an offer.
const RINGS: (u64, u64) = (1, 4);
/// The seconds that an agent spends in wrap-up.
const WRAPS_UP: (u64, u64) = (2, 6);

/// An open offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownOffer {
    pub(super) number: u64,
    pub(super) agent: AgentId,
    /// How long it was still open when it was seen, by the server's clock.
    pub(super) left: Duration,
}

/// What an agent does with an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Accept,
    Reject,
    Miss,
}

/// An offer, and what its agent is going to do with it.
#[derive(Debug)]
pub(super) struct Ringing {
    pub(super) offer: KnownOffer,
    pub(super) answer: Answer,
    /// When they do it.
    at: Instant,
    /// When the offer is over.
    over: Instant,
}

impl Ringing {
    /// Draws what the agent does. They answer while there is still time, or not at all.
    pub(super) fn draw(offer: KnownOffer, habits: Habits, rng: &mut impl RngExt) -> Self {
        let rings = Span::seconds(RINGS.0, RINGS.1).draw(rng);
        let (rejects, misses) = (habits.reject.draw(rng), habits.miss.draw(rng));
        let answer = match (rejects, misses) {
            (true, _) => Answer::Reject,
            (false, true) => Answer::Miss,
            (false, false) => Answer::Accept,
        };
        let now = Instant::now();
        Self {
            answer,
            at: now + rings.min(offer.left / 2),
            over: now + offer.left,
            offer,
        }
    }

    /// Returns in how long they answer; `None` if they do not.
    pub(super) fn answers_in(&self) -> Option<Duration> {
        let answers = self.answer != Answer::Miss;
        answers.then(|| self.at.saturating_duration_since(Instant::now()))
    }

    /// Returns it after an answer that came too late.
    pub(super) fn too_late(self) -> Self {
        let answer = Answer::Miss;
        Self { answer, ..self }
    }

    /// Returns whether its time has passed.
    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.over
    }
}

/// The habits of the agents, and the settings that they follow.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) habits: Habits,
    settings: Mutex<(Option<Instant>, Settings)>,
}

impl Desk {
    pub(super) fn new(habits: Habits) -> Self {
        Self {
            habits,
            settings: Mutex::default(),
        }
    }

    /// Returns the settings of the floor. If they cannot be read, the last ones hold.
    async fn settings(&self, client: &Client) -> Settings {
        let (read_at, known) = {
            let kept = self.settings.lock();
            kept.unwrap_or_else(PoisonError::into_inner).clone()
        };
        if read_at.is_some_and(|at| at.elapsed() < SETTINGS_AGE) {
            return known;
        }
        let read = client.call(ApiRequest::get(route::ACD_SETTINGS, &[])).await;
        let settings = read.unwrap_or(known);
        let kept = self.settings.lock();
        *kept.unwrap_or_else(PoisonError::into_inner) = (Some(Instant::now()), settings.clone());
        settings
    }

    /// Answers an offer. Returns whether that came in time.
    pub(super) async fn answer(
        &self,
        client: &Client,
        contact: &str,
        ringing: &Ringing,
    ) -> Result<bool, CallError> {
        let agent = ringing.offer.agent.to_string();
        let offer = ringing.offer.number;
        let request = match ringing.answer {
            Answer::Accept => {
                let body = AcceptOffer { agent, offer };
                ApiRequest::post(route::CONTACT_ACCEPT, &[contact], &body)
            }
            Answer::Reject => {
                let reason = None;
                let body = RejectOffer {
                    agent,
                    offer,
                    reason,
                };
                ApiRequest::post(route::CONTACT_REJECT, &[contact], &body)
            }
            Answer::Miss => return Ok(false),
        };
        match client.call::<Value>(request).await {
            Ok(_) => Ok(true),
            Err(trouble) if trouble.kind == "stale_offer" => Ok(false),
            Err(trouble) => Err(trouble),
        }
    }

    /// Makes an agent available again who missed so many offers that they are not responding.
    pub(super) async fn wake(&self, client: &Client, agent: &AgentId) -> Result<(), CallError> {
        let request = ApiRequest::get(route::AGENT, &[agent.as_str()]);
        let now: AgentBody = client.call(request).await?;
        if now.activity != "not_responding" {
            return Ok(());
        }
        let body = SetAgentState::of(&Presence::Available, None);
        let request = ApiRequest::patch(route::AGENT_STATE, &[agent.as_str()]).with_body(&body);
        client.call::<Value>(request).await.map(drop)
    }

    /// Completes a contact that an agent is on, with a disposition if there is a list of them.
    pub(super) async fn complete(
        &self,
        client: &Client,
        contact: &str,
        rng: &mut (impl RngExt + Send),
        within: Duration,
    ) -> Result<(), CallError> {
        let dispositions = self.settings(client).await.dispositions;
        let codes = dispositions.iter().flat_map(Dispositions::all);
        let codes: Vec<String> = codes.map(ToString::to_string).collect();
        if !codes.is_empty() {
            let body = CompleteContact {
                agent: None,
                disposition: codes.get(rng.random_range(0..codes.len())).cloned(),
                note: None,
            };
            let request = ApiRequest::post(route::CONTACT_COMPLETE, &[contact], &body);
            match client
                .call::<Value>(Call::from(request).within(within))
                .await
            {
                // The list has changed since it was read.
                Err(trouble) if trouble.kind == "unknown_disposition" => {}
                answer => return answer.map(drop),
            }
        }
        let call = Call::from(ApiRequest::patch(route::CONTACT, &[contact]));
        client.call::<Value>(call.within(within)).await.map(drop)
    }

    /// Returns how long an agent who has completed a contact is in wrap-up; `None` if there is none.
    pub(super) async fn wraps_up(
        &self,
        client: &Client,
        rng: &mut (impl RngExt + Send),
    ) -> Option<Duration> {
        match self.settings(client).await.wrap_up? {
            WrapUp::None {} => None,
            WrapUp::Timed { .. } | WrapUp::Manual {} => {
                Some(Span::seconds(WRAPS_UP.0, WRAPS_UP.1).draw(rng))
            }
        }
    }

    /// Ends an agent's wrap-up, unless it is over.
    pub(super) async fn end_wrap_up(
        &self,
        client: &Client,
        agent: &AgentId,
    ) -> Result<(), CallError> {
        let body = WrapUpBody {
            done: Some(true),
            extend_s: None,
        };
        let request = ApiRequest::post(route::AGENT_WRAP_UP, &[agent.as_str()], &body);
        match client.call::<Value>(request).await {
            Err(trouble) if !["not_in_wrap_up", "unknown_agent"].contains(&&*trouble.kind) => {
                Err(trouble)
            }
            _ => Ok(()),
        }
    }
}
