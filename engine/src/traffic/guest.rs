//! Running as a guest, on a floor that others use: with agents and skills of its own, marked by
//! their names, which are removed at the end. The next session removes what a crashed one left
//! behind.
//!
//! Its contacts need skills that only its agents have. So none goes to another agent, and none
//! counts in the figures of other skills; the totals of the floor include them. They are marked by
//! an attribute. Any other contact that its agents are on at the end, such as one that needs no
//! skill, belongs to somebody else and goes back to the queue.

use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Error;
use super::call_error::CallError;
use super::client::{Call, Client};

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

#[derive(Debug, Deserialize)]
struct Listed<Item> {
    items: Vec<Item>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Seen {
    agent_key: String,
    contact: Option<String>,
    changed_ms: u64,
}

#[derive(Debug, Deserialize)]
struct Waits {
    contact_key: String,
    attributes: Option<Map<String, Value>>,
}

impl Waits {
    /// Returns whether a guest injected it.
    fn is_own(&self) -> bool {
        let attributes = self.attributes.as_ref();
        attributes.is_some_and(|attributes| attributes.contains_key(MARK))
    }
}

/// What a guest did with contacts when it left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many of its own it cancelled.
    pub cancelled: usize,
    /// How many of others it requeued.
    pub handed_back: usize,
}

#[derive(Debug, Deserialize)]
struct Floor {
    acd_state: u8,
    now_ms: u64,
}

async fn all<Item: DeserializeOwned>(client: &Client, list: &str) -> Result<Vec<Item>, CallError> {
    let mut items = vec![];
    let mut path = format!("{list}?limit={PAGE}");
    for _ in 0..MOST_PAGES {
        let page: Listed<Item> = client.call(Call::get(path)).await?;
        items.extend(page.items);
        let Some(next) = page.next else { break };
        path = after(list, &next);
    }
    Ok(items)
}

/// Returns the path of the page after a cursor, which may have any character.
fn after(list: &str, cursor: &str) -> String {
    // The host is only there to build the query.
    let page = Url::parse_with_params(
        "http://localhost",
        [("limit", PAGE.to_string().as_str()), ("cursor", cursor)],
    );
    let query = page.ok().and_then(|page| page.query().map(str::to_owned));
    format!("{list}?{}", query.unwrap_or_default())
}

/// Counts the agents on the floor.
pub(super) async fn agents(client: &Client, url: &Url) -> Result<usize, Error> {
    let listed: Result<Vec<Seen>, _> = all(client, "/agent").await;
    let listed = listed.map_err(|trouble| Error::at_the_start(url, trouble))?;
    Ok(listed.len())
}

/// Checks that the floor accepts a guest: it is open, and has no other guest. Removes what a
/// crashed session left behind.
pub(super) async fn claim(client: &Client, url: &Url) -> Result<(), Error> {
    let refused = |trouble: CallError| Error::at_the_start(url, trouble);
    let floor: Floor = client.call(Call::get("/acd")).await.map_err(refused)?;
    if floor.acd_state != 1 {
        return Err(Error::Closed);
    }
    let left = own(client).await.map_err(refused)?;
    let Some(latest) = left.iter().map(|agent| agent.changed_ms).max() else {
        return Ok(());
    };
    let still = floor.now_ms.saturating_sub(latest);
    if still < STILL_AFTER {
        return Err(Error::Occupied {
            agents: left.len(),
            still: still / 1_000,
            again: (STILL_AFTER - still).div_ceil(1_000),
        });
    }
    let mut taken = Taken::default();
    leave(client, &mut taken).await.map_err(refused)?;
    tracing::info!(
        "a demo session that had died was taken away: {} of its contacts cancelled, {} of others \
         put back in the queue",
        taken.cancelled,
        taken.handed_back
    );
    Ok(())
}

async fn own(client: &Client) -> Result<Vec<Seen>, CallError> {
    let mut agents: Vec<Seen> = all(client, "/agent").await?;
    agents.retain(|agent| agent.agent_key.starts_with(AGENTS));
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
            tracing::debug!("{left} agents are there still: {}", trouble.message);
        }
        before = left;
    }
}

/// Removes the agents of a guest, and the contacts that a guest injected. Contacts of others that
/// its agents are on are requeued.
pub(super) async fn leave(client: &Client, taken: &mut Taken) -> Result<(), CallError> {
    let waits: Vec<Waits> = all(client, "/queue").await?;
    for contact in waits.iter().filter(|contact| contact.is_own()) {
        cancel(client, &contact.contact_key, taken).await?;
    }
    let agents = own(client).await?;
    // First all of them become unavailable: a contact that one gives back must not go to the next.
    for agent in &agents {
        let path = format!("/agent/{}/state", agent.agent_key);
        call(client, Call::patch(path, Some(json!({ "state": 0 })))).await?;
    }
    // The first agent marks the floor as taken, so it is removed last.
    for agent in agents.iter().rev() {
        take_away(client, agent, taken).await?;
    }
    Ok(())
}

async fn cancel(client: &Client, contact: &str, taken: &mut Taken) -> Result<(), CallError> {
    let done = call(client, Call::delete(format!("/contact/{contact}"))).await?;
    taken.cancelled += usize::from(done);
    Ok(())
}

async fn take_away(client: &Client, agent: &Seen, taken: &mut Taken) -> Result<(), CallError> {
    let id = &agent.agent_key;
    // They may have got one meanwhile.
    let now: Option<Seen> = client.call(Call::get(format!("/agent/{id}"))).await.ok();
    let contact = now
        .and_then(|agent| agent.contact)
        .or_else(|| agent.contact.clone());
    if let Some(contact) = contact {
        free(client, id, &contact, taken).await?;
    }
    call(client, Call::delete(format!("/agent/{id}")))
        .await
        .map(drop)
}

async fn free(
    client: &Client,
    agent: &str,
    contact: &str,
    taken: &mut Taken,
) -> Result<(), CallError> {
    let seen: Option<Waits> = client
        .call(Call::get(format!("/contact/{contact}")))
        .await
        .ok();
    match seen {
        Some(seen) if seen.is_own() => cancel(client, contact, taken).await,
        Some(_) => {
            let path = format!("/contact/{contact}/requeue");
            let done = call(client, Call::post(path, json!({ "agent": agent }))).await?;
            taken.handed_back += usize::from(done);
            Ok(())
        }
        None => Ok(()),
    }
}

/// Sends a call; "gone" and "done already" count as success. Returns whether this call made the
/// change.
async fn call(client: &Client, call: Call) -> Result<bool, CallError> {
    match client.call::<Value>(call.within(LEAVE_WITHIN)).await {
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

    #[test]
    fn a_cursor_may_hold_any_character() {
        assert_eq!(
            after("/agent", "demo:9 é&"),
            "/agent?limit=500&cursor=demo%3A9+%C3%A9%26"
        );
    }

    #[test]
    fn only_contacts_with_the_mark_are_a_guests_own() {
        for (contact, own) in [
            (
                json!({ "contact_key": "a", "attributes": { MARK: true } }),
                true,
            ),
            (json!({ "contact_key": "a", "attributes": {} }), false),
            (
                json!({ "contact_key": "a", "skills": ["demo-English"] }),
                false,
            ),
        ] {
            let seen: Waits = serde_json::from_value(contact).unwrap();
            assert_eq!(seen.is_own(), own, "{seen:?}");
        }
    }
}
