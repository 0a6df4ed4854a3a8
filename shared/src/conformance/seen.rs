//! Preconditions: a change is carried out only if what the caller saw is still so.

use super::Floor;
use crate::agent::{Agent, Presence};
use crate::contact::{Contact, ContactId, ContactState, Done, Outcome, Priority};
use crate::error::{Error, Result};
use crate::seen::{AgentSeen, ContactSeen, Version};

/// Returns the text of a refusal as stale.
fn stale<T: std::fmt::Debug>(answer: Result<T>) -> String {
    match answer {
        Err(Error::Stale(said)) => said,
        other => panic!("it should have been stale: {other:?}"),
    }
}

fn changed<T: std::fmt::Debug>(answer: Result<T>) -> String {
    match answer {
        Err(Error::Changed(said)) => said,
        other => panic!("it should have been another version: {other:?}"),
    }
}

fn with(name: &str) -> ContactSeen {
    ContactSeen::with(Floor::id(name))
}

async fn move_to(floor: &Floor, contact: ContactId, from: &str, to: &str) {
    let from = Floor::id(from);
    let requeue = floor
        .acd
        .requeue_contact(contact, &from, &ContactSeen::ANYTHING);
    requeue.await.unwrap();
    floor.make_available(to).await;
    assert_eq!(floor.agent_of(contact).await, to);
}

/// Ending a contact as seen with one agent does not end it when it is with another.
pub async fn a_contact_that_went_to_another_agent_is_not_ended(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.agent("bob", "English").await;
    let contact = floor.contact("English").await;
    move_to(floor, contact, "ann", "bob").await;
    let acd = &floor.acd;
    for said in [
        stale(acd.complete_contact(contact, &with("ann")).await),
        stale(acd.cancel_contact(contact, &with("ann")).await),
        stale(acd.set_priority(contact, Priority(1), &with("ann")).await),
    ] {
        assert!(said.contains("is not with agent ann"), "{said}");
        assert!(said.contains("it is with agent bob"), "{said}");
    }
    let there = acd.contact(contact).await.unwrap();
    assert!(matches!(there.state, ContactState::Assigned { .. }));
    assert_eq!(there.priority, Priority::default());
    let done = acd.complete_contact(contact, &with("bob")).await.unwrap();
    assert!(!done.repeated);
    let said = stale(acd.complete_contact(contact, &with("ann")).await);
    assert!(said.contains("it ended with agent bob (handled)"), "{said}");
}

/// Taking a waiting contact out of the queue does not end a conversation that has begun since.
pub async fn a_contact_assigned_meanwhile_is_not_ended_as_waiting(floor: &Floor) {
    let contact = floor.contact("English").await;
    floor.available_agent("ann", "English").await;
    let acd = &floor.acd;
    for said in [
        stale(acd.cancel_contact(contact, &ContactSeen::waiting()).await),
        stale(acd.complete_contact(contact, &ContactSeen::waiting()).await),
    ] {
        assert!(said.contains("does not wait"), "{said}");
        assert!(said.contains("it is with agent ann"), "{said}");
    }
    assert_eq!(floor.look("ann").await.state.contact(), Some(contact));
    floor.complete(contact).await;
    stale(acd.cancel_contact(contact, &ContactSeen::waiting()).await);
}

/// Ending a contact as seen with an agent does not end it when it waits again.
pub async fn a_contact_requeued_meanwhile_is_not_ended_as_assigned(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    let ann = Floor::id("ann");
    let acd = &floor.acd;
    let requeue = acd.requeue_contact(contact, &ann, &ContactSeen::ANYTHING);
    requeue.await.unwrap();
    let said = stale(acd.complete_contact(contact, &with("ann")).await);
    assert!(said.contains("it waits"), "{said}");
    assert_eq!(floor.state(contact).await, ContactState::Queued);
}

