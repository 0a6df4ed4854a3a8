//! The lifetime of one synthetic contact: it arrives, waits, and is served or abandons.
//!
//! `step` decides what to do next, and is pure; [`RunState::play`] carries it out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use shared::agent::AgentId;
use shared::contact::{ContactId, Outcome};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::args::{Cast, Habits};
use super::call_error::CallError;
use super::client::{Call, Client};
use super::desk::{Answer, Desk, Ringing};
use super::guest;
use super::plan::PlannedContact;
use super::step::{ASSIGNED, Age, COMPLETE, KnownContact, OFFERED, Step, next_step};
use crate::http::api::ApiRequest;
use crate::messages::contact::{ContactBody, CreateContact, CreatedContact};
use crate::route;

/// How often a waiting contact is polled.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The interval is at least this for each waiting contact, so that all polls together stay below a
/// thousand a second and do not become the measured load.
const LOOK_EVERY_PER_WAITING: Duration = Duration::from_millis(1);
/// How long calls about an accepted contact are retried: longer than any failover, because a
/// contact that nobody completes would keep its agent busy forever.
const FINISH_WITHIN: Duration = Duration::from_mins(5);

/// What happened to a contact.
#[derive(Debug)]
pub(super) enum Happening {
    /// The server accepted it.
    Created {
        /// From its due time to the answer: the delay a caller sees.
        answered_after: Duration,
    },
    /// The server did not accept it.
    Refused(CallError),
    /// An agent accepted its offer.
    Accepted,
    /// An agent rejected its offer.
    Rejected,
    /// An agent did not answer its offer in time.
    Missed,
    /// An agent is on it.
    Assigned,
    /// It has ended, according to the server.
    Ended {
        outcome: Outcome,
        waited: Duration,
        /// Whether it was reported as assigned before.
        seen_assigned: bool,
    },
    /// A permanent error; the contact stays as it is.
    Failed(CallError),
}

/// The shared state of all contacts of a run.
#[derive(Debug)]
pub(super) struct RunState {
    pub(super) client: Client,
    pub(super) happenings: mpsc::Sender<Happening>,
    /// Ends waiting and serving early.
    pub(super) closing: CancellationToken,
    /// What agents do at their desks.
    desk: Desk,
    /// How many contacts are being polled.
    waiting: AtomicU64,
    /// Whether contacts get a guest's mark.
    marked: bool,
}

impl KnownContact {
    fn ended(&self, seen_assigned: bool) -> Result<Happening, CallError> {
        let outcome = self.outcome.filter(|_| self.state == COMPLETE);
        let ended = |outcome| Happening::Ended {
            outcome,
            waited: self.waited(),
            seen_assigned,
        };
        outcome.map(ended).ok_or_else(|| {
            let state = self.state;
            let message = format!("a contact that was completed is in state {state} still");
            CallError::other("not_completed", message)
        })
    }
}

impl RunState {
    pub(super) fn new(
        client: Client,
        happenings: mpsc::Sender<Happening>,
        closing: CancellationToken,
        cast: Cast,
        habits: Habits,
    ) -> Self {
        Self {
            client,
            happenings,
            closing,
            desk: Desk::new(habits),
            waiting: AtomicU64::new(0),
            marked: cast == Cast::Guest,
        }
    }

    /// Runs a contact from its arrival, which was due at `due`, to its end.
    pub(super) async fn play(self: Arc<Self>, planned: PlannedContact, due: Instant) {
        let created = match self.create(&planned).await {
            Ok(created) => created,
            Err(trouble) => return self.report_event(Happening::Refused(trouble)).await,
        };
        let answered_after = due.elapsed();
        self.report_event(Happening::Created { answered_after })
            .await;
        let mut luck = StdRng::seed_from_u64(planned.luck);
        let end = self.follow(created, &planned, due, &mut luck).await;
        let served = end.as_ref().ok().and_then(|(end, _)| end.served_by());
        let end = end.and_then(|(end, reported)| end.ended(reported));
        self.report_event(end.unwrap_or_else(Happening::Failed))
            .await;
        if let Some(agent) = served {
            self.wrap_up(&agent, &mut luck).await;
        }
    }

    /// Lets an agent be in wrap-up for a while, where that is set.
    async fn wrap_up(&self, agent: &AgentId, luck: &mut StdRng) {
        let Some(pause) = self.desk.wraps_up(&self.client, luck).await else {
            return;
        };
        self.pause(pause).await;
        if let Err(trouble) = self.desk.end_wrap_up(&self.client, agent).await {
            self.report_event(Happening::Failed(trouble)).await;
        }
    }

