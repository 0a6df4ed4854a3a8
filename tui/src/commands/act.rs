//! The commands that change something, and `explain`: what they ask, and the lines that tell.

use shared::agent::{Agent, AgentId, AgentState, Presence};
use shared::contact::ContactId;
use shared::{Acd, Error};

use super::failure::Failure;
use super::{AcdVerb, AgentVerb};
use crate::sentence::because;

/// Does something for an agent. Gives the line that says what he is now.
pub(super) async fn for_agent(
    acd: &dyn Acd,
    id: &AgentId,
    verb: &AgentVerb,
) -> Result<String, Failure> {
    let presence = match verb {
        AgentVerb::Available => Presence::Available,
        AgentVerb::Unavailable { reason } => Presence::Unavailable(reason.clone()),
        AgentVerb::Complete => return complete(acd, id).await,
    };
    acd.set_presence(id, presence).await.map_err(perhaps)?;
    Ok(standing(&acd.agent(id).await.map_err(perhaps)?))
}

async fn complete(acd: &dyn Acd, id: &AgentId) -> Result<String, Failure> {
    let agent = acd.agent(id).await?;
    let Some(contact) = agent.state.contact() else {
        return Err(Failure::Refused(format!("agent {id} is not on a contact")));
    };
    acd.complete_contact(contact).await.map_err(perhaps)?;
    Ok(format!("{contact} completed.\n"))
}

/// Says what an agent is.
fn standing(agent: &Agent) -> String {
    let id = &agent.id;
    match &agent.state {
        AgentState::Available { .. } => format!("{id} is available.\n"),
        AgentState::Unavailable { reason, mark } => {
            let because = because(reason.as_ref(), *mark);
            format!("{id} is unavailable{because}.\n")
        }
        AgentState::Busy {
            contact,
            next,
            next_mark,
        } => {
            let because = because(next.reason(), *next_mark);
            let word = next.word();
            format!("{id} is busy with {contact}, and {word}{because} when it ends.\n")
        }
    }
}

/// Opens or closes the ACD.
pub(super) async fn open_or_close(acd: &dyn Acd, verb: AcdVerb) -> Result<String, Failure> {
    let name = acd.name();
    match verb {
        AcdVerb::Open => {
            acd.open().await.map_err(perhaps)?;
            Ok(format!("ACD {name} is open.\n"))
        }
        AcdVerb::Close => {
            acd.close().await.map_err(perhaps)?;
            Ok(format!("ACD {name} is closed.\n"))
        }
    }
}

/// Says why a contact stands where it stands.
pub(super) async fn explain(acd: &dyn Acd, id: ContactId) -> Result<String, Failure> {
    let explanation = acd.explain(id).await?;
    let ahead = match (explanation.place, explanation.ahead) {
        (Some(0), _) => "It is the first in the order of service.\n".to_owned(),
        (Some(place), Some(ahead)) => {
            format!("Ranked before it: {place}, of which {ahead} compete for its agents.\n")
        }
        _ => String::new(),
    };
    Ok(format!("{}\n{ahead}", explanation.sentence()))
}

/// Adds what a caller must know of a change that got no answer.
pub(super) fn perhaps(error: Error) -> Failure {
    match Failure::from(error) {
        Failure::Away(why) => Failure::Away(format!("{why}; it may or may not have happened")),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_got_no_answer_may_have_happened() {
        let away = perhaps(Error::Unavailable("gone".to_owned()));
        assert!(away.sentence().unwrap().contains("may or may not"));
        let refused = perhaps(Error::Closed);
        assert!(!refused.sentence().unwrap().contains("may or may not"));
    }
}
