//! The lifecycle of contacts. Every call can be repeated.

use std::time::Duration;

use super::Floor;
use crate::contact::{ContactId, ContactState, NewContact, Outcome, Priority};
use crate::error::Error;
use crate::seen::ContactSeen;

const SECOND: Duration = Duration::from_secs(1);

/// The agent gets the next contact in the same step in which one ends.
pub async fn completing_a_contact_frees_its_agent_for_the_next(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let first = floor.contact("English").await;
    let second = floor.contact("English").await;
    floor.pass(SECOND);
    let ended = floor.complete(first).await;
    assert!(
        matches!(
            ended,
            ContactState::Complete {
                outcome: Outcome::Handled,
                ..
            }
        ),
        "{ended:?}"
    );
    assert_eq!(ended, floor.state(first).await);
    assert_eq!(floor.agent_of(second).await, "ann");
    let ann = floor.look("ann").await;
    assert_eq!((ann.handled, ann.state.contact()), (1, Some(second)));
    floor.complete(second).await;
    assert_eq!(floor.words("ann").await, "available");
}

/// A contact completed while waiting is abandoned: it has no agent and leaves the queue.
pub async fn completing_a_waiting_contact_abandons_it(floor: &Floor) {
    let contact = floor.contact("English").await;
    floor.pass(SECOND);
    let ended = floor.complete(contact).await;
    let ContactState::Complete {
        served: None,
        outcome: Outcome::Abandoned,
        at,
    } = ended
    else {
        panic!("{ended:?}");
    };
    assert_eq!(
        at.since(floor.acd.contact(contact).await.unwrap().created),
        1_000
    );
    assert!(floor.waiting().await.is_empty());
}

/// An abandoned contact leaves its line in the same step; the next agent gets the one behind it.
pub async fn an_abandoned_contact_is_never_assigned(floor: &Floor) {
    let gone = floor.contact("English").await;
    let stays = floor.contact("English").await;
    floor.complete(gone).await;
    floor.available_agent("ann", "English").await;
    assert_eq!(floor.agent_of(gone).await, "");
    assert_eq!(floor.agent_of(stays).await, "ann");
    floor.complete(stays).await;
    assert_eq!(floor.words("ann").await, "available");
}

/// A repeated call gets the same answer.
pub async fn completing_twice_changes_nothing(floor: &Floor) {
    floor.available_agent("ann", "").await;
    let handled = floor.contact("").await;
    let abandoned = floor.contact("").await;
    floor.complete(abandoned).await;
    let once = floor.complete(handled).await;
    let events = floor.acd.overview().await.unwrap().event;
    floor.pass(SECOND);
    assert_eq!(floor.complete(handled).await, once);
    floor.complete(abandoned).await;
    let after = floor.acd.overview().await.unwrap();
    assert_eq!(
        (after.event, after.totals.handled, after.totals.abandoned),
        (events, 1, 1)
    );
}

/// A client that repeats "complete" after a timeout must not end another contact.
pub async fn a_late_repeat_does_not_free_an_agent_from_their_next_contact(floor: &Floor) {
    floor.available_agent("ann", "").await;
    let first = floor.contact("").await;
    let second = floor.contact("").await;
    floor.complete(first).await;
    floor.complete(first).await;
    assert_eq!(floor.look("ann").await.state.contact(), Some(second));
}

/// A client that repeats "create" after a timeout gets the contact's present state.
pub async fn creating_again_gives_the_present_state(floor: &Floor) {
    let new = NewContact::needing(ContactId::random(), Floor::skills("English,Sales")).unwrap();
    let again = NewContact::needing(new.id, Floor::skills("Sales,English")).unwrap();
    let made = floor.acd.create_contact(new.clone()).await.unwrap();
    assert_eq!((made.state, made.repeated), (ContactState::Queued, false));
    let create = async |new: &NewContact| {
        let made = floor.acd.create_contact(new.clone()).await.unwrap();
        assert!(made.repeated, "{made:?}");
        made.state
    };
    assert_eq!(create(&again).await, ContactState::Queued);
    assert_eq!(floor.waiting().await.len(), 1);
    floor.available_agent("ann", "English,Sales").await;
    assert!(matches!(create(&new).await, ContactState::Assigned { .. }));
    floor.complete(new.id).await;
    floor.acd.close().await.unwrap();
    assert!(matches!(create(&new).await, ContactState::Complete { .. }));
    assert_eq!(floor.acd.overview().await.unwrap().totals.created, 1);
}

