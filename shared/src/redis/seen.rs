//! What callers saw, as scripts take it (`pieces/seen.lua`), and what they answer when it is no
//! longer so.

use redis::Cmd;

use super::failure::Failure;
use super::reply;
use crate::agent::AgentId;
use crate::contact::{ContactId, ContactState};
use crate::error::Error;
use crate::seen::{AgentSeen, ContactSeen, Seen, Version, agent_chose, changed, contact_is_not};

/// Stands for any standing. No agent's id and no presence has this mark.
const ANY: &str = "*";

/// Adds what was seen of a contact, behind all other arguments.
pub(super) fn with_contact_seen(script: &mut Cmd, seen: &ContactSeen) {
    add(script, seen, |agent| {
        agent
            .as_ref()
            .map_or_else(String::new, |agent| agent.as_str().to_owned())
    });
}

/// Adds what was seen of an agent, behind all other arguments.
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

/// Tells what a refusal to change a contact means.
pub(super) fn no_contact(failure: Failure, id: ContactId, seen: &ContactSeen) -> Error {
    match failure {
        Failure::Refused(code, told) if code == "STALE" => {
            stale_contact(id, &told, |_| seen.seen_standing().and_then(Option::as_ref))
        }
        Failure::Refused(code, told) if code == "CHANGED" => changed(&id, &Version::named(told)),
        other => other.means(|code| (code == "NOCONTACT").then_some(Error::UnknownContact(id))),
    }
}

/// Tells what it means that a contact could not be taken from an agent: it is not with whom it was
/// seen, or else not with them.
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

/// Tells that a contact is not with whom it was seen; `told` is how the script says it stands.
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

/// Tells what a refusal to change an agent means.
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
