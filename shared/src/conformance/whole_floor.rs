//! What is done to the whole floor: opening, closing, deleting a skill.

use super::Floor;
use crate::contact::{ContactId, ContactState, NewContact};
use crate::error::Error;
use crate::seen::{AgentSeen, ContactSeen};
use crate::view::Page;

/// Nothing has to be set up.
pub async fn a_new_acd_is_open_and_empty(floor: &Floor) {
    let overview = floor.acd.overview().await.unwrap();
    assert!(overview.open);
    assert_eq!(
        (overview.waiting, overview.agents, overview.oldest),
        (0, 0, None)
    );
    floor.contact("English").await;
}

/// What the system made of somebody is no word that they could type: opening brings back whom
/// closing took off and who never chose, and nobody else, whatever they say.
pub async fn opening_brings_back_whom_closing_took_off_and_who_never_chose(floor: &Floor) {
    for name in ["new", "taken", "home", "typed", "busy", "went"] {
        floor.agent(name, "").await;
    }
    for name in ["taken", "home", "typed", "busy", "went"] {
        floor.make_available(name).await;
    }
    // Home without a reason; with words that sound like the system's.
    floor.make_unavailable("home", "").await;
    floor.make_unavailable("typed", "closed").await;
    floor.agent("told", "").await;
    floor.make_unavailable("told", "new").await;
    floor.agent("quiet", "").await;
    floor.make_unavailable("quiet", "").await;
    floor.acd.close().await.unwrap();
    // Whatever anybody chooses while it is closed stands: no reason is a choice, too.
    floor.make_unavailable("went", "").await;
    // Closing once more and opening once more change nothing of it.
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

/// A choice on a contact while the ACD is closed counts more than the closing, and a requeue
/// brings who closing takes off to where they come back from.
pub async fn a_choice_on_a_contact_outlives_closing_and_opening(floor: &Floor) {
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

/// Whoever has been unavailable longest is the longest available then, whatever their id.
pub async fn opening_brings_back_in_the_order_in_which_they_were_unavailable(floor: &Floor) {
    for name in ["a2", "a10", "a3", "a1"] {
        floor.available_agent(name, "").await;
    }
    let contact = floor.contact("").await;
    floor.acd.close().await.unwrap();
    floor.agent("a0", "").await;
    // Who was on a contact is unavailable last.
    floor.complete(contact).await;
    floor.acd.open().await.unwrap();
    for name in ["a10", "a3", "a1", "a0", "a2"] {
        let contact = floor.contact("").await;
        assert_eq!(floor.agent_of(contact).await, name);
    }
}

/// So it is on a floor that is gone through in many steps.
pub async fn a_large_floor_comes_back_in_the_order_in_which_it_was_unavailable(floor: &Floor) {
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

/// Opening overrides no break that somebody chose.
pub async fn opening_makes_everyone_available_but_who_is_on_a_break(floor: &Floor) {
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
        "who was available keeps his place"
    );
}

/// A contact in hand is nobody's business but its agent's.
pub async fn opening_leaves_agents_on_contacts_alone(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let in_hand = floor.contact("English").await;
    let waits = floor.contact("English").await;
    floor.acd.open().await.unwrap();
    assert_eq!(floor.look("ann").await.state.contact(), Some(in_hand));
    assert_eq!(floor.state(waits).await, ContactState::Queued);
}

/// Who wants to stop after his contact stops, whoever opens meanwhile.
pub async fn opening_does_not_touch_what_a_busy_agent_chose(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    floor.make_unavailable("ann", "").await;
    floor.acd.open().await.unwrap();
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "unavailable");
}

/// The queue outlives the closing; a break keeps its reason.
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

/// Closed is a state that is asked, not a message that was sent.
pub async fn a_closed_acd_takes_no_new_contacts(floor: &Floor) {
    floor.acd.close().await.unwrap();
    let new = || NewContact::needing(ContactId::random(), Floor::skills("English")).unwrap();
    assert_eq!(floor.acd.create_contact(new()).await, Err(Error::Closed));
    assert_eq!(floor.acd.overview().await.unwrap().totals.offered, 0);
    floor.acd.open().await.unwrap();
    assert_eq!(
        floor.acd.create_contact(new()).await.unwrap().state,
        ContactState::Queued
    );
}

/// He finishes what he has.
pub async fn closing_reaches_a_busy_agent_when_his_contact_ends(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    floor.acd.close().await.unwrap();
    assert_eq!(floor.words("ann").await, "busy, then unavailable, closed");
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "unavailable, closed");
    floor.acd.open().await.unwrap();
    assert_eq!(floor.words("ann").await, "available");
}

/// A closing that was taken back has done nothing to him.
pub async fn closing_and_opening_leave_a_busy_agent_as_he_was(floor: &Floor) {
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

/// Closed means no new contacts; those in the queue may still be served by who wants to.
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

/// Large floors are gone through in steps; in the end everyone was reached, in the order of ids.
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

/// An agent made available by opening takes who waited, as one who made himself available.
pub async fn opening_serves_who_waits(floor: &Floor) {
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

/// Everyone loses it, available, busy or away, and is listed by the rest.
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

/// What a customer asked for is not changed behind his back.
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

/// A skill that neither agents nor waiting contacts know cannot be deleted.
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