/// Using an id again for a different request is a client error and is refused.
pub async fn an_id_stands_for_one_request(floor: &Floor) {
    let id = floor.contact("English").await;
    let other_skills = NewContact::needing(id, Floor::skills("Sales")).unwrap();
    assert_eq!(
        floor.acd.create_contact(other_skills).await,
        Err(Error::KeyReused)
    );
    let mut other_priority = NewContact::needing(id, Floor::skills("English")).unwrap();
    other_priority.priority = Some(Priority(1));
    assert_eq!(
        floor.acd.create_contact(other_priority).await,
        Err(Error::KeyReused)
    );
    // A priority changed by a supervisor does not make a late repeat a different request.
    floor
        .acd
        .set_priority(id, Priority(1), &ContactSeen::ANYTHING)
        .await
        .unwrap();
    let repeat = NewContact::needing(id, Floor::skills("English")).unwrap();
    assert_eq!(
        floor.acd.create_contact(repeat).await.unwrap().state,
        ContactState::Queued
    );
}

/// Attributes are part of the request and are compared as values: the order of names does not
/// matter.
pub async fn an_id_stands_for_one_request_with_its_attributes(floor: &Floor) {
    let id = ContactId::random();
    let asks = async |attributes: &str| {
        let attributes = serde_json::from_str(attributes).unwrap();
        let new = NewContact::new(id, Floor::skills("English"), Priority(5), attributes);
        let made = floor.acd.create_contact(new.unwrap()).await;
        made.map(|done| done.state)
    };
    let first = r#"{"phone":"+49 30","list":[1,{"a":null,"b":"é"}],"n":-7}"#;
    assert_eq!(asks(first).await, Ok(ContactState::Queued));
    let other_order = r#"{"n":-7.0, "list":[1,{"b":"é","a":null}], "phone":"+49 30"}"#;
    assert_eq!(asks(other_order).await, Ok(ContactState::Queued));
    for other in [
        "{}",
        r#"{"phone":"+49 31","list":[1,{"a":null,"b":"é"}],"n":-7}"#,
        r#"{"phone":"+49 30","list":[{"a":null,"b":"é"},1],"n":-7}"#,
        r#"{"phone":"+49 30","list":[1,{"a":null,"b":"é"}],"n":-7,"more":1}"#,
        r#"{"phone":"+49 30","list":[1,{"b":"é"}],"n":-7}"#,
        r#"{"phone":"+49 30","list":[1,{"a":null,"b":"é"}],"n":"-7"}"#,
    ] {
        assert_eq!(asks(other).await, Err(Error::KeyReused), "{other}");
    }
    // This holds in every state of the contact, and also while the ACD is closed.
    floor.available_agent("ann", "English").await;
    floor.acd.close().await.unwrap();
    assert_eq!(asks("{}").await, Err(Error::KeyReused));
    floor.complete(id).await;
    assert_eq!(asks("{}").await, Err(Error::KeyReused));
    assert!(matches!(
        asks(first).await,
        Ok(ContactState::Complete { .. })
    ));
}

