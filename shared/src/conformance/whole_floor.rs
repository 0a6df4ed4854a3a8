//! Operations on the whole floor: opening, closing, deleting a skill.

use super::Floor;
use crate::contact::{ContactId, ContactState, NewContact};
use crate::error::Error;
use crate::seen::{AgentSeen, ContactSeen};
use crate::view::Page;

/// A new ACD needs no setup.
pub async fn a_new_acd_is_open_and_empty(floor: &Floor) {
    let overview = floor.acd.overview().await.unwrap();
    assert!(overview.open);
    assert_eq!(
        (overview.waiting, overview.agents, overview.oldest),
        (0, 0, None)
    );
    floor.contact("English").await;
}

/// Marks are not reasons that a person could type. Opening makes available those whom closing made
/// unavailable and those who have never chosen, and nobody else, whatever their reason says.
pub async fn opening_makes_available_those_closing_took_off_and_new_agents(floor: &Floor) {
    for name in ["new", "taken", "home", "typed", "busy", "went"] {
        floor.agent(name, "").await;
    }
    for name in ["taken", "home", "typed", "busy", "went"] {
        floor.make_available(name).await;
    }
    // One is unavailable without a reason, others with reasons that read like marks.
    floor.make_unavailable("home", "").await;
    floor.make_unavailable("typed", "closed").await;
    floor.agent("told", "").await;
    floor.make_unavailable("told", "new").await;
    floor.agent("quiet", "").await;
    floor.make_unavailable("quiet", "").await;
    floor.acd.close().await.unwrap();
    // Any choice made while the ACD is closed stays; no reason is a choice too.
    floor.make_unavailable("went", "").await;
    // Closing and opening once more changes none of it.
    floor.acd.close().await.unwrap();
    for _ in 0..2 {
        floor.acd.open().await.unwrap();
        for (name, words) in [
            ("new", "available"),
            ("taken", "available"),
            ("busy", "available"),
            ("home", "unavailable"),
            ("typed", "unavailable closed"),
            ("told", "unavailable new"),
            ("quiet", "unavailable"),
            ("went", "unavailable"),
        ] {
            assert_eq!(floor.words(name).await, words, "{name}");
        }
    }
}

/// A choice made on a contact while the ACD is closed takes precedence over the closing. An agent
/// made unavailable by closing is still brought back by opening after a requeue.
pub async fn a_choice_on_a_contact_takes_precedence_over_closing(floor: &Floor) {
    let names = ["back", "stay", "stop", "lost"];
    let mut contacts = vec![];
    for name in names {
        floor.available_agent(name, name).await;
        contacts.push(floor.contact(name).await);
    }
    floor.acd.close().await.unwrap();
    floor.make_available("stay").await;
    floor.make_unavailable("stop", "").await;
    for (name, words) in [
        ("back", "busy, then unavailable, closed"),
        ("stay", "busy, then available"),
        ("stop", "busy, then unavailable"),
    ] {
        assert_eq!(floor.words(name).await, words, "{name}");
    }
    let lost = Floor::id("lost");
    floor
        .acd
        .requeue_contact(contacts[3], &lost, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    for contact in &contacts[..3] {
        floor.complete(*contact).await;
    }
    floor.acd.open().await.unwrap();
    assert_eq!(floor.agent_of(contacts[3]).await, "lost");
    floor.complete(contacts[3]).await;
    for (name, words) in [
        ("back", "available"),
        ("stay", "available"),
        ("stop", "unavailable"),
        ("lost", "available"),
    ] {
        assert_eq!(floor.words(name).await, words, "{name}");
    }
}

/// The longest unavailable agent becomes the longest available, whatever their id.
pub async fn opening_keeps_the_order_in_which_agents_became_unavailable(floor: &Floor) {
    for name in ["a2", "a10", "a3", "a1"] {
        floor.available_agent(name, "").await;
    }
    let contact = floor.contact("").await;
    floor.acd.close().await.unwrap();
    floor.agent("a0", "").await;
    // The agent who was on a contact is unavailable last.
    floor.complete(contact).await;
    floor.acd.open().await.unwrap();
    for name in ["a10", "a3", "a1", "a0", "a2"] {
        let contact = floor.contact("").await;
        assert_eq!(floor.agent_of(contact).await, name);
    }
}

/// The same on a floor that takes many steps.
pub async fn a_large_floor_opens_in_the_order_in_which_agents_became_unavailable(floor: &Floor) {
    for number in (0..250).rev() {
        floor
            .available_agent(&format!("agent:{number}"), "English")
            .await;
    }
    floor.acd.close().await.unwrap();
    assert_eq!(floor.acd.overview().await.unwrap().available, 0);
    floor.acd.open().await.unwrap();
    for number in (0..250).rev() {
        let contact = floor.contact("English").await;
        assert_eq!(floor.agent_of(contact).await, format!("agent:{number}"));
    }
}

/// Opening does not override a break that an agent chose.
pub async fn opening_makes_everyone_available_except_those_on_a_break(floor: &Floor) {
    floor.agent("ann", "English").await;
    floor.agent("bob", "English").await;
    floor.available_agent("cem", "English").await;
    floor.make_unavailable("bob", "lunch").await;
    floor.acd.open().await.unwrap();
    assert_eq!(floor.words("ann").await, "available");
    assert_eq!(floor.words("bob").await, "unavailable lunch");
    let first = floor.contact("English").await;
    assert_eq!(
        floor.agent_of(first).await,
        "cem",
        "who was available keeps their place"
    );
}

/// Opening does not change a contact that is with an agent.
pub async fn opening_leaves_agents_on_contacts_alone(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let in_hand = floor.contact("English").await;
    let waits = floor.contact("English").await;
    floor.acd.open().await.unwrap();
    assert_eq!(floor.look("ann").await.state.contact(), Some(in_hand));
    assert_eq!(floor.state(waits).await, ContactState::Queued);
}

/// An agent who wants to stop after their contact stops, even if the ACD is opened meanwhile.
pub async fn opening_does_not_touch_what_a_busy_agent_chose(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    floor.make_unavailable("ann", "").await;
    floor.acd.open().await.unwrap();
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "unavailable");
}

