//! Routing: longest available agent, first in first out, no blocking by contacts that nobody
//! serves.

use super::Floor;
use crate::contact::{ContactId, ContactState, NewContact, Priority};

/// Of two agents who can serve a contact, the one available longer gets it, whatever their ids.
pub async fn a_contact_goes_to_the_longest_available_agent(floor: &Floor) {
    floor.available_agent("zoe", "English").await;
    floor.available_agent("ann", "English").await;
    let first = floor.contact("English").await;
    let second = floor.contact("English").await;
    assert_eq!(floor.agent_of(first).await, "zoe");
    assert_eq!(floor.agent_of(second).await, "ann");
}

/// An agent with one of two skills does not get the contact, however long they have been available.
pub async fn the_agent_must_hold_every_skill(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "Billing").await;
    floor.available_agent("cem", "Billing,English,Sales").await;
    let contact = floor.contact("English,Billing").await;
    assert_eq!(floor.agent_of(contact).await, "cem");
    let waits = floor.contact("English,Billing").await;
    assert_eq!(floor.state(waits).await, ContactState::Queued);
}

/// A contact without skills goes to the longest available of all agents, with or without skills.
pub async fn a_contact_without_skills_goes_to_any_agent(floor: &Floor) {
    floor.available_agent("ann", "").await;
    floor.available_agent("bob", "English").await;
    let first = floor.contact("").await;
    let second = floor.contact("").await;
    assert_eq!(floor.agent_of(first).await, "ann");
    assert_eq!(floor.agent_of(second).await, "bob");
    let third = floor.contact("").await;
    floor.available_agent("cem", "Sales").await;
    assert_eq!(floor.agent_of(third).await, "cem");
}

/// A skill asked for twice counts once, and the order of skills does not matter.
pub async fn repeated_skills_count_once(floor: &Floor) {
    let one = floor.contact("English,Billing,English").await;
    let two = floor.contact("Billing,English").await;
    assert_eq!(
        floor.acd.contact(one).await.unwrap().skills,
        Floor::skills("English,Billing")
    );
    floor
        .available_agent("ann", "English,Billing,English")
        .await;
    assert_eq!(
        floor.look("ann").await.skills,
        Floor::skills("English,Billing")
    );
    assert_eq!(floor.agent_of(one).await, "ann");
    floor.complete(one).await;
    assert_eq!(floor.agent_of(two).await, "ann");
}

/// First in, first out.
pub async fn contacts_are_served_in_the_order_of_arrival(floor: &Floor) {
    let mut arrived = Vec::new();
    for _ in 0..5 {
        arrived.push(floor.contact("English").await);
    }
    assert_eq!(floor.waiting_ids().await, arrived);
    floor.available_agent("ann", "English").await;
    for contact in arrived {
        assert_eq!(floor.agent_of(contact).await, "ann");
        floor.complete(contact).await;
    }
}

/// A lower priority number is served before all earlier contacts with a higher one.
pub async fn a_more_urgent_contact_is_served_first(floor: &Floor) {
    let usual = floor.contact("English").await;
    let least = floor.contact_of("English", Priority(255)).await;
    let urgent = floor.contact_of("English", Priority(0)).await;
    let second = floor.contact_of("English", Priority(0)).await;
    assert_eq!(floor.waiting_ids().await, [urgent, second, usual, least]);
    floor.available_agent("ann", "English").await;
    for contact in [urgent, second, usual, least] {
        assert_eq!(floor.agent_of(contact).await, "ann");
        floor.complete(contact).await;
    }
}

/// For an agent who serves several lines, they are one queue.
pub async fn an_agent_takes_the_best_ranked_contact_over_all_their_skills(floor: &Floor) {
    let other = floor.contact("Klingon").await;
    let sales = floor.contact("Sales").await;
    let both = floor.contact("English,Sales").await;
    let any = floor.contact("").await;
    let english = floor.contact("English").await;
    floor.available_agent("ann", "English,Sales").await;
    for contact in [sales, both, any, english] {
        assert_eq!(floor.agent_of(contact).await, "ann");
        floor.complete(contact).await;
    }
    assert_eq!(floor.waiting_ids().await, [other]);
}

/// Contacts that nobody can serve do not delay others: one that can be served is assigned in the
/// same call that creates it.
pub async fn a_thousand_unservable_contacts_delay_nobody(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    for _ in 0..1_000 {
        let new = NewContact::needing(ContactId::random(), Floor::skills("Klingon,English"));
        assert_eq!(
            floor.acd.create_contact(new.unwrap()).await.unwrap().state,
            ContactState::Queued
        );
    }
    let new = NewContact::needing(ContactId::random(), Floor::skills("English")).unwrap();
    let state = floor.acd.create_contact(new).await.unwrap().state;
    assert_eq!(
        state.agent().map(ToString::to_string).as_deref(),
        Some("ann")
    );
}

/// The search for an agent goes through the whole list if needed.
pub async fn the_one_agent_with_both_skills_is_found_behind_a_hundred_with_one(floor: &Floor) {
    for number in 0..100 {
        floor
            .available_agent(&format!("english {number}"), "English")
            .await;
        floor
            .available_agent(&format!("billing {number}"), "Billing")
            .await;
    }
    floor.available_agent("both", "English,Billing").await;
    floor.available_agent("both too", "English,Billing").await;
    let contact = floor.contact("English,Billing").await;
    assert_eq!(floor.agent_of(contact).await, "both");
}

/// Many agents hold one of the skills and none holds both, so the contact waits.
pub async fn nobody_is_found_where_no_agent_holds_both_skills(floor: &Floor) {
    for number in 0..70 {
        floor
            .available_agent(&format!("english {number}"), "English")
            .await;
        floor
            .available_agent(&format!("billing {number}"), "Billing")
            .await;
    }
    let contact = floor.contact("English,Billing").await;
    assert_eq!(floor.state(contact).await, ContactState::Queued);
}

/// The search for a contact passes every line that the agent cannot serve.
pub async fn a_contact_behind_many_lines_of_the_same_skill_is_found(floor: &Floor) {
    // Every agent holds the other skills, so every line is anchored at English, the rarest.
    let others: Vec<String> = (0..50).map(|number| format!("skill {number}")).collect();
    floor.agent("generalist", &others.join(",")).await;
    for other in &others {
        floor.contact(&format!("English,{other}")).await;
    }
    let wanted = floor.contact("English,Sales").await;
    floor.available_agent("ann", "English,Sales").await;
    assert_eq!(floor.agent_of(wanted).await, "ann");
}

/// The order is that of arrival even if the clock stands still.
pub async fn many_arrivals_in_one_moment_keep_their_order(floor: &Floor) {
    let mut arrived = Vec::new();
    for _ in 0..50 {
        arrived.push(floor.contact("").await);
    }
    assert_eq!(floor.waiting_ids().await, arrived);
    let ranks: Vec<_> = floor
        .waiting()
        .await
        .iter()
        .map(|contact| contact.rank)
        .collect();
    assert!(
        ranks.is_sorted_by(|a, b| a < b),
        "no two are equal: {ranks:?}"
    );
}
