//! Running as a guest, on a floor that others use: with agents and skills of its own, marked by
//! their names, which are removed at the end. The next session removes what a crashed one left
//! behind.
//!
//! A guest's agent has an id like `demo:0` and holds only skills like `demo-English`. Any other
//! agent is somebody else's, whatever their id, and is never changed: the guest takes another id.
//!
//! Its contacts need skills that only its agents have. So none goes to another agent, and none
//! counts in the figures of other skills; the totals of the floor include them. They are marked by
//! an attribute. Any other contact that its agents are on at the end, such as one that needs no
//! skill, belongs to somebody else and goes back to the queue.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::Url;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::agent::{AgentId, Presence};
use shared::contact::{Attributes, ContactId};

use super::Error;
use super::call_error::CallError;
use super::client::{Call, Client};
use crate::http::api::ApiRequest;
use crate::messages::acd::AcdBody;
use crate::messages::agent::{AgentBody, SetAgentState};
use crate::messages::contact::{ContactBody, Requeue};
use crate::messages::page::{PageBody, PageQuery};
use crate::route;

/// The prefix of the ids of a guest's agents.
pub const AGENTS: &str = "demo:";
/// The prefix of a guest's skills.
pub const SKILLS: &str = "demo-";
/// The attribute of a guest's contacts.
pub const MARK: &str = "switchboard_demo";
/// After this time without any change of its agents a session counts as dead, in milliseconds: in a
/// running one they take contacts and go on breaks every few seconds.
const STILL_AFTER: u64 = 30_000;
/// The most pages read of a list.
const MOST_PAGES: usize = 40;
/// The items on a page.
const PAGE: usize = 500;
/// How long a call is retried at the end of a session.
const LEAVE_WITHIN: Duration = Duration::from_secs(2);

/// Returns the attributes of a guest's contacts.
pub(super) fn mark() -> Attributes {
    // A JSON object, so it always parses.
    format!(r#"{{"{MARK}":true}}"#).parse().unwrap_or_default()
}

/// Returns whether a guest injected a contact.
fn is_own(contact: &ContactBody) -> bool {
    let attributes = contact.attributes.iter();
    let mut fields = attributes.flat_map(Attributes::fields);
    fields.any(|(name, _)| name == MARK)
}

/// Returns whether a guest created an agent. Agents have no attributes, so their skills tell: a
/// guest's agent is created with skills of a guest, and nobody else's agent has only those.
fn is_own_agent(agent: &AgentBody) -> bool {
    let only_own = agent
        .skills
        .iter()
        .all(|skill| skill.as_str().starts_with(SKILLS));
    agent.agent_key.as_str().starts_with(AGENTS) && only_own && !agent.skills.is_empty()
}

/// What a guest did with contacts when it left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many of its own it cancelled.
    pub cancelled: usize,
    /// How many of others it requeued.
    pub handed_back: usize,
}

async fn all<Item: DeserializeOwned>(
    client: &Client,
    list: &'static str,
) -> Result<Vec<Item>, CallError> {
    let mut items = vec![];
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let query = PageQuery::after(cursor, PAGE);
        let page = ApiRequest::get(list, &[]).with_query(&query);
        let page: PageBody<Item> = client.call(page).await?;
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(items)
}

/// Counts the agents on the floor.
pub(super) async fn agents(client: &Client, url: &Url) -> Result<usize, Error> {
    let listed: Result<Vec<AgentBody>, _> = all(client, route::AGENTS).await;
    let listed = listed.map_err(|trouble| Error::at_the_start(url, trouble))?;
    Ok(listed.len())
}

/// Checks that the floor accepts a guest: it is open, and has no other guest. Removes what a
/// crashed session left behind. Returns the ids that other agents have, which the guest cannot take.
pub(super) async fn claim(client: &Client, url: &Url) -> Result<HashSet<AgentId>, Error> {
    let refused = |trouble: CallError| Error::at_the_start(url, trouble);
    let floor: AcdBody = client
        .call(ApiRequest::get(route::ACD, &[]))
        .await
        .map_err(refused)?;
    if floor.acd_state != 1 {
        return Err(Error::Closed);
    }
    let agents: Vec<AgentBody> = all(client, route::AGENTS).await.map_err(refused)?;
    let (left, others): (Vec<_>, Vec<_>) = agents.into_iter().partition(is_own_agent);
    let taken = others.into_iter().map(|agent| agent.agent_key).collect();
    let Some(latest) = left.iter().map(|agent| agent.changed_ms).max() else {
        return Ok(taken);
    };
    let still = floor.present.now_ms.saturating_sub(latest);
    if still < STILL_AFTER {
        return Err(Error::Occupied {
            agents: left.len(),
            still: still / 1_000,
            again: (STILL_AFTER - still).div_ceil(1_000),
        });
    }
    let mut contacts = Taken::default();
    leave(client, &mut contacts).await.map_err(refused)?;
    tracing::info!(
        "removed what a crashed demo session had left: {} of its contacts cancelled, {} of others \
         requeued",
        contacts.cancelled,
        contacts.handed_back
    );
    Ok(taken)
}

async fn own(client: &Client) -> Result<Vec<AgentBody>, CallError> {
    let mut agents: Vec<AgentBody> = all(client, route::AGENTS).await?;
    agents.retain(is_own_agent);
    Ok(agents)
}

