//! Read operations on the floor.

use std::time::Duration;

use super::Floor;
use crate::contact::{Outcome, Priority};
use crate::event::What;
use crate::seen::AgentSeen;
use crate::view::{Page, SkillView, Start};

/// Pages follow each other without gap or overlap, in the order of service.
pub async fn the_queue_comes_in_pages(floor: &Floor) {
    let mut arrived = Vec::new();
    for _ in 0..5 {
        arrived.push(floor.contact("English").await);
    }
    let mut seen = Vec::new();
    let mut page = Page::first(2);
    loop {
        let listing = floor.acd.queue(page).await.unwrap();
        assert!(listing.items.len() <= 2);
        seen.extend(listing.items.iter().map(|contact| contact.id));
        let Some(next) = listing.next else { break };
        page = Page::after(next, 2);
    }
    assert_eq!(seen, arrived);
    let whole = floor.acd.queue(Page::first(5)).await.unwrap();
    assert_eq!(whole.next, None, "a full last page is the last");
}

/// Ordered by id, not by creation.
pub async fn the_agents_come_in_pages(floor: &Floor) {
    for name in ["cem", "ann", "bob", "Ann"] {
        floor.agent(name, "").await;
    }
    let first = floor.acd.agents(Page::first(3)).await.unwrap();
    let names: Vec<String> = first
        .items
        .iter()
        .map(|agent| agent.id.to_string())
        .collect();
    assert_eq!(names, ["Ann", "ann", "bob"]);
    assert_eq!(first.next, Some(Floor::id("bob")));
    let rest = floor
        .acd
        .agents(Page::after(first.next.unwrap(), 3))
        .await
        .unwrap();
    assert_eq!((rest.items.len(), rest.next), (1, None));
}

/// Ordered by name: the skills that agents hold and those that contacts need.
pub async fn the_skills_come_in_pages(floor: &Floor) {
    floor.agent("ann", "Sales,English").await;
    floor.contact("Klingon,English").await;
    let first = floor.acd.skills(Page::first(2)).await.unwrap();
    let names = |views: &[SkillView]| -> Vec<String> {
        views.iter().map(|view| view.skill.to_string()).collect()
    };
    assert_eq!(names(&first.items), ["English", "Klingon"]);
    let rest = floor
        .acd
        .skills(Page::after(first.next.unwrap(), 2))
        .await
        .unwrap();
    assert_eq!(names(&rest.items), ["Sales"]);
    assert_eq!(rest.next, None);
}

