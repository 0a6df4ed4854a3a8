//! The lifetime of one synthetic contact: it arrives, waits, and is served or abandons.
//!
//! [`next_step`] decides what to do next, and is pure; [`RunState::play`] carries it out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shared::contact::{ContactId, Outcome};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::args::Cast;
use super::call_error::CallError;
use super::client::{Call, Client};
use super::guest;
use super::plan::PlannedContact;
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
    /// How many contacts are being polled.
    waiting: AtomicU64,
    /// Whether contacts get a guest's mark.
    marked: bool,
}

/// What is known of a contact.
#[derive(Clone, Debug)]
struct KnownContact {
    state: u8,
    created_ms: u64,
    assigned_ms: Option<u64>,
    ended_ms: Option<u64>,
    outcome: Option<Outcome>,
}

impl From<ContactBody> for KnownContact {
    fn from(body: ContactBody) -> Self {
        Self {
            state: body.standing.state,
            created_ms: body.created_ms,
            assigned_ms: body.standing.assigned_ms,
            ended_ms: body.standing.ended_ms,
            outcome: body.standing.outcome,
        }
    }
}

impl KnownContact {
    /// Creates one of which only the present state is known.
    fn new(state: u8) -> Self {
        Self {
            state,
            created_ms: 0,
            assigned_ms: None,
            ended_ms: None,
            outcome: None,
        }
    }

    /// Returns how long it waited for its agent or until it ended, by the server's clock.
    fn waited(&self) -> Duration {
        let until = self.assigned_ms.or(self.ended_ms);
        Duration::from_millis(until.map_or(0, |until| until.saturating_sub(self.created_ms)))
    }

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

const ASSIGNED: u8 = 2;
const COMPLETE: u8 = 3;

/// What to do next with a contact.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    LookIn(Duration),
    CompleteIn(Duration),
    Over,
}

/// The age of a contact.
#[derive(Clone, Copy)]
struct Age {
    /// Since its due time: the caller's patience starts there, however slow the server is.
    since_due: Duration,
    /// Since the answer to its creation: closest to the server's own clock.
    since_created: Duration,
}

/// Decides what to do with a contact.
fn next_step(
    seen: &KnownContact,
    age: Age,
    planned: &PlannedContact,
    look_every: Duration,
) -> Step {
    match seen.state {
        // Served since it was assigned, not since that was seen.
        ASSIGNED => {
            let held_until = seen.waited() + planned.hold;
            Step::CompleteIn(held_until.saturating_sub(age.since_created))
        }
        COMPLETE => Step::Over,
        _ if age.since_due >= planned.patience => Step::CompleteIn(Duration::ZERO),
        _ => Step::LookIn(look_every.min(planned.patience.saturating_sub(age.since_due))),
    }
}

impl RunState {
    pub(super) fn new(
        client: Client,
        happenings: mpsc::Sender<Happening>,
        closing: CancellationToken,
        cast: Cast,
    ) -> Self {
        Self {
            client,
            happenings,
            closing,
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
        let end = self.follow(created, &planned, due).await;
        self.report_event(end.unwrap_or_else(Happening::Failed))
            .await;
    }

    async fn create(
        &self,
        planned: &PlannedContact,
    ) -> Result<(ContactId, KnownContact), CallError> {
        let body = CreateContact {
            contact_key: None,
            skills: planned.skills.iter().map(ToString::to_string).collect(),
            priority: None,
            attributes: self.marked.then(guest::mark),
        };
        let call = Call::from(ApiRequest::post(route::CONTACTS, &[], &body));
        let created: CreatedContact = self.client.call(call.once_as(Uuid::now_v7())).await?;
        let id = created
            .contact_key
            .parse()
            .map_err(|error| CallError::bad_answer("POST /contact", &format!("{error}")))?;
        Ok((id, KnownContact::new(created.state)))
    }

    /// Follows an accepted contact to its end.
    async fn follow(
        &self,
        (id, mut seen): (ContactId, KnownContact),
        planned: &PlannedContact,
        due: Instant,
    ) -> Result<Happening, CallError> {
        let created = Instant::now();
        let id = id.to_string();
        let mut reported = false;
        loop {
            if seen.state == ASSIGNED && !reported {
                reported = true;
                self.report_event(Happening::Assigned).await;
            }
            let age = Age {
                since_due: due.elapsed(),
                since_created: created.elapsed(),
            };
            seen = match next_step(&seen, age, planned, self.look_every()) {
                Step::Over => return seen.ended(reported),
                Step::CompleteIn(pause) => {
                    self.pause(pause).await;
                    return self.complete(&id).await?.ended(reported);
                }
                Step::LookIn(pause) => match self.wait(pause).await {
                    Paused::Whole => self.look(&id).await?,
                    Paused::Closing => return self.complete(&id).await?.ended(reported),
                },
            }
        }
    }

    /// Completes a contact. Only the server knows whether an agent came first or the patience ended
    /// first, so it is read once more.
    async fn complete(&self, id: &str) -> Result<KnownContact, CallError> {
        let call = Call::from(ApiRequest::patch(route::CONTACT, &[id]));
        let _: serde_json::Value = self.client.call(call.within(FINISH_WITHIN)).await?;
        self.look(id).await
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

#[cfg(test)]
mod tests {
    use super::*;

    fn step(state: u8, assigned_ms: Option<u64>, age_ms: u64) -> Step {
        let planned = PlannedContact {
            due: Duration::ZERO,
            skills: ["English".parse().unwrap(), "Billing".parse().unwrap()],
            hold: Duration::from_secs(2),
            patience: Duration::from_secs(5),
        };
        let seen = KnownContact {
            created_ms: 1_000_000,
            assigned_ms: assigned_ms.map(|after| 1_000_000 + after),
            ..KnownContact::new(state)
        };
        let age = Age {
            since_due: Duration::from_millis(age_ms + 50),
            since_created: Duration::from_millis(age_ms),
        };
        next_step(&seen, age, &planned, LOOK_EVERY)
    }

    #[test]
    fn a_contact_is_looked_at_until_its_patience_ends_and_completed_when_it_was_held() {
        let ms = Duration::from_millis;
        for (state, assigned_ms, age_ms, expected) in [
            (1, None, 0, Step::LookIn(ms(250))),
            // Patience counts from the due time, 50 ms before the answer.
            (1, None, 4_900, Step::LookIn(ms(50))),
            (1, None, 4_950, Step::CompleteIn(ms(0))),
            // Assigned at once: the answer to its creation says no more.
            (2, None, 0, Step::CompleteIn(ms(2_000))),
            // Assigned after a second, seen a fifth of a second later.
            (2, Some(1_000), 1_200, Step::CompleteIn(ms(1_800))),
            (2, Some(1_000), 9_000, Step::CompleteIn(ms(0))),
            (3, Some(1_000), 9_000, Step::Over),
            // Offered, a state that the API may add one day.
            (4, None, 1_000, Step::LookIn(ms(250))),
        ] {
            let got = step(state, assigned_ms, age_ms);
            assert_eq!(got, expected, "state {state} after {age_ms} ms");
        }
    }
}
