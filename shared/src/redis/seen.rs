//! Encodes preconditions for scripts (`pieces/seen.lua`) and decodes their refusals.

use redis::Cmd;

use super::failure::Failure;
use super::reply;
use crate::agent::AgentId;
use crate::contact::{ContactId, ContactState};
use crate::error::Error;
use crate::seen::{AgentSeen, ContactSeen, Seen, Version, agent_chose, changed, contact_is_not};

/// Accepts any standing. No agent id and no presence has this character.
const ANY: &str = "*";

/// Adds the precondition on a contact, after all other arguments.
pub(super) fn with_contact_seen(script: &mut Cmd, seen: &ContactSeen) {
    add(script, seen, |agent| {
        agent
            .as_ref()
            .map_or_else(String::new, |agent| agent.as_str().to_owned())
    });
}

/// Adds the precondition on an agent, after all other arguments.
pub(super) fn with_agent_seen(script: &mut Cmd, seen: &AgentSeen) {
    add(script, seen, crate::agent::Presence::to_text);
}

fn add<Standing>(
    script: &mut Cmd,
    seen: &Seen<Standing>,
    written: impl FnOnce(&Standing) -> String,
) {
    if seen.is_anything() {
        return;
    }
    match seen.seen_standing() {
        Some(standing) => script.arg(written(standing)),
        None => script.arg(ANY),
    };
    match seen.seen_versions() {
        None => {}
        // A version that nothing has.
        Some([]) => drop(script.arg("-")),
        Some(versions) => {
            for version in versions {
                script.arg(version.as_str());
            }
        }
    }
}

/// Maps the refusal of a change to a contact.
pub(super) fn no_contact(failure: Failure, id: ContactId, seen: &ContactSeen) -> Error {
    match failure {
        Failure::Refused(code, told) if code == "STALE" => {
            stale_contact(id, &told, |_| seen.seen_standing().and_then(Option::as_ref))
        }
        Failure::Refused(code, told) if code == "CHANGED" => changed(&id, &Version::named(told)),
        other => other.means(|code| (code == "NOCONTACT").then_some(Error::UnknownContact(id))),
    }
}

/// Maps the refusal of a requeue: the contact is not with the agent who was seen, or else not with
/// `from`.
pub(super) fn stale_requeue(
    id: ContactId,
    from: &AgentId,
    seen: &ContactSeen,
    told: &str,
) -> Error {
    stale_contact(id, told, |now| match seen.seen_standing() {
        Some(seen) if now.agent() != seen.as_ref() => seen.as_ref(),
        _ => Some(from),
    })
}

/// Makes the error for a contact that is not with the agent seen. `told` is its state from the
/// script.
fn stale_contact<'a>(
    id: ContactId,
    told: &str,
    seen: impl FnOnce(&ContactState) -> Option<&'a AgentId>,
) -> Error {
    match reply::contact_state(told) {
        Ok(now) => contact_is_not(id, seen(&now), &now),
        Err(broken) => broken,
    }
}

/// Maps the refusal of a change to an agent.
pub(super) fn no_agent(failure: Failure, id: &AgentId, seen: &AgentSeen) -> Error {
    match failure {
        Failure::Refused(code, told) if code == "STALE" => {
            let now = reply::presence(&told);
            match (seen.seen_standing(), now) {
                (Some(seen), Ok(now)) => agent_chose(id, seen, &now),
                (_, Err(broken)) => broken,
                (None, Ok(_)) => Error::Contract("it refused what nobody saw".to_owned()),
            }
        }
        Failure::Refused(code, told) if code == "CHANGED" => changed(id, &Version::named(told)),
        other => other.means(|code| (code == "NOAGENT").then(|| Error::UnknownAgent(id.clone()))),
    }
}
