//! What is known of a synthetic contact, and what to do next with it.

use std::time::Duration;

use shared::agent::AgentId;
use shared::contact::Outcome;

use super::desk::KnownOffer;
use super::plan::PlannedContact;
use crate::messages::contact::ContactBody;

/// What is known of a contact.
#[derive(Clone, Debug)]
pub(super) struct KnownContact {
    pub(super) state: u8,
    pub(super) agent: Option<AgentId>,
    pub(super) offer: Option<KnownOffer>,
    pub(super) created_ms: u64,
    pub(super) assigned_ms: Option<u64>,
    pub(super) ended_ms: Option<u64>,
    pub(super) outcome: Option<Outcome>,
}

impl From<ContactBody> for KnownContact {
    fn from(body: ContactBody) -> Self {
        let now_ms = body.created_ms.saturating_add(body.wait_ms);
        let offer = body.standing.offer.map(|offer| KnownOffer {
            number: offer.number,
            agent: offer.agent,
            left: Duration::from_millis(offer.deadline_ms.saturating_sub(now_ms)),
        });
        Self {
            state: body.standing.state,
            agent: body.standing.agent,
            offer,
            created_ms: body.created_ms,
            assigned_ms: body.standing.assigned_ms,
            ended_ms: body.standing.ended_ms,
            outcome: body.standing.outcome,
        }
    }
}

impl KnownContact {
    /// Creates one of which only the present state is known.
    pub(super) fn new(state: u8) -> Self {
        Self {
            state,
            agent: None,
            offer: None,
            created_ms: 0,
            assigned_ms: None,
            ended_ms: None,
            outcome: None,
        }
    }

    /// Returns how long it waited for its agent or until it ended, by the server's clock.
    pub(super) fn waited(&self) -> Duration {
        let until = self.assigned_ms.or(self.ended_ms);
        Duration::from_millis(until.map_or(0, |until| until.saturating_sub(self.created_ms)))
    }

    /// Returns the agent who served it to the end.
    pub(super) fn served_by(&self) -> Option<AgentId> {
        let handled = self.outcome == Some(Outcome::Handled);
        self.agent.clone().filter(|_| handled)
    }
}

pub(super) const ASSIGNED: u8 = 2;
pub(super) const COMPLETE: u8 = 3;
pub(super) const OFFERED: u8 = 4;

/// What to do next with a contact.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    LookIn(Duration),
    CompleteIn(Duration),
    Answer,
    Over,
}

/// The age of a contact.
#[derive(Clone, Copy)]
pub(super) struct Age {
    /// Since its due time: the caller's patience starts there, however slow the server is.
    pub(super) since_due: Duration,
    /// Since the answer to its creation: closest to the server's own clock.
    pub(super) since_created: Duration,
}

/// Decides what to do with a contact. If it is offered to an agent who will answer, `answers_in` says
/// when.
pub(super) fn next_step(
    seen: &KnownContact,
    age: Age,
    planned: &PlannedContact,
    look_every: Duration,
    answers_in: Option<Duration>,
) -> Step {
    let answers_in = answers_in.filter(|_| seen.state == OFFERED);
    match seen.state {
        // Served since it was assigned, not since that was seen.
        ASSIGNED => {
            let held_until = seen.waited() + planned.hold;
            Step::CompleteIn(held_until.saturating_sub(age.since_created))
        }
        COMPLETE => Step::Over,
        _ if age.since_due >= planned.patience => Step::CompleteIn(Duration::ZERO),
        _ if answers_in == Some(Duration::ZERO) => Step::Answer,
        _ => {
            let patience_left = planned.patience.saturating_sub(age.since_due);
            let soonest = answers_in.map_or(look_every, |answers_in| answers_in.min(look_every));
            Step::LookIn(soonest.min(patience_left))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK_EVERY: Duration = Duration::from_millis(250);

    fn step(state: u8, assigned_ms: Option<u64>, age_ms: u64, answers_in: Option<u64>) -> Step {
        let planned = PlannedContact {
            due: Duration::ZERO,
            skills: ["English".parse().unwrap(), "Billing".parse().unwrap()],
            hold: Duration::from_secs(2),
            patience: Duration::from_secs(5),
            luck: 1,
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
        let answers_in = answers_in.map(Duration::from_millis);
        next_step(&seen, age, &planned, LOOK_EVERY, answers_in)
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
        ] {
            let got = step(state, assigned_ms, age_ms, None);
            assert_eq!(got, expected, "state {state} after {age_ms} ms");
        }
    }

    #[test]
    fn an_offered_contact_is_answered_in_time_and_hangs_up_when_its_patience_ends() {
        let ms = Duration::from_millis;
        for (answers_in, age_ms, expected) in [
            // It will be missed.
            (None, 1_000, Step::LookIn(ms(250))),
            (Some(900), 1_000, Step::LookIn(ms(250))),
            (Some(100), 1_000, Step::LookIn(ms(100))),
            (Some(0), 1_000, Step::Answer),
            (Some(100), 4_900, Step::LookIn(ms(50))),
            (Some(0), 4_950, Step::CompleteIn(ms(0))),
        ] {
            let got = step(OFFERED, None, age_ms, answers_in);
            assert_eq!(got, expected, "{answers_in:?} after {age_ms} ms");
        }
        // It was answered meanwhile.
        assert_eq!(step(2, None, 0, Some(0)), Step::CompleteIn(ms(2_000)));
    }
}
