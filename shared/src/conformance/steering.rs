//! What supervisors do to a contact: cancel, requeue, change its priority.

use std::time::Duration;

use super::Floor;
use crate::contact::{ContactId, ContactState, Outcome, Priority};
use crate::error::Error;
use crate::seen::ContactSeen;

const SECOND: Duration = Duration::from_secs(1);

/// A waiting or assigned contact can be cancelled. Its agent is free and has not handled it.
pub async fn a_contact_is_cancelled_wherever_it_stands(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let assigned = floor.contact("English").await;
    let waiting = floor.contact("English").await;
    let next = floor.contact("English").await;
    let cancel = async |id| {
        floor
            .acd
            .cancel_contact(id, &ContactSeen::ANYTHING)
            .await
            .unwrap()
    };
    for id in [waiting, assigned] {
        let done = cancel(id).await;
        assert!(!done.repeated, "{done:?}");
        let ended = done.state;
        let over = matches!(
            ended,
            ContactState::Complete {
                outcome: Outcome::Cancelled,
                ..
            }
        );
        assert!(over, "{ended:?}");
        let again = cancel(id).await;
        assert!(again.repeated, "{again:?}");
        assert_eq!(again.state, ended, "again changes nothing");
        assert_eq!(floor.complete(id).await, ended);
    }
    assert_eq!(floor.agent_of(next).await, "ann");
    assert_eq!(floor.look("ann").await.handled, 0);
    let totals = floor.acd.overview().await.unwrap().totals;
    assert_eq!(
        (totals.cancelled, totals.handled, totals.abandoned),
        (2, 0, 0)
    );
    let unknown = ContactId::random();
    assert_eq!(
        floor
            .acd
            .cancel_contact(unknown, &ContactSeen::ANYTHING)
            .await,
        Err(Error::UnknownContact(unknown))
    );
}

/// A requeued contact keeps the place of its arrival. The agent it was taken from does not get it
/// again.
pub async fn a_requeued_contact_keeps_its_place(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let first = floor.contact("English").await;
    floor.pass(SECOND);
    let second = floor.contact("English").await;
    let requeued = floor
        .acd
        .requeue_contact(first, &Floor::id("ann"), &ContactSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(requeued.state, ContactState::Queued);
    assert_eq!(floor.waiting_ids().await, [first, second]);
    assert_eq!(floor.words("ann").await, "unavailable, requeued");
    assert_eq!(floor.acd.contact(first).await.unwrap().requeues, 1);
    floor.pass(SECOND);
    floor.available_agent("bob", "English").await;
    assert_eq!(floor.agent_of(first).await, "bob");
    let now = floor.acd.overview().await.unwrap().now;
    assert_eq!(floor.acd.contact(first).await.unwrap().wait(now), 2_000);
    assert_eq!(
        floor.acd.overview().await.unwrap().totals.assigned,
        1,
        "counted once"
    );
}

/// Another available agent gets it in the same step.
pub async fn a_requeued_contact_goes_to_another_agent_at_once(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "English").await;
    let contact = floor.contact("English").await;
    floor.make_unavailable("ann", "lunch").await;
    let done = floor
        .acd
        .requeue_contact(contact, &Floor::id("ann"), &ContactSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(done.state.agent(), Some(&Floor::id("bob")));
    assert_eq!(
        floor.words("ann").await,
        "unavailable lunch",
        "what they chose"
    );
    assert_eq!(floor.look("bob").await.state.contact(), Some(contact));
}

/// A late repeat must not take a contact from its next agent.
pub async fn a_contact_is_requeued_from_the_agent_who_was_meant(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    let from_ann = async || {
        floor
            .acd
            .requeue_contact(contact, &Floor::id("ann"), &ContactSeen::ANYTHING)
            .await
    };
    assert!(!from_ann().await.unwrap().repeated);
    let again = from_ann().await.unwrap();
    assert_eq!((again.state, again.repeated), (ContactState::Queued, true));
    floor.available_agent("bob", "English").await;
    let stale = async |now: &str| {
        let refused = from_ann().await.unwrap_err();
        assert_eq!(refused.code(), "stale");
        assert!(refused.to_string().contains(now), "{refused}");
    };
    stale("is not with agent ann: it is with agent bob").await;
    assert_eq!(floor.agent_of(contact).await, "bob");
    floor.complete(contact).await;
    stale("it ended with agent bob (handled)").await;
}

/// What never happened is not told to be done.
pub async fn a_contact_that_never_had_an_agent_cannot_be_requeued(floor: &Floor) {
    floor.agent("ann", "English").await;
    let contact = floor.contact("English").await;
    for from in ["ann", "nobody"] {
        let agent = Floor::id(from);
        let requeue = floor
            .acd
            .requeue_contact(contact, &agent, &ContactSeen::ANYTHING);
        let refused = requeue.await.unwrap_err();
        assert_eq!(refused.code(), "stale");
        let now = format!("is not with agent {from}: it waits");
        assert!(refused.to_string().contains(&now), "{refused}");
    }
    assert_eq!(floor.acd.contact(contact).await.unwrap().requeues, 0);
}

/// The place changes; the arrival, and so the wait, do not.
pub async fn a_priority_can_change_while_a_contact_waits(floor: &Floor) {
    let first = floor.contact("English").await;
    floor.pass(SECOND);
    let second = floor.contact("English").await;
    let third = floor.contact("Sales").await;
    let set = async |id, priority| {
        floor
            .acd
            .set_priority(id, Priority(priority), &ContactSeen::ANYTHING)
            .await
    };
    set(second, 1).await.unwrap();
    assert_eq!(floor.waiting_ids().await, [second, first, third]);
    set(first, 0).await.unwrap();
    assert_eq!(floor.waiting_ids().await, [first, second, third]);
    set(second, 5).await.unwrap();
    set(first, 5).await.unwrap();
    assert_eq!(
        floor.waiting_ids().await,
        [first, second, third],
        "by arrival again"
    );
    set(third, 0).await.unwrap();
    floor.available_agent("ann", "English,Sales").await;
    assert_eq!(floor.agent_of(third).await, "ann");
    set(third, 7).await.unwrap();
    assert_eq!(
        floor.acd.contact(third).await.unwrap().priority,
        Priority(7)
    );
    floor.complete(third).await;
    assert_eq!(set(third, 1).await, Err(Error::ContactEnded(third)));
    let unknown = ContactId::random();
    assert_eq!(set(unknown, 1).await, Err(Error::UnknownContact(unknown)));
}
