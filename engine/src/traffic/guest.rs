//! Playing as a guest, on a floor that others use: with agents and skills of its own, marked as
//! such by their names, which are taken away at the end. What a session left that died is taken
//! away by the next.
//!
//! Contacts need skills that only these agents hold, so none goes to anybody else's agent, and none
//! is counted in the figures of anybody else's skill; the totals of the floor have them.

use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Error;
use super::client::{Call, Client};
use super::trouble::Trouble;

/// What the ids of a guest's agents begin with.
pub const AGENTS: &str = "demo:";
/// What the names of a guest's skills begin with.
pub const SKILLS: &str = "demo-";
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
    skills: Vec<String>,
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
    leave(client).await.map_err(refused)
}

async fn own(client: &Client) -> Result<Vec<Seen>, Trouble> {
    let mut agents: Vec<Seen> = all(client, "/agent").await?;
    agents.retain(|agent| agent.agent_key.starts_with(AGENTS));
    Ok(agents)
}

/// Takes away what a guest brought, as long as that makes progress. Gives how many of its agents
/// are there still.
pub(super) async fn leave_at_last(client: &Client) -> Result<usize, Trouble> {
    let mut before = usize::MAX;
    loop {
        let gone = leave(client).await;
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

/// Takes away the agents of a guest, and the contacts that need their skills. A contact of somebody
/// else that one of them is on goes back to its place in the queue.
pub(super) async fn leave(client: &Client) -> Result<(), Trouble> {
    let waits: Vec<Waits> = all(client, "/queue").await?;
    for contact in waits.iter().filter(|contact| is_own(&contact.skills)) {
        cancel(client, &contact.contact_key).await?;
    }
    // The first agent marks the floor as taken, so it goes last.
    for agent in own(client).await?.iter().rev() {
        take_away(client, agent).await?;
    }
    Ok(())
}

fn is_own(skills: &[String]) -> bool {
    !skills.is_empty() && skills.iter().all(|skill| skill.starts_with(SKILLS))
}

async fn cancel(client: &Client, contact: &str) -> Result<(), Trouble> {
    call(client, Call::delete(format!("/contact/{contact}"))).await
}

async fn take_away(client: &Client, agent: &Seen) -> Result<(), Trouble> {
    let id = &agent.agent_key;
    // Nobody is given to them any more.
    let away = Call::patch(format!("/agent/{id}/state"), Some(json!({ "state": 0 })));
    call(client, away).await?;
    // They may have got one meanwhile.
    let now: Option<Seen> = client.call(Call::get(format!("/agent/{id}"))).await.ok();
    let contact = now
        .and_then(|agent| agent.contact)
        .or_else(|| agent.contact.clone());
    if let Some(contact) = contact {
        free(client, id, &contact).await?;
    }
    call(client, Call::delete(format!("/agent/{id}"))).await
}

async fn free(client: &Client, agent: &str, contact: &str) -> Result<(), Trouble> {
    let seen: Option<Waits> = client
        .call(Call::get(format!("/contact/{contact}")))
        .await
        .ok();
    match seen {
        Some(seen) if is_own(&seen.skills) => cancel(client, contact).await,
        Some(_) => {
            let path = format!("/contact/{contact}/requeue");
            call(client, Call::post(path, json!({ "agent": agent }))).await
        }
        None => Ok(()),
    }
}

/// Calls; what is gone or done already is as good as done.
async fn call(client: &Client, call: Call) -> Result<(), Trouble> {
    match client.call::<Value>(call.within(LEAVE_WITHIN)).await {
        Err(trouble) if !done_already(&trouble.kind) => Err(trouble),
        _ => Ok(()),
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
    fn only_contacts_that_need_a_guests_skills_alone_are_its_own() {
        for (skills, own) in [
            (&["demo-English", "demo-Billing"][..], true),
            (&["demo-English", "Billing"], false),
            (&["English"], false),
            (&[], false),
        ] {
            let skills: Vec<String> = skills.iter().map(|skill| (*skill).to_owned()).collect();
            assert_eq!(is_own(&skills), own, "{skills:?}");
        }
    }
}
