//! The synthetic agents: creating them, opening the ACD, and their breaks.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Url;
use serde_json::Value;
use shared::agent::{AgentId, Presence};
use tokio::time::{Instant, sleep_until};

use super::args::Cast;
use super::call_error::CallError;
use super::client::{Call, Client};
use super::plan::PlannedAgent;
use super::span::Span;
use super::visit::{Happening, RunState};
use super::{Error, guest};
use crate::http::api::ApiRequest;
use crate::messages::acd::SetAcd;
use crate::messages::agent::{AddSkill, CreateAgent, SetAgentState};
use crate::route;

/// How long to wait for the engine: long enough for one that is just starting.
const REACHED_WITHIN: Duration = Duration::from_secs(3);
const AGENTS_AT_ONCE: usize = 16;

/// Checks that the floor accepts the agents; nothing is created if it does not. Returns the ids
/// that must not be planned, because agents who are not of this run have them.
pub(super) async fn claim(
    client: &Client,
    url: &Url,
    cast: Cast,
) -> Result<HashSet<AgentId>, Error> {
    match cast {
        Cast::Guest => guest::claim(client, url).await,
        Cast::Stays | Cast::Leaves => Ok(HashSet::new()),
    }
}

/// Creates the agents and opens the ACD, which makes them available.
pub(super) async fn bring_in(
    client: &Client,
    url: &Url,
    agents: &[PlannedAgent],
    cast: Cast,
) -> Result<(), Error> {
    if cast == Cast::Guest {
        return bring_in_guests(client, url, agents).await;
    }
    let refused = |trouble: CallError| Error::at_the_start(url, trouble);
    // One agent first: it shows whether the engine is there, before many calls fail together.
    let (first, others) = agents.split_at(agents.len().min(1));
    for agent in first {
        bring_in_one(client, agent).await.map_err(refused)?;
    }
    // Collected first: a stream that maps borrowed agents makes a future that cannot be spawned.
    let calls: Vec<_> = others
        .iter()
        .map(|agent| bring_in_one(client, agent))
        .collect();
    stream::iter(calls)
        .buffer_unordered(AGENTS_AT_ONCE)
        .try_collect::<()>()
        .await
        .map_err(refused)?;
    let _: Value = client
        .call(ApiRequest::post(route::ACD, &[], &SetAcd { state: 1 }))
        .await
        .map_err(refused)?;
    Ok(())
}

/// Creates the agents of a guest, and makes them available. The floor is open, and no other agent
/// is changed.
async fn bring_in_guests(client: &Client, url: &Url, agents: &[PlannedAgent]) -> Result<(), Error> {
    let refused = |trouble: CallError| Error::at_the_start(url, trouble);
    for (place, agent) in agents.iter().enumerate() {
        create(client, agent).await.map_err(|trouble| {
            // If two guests start together, one creates the first agent. The ids were free a moment
            // ago, so any later one was taken by somebody else.
            if place == 0 && trouble.kind == "agent_exists" {
                return Error::Occupied {
                    agents: 1,
                    still: 0,
                    again: 30,
                };
            }
            refused(trouble)
        })?;
        set_state(client, &agent.id, &Presence::Available)
            .await
            .map_err(refused)?;
    }
    Ok(())
}

/// Removes the agents that this run created; a guest's, whatever they are on, as long as that makes
/// progress. Returns how many are left.
pub(super) async fn take_away(
    client: &Client,
    agents: &[PlannedAgent],
    cast: Cast,
    taken: &mut guest::Taken,
) -> Result<usize, CallError> {
    match cast {
        Cast::Stays => Ok(0),
        Cast::Guest => guest::leave_at_last(client, taken).await,
        Cast::Leaves => {
            let mut left = 0;
            for agent in agents {
                let call = ApiRequest::delete(route::AGENT, &[agent.id.as_str()]);
                let call = Call::from(call).within(REACHED_WITHIN);
                match client.call::<Value>(call).await {
                    Ok(_) => {}
                    Err(trouble) if trouble.kind == "unknown_agent" => {}
                    // One on a contact of somebody else stays with it.
                    Err(trouble) if trouble.kind == "agent_busy" => left += 1,
                    Err(trouble) => return Err(trouble),
                }
            }
            Ok(left)
        }
    }
}

