//! Reads everything that is visible of a store, so that two stores can be compared.

use futures::future::join_all;
use shared::Store;
use shared::agent::AgentId;
use shared::time::Millis;
use shared::view::{Page, Start};

use super::values::{AGENTS, CONTACTS, agent_id, contact_id};

/// Returns everything that can be read, as lines: figures, queue, agents, skills with their next
/// agents, every contact, an explanation of one of them, and the new events.
pub(super) async fn visible_state(acd: &dyn Store, explained: u8, events_seen: u64) -> Vec<String> {
    let mut lines = vec![format!("{:?}", acd.overview().await)];
    let queue = acd.queue(Page::first(100)).await.unwrap();
    lines.extend(queue.items.iter().map(|c| format!("{c:?}")));
    let agents = acd.agents(Page::first(100)).await.unwrap();
    lines.extend(agents.items.iter().map(|a| format!("{a:?}")));
    let skills = acd.skills(Page::first(100)).await.unwrap();
    lines.extend(skills.items.iter().map(|s| format!("{s:?}")));
    let ids: Vec<AgentId> = (0..AGENTS).map(agent_id).collect();
    lines.push(format!("{:?}", acd.last_deletions(&ids).await));
    // The same lists in pages, some of them at cursors that may no longer exist.
    let id = agent_id(explained % AGENTS);
    for start in [Start::At(1), Start::After(id.clone()), Start::Before(id, 1)] {
        let part = acd.agents(Page { start, limit: 2 }).await.unwrap();
        lines.push(format!("{part:?}"));
    }
    if let Some(contact) = queue.items.get(usize::from(explained) % 5) {
        let start = Start::Before(contact.rank, 2);
        let part = acd.queue(Page { start, limit: 3 }).await.unwrap();
        let ids: Vec<_> = part.items.iter().map(|contact| contact.id).collect();
        lines.push(format!("{} of {}: {ids:?}", part.first, part.total));
    }
    // All at once, so that Redis gets them in one pipeline.
    let contacts = (0..CONTACTS).map(|number| acd.contact(contact_id(number)));
    lines.extend(
        join_all(contacts)
            .await
            .iter()
            .map(|contact| format!("{contact:?}")),
    );
    lines.push(format!("{:?}", acd.explain(contact_id(explained)).await));
    let now = acd.overview().await.unwrap().now;
    let minutes = [0, 3, 90, 120, 121, 187, 431, 2_000][usize::from(explained) % 8];
    let since = Millis(now.0.saturating_sub(minutes * 60_000));
    lines.push(format!("{:?}", acd.figures(since).await));
    lines.push(format!("{:?}", acd.settings().await));
    lines.push(format!("{:?}", acd.types().await));
    let events = acd.events_after(events_seen, 500).await.unwrap();
    lines.extend(events.iter().map(|event| format!("{event:?}")));
    lines
}
