//! An agent's state in words, for every screen and every command.

use shared::agent::{Agent, AgentId, AgentState, Mark, Presence};
use shared::text::Reason;
use shared::time::Millis;

use crate::request::When;
use crate::text::span;

/// What an agent is said to be who missed too many offers.
const NOT_RESPONDING: &str = "not responding";

/// Returns the state in one word, or two.
pub(crate) fn word(state: &AgentState) -> &'static str {
    match state {
        AgentState::Available { .. } => "available",
        AgentState::Busy { .. } => "busy",
        AgentState::Offered { .. } => "offered",
        AgentState::WrapUp { .. } => "wrap-up",
        AgentState::Penalty { .. } => "penalty",
        AgentState::Unavailable {
            mark: Some(Mark::NotResponding),
            ..
        } => NOT_RESPONDING,
        AgentState::Unavailable { .. } => "unavailable",
    }
}

/// Returns the sign of the state, so that it can be recognised without colours.
pub(crate) fn sign(state: &AgentState) -> char {
    match state {
        AgentState::Available { .. } => '●',
        AgentState::Busy { .. } => '■',
        AgentState::Offered { .. } => '◎',
        AgentState::WrapUp { .. } => '◆',
        AgentState::Penalty { .. } => '◌',
        AgentState::Unavailable {
            mark: Some(Mark::NotResponding),
            ..
        } => '!',
        AgentState::Unavailable { .. } => '○',
    }
}

/// Returns how long an offer, a wrap-up or a penalty still lasts; empty if nothing ends by itself.
pub(crate) fn left(state: &AgentState, now: Millis) -> String {
    let until = state.until().map(|until| seconds_left(until, now));
    until.unwrap_or_default()
}

/// Returns the time left until a deadline. A second that has begun counts, so that 0 means that it
/// has passed.
pub(crate) fn seconds_left(until: Millis, now: Millis) -> String {
    span(until.since(now).saturating_add(999))
}

/// Returns the state in a few words, for a list: also how long it still lasts, why they are
/// unavailable, or that they will be.
pub(crate) fn brief(state: &AgentState, now: Millis) -> String {
    let more = match state {
        AgentState::Busy {
            next: Presence::Unavailable(_),
            ..
        } => ", then unavail.".to_owned(),
        AgentState::Available { .. } | AgentState::Busy { .. } => String::new(),
        AgentState::Offered { .. } | AgentState::WrapUp { .. } | AgentState::Penalty { .. } => {
            let left = left(state, now);
            if left.is_empty() {
                left
            } else {
                format!(" {left}")
            }
        }
        AgentState::Unavailable { reason, mark } => why(reason.as_ref(), *mark),
    };
    format!("{} {}{more}", sign(state), word(state))
}

/// Says what an agent's state is, and what comes after their contact.
pub(crate) fn stated(agent: &Agent) -> String {
    let (id, word) = (&agent.id, word(&agent.state));
    match &agent.state {
        AgentState::Available { .. } => format!("{id} is {word}."),
        AgentState::Unavailable { reason, mark } => {
            format!("{id} is {word}{}.", why(reason.as_ref(), *mark))
        }
        AgentState::Penalty { .. } => {
            format!("{id} is available, but gets no contact for a moment.")
        }
        AgentState::Offered { contact, .. } => {
            format!("{id} is available, and {contact} is offered to them.")
        }
        AgentState::WrapUp {
            contact,
            next,
            next_mark,
            ..
        } => {
            let next = after_contact(next, *next_mark);
            format!("{id} is in {word} for {contact}, and {next} when it ends.")
        }
        AgentState::Busy {
            contact,
            next,
            next_mark,
        } => {
            let next = after_contact(next, *next_mark);
            format!("{id} is {word} with {contact}, and {next} when it ends.")
        }
    }
}

/// Returns what an agent will be when their contact ends, and why.
pub(crate) fn after_contact(next: &Presence, mark: Option<Mark>) -> String {
    format!("{}{}", next.word(), because(next.reason(), mark))
}

/// Tells an agent themselves why they are unavailable; empty if nobody gave a cause.
pub(crate) fn because_for_them(reason: Option<&Reason>, mark: Option<Mark>) -> String {
    match (reason, mark) {
        (Some(reason), _) => reason.to_string(),
        (None, Some(Mark::Closed)) => "the ACD is closed".to_owned(),
        (None, Some(Mark::Requeued)) => "your contact was requeued".to_owned(),
        (None, Some(Mark::NotResponding)) => "you missed the last offers".to_owned(),
        (None, Some(Mark::New) | None) => String::new(),
    }
}

/// Says in what state an agent who leaves their desk stays.
pub(crate) fn left_as(agent: &Agent) -> String {
    let (id, word) = (&agent.id, agent.state.chosen().word());
    match (&agent.state, agent.state.chosen()) {
        (AgentState::Busy { .. }, Presence::Unavailable(_)) => {
            format!("{id} stays on their contact and is {word} when it ends.")
        }
        (AgentState::WrapUp { .. }, Presence::Unavailable(_)) => {
            format!("{id} stays in wrap-up and is {word} when it ends.")
        }
        (_, Presence::Unavailable(_)) => format!("{id} stays {word}."),
        (AgentState::WrapUp { .. }, Presence::Available) => {
            format!("{id} stays in wrap-up, is {word} when it ends, and then gets contacts.")
        }
        (_, Presence::Available) => format!("{id} stays {word} and still gets contacts."),
    }
}

/// Returns why an agent is unavailable, to follow the word of [`word`], which says the rest.
fn why(reason: Option<&Reason>, mark: Option<Mark>) -> String {
    match (reason, mark) {
        (None, Some(Mark::NotResponding)) => String::new(),
        (reason, mark) => because(reason, mark),
    }
}

/// Returns why an agent is unavailable, to follow that word: the reason they gave in parentheses,
/// or a cause that nobody chose after a comma.
pub(crate) fn because(reason: Option<&Reason>, mark: Option<Mark>) -> String {
    match (reason, mark) {
        (Some(reason), _) => format!(" ({reason})"),
        (None, Some(Mark::Closed)) => ", closed".to_owned(),
        (None, Some(Mark::Requeued)) => ", requeued".to_owned(),
        (None, Some(Mark::NotResponding)) => format!(", {NOT_RESPONDING}"),
        (None, Some(Mark::New) | None) => String::new(),
    }
}

/// Says what an agent's presence is now, or will be.
pub(crate) fn present(agent: &AgentId, presence: &Presence, when: When) -> String {
    let word = presence.word();
    match when {
        When::Now => format!("{agent} is {word}."),
        When::AfterContact => format!("{agent} will be {word} when the contact ends."),
        When::AfterWrapUp => format!("{agent} will be {word} when the wrap-up ends."),
    }
}