/// The queue is kept, and a break keeps its reason.
pub async fn closing_makes_everyone_unavailable_and_keeps_the_queue(floor: &Floor) {
    let waits = floor.contact("Klingon").await;
    floor.available_agent("ann", "English").await;
    floor.agent("bob", "English").await;
    floor.make_unavailable("bob", "lunch").await;
    floor.acd.close().await.unwrap();
    assert!(!floor.acd.overview().await.unwrap().open);
    assert_eq!(floor.words("ann").await, "unavailable, closed");
    assert_eq!(floor.words("bob").await, "unavailable lunch");
    assert_eq!(floor.waiting_ids().await, [waits]);
    floor.acd.open().await.unwrap();
    assert_eq!(floor.words("ann").await, "available");
    assert_eq!(floor.words("bob").await, "unavailable lunch");
}

/// Being closed is a state that each creation checks.
pub async fn a_closed_acd_takes_no_new_contacts(floor: &Floor) {
    floor.acd.close().await.unwrap();
    let new = || NewContact::needing(ContactId::random(), Floor::skills("English")).unwrap();
    assert_eq!(floor.acd.create_contact(new()).await, Err(Error::Closed));
    assert_eq!(floor.acd.overview().await.unwrap().totals.created, 0);
    floor.acd.open().await.unwrap();
    assert_eq!(
        floor.acd.create_contact(new()).await.unwrap().state,
        ContactState::Queued
    );
}

/// A busy agent finishes their contact first.
pub async fn closing_reaches_a_busy_agent_when_the_contact_ends(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    floor.acd.close().await.unwrap();
    assert_eq!(floor.words("ann").await, "busy, then unavailable, closed");
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "unavailable, closed");
    floor.acd.open().await.unwrap();
    assert_eq!(floor.words("ann").await, "available");
}

/// Closing and opening again has no effect on a busy agent.
pub async fn closing_and_opening_leave_a_busy_agent_unchanged(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "English").await;
    let ann = floor.contact("English").await;
    let bob = floor.contact("English").await;
    floor.make_unavailable("bob", "lunch").await;
    floor.acd.close().await.unwrap();
    floor.acd.open().await.unwrap();
    floor.complete(ann).await;
    floor.complete(bob).await;
    assert_eq!(floor.words("ann").await, "available");
    assert_eq!(floor.words("bob").await, "unavailable lunch");
}