/// A page is found by position, by the item before it, and by an item in it, whether that item
/// still exists or not. Each page has its position in the whole list.
pub async fn a_page_is_found_by_position_and_by_item(floor: &Floor) {
    let mut ranks = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        floor.agent(name, name).await;
        let contact = floor.contact("Klingon").await;
        ranks.push(floor.acd.contact(contact).await.unwrap().rank);
    }
    // These no longer exist, but their neighbours show where they were.
    floor
        .acd
        .delete_agent(&Floor::id("c"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let gone = floor.acd.queue(Page::first(6)).await.unwrap().items[2].id;
    floor.complete(gone).await;

    for (which, start, first, seen) in [
        ("the second", Start::At(1), 1, [1, 3]),
        ("near the end", Start::At(4), 3, [4, 5]),
        ("beyond the end", Start::At(u64::MAX), 3, [4, 5]),
        ("behind one", Start::After(1), 2, [3, 4]),
        ("behind one that is gone", Start::After(2), 2, [3, 4]),
        ("one before", Start::Before(4, 1), 2, [3, 4]),
        (
            "one before one that is gone",
            Start::Before(2, 1),
            1,
            [1, 3],
        ),
        ("before the beginning", Start::Before(1, 9), 0, [0, 1]),
        ("before the end", Start::Before(5, 0), 3, [4, 5]),
    ] {
        let queue = floor.acd.queue(part(&start, |at| ranks[at])).await.unwrap();
        let found: Vec<_> = queue.items.iter().map(|contact| contact.rank).collect();
        assert_eq!(found, seen.map(|at| ranks[at]), "{which}");
        assert_eq!((queue.first, queue.total), (first, 5), "{which}");

        let name = |at: usize| ["a", "b", "c", "d", "e", "f"][at];
        let agents = part(&start, |at| Floor::id(name(at)));
        let agents = floor.acd.agents(agents).await.unwrap();
        let found: Vec<_> = agents.items.iter().map(|agent| agent.id.as_str()).collect();
        assert_eq!(found, seen.map(name), "{which}");
        assert_eq!((agents.first, agents.total), (first, 5), "{which}");
    }
    let last = part(&Start::After(4), |at| ranks[at]);
    let last = floor.acd.queue(last).await.unwrap();
    assert_eq!((last.first, last.items.len(), last.next), (4, 1, None));

    // a, b, d, e, f and, sorted before them because of its capital letter, Klingon.
    let d = Start::Before("d".parse().unwrap(), 1);
    let skills = Page { start: d, limit: 2 };
    let skills = floor.acd.skills(skills).await.unwrap();
    let names: Vec<_> = skills
        .items
        .iter()
        .map(|view| view.skill.as_str())
        .collect();
    assert_eq!((names, skills.first, skills.total), (vec!["b", "d"], 2, 6));
}

/// Asks for two items of a list. `item` makes the cursor from a number.
fn part<Item>(start: &Start<usize>, item: impl Fn(usize) -> Item) -> Page<Item> {
    let start = match *start {
        Start::At(number) => Start::At(number),
        Start::After(at) => Start::After(item(at)),
        Start::Before(at, so_many) => Start::Before(item(at), so_many),
    };
    Page { start, limit: 2 }
}

/// The availability set of a skill: how many contacts wait, how many agents are available and hold
/// it, and who is next.
pub async fn a_skill_shows_its_next_agents(floor: &Floor) {
    for number in 0..SkillView::NEXT_SHOWN + 2 {
        floor
            .available_agent(&format!("agent {number}"), "English")
            .await;
        floor.pass(Duration::from_secs(1));
    }
    floor.agent("away", "English").await;
    let served = floor.contact("English").await;
    floor.contact("English,Klingon").await;
    floor.contact("English,Klingon").await;
    assert_eq!(floor.agent_of(served).await, "agent 0");
    let english = floor
        .acd
        .skills(Page::first(1))
        .await
        .unwrap()
        .items
        .remove(0);
    let shown = SkillView::NEXT_SHOWN as u64;
    assert_eq!(
        (english.waiting, english.available, english.staffed),
        (2, shown + 1, shown + 3)
    );
    let next: Vec<String> = english
        .next
        .iter()
        .map(|(agent, _)| agent.to_string())
        .collect();
    assert_eq!(
        next,
        ["agent 1", "agent 2", "agent 3", "agent 4", "agent 5"]
    );
    let now = floor.acd.overview().await.unwrap().now;
    let idle = now.since(english.next[0].1.millis());
    assert!((5_999..=6_001).contains(&idle), "idle for {idle} ms");
}

/// A skill exists as long as an agent holds it or a waiting contact needs it.
pub async fn a_skill_nobody_holds_or_needs_is_forgotten(floor: &Floor) {
    let known = async || floor.acd.skills(Page::first(9)).await.unwrap().items.len();
    floor.agent("ann", "English,Sales").await;
    let waits = floor.contact("English").await;
    floor
        .acd
        .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(known().await, 1, "English is still needed");
    floor.complete(waits).await;
    assert_eq!(known().await, 0);
}

/// All figures are of one moment.
pub async fn the_overview_counts_the_floor(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "English").await;
    floor.agent("cem", "English").await;
    let handled = floor.contact("English").await;
    floor.complete(handled).await;
    floor.contact("English").await;
    floor.pass(Duration::from_secs(2));
    let oldest = floor.contact("Klingon").await;
    let gone = floor.contact("Klingon").await;
    floor.complete(gone).await;
    floor.pass(Duration::from_secs(3));
    let overview = floor.acd.overview().await.unwrap();
    assert_eq!((overview.waiting, overview.agents), (1, 3));
    assert_eq!(
        (overview.available, overview.busy, overview.unavailable()),
        (1, 1, 1)
    );
    let totals = overview.totals;
    assert_eq!(
        (
            totals.created,
            totals.assigned,
            totals.handled,
            totals.abandoned
        ),
        (4, 2, 1, 1)
    );
    let arrived = floor.acd.contact(oldest).await.unwrap().created;
    assert_eq!(overview.oldest, Some(arrived));
    assert_eq!(overview.now.since(arrived), 3_000);
}