    async fn create(
        &self,
        planned: &PlannedContact,
    ) -> Result<(ContactId, KnownContact), CallError> {
        let body = CreateContact {
            contact_key: None,
            contact_type: None,
            skills: Some(planned.skills.iter().map(ToString::to_string).collect()),
            priority: None,
            attributes: self.marked.then(guest::mark),
        };
        let call = Call::from(ApiRequest::post(route::CONTACTS, &[], &body));
        let created: CreatedContact = self.client.call(call.once_as(Uuid::now_v7())).await?;
        let id: ContactId = created
            .contact_key
            .parse()
            .map_err(|error| CallError::bad_answer("POST /contact", &format!("{error}")))?;
        // When its offer ends by the server's clock, only the contact itself says.
        let seen = match created.state {
            OFFERED => self.look(&id.to_string()).await?,
            state => KnownContact::new(state),
        };
        Ok((id, seen))
    }

    /// Follows an accepted contact to its end. Returns it, and whether it was reported as assigned.
    async fn follow(
        &self,
        (id, mut seen): (ContactId, KnownContact),
        planned: &PlannedContact,
        due: Instant,
        luck: &mut StdRng,
    ) -> Result<(KnownContact, bool), CallError> {
        let created = Instant::now();
        let id = id.to_string();
        let mut reported = false;
        let mut ringing = None;
        loop {
            ringing = self.rings(ringing, &seen, luck).await?;
            if seen.state == ASSIGNED && !reported {
                reported = true;
                self.report_event(Happening::Assigned).await;
            }
            let age = Age {
                since_due: due.elapsed(),
                since_created: created.elapsed(),
            };
            let answers_in = ringing.as_ref().and_then(Ringing::answers_in);
            seen = match next_step(&seen, age, planned, self.look_every(), answers_in) {
                Step::Over => return Ok((seen, reported)),
                Step::Answer => {
                    ringing = self.answer(&id, ringing).await?;
                    self.look(&id).await?
                }
                Step::CompleteIn(pause) => {
                    self.pause(pause).await;
                    let on_it = seen.state == ASSIGNED;
                    return Ok((self.complete(&id, on_it, luck).await?, reported));
                }
                Step::LookIn(pause) => match self.wait(pause).await {
                    Paused::Whole => self.look(&id).await?,
                    Paused::Closing => {
                        return Ok((self.complete(&id, false, luck).await?, reported));
                    }
                },
            }
        }
    }

    /// Completes a contact. Only the server knows whether an agent came first or the patience ended
    /// first, so it is read once more.
    async fn complete(
        &self,
        id: &str,
        on_it: bool,
        luck: &mut StdRng,
    ) -> Result<KnownContact, CallError> {
        if on_it {
            let complete = self.desk.complete(&self.client, id, luck, FINISH_WITHIN);
            complete.await?;
        } else {
            let call = Call::from(ApiRequest::patch(route::CONTACT, &[id]));
            let _: serde_json::Value = self.client.call(call.within(FINISH_WITHIN)).await?;
        }
        self.look(id).await
    }

    /// Returns what the agent does to whom it is offered now, and reports the offer before if that was
    /// missed.
    async fn rings(
        &self,
        before: Option<Ringing>,
        seen: &KnownContact,
        luck: &mut StdRng,
    ) -> Result<Option<Ringing>, CallError> {
        let now = seen.offer.as_ref();
        match before {
            Some(before) if now.is_some_and(|now| now.number == before.offer.number) => {
                return Ok(Some(before));
            }
            Some(before) if before.is_over() => {
                self.report_event(Happening::Missed).await;
                self.desk.wake(&self.client, &before.offer.agent).await?;
            }
            Some(_) | None => {}
        }
        Ok(now.map(|offer| Ringing::draw(offer.clone(), self.desk.habits, luck)))
    }

    /// Answers an offer. Returns it if that came too late.
    async fn answer(
        &self,
        id: &str,
        ringing: Option<Ringing>,
    ) -> Result<Option<Ringing>, CallError> {
        let Some(ringing) = ringing else {
            return Ok(None);
        };
        if !self.desk.answer(&self.client, id, &ringing).await? {
            return Ok(Some(ringing.too_late()));
        }
        let happening = match ringing.answer {
            Answer::Reject => Happening::Rejected,
            Answer::Accept | Answer::Miss => Happening::Accepted,
        };
        self.report_event(happening).await;
        Ok(None)
    }

    async fn look(&self, id: &str) -> Result<KnownContact, CallError> {
        let call = Call::from(ApiRequest::get(route::CONTACT, &[id]));
        let body: ContactBody = self.client.call(call.within(FINISH_WITHIN)).await?;
        Ok(body.into())
    }

    fn look_every(&self) -> Duration {
        let waiting = u32::try_from(self.waiting.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        LOOK_EVERY.max(LOOK_EVERY_PER_WAITING.saturating_mul(waiting))
    }

    async fn wait(&self, pause: Duration) -> Paused {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let paused = self.pause(pause).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        paused
    }

    async fn pause(&self, pause: Duration) -> Paused {
        tokio::select! {
            () = self.closing.cancelled() => Paused::Closing,
            () = sleep(pause) => Paused::Whole,
        }
    }

    async fn report_event(&self, happening: Happening) {
        // The receiver is gone only when the run is over.
        let _ = self.happenings.send(happening).await;
    }
}

/// How a pause ended.
#[derive(PartialEq, Eq)]
enum Paused {
    Whole,
    Closing,
}