/// A change whose answer was lost can be repeated with the same precondition.
pub async fn a_repeat_with_the_same_precondition_succeeds(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let served = floor.contact("English").await;
    let waits = floor.contact("English").await;
    let acd = &floor.acd;
    let cancel = async || {
        acd.cancel_contact(waits, &ContactSeen::waiting())
            .await
            .unwrap()
    };
    let complete = async || acd.complete_contact(served, &with("ann")).await.unwrap();
    for (first, again) in [
        (cancel().await, cancel().await),
        (complete().await, complete().await),
    ] {
        let repeated = |done: &Done| done.repeated;
        assert_eq!((repeated(&first), repeated(&again)), (false, true));
        assert_eq!(first.state, again.state);
    }
    let ann = Floor::id("ann");
    let lunch = || Presence::Unavailable(Some("lunch".parse().unwrap()));
    let saw = AgentSeen::chose(Presence::Available);
    let before = acd.set_presence(&ann, lunch(), &saw).await.unwrap();
    assert_eq!(before, Presence::Available);
    let before = acd.set_presence(&ann, lunch(), &saw).await.unwrap();
    assert_eq!(before, lunch(), "a repeat");
}

/// A lunch break chosen since then is not overridden by a caller who did not see it.
pub async fn a_choice_made_meanwhile_is_not_overridden(floor: &Floor) {
    floor.agent("ann", "English").await;
    let ann = Floor::id("ann");
    floor.make_unavailable("ann", "lunch").await;
    let nothing = Presence::Unavailable(None);
    let acd = &floor.acd;
    let saw = AgentSeen::chose(nothing);
    let said = stale(acd.set_presence(&ann, Presence::Available, &saw).await);
    assert!(said.contains("they chose unavailable (lunch)"), "{said}");
    assert_eq!(floor.words("ann").await, "unavailable lunch");
    stale(acd.delete_agent(&ann, &saw).await);
    // During a contact, what counts is what the agent will be when it ends.
    floor.make_available("ann").await;
    let contact = floor.contact("English").await;
    let available = AgentSeen::chose(Presence::Available);
    let break_ = Presence::Unavailable(Some("break".parse().unwrap()));
    let set = acd.set_presence(&ann, break_.clone(), &available).await;
    assert_eq!(set, Ok(Presence::Available));
    let other = Presence::Unavailable(None);
    stale(acd.set_presence(&ann, other, &available).await);
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "unavailable break");
    let saw = AgentSeen::chose(break_);
    acd.delete_agent(&ann, &saw).await.unwrap();
}

/// Every change makes a new version and reading makes none. Any change that names an old version is
/// refused.
pub async fn a_change_of_a_contact_requires_the_named_version(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let id = floor.contact("English").await;
    let ann = Floor::id("ann");
    let acd = &floor.acd;
    let contact = async || -> Contact { acd.contact(id).await.unwrap() };
    let old = contact().await.version();
    assert_eq!(contact().await.version(), old);
    let any = ContactSeen::ANYTHING;
    acd.set_priority(id, Priority(1), &any).await.unwrap();
    let now = contact().await.version();
    assert_ne!(now, old);
    let in_old = || ContactSeen::ANYTHING.in_version(vec![old.clone()]);
    for said in [
        changed(acd.complete_contact(id, &in_old()).await),
        changed(acd.cancel_contact(id, &in_old()).await),
        changed(acd.set_priority(id, Priority(2), &in_old()).await),
        changed(acd.requeue_contact(id, &ann, &in_old()).await),
        changed(acd.complete_contact(id, &any.in_version(vec![])).await),
    ] {
        assert!(said.contains(now.as_str()), "{said}");
    }
    let other = Version::named("other");
    let either = with("ann").in_version(vec![other, now]);
    let done = acd.complete_contact(id, &either).await.unwrap();
    assert!(matches!(
        done.state,
        ContactState::Complete {
            outcome: Outcome::Handled,
            ..
        }
    ));
    // The contact has another version once it has ended.
    changed(acd.complete_contact(id, &either).await);
}

