//! The commands that change something, and `explain`: their requests and their output.

use engine::json_output;
use serde_json::{Value, json};
use shared::agent::{AgentId, Presence};
use shared::contact::{ContactId, ContactState, Priority};
use shared::seen::{AgentSeen, ContactSeen};
use shared::{Acd, Error};

use super::failure::Failure;
use super::{AcdVerb, AgentVerb};
use crate::find::{self, ContactName, NotFound};
use crate::{agent_words, sentence};

/// The result of a command, for people and for programs.
pub(super) struct Output {
    /// Lines for people.
    pub(super) lines: String,
    /// The same as JSON, as in the API.
    pub(super) document: Value,
}

impl Output {
    /// Returns the output, with its final newline.
    pub(super) fn written(&self, json: bool) -> String {
        if json {
            format!("{}\n", self.document)
        } else {
            self.lines.clone()
        }
    }
}

/// Finds a contact by name.
pub(super) async fn named(acd: &dyn Acd, name: &ContactName) -> Result<ContactId, Failure> {
    find::contact(acd, name).await.map_err(|why| match why {
        NotFound::Name(why) => Failure::Refused(why),
        NotFound::Failed(error) => error.into(),
    })
}

/// Performs a command for an agent. Returns their state afterwards.
pub(super) async fn for_agent(
    acd: &dyn Acd,
    id: &AgentId,
    verb: &AgentVerb,
) -> Result<Output, Failure> {
    let presence = match verb {
        AgentVerb::Available => Presence::Available,
        AgentVerb::Unavailable { reason } => Presence::Unavailable(reason.clone()),
        AgentVerb::Complete => return complete(acd, id).await,
    };
    acd.set_presence(id, presence, &AgentSeen::ANYTHING)
        .await
        .map_err(perhaps)?;
    let agent = acd.agent(id).await.map_err(perhaps)?;
    Ok(Output {
        lines: format!("{}\n", agent_words::stated(&agent)),
        document: json_output::agent(agent),
    })
}

async fn complete(acd: &dyn Acd, id: &AgentId) -> Result<Output, Failure> {
    let agent = acd.agent(id).await?;
    let on = agent.state.contact().filter(|_| agent.state.is_busy());
    let Some(contact) = on else {
        return Err(Failure::Refused(format!("agent {id} is not on a contact")));
    };
    // The contact may have gone to another agent since the first request.
    let seen = ContactSeen::with(id.clone());
    let done = acd
        .complete_contact(contact, &seen)
        .await
        .map_err(perhaps)?;
    Ok(Output {
        lines: format!("{contact} completed.\n"),
        document: json_output::contact_state(contact, &done.state),
    })
}

/// Cancels a contact, whether it waits or is with an agent.
pub(super) async fn cancel(acd: &dyn Acd, id: ContactId) -> Result<Output, Failure> {
    let done = acd.cancel_contact(id, &ContactSeen::ANYTHING).await;
    let state = done.map_err(perhaps)?.state;
    let lines = match &state {
        ContactState::Complete { outcome, .. } => {
            format!("{id} is over: {}.\n", sentence::outcome(*outcome))
        }
        ContactState::Queued | ContactState::Offered(_) | ContactState::Assigned { .. } => {
            format!("{id} is not over.\n")
        }
    };
    Ok(Output {
        lines,
        document: json_output::contact_state(id, &state),
    })
}

/// Requeues a contact that is with an agent.
pub(super) async fn requeue(acd: &dyn Acd, id: ContactId) -> Result<Output, Failure> {
    let ContactState::Assigned { agent, .. } = acd.contact(id).await?.state else {
        return Err(Failure::Refused(format!("{id} is not with an agent")));
    };
    let done = acd
        .requeue_contact(id, &agent, &ContactSeen::ANYTHING)
        .await;
    let state = done.map_err(perhaps)?.state;
    Ok(Output {
        lines: format!("{}\n", sentence::requeued(id, &agent, &state)),
        document: json_output::contact_state(id, &state),
    })
}

/// Changes the priority of a contact.
pub(super) async fn priority(
    acd: &dyn Acd,
    id: ContactId,
    priority: Priority,
) -> Result<Output, Failure> {
    acd.set_priority(id, priority, &ContactSeen::ANYTHING)
        .await
        .map_err(perhaps)?;
    Ok(Output {
        lines: format!("{id} now has priority {}.\n", priority.0),
        document: json!({ "contact_key": id, "priority": priority.0 }),
    })
}

/// Opens or closes the ACD.
pub(super) async fn open_or_close(acd: &dyn Acd, verb: AcdVerb) -> Result<Output, Failure> {
    let name = acd.name();
    match verb {
        AcdVerb::Open => {
            acd.open().await.map_err(perhaps)?;
            Ok(Output {
                lines: format!("ACD {name} is open.\n"),
                document: json!({ "acd": name.as_str(), "acd_state": 1 }),
            })
        }
        AcdVerb::Close => {
            acd.close().await.map_err(perhaps)?;
            Ok(Output {
                lines: format!("ACD {name} is closed.\n"),
                document: json!({ "acd": name.as_str(), "acd_state": 0 }),
            })
        }
    }
}

/// Describes why a contact is in its state.
pub(super) async fn explain(acd: &dyn Acd, id: ContactId) -> Result<Output, Failure> {
    let explanation = acd.explain(id).await?;
    let ahead = match (explanation.place, explanation.ahead) {
        (Some(0), _) => "It is first in the order of service.\n".to_owned(),
        (Some(place), Some(ahead)) => {
            format!("Ranked before it: {place}, of which {ahead} compete for its agents.\n")
        }
        _ => String::new(),
    };
    Ok(Output {
        lines: format!("{}\n{ahead}", explanation.sentence()),
        document: json_output::explanation(explanation),
    })
}

/// Adds the warning that a change without an answer may have happened.
pub(super) fn perhaps(error: Error) -> Failure {
    match Failure::from(error) {
        Failure::Unavailable(why) => {
            let perhaps = "the change may or may not have been made";
            Failure::Unavailable(format!("{why}; {perhaps}"))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_got_no_answer_may_have_happened() {
        let unavailable = perhaps(Error::Unavailable("gone".to_owned()));
        assert!(unavailable.sentence().unwrap().contains("may or may not"));
        let refused = perhaps(Error::Closed);
        assert!(!refused.sentence().unwrap().contains("may or may not"));
    }
}
