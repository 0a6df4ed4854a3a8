//! Playing as a guest, on a floor that others use: with agents and skills of its own, marked as
//! such by their names, which are taken away at the end. What a session left that died is taken
//! away by the next.
//!
//! Contacts need skills that only these agents hold, so none goes to anybody else's agent, and none
//! is counted in the figures of anybody else's skill; the totals of the floor have them. They are
//! marked by an attribute: whatever else its agents are on at the end, such as a contact that needs
//! no skill, is somebody else's and goes back to the queue.

use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Error;
use super::client::{Call, Client};
use super::trouble::Trouble;

/// What the ids of a guest's agents begin with.
pub const AGENTS: &str = "demo:";
/// What the names of a guest's skills begin with.
pub const SKILLS: &str = "demo-";
/// The attribute that the contacts of a guest have.
pub const MARK: &str = "switchboard_demo";
/// How long the agents of a session that plays never all stand still: they take contacts and go on
/// breaks every few seconds.
const STILL_AFTER: u64 = 30_000;
/// How many pages of a list are looked through.
const MOST_PAGES: usize = 40;
/// How many items a page has.
const PAGE: usize = 500;
/// How long a call is repeated at the end of a session.
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
    /// Tells whether a guest injected it.
    fn is_own(&self) -> bool {
        let attributes = self.attributes.as_ref();
        attributes.is_some_and(|attributes| attributes.contains_key(MARK))
    }
}

/// What a guest did to contacts when it left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many of its own it cancelled.
    pub cancelled: usize,
    /// How many of others it put back in the queue.
    pub handed_back: usize,
}

#[derive(Debug, Deserialize)]
struct Floor {
    acd_state: u8,
    now_ms: u64,
}

async fn all<Item: DeserializeOwned>(client: &Client, list: &str) -> Result<Vec<Item>, Trouble> {
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

/// Gives the path of the page after that cursor, which may hold any character.
fn after(list: &str, cursor: &str) -> String {
    // The address is only there to write the query.
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

/// Makes sure that the floor takes a guest: it is open, and no other plays there. Takes away what
/// one left that died.
pub(super) async fn claim(client: &Client, url: &Url) -> Result<(), Error> {
    let refused = |trouble: Trouble| Error::at_the_start(url, trouble);
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

async fn own(client: &Client) -> Result<Vec<Seen>, Trouble> {
    let mut agents: Vec<Seen> = all(client, "/agent").await?;
    agents.retain(|agent| agent.agent_key.starts_with(AGENTS));
    Ok(agents)
}

/// Takes away what a guest brought, as long as that makes progress. Gives how many of its agents
/// are there still.
pub(super) async fn leave_at_last(client: &Client, taken: &mut Taken) -> Result<usize, Trouble> {
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

/// Takes away the agents of a guest, and the contacts that a guest injected. A contact of somebody
/// else that one of them is on goes back to its place in the queue.
pub(super) async fn leave(client: &Client, taken: &mut Taken) -> Result<(), Trouble> {
    let waits: Vec<Waits> = all(client, "/queue").await?;
    for contact in waits.iter().filter(|contact| contact.is_own()) {
        cancel(client, &contact.contact_key, taken).await?;
    }
    let agents = own(client).await?;
    // Nobody is given to any of them any more: what one hands back must not go to the next.
    for agent in &agents {
        let path = format!("/agent/{}/state", agent.agent_key);
        call(client, Call::patch(path, Some(json!({ "state": 0 })))).await?;
    }
    // The first agent marks the floor as taken, so it goes last.
    for agent in agents.iter().rev() {
        take_away(client, agent, taken).await?;
    }
    Ok(())
}

async fn cancel(client: &Client, contact: &str, taken: &mut Taken) -> Result<(), Trouble> {
    let done = call(client, Call::delete(format!("/contact/{contact}"))).await?;
    taken.cancelled += usize::from(done);
    Ok(())
}

async fn take_away(client: &Client, agent: &Seen, taken: &mut Taken) -> Result<(), Trouble> {
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
) -> Result<(), Trouble> {
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

/// Calls; what is gone or done already is as good as done. Tells whether it was this call that did
/// it.
async fn call(client: &Client, call: Call) -> Result<bool, Trouble> {
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