async fn create(client: &Client, agent: &PlannedAgent) -> Result<(), CallError> {
    let body = CreateAgent {
        fname: agent.fname.to_owned(),
        lname: agent.lname.to_owned(),
        skills: agent.skills.iter().map(ToString::to_string).collect(),
    };
    let call = Call::from(ApiRequest::post(route::AGENT, &[agent.id.as_str()], &body));
    client
        .call::<Value>(call.within(REACHED_WITHIN))
        .await
        .map(drop)
}

async fn bring_in_one(client: &Client, agent: &PlannedAgent) -> Result<(), CallError> {
    match create(client, agent).await {
        Err(trouble) if trouble.kind == "agent_exists" => reuse(client, agent).await,
        answer => answer,
    }
}

/// Gives an existing agent the planned skills. Their other skills are kept: they may be a real
/// agent.
async fn reuse(client: &Client, agent: &PlannedAgent) -> Result<(), CallError> {
    let id = &agent.id;
    for skill in &agent.skills {
        let body = AddSkill {
            skill: skill.to_string(),
        };
        let request = ApiRequest::patch(route::AGENT_SKILLS, &[id.as_str()]).with_body(&body);
        let _: Value = client.call(request).await?;
    }
    // Opening does not end a chosen break, such as one that an earlier run began.
    set_state(client, id, &Presence::Available).await
}

async fn set_state(client: &Client, id: &AgentId, presence: &Presence) -> Result<(), CallError> {
    let body = SetAgentState::of(presence, None);
    let request = ApiRequest::patch(route::AGENT_STATE, &[id.as_str()]).with_body(&body);
    client.call::<Value>(request).await.map(drop)
}

/// Sends agents on breaks until the run closes, and then makes them all available again.
///
/// Each takes one about every other minute, and at most a quarter of them at the same time.
pub(super) async fn breaks(run: Arc<RunState>, agents: Vec<AgentId>, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed.rotate_left(32));
    let apart = 120.0 / f64::from(u32::try_from(agents.len()).unwrap_or(u32::MAX)).max(1.0);
    let mut on_break: Vec<(Instant, AgentId)> = Vec::new();
    let mut next = Instant::now();
    loop {
        next += Duration::from_secs_f64(apart * (0.5 + rng.random::<f64>()));
        let agent = agents[rng.random_range(0..agents.len())].clone();
        let lasts = Span::seconds(8, 20).draw(&mut rng);
        while let Some(soonest) = soonest_before(&on_break, next) {
            if !run.open_until(on_break[soonest].0).await {
                return end_breaks(&run, on_break).await;
            }
            end_breaks(&run, vec![on_break.swap_remove(soonest)]).await;
        }
        if !run.open_until(next).await {
            return end_breaks(&run, on_break).await;
        }
        let is_on_break = on_break.iter().any(|(_, id)| *id == agent);
        if !is_on_break && on_break.len() < agents.len().div_ceil(4) {
            let reason = ["break", "lunch", "training"][rng.random_range(0..3)];
            let unavailable = Presence::Unavailable(reason.parse().ok());
            let answer = set_state(&run.client, &agent, &unavailable).await;
            run.report(answer).await;
            on_break.push((Instant::now() + lasts, agent));
        }
    }
}

/// Returns the index of the agent who is due back first, before that moment.
fn soonest_before(on_break: &[(Instant, AgentId)], moment: Instant) -> Option<usize> {
    let due = on_break
        .iter()
        .enumerate()
        .filter(|(_, (back, _))| *back < moment);
    due.min_by_key(|(_, (back, _))| *back)
        .map(|(place, _)| place)
}

async fn end_breaks(run: &RunState, on_break: Vec<(Instant, AgentId)>) {
    for (_, id) in on_break {
        let back = set_state(&run.client, &id, &Presence::Available).await;
        run.report(back).await;
    }
}

impl RunState {
    /// Waits until that moment. Returns false if the run closes before.
    async fn open_until(&self, moment: Instant) -> bool {
        self.closing
            .run_until_cancelled(sleep_until(moment))
            .await
            .is_some()
    }

    async fn report(&self, answer: Result<(), CallError>) {
        if let Err(trouble) = answer {
            // The receiver is gone only when the run is over.
            let _ = self.happenings.send(Happening::Failed(trouble)).await;
        }
    }
}