/// A contact belongs to the integrator that created it, and so do its events.
pub async fn a_contact_belongs_to_its_creator(floor: &Floor) {
    let owner = |name: &str| Some(name.parse().unwrap());
    let id = ContactId::random();
    let asks = async |owner| {
        let new = NewContact::needing(id, Floor::skills("English")).unwrap();
        let made = floor.store.create_contact(new.owned_by(owner)).await;
        made.map(|done| done.state)
    };
    assert_eq!(asks(owner("Shop 2")).await, Ok(ContactState::Queued));
    assert_eq!(asks(owner("Shop 2")).await, Ok(ContactState::Queued));
    for other in [None, owner("bank")] {
        assert_eq!(asks(other).await, Err(Error::KeyReused));
    }
    floor
        .acd
        .set_priority(id, Priority(1), &ContactSeen::ANYTHING)
        .await
        .unwrap();
    floor.available_agent("ann", "English").await;
    let ann = Floor::id("ann");
    floor
        .acd
        .requeue_contact(id, &ann, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    floor.make_available("ann").await;
    floor.complete(id).await;
    let at_once = NewContact::needing(ContactId::random(), vec![]).unwrap();
    let at_once = at_once.owned_by(owner("Shop 2"));
    floor.store.create_contact(at_once).await.unwrap();
    floor.contact("English").await;
    let seen = floor.acd.contact(id).await.unwrap().owner;
    assert_eq!(seen, owner("Shop 2"));
    let events = floor.acd.events_after(0, 100).await.unwrap();
    let of = |owner: Option<crate::contact::Owner>| {
        let events = events.iter().filter(|event| event.owner == owner);
        let contacts = events.filter(|event| event.what.contact().is_some());
        contacts.count()
    };
    assert_eq!((of(owner("Shop 2")), of(None)), (8, 1), "{events:?}");
    let others = events.iter().filter(|event| event.what.contact().is_none());
    assert!(others.clone().all(|event| event.owner.is_none()));
}

/// An unknown id is refused and creates nothing.
pub async fn an_unknown_contact_is_refused(floor: &Floor) {
    let id = ContactId::random();
    let unknown = Error::UnknownContact(id);
    assert_eq!(
        floor.acd.complete_contact(id, &ContactSeen::ANYTHING).await,
        Err(unknown.clone())
    );
    assert_eq!(floor.acd.contact(id).await, Err(unknown.clone()));
    assert_eq!(floor.acd.explain(id).await, Err(unknown));
}

/// Finished contacts expire; waiting and assigned ones do not.
pub async fn a_finished_contact_expires_after_an_hour_and_a_live_one_never(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let assigned = floor.contact("English").await;
    let waiting = floor.contact("English").await;
    let ended = floor.contact("English").await;
    floor.complete(ended).await;
    floor.pass(SECOND * 3_599);
    floor.store.run_due().await.unwrap();
    assert!(floor.acd.contact(ended).await.is_ok());
    floor.pass(SECOND);
    floor.store.run_due().await.unwrap();
    assert_eq!(
        floor.acd.contact(ended).await,
        Err(Error::UnknownContact(ended))
    );
    floor.pass(Duration::from_hours(100));
    floor.store.run_due().await.unwrap();
    assert_eq!(floor.agent_of(assigned).await, "ann");
    assert_eq!(floor.waiting_ids().await, [waiting]);
}

/// Attributes come back exactly as given; no number changes.
pub async fn attributes_are_kept_as_they_came(floor: &Floor) {
    floor.available_agent("ann", "").await;
    for came in [
        r#"{"customer":"Zoë \"Z\" \\ 日本","vip":true,"none":null,"state":3,"agent":"bob"}"#,
        r#"{"nested":{"list":[1,-2,"x",{}],"empty":{}},"a":1,"a":2}"#,
        r#"{"n":[18446744073709551616,123456789012345678901234567890,9007199254740993]}"#,
        r#"{"n":[1.0,1,0.1,0.10,1e400,-1E-400,-0,-0.0,1e2],"z":0,"a":0}"#,
        r#"{"t":"\u0000 \u0041 \/ \ud83d\ude00 \u2028 }]\n","":""}"#,
        r#"{"a":{"a":{"a":{"a":{"a":{"a":{"a":[]}}}}}}}"#,
    ] {
        let id = ContactId::random();
        let new = NewContact::new(id, vec![], Priority(1), came.parse().unwrap()).unwrap();
        floor.acd.create_contact(new).await.unwrap();
        // The document is read and rewritten by what happens to a contact.
        floor
            .acd
            .set_priority(id, Priority(2), &ContactSeen::ANYTHING)
            .await
            .unwrap();
        floor.complete(id).await;
        let contact = floor.acd.contact(id).await.unwrap();
        assert_eq!(contact.attributes.as_str(), came);
        assert_eq!(contact.priority, Priority(2));
    }
}

/// The wait is from arrival to assignment, or to abandonment.
pub async fn wait_is_measured_from_arrival(floor: &Floor) {
    let served = floor.contact("English").await;
    let gone = floor.contact("Klingon").await;
    floor.pass(SECOND * 3);
    floor.available_agent("ann", "English").await;
    floor.pass(SECOND * 4);
    floor.complete(served).await;
    floor.complete(gone).await;
    let now = floor.acd.overview().await.unwrap().now;
    assert_eq!(floor.acd.contact(served).await.unwrap().wait(now), 3_000);
    assert_eq!(floor.acd.contact(gone).await.unwrap().wait(now), 7_000);
    assert_eq!(
        floor.acd.overview().await.unwrap().totals.assigned_wait,
        3_000
    );
}
