//! An agent's state in words, for every screen and every command.

use shared::agent::{Agent, AgentId, AgentState, Mark, Presence};
use shared::text::Reason;

/// Returns the state in one word.
pub(crate) fn word(state: &AgentState) -> &'static str {
    match state {
        AgentState::Available { .. } => "available",
        AgentState::Busy { .. } => "busy",
        AgentState::Unavailable { .. } => "unavailable",
    }
}

/// Returns the sign of the state, so that it can be recognised without colours.
pub(crate) fn sign(state: &AgentState) -> char {
    match state {
        AgentState::Available { .. } => '●',
        AgentState::Busy { .. } => '■',
        AgentState::Unavailable { .. } => '○',
    }
}

/// Returns the state in a few words, for a list: also why they are unavailable, or that they will
/// be.
pub(crate) fn brief(state: &AgentState) -> String {
    let more = match state {
        AgentState::Available { .. }
        | AgentState::Busy {
            next: Presence::Available,
            ..
        } => String::new(),
        AgentState::Busy {
            next: Presence::Unavailable(_),
            ..
        } => ", then unavail.".to_owned(),
        AgentState::Unavailable { reason, mark } => because(reason.as_ref(), *mark),
    };
    format!("{} {}{more}", sign(state), word(state))
}

/// Says what an agent's state is, and what comes after their contact.
pub(crate) fn stated(agent: &Agent) -> String {
    let (id, word) = (&agent.id, word(&agent.state));
    match &agent.state {
        AgentState::Available { .. } => format!("{id} is {word}."),
        AgentState::Unavailable { reason, mark } => {
            format!("{id} is {word}{}.", because(reason.as_ref(), *mark))
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
        (_, Presence::Unavailable(_)) => format!("{id} stays {word}."),
        (_, Presence::Available) => format!("{id} stays {word} and still gets contacts."),
    }
}

/// Returns why an agent is unavailable, to follow that word: the reason they gave in parentheses,
/// or a cause that nobody chose after a comma.
pub(crate) fn because(reason: Option<&Reason>, mark: Option<Mark>) -> String {
    match (reason, mark) {
        (Some(reason), _) => format!(" ({reason})"),
        (None, Some(Mark::Closed)) => ", closed".to_owned(),
        (None, Some(Mark::Requeued)) => ", requeued".to_owned(),
        (None, Some(Mark::New) | None) => String::new(),
    }
}

/// Says what an agent's presence is now, or will be.
pub(crate) fn present(agent: &AgentId, presence: &Presence, busy: bool) -> String {
    let word = presence.word();
    if busy {
        format!("{agent} will be {word} when the contact ends.")
    } else {
        format!("{agent} is {word}.")
    }
}