/// The longest wait belongs to the earliest arrival, even if a more urgent contact came later.
pub async fn the_oldest_contact_is_the_longest_waiting_whatever_its_priority(floor: &Floor) {
    let second = async || {
        floor.pass(Duration::from_secs(1));
        floor.acd.overview().await.unwrap()
    };
    let usual = floor.contact("English").await;
    second().await;
    let urgent = floor.contact_of("English", Priority(0)).await;
    let least = floor.contact_of("Sales", Priority(255)).await;
    let overview = second().await;
    assert_eq!(overview.now.since(overview.oldest.unwrap()), 2_000);
    floor.complete(usual).await;
    let overview = second().await;
    assert_eq!(overview.now.since(overview.oldest.unwrap()), 2_000);
    floor.complete(urgent).await;
    assert!(second().await.oldest.is_some());
    floor.complete(least).await;
    assert_eq!(second().await.oldest, None);
}

/// Events come in order, each with the next number.
pub async fn events_report_everything_without_a_gap(floor: &Floor) {
    let ann = Floor::id("ann");
    let id = floor.contact("English,Billing").await;
    floor.pass(Duration::from_secs(1));
    floor.available_agent("ann", "English,Billing").await;
    floor.make_unavailable("ann", "lunch").await;
    floor.complete(id).await;
    let contact = floor.acd.contact(id).await.unwrap();
    let events = floor.acd.events_after(0, 100).await.unwrap();
    let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    let What::AgentAvailable { since, .. } = events[2].what else {
        panic!("{:?}", events[2])
    };
    let lunch = || Some("lunch".parse().unwrap());
    let agent = || ann.clone();
    let told: Vec<What> = events.iter().map(|event| event.what.clone()).collect();
    let happened = vec![
        What::ContactCreated {
            contact_type: None,
            contact: id,
            profile: "Billing,English".into(),
            rank: contact.rank,
        },
        What::AgentCreated {
            agent: agent(),
            skills: vec!["English".parse().unwrap(), "Billing".parse().unwrap()],
        },
        What::AgentAvailable {
            agent: agent(),
            since,
        },
        What::ContactAssigned {
            offer: None,
            contact: id,
            agent: agent(),
            wait: 1_000,
        },
        What::AgentNext {
            agent: agent(),
            presence: "unavailable".into(),
            reason: lunch(),
            mark: None,
        },
        What::ContactCompleted {
            disposition: None,
            contact: id,
            agent: Some(agent()),
            outcome: Outcome::Handled,
        },
        What::AgentUnavailable {
            agent: agent(),
            reason: lunch(),
            mark: None,
        },
    ];
    assert_eq!(told, happened);
    assert_eq!(events[3].at.since(events[0].at), 1_000);
    // Reading can also start between two events of the same change.
    let later = floor.acd.events_after(3, 10).await.unwrap();
    assert_eq!(later, events[3..]);
    let later = floor.acd.events_after(5, 1).await.unwrap();
    assert_eq!(later, events[5..6]);
    assert_eq!(floor.acd.events_after(7, 10).await.unwrap(), []);
}

/// A follower is notified of new events without polling.
pub async fn the_newest_events_number_is_followed(floor: &Floor) {
    let mut latest = floor.acd.latest_event();
    floor.contact("English").await;
    floor.agent("ann", "English").await;
    let wait = latest.wait_for(|number| *number == 2);
    tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .unwrap()
        .unwrap();
}

/// The next call is due at the next deadline or the next round of the sweep.
pub async fn running_due_deadlines_returns_when_to_run_them_next(floor: &Floor) {
    let first = floor.store.run_due().await.unwrap();
    assert_eq!((first.applied, first.repaired), (0, 0));
    assert_eq!(first.next.since(first.now), 30_000);
    floor.pass(Duration::from_secs(10));
    let again = floor.store.run_due().await.unwrap();
    assert_eq!((again.applied, again.next.since(again.now)), (0, 20_000));
    floor.pass(Duration::from_secs(20));
    let swept = floor.store.run_due().await.unwrap();
    assert_eq!((swept.applied, swept.next.since(swept.now)), (1, 30_000));
}