/// Removes everything of a guest, repeating as long as that makes progress. Returns how many of its
/// agents are left.
pub(super) async fn leave_at_last(client: &Client, taken: &mut Taken) -> Result<usize, CallError> {
    let mut before = usize::MAX;
    loop {
        let gone = leave(client, taken).await;
        let left = own(client).await?.len();
        if left == 0 || left >= before {
            return Ok(left);
        }
        if let Err(trouble) = gone {
            tracing::debug!("{left} agents are not removed yet: {}", trouble.message);
        }
        before = left;
    }
}

/// Removes the agents of a guest, and the contacts that a guest injected. Contacts of others that
/// its agents are on are requeued.
pub(super) async fn leave(client: &Client, taken: &mut Taken) -> Result<(), CallError> {
    let waiting: Vec<ContactBody> = all(client, route::QUEUE).await?;
    for contact in waiting.iter().filter(|contact| is_own(contact)) {
        cancel(client, contact.contact_key, taken).await?;
    }
    let agents = own(client).await?;
    // First all of them become unavailable: a contact that one gives back must not go to the next.
    for agent in &agents {
        let id = agent.agent_key.as_str();
        let body = SetAgentState::of(&Presence::Unavailable(None), None);
        let request = ApiRequest::patch(route::AGENT_STATE, &[id]).with_body(&body);
        call(client, request).await?;
    }
    // Contacts that were offered to them wait again.
    if agents.iter().any(|agent| agent.offer.is_some()) {
        let waiting: Vec<ContactBody> = all(client, route::QUEUE).await?;
        for contact in waiting.iter().filter(|contact| is_own(contact)) {
            cancel(client, contact.contact_key, taken).await?;
        }
    }
    // The first agent marks the floor as taken, so it is removed last.
    for agent in agents.iter().rev() {
        take_away(client, agent, taken).await?;
    }
    Ok(())
}

async fn cancel(client: &Client, contact: ContactId, taken: &mut Taken) -> Result<(), CallError> {
    let request = ApiRequest::delete(route::CONTACT, &[&contact.to_string()]);
    let done = call(client, request).await?;
    taken.cancelled += usize::from(done);
    Ok(())
}

async fn take_away(client: &Client, agent: &AgentBody, taken: &mut Taken) -> Result<(), CallError> {
    let id = &agent.agent_key;
    // They may have got one meanwhile.
    let request = ApiRequest::get(route::AGENT, &[id.as_str()]);
    let now: Option<AgentBody> = client.call(request).await.ok();
    let agents = [now.as_ref(), Some(agent)].into_iter().flatten();
    // A contact that they are in wrap-up for has ended.
    let mut on_one = agents.filter(|agent| agent.activity != "wrap_up");
    let contact = on_one.find_map(|agent| agent.contact);
    if let Some(contact) = contact {
        free(client, id, contact, taken).await?;
    }
    let request = ApiRequest::delete(route::AGENT, &[id.as_str()]);
    call(client, request).await.map(drop)
}

async fn free(
    client: &Client,
    agent: &AgentId,
    contact: ContactId,
    taken: &mut Taken,
) -> Result<(), CallError> {
    let id = contact.to_string();
    let request = ApiRequest::get(route::CONTACT, &[&id]);
    let found: Option<ContactBody> = client.call(request).await.ok();
    match found {
        Some(found) if is_own(&found) => cancel(client, contact, taken).await,
        Some(_) => {
            let agent = agent.to_string();
            let request = ApiRequest::post(route::CONTACT_REQUEUE, &[&id], &Requeue { agent });
            let done = call(client, request).await?;
            taken.handed_back += usize::from(done);
            Ok(())
        }
        None => Ok(()),
    }
}

/// Sends a call; "gone" and "done already" count as success. Returns whether this call made the
/// change.
async fn call(client: &Client, request: ApiRequest) -> Result<bool, CallError> {
    let call = Call::from(request).within(LEAVE_WITHIN);
    match client.call::<Value>(call).await {
        Err(trouble) if !done_already(&trouble.kind) => Err(trouble),
        answer => Ok(answer.is_ok()),
    }
}

fn done_already(kind: &str) -> bool {
    [
        "unknown_agent",
        "unknown_contact",
        "contact_ended",
        "stale",
        "agent_busy",
    ]
    .contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::contact::{Contact, ContactState, Priority, Rank, Taken};
    use shared::time::Millis;

    #[test]
    fn only_contacts_with_the_mark_are_a_guests_own() {
        for (attributes, own) in [
            (Some(mark()), true),
            (Some(Attributes::new()), false),
            (None, false),
        ] {
            let contact = Contact {
                id: ContactId::random(),
                contact_type: None,
                skills: vec!["demo-English".parse().unwrap()],
                priority: Priority::default(),
                asked: Priority::default(),
                taken: Taken::default(),
                rank: Rank(1),
                created: Millis(0),
                requeues: 0,
                attributes: Attributes::new(),
                owner: None,
                accepted: None,
                disposition: None,
                note: None,
                state: ContactState::Queued,
            };
            let body = ContactBody {
                attributes,
                ..ContactBody::at(Millis(0), contact, true)
            };
            assert_eq!(is_own(&body), own, "{body:?}");
        }
    }
}