/// The same for agents.
pub async fn a_change_of_an_agent_requires_the_named_version(floor: &Floor) {
    floor.agent("ann", "English").await;
    let ann = Floor::id("ann");
    let acd = &floor.acd;
    let agent = async || -> Agent { acd.agent(&ann).await.unwrap() };
    let person = |name: &str| -> crate::text::PersonName { name.to_owned().try_into().unwrap() };
    let mut old = agent().await.version();
    let in_version = |version: &Version| AgentSeen::ANYTHING.in_version(vec![version.clone()]);
    let first = in_version(&old);
    let english = "English".parse().unwrap();
    let sales = "Sales".parse().unwrap();
    acd.rename_agent(&ann, person("Ann \"É\"\\"), person("日本"), &first)
        .await
        .unwrap();
    for step in 0..5 {
        let now = agent().await.version();
        assert_ne!(now, old, "step {step}");
        let (seen, late) = (in_version(&now), in_version(&old));
        match step {
            0 => {
                changed(acd.add_skill(&ann, &sales, &late).await);
                assert_eq!(acd.add_skill(&ann, &sales, &seen).await, Ok(true));
            }
            1 => {
                changed(acd.remove_skill(&ann, &english, &late).await);
                acd.remove_skill(&ann, &english, &seen).await.unwrap();
            }
            2 => {
                let set = acd.set_presence(&ann, Presence::Available, &late).await;
                changed(set);
                let set = acd.set_presence(&ann, Presence::Available, &seen).await;
                assert_eq!(set, Ok(Presence::Unavailable(None)));
            }
            3 => {
                let again = acd.set_presence(&ann, Presence::Available, &late).await;
                changed(again);
                changed(
                    acd.rename_agent(&ann, person("A"), person("B"), &late)
                        .await,
                );
                let before = acd
                    .rename_agent(&ann, person("A"), person("B"), &seen)
                    .await;
                assert_eq!(before, Ok((person("Ann \"É\"\\"), person("日本"))));
            }
            _ => {
                changed(acd.delete_agent(&ann, &late).await);
                let deleted = acd.delete_agent(&ann, &seen).await.unwrap();
                assert_eq!(deleted.version(), now);
            }
        }
        old = now;
    }
    let gone = acd.delete_agent(&ann, &in_version(&old)).await;
    assert_eq!(gone.map(drop), Err(Error::UnknownAgent(ann)));
}

/// A change returns what it replaced, so that an audit log needs no extra read.
pub async fn a_change_returns_what_it_replaced(floor: &Floor) {
    let acd = &floor.acd;
    assert_eq!(acd.close().await, Ok(true));
    assert_eq!(acd.close().await, Ok(false));
    assert_eq!(acd.open().await, Ok(false));
    assert_eq!(acd.open().await, Ok(true));
    let contact = floor.contact("Sales").await;
    let any = ContactSeen::ANYTHING;
    let set = async |priority| acd.set_priority(contact, Priority(priority), &any).await;
    assert_eq!(set(7).await, Ok(Priority(5)));
    assert_eq!(set(7).await, Ok(Priority(7)));
    floor.agent("ann", "English").await;
    let (ann, any) = (Floor::id("ann"), AgentSeen::ANYTHING);
    let lunch = Presence::Unavailable(Some("Mittag essen".parse().unwrap()));
    let set = async |presence: &Presence| acd.set_presence(&ann, presence.clone(), &any).await;
    assert_eq!(set(&lunch).await, Ok(Presence::Unavailable(None)));
    assert_eq!(set(&Presence::Available).await, Ok(lunch));
    let sales = "Sales".parse().unwrap();
    assert_eq!(acd.add_skill(&ann, &sales, &any).await, Ok(true));
    assert_eq!(floor.agent_of(contact).await, "ann");
    assert_eq!(acd.add_skill(&ann, &sales, &any).await, Ok(false));
    floor.complete(contact).await;
    let was = floor.look("ann").await;
    assert_eq!(acd.delete_agent(&ann, &any).await, Ok(was));
}