/// A closed ACD takes no new contacts, but agents may still serve the queue.
pub async fn an_agent_available_while_closed_drains_the_queue(floor: &Floor) {
    let first = floor.contact("English").await;
    let second = floor.contact("English").await;
    floor.agent("ann", "English").await;
    floor.acd.close().await.unwrap();
    floor.make_available("ann").await;
    assert_eq!(floor.agent_of(first).await, "ann");
    floor.complete(first).await;
    assert_eq!(floor.agent_of(second).await, "ann");
}

/// A large floor is processed in steps. In the end every agent was reached, in the order of ids.
pub async fn a_large_floor_opens_and_closes_whole(floor: &Floor) {
    for number in 0..230 {
        floor.agent(&format!("agent:{number:03}"), "English").await;
    }
    floor.acd.open().await.unwrap();
    assert_eq!(floor.acd.overview().await.unwrap().available, 230);
    for number in 0..3 {
        let contact = floor.contact("English").await;
        assert_eq!(floor.agent_of(contact).await, format!("agent:{number:03}"));
    }
    floor.acd.close().await.unwrap();
    let overview = floor.acd.overview().await.unwrap();
    assert_eq!((overview.available, overview.busy), (0, 3));
    floor.acd.open().await.unwrap();
    assert_eq!(floor.acd.overview().await.unwrap().available, 227);
}

/// An agent made available by opening gets a waiting contact, like one who chose it.
pub async fn opening_serves_waiting_contacts(floor: &Floor) {
    let english = floor.contact("English").await;
    let sales = floor.contact("Sales").await;
    let more = floor.contact("Sales").await;
    floor.agent("ann", "Sales").await;
    floor.agent("bob", "English,Sales").await;
    floor.acd.open().await.unwrap();
    assert_eq!(floor.agent_of(sales).await, "ann");
    assert_eq!(floor.agent_of(english).await, "bob");
    assert_eq!(floor.waiting_ids().await, [more]);
}

/// Every agent loses it, whether available, busy or unavailable, and stays listed under their other
/// skills.
pub async fn a_skill_is_deleted_from_everyone(floor: &Floor) {
    for number in 0..120 {
        floor
            .agent(&format!("agent {number}"), "English,Sales")
            .await;
    }
    floor.make_available("agent 0").await;
    floor.make_available("agent 1").await;
    let in_hand = floor.contact("English").await;
    floor
        .acd
        .delete_skill(&"English".parse().unwrap())
        .await
        .unwrap();
    for agent in floor.acd.agents(Page::first(500)).await.unwrap().items {
        assert_eq!(agent.skills, Floor::skills("Sales"), "{}", agent.id);
    }
    assert_eq!(floor.agent_of(in_hand).await, "agent 0");
    let english = floor.contact("English").await;
    let sales = floor.contact("Sales").await;
    assert_eq!(floor.state(english).await, ContactState::Queued);
    assert_eq!(floor.agent_of(sales).await, "agent 1");
}

/// The skills that a contact was created with are not changed.
pub async fn contacts_keep_a_deleted_skill_and_their_place(floor: &Floor) {
    floor.agent("ann", "English").await;
    let first = floor.contact("English").await;
    let second = floor.contact("English").await;
    let english = "English".parse().unwrap();
    floor.acd.delete_skill(&english).await.unwrap();
    floor.make_available("ann").await;
    assert_eq!(floor.waiting_ids().await, [first, second]);
    floor
        .acd
        .add_skill(&Floor::id("ann"), &english, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(floor.agent_of(first).await, "ann");
}

/// A skill that no agent holds and no waiting contact needs cannot be deleted.
pub async fn an_unknown_skill_is_not_deleted(floor: &Floor) {
    floor.agent("ann", "English").await;
    let unknown = "Klingon".parse().unwrap();
    let refused = floor.acd.delete_skill(&unknown).await;
    assert_eq!(refused, Err(Error::UnknownSkill(unknown.clone())));
    let english = "English".parse().unwrap();
    floor.acd.delete_skill(&english).await.unwrap();
    assert_eq!(
        floor.acd.delete_skill(&english).await,
        Err(Error::UnknownSkill(english))
    );
    floor.contact("Klingon").await;
    floor.acd.delete_skill(&unknown).await.unwrap();
}
