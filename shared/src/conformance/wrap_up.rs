//! Wrap-up after a contact, its disposition and its note.

use std::time::Duration;

use super::Floor;
use super::offers::{accept, events, newest, pass, set, totals};
use crate::agent::{AgentState, Mark, Presence};
use crate::contact::{Attributes, ContactId, NewContact, Remarks};
use crate::error::Error;
use crate::event::What;
use crate::operation::WrapUpStep;
use crate::seen::{AgentSeen, ContactSeen};
use crate::settings::Timeout;
use crate::time::{Clock as _, Millis};

const TIMED: &str = r#"{"wrap_up":{"mode":"timed","seconds":30}}"#;
const MANUAL: &str = r#"{"wrap_up":{"mode":"manual"}}"#;

async fn done(floor: &Floor, agent: &str) {
    let done = floor.acd.wrap_up(&Floor::id(agent), WrapUpStep::Done).await;
    done.unwrap();
}

fn longer(seconds: u64) -> WrapUpStep {
    WrapUpStep::Extend(Timeout::try_from(seconds).unwrap())
}

/// Creates an agent who has just completed a contact, and returns the contact.
async fn wrapping(floor: &Floor, json: &str) -> ContactId {
    set(floor, json).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    floor.pass(Duration::from_secs(10));
    floor.complete(contact).await;
    contact
}

fn remarks(disposition: &str, note: &str) -> Remarks {
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Remarks {
        disposition: said(disposition).map(|text| text.parse().unwrap()),
        note: said(note).map(|text| text.parse().unwrap()),
    }
}

/// With a timed wrap-up an agent gets nothing until it is over, and then what waits, as the last of all.
pub async fn a_timed_wrap_up_ends_by_itself(floor: &Floor) {
    let before = newest(floor).await;
    let contact = wrapping(floor, TIMED).await;
    let now = floor.clock.now().millis();
    let until = Millis(now.0 + 30_000);
    let ann = floor.look("ann").await;
    let state = AgentState::WrapUp {
        contact,
        until: Some(until),
        next: Presence::Available,
        next_mark: None,
    };
    assert_eq!((ann.state.activity(), ann.changed), ("wrap_up", now));
    assert_eq!(ann.state, state);
    let told = events(floor, before).await;
    let wrap_up = What::AgentWrapUp {
        agent: Floor::id("ann"),
        contact,
        until: Some(until),
    };
    assert_eq!(told.last(), Some(&wrap_up));
    let overview = floor.acd.overview().await.unwrap();
    let agents = (overview.available, overview.busy, overview.wrap_up);
    assert_eq!((agents, overview.unavailable()), ((0, 0, 1), 0));
    let waits = floor.contact("a").await;
    assert_eq!(floor.store.run_due().await.unwrap().next, until);
    pass(floor, 29_999).await;
    assert_eq!(floor.agent_of(waits).await, "");
    pass(floor, 1).await;
    assert_eq!(floor.agent_of(waits).await, "ann");
    let ended = What::WrapUpEnded {
        agent: Floor::id("ann"),
        contact,
        time: 30_000,
        done: false,
    };
    assert!(events(floor, before).await.contains(&ended));
    let ann = floor.look("ann").await;
    assert_eq!((ann.wrap_up_time, ann.handle_time), (30_000, 10_000));
    assert_eq!(ann.average_handle_time(), Some(40_000));
    let counted = totals(floor).await;
    assert_eq!(
        (counted.wrap_up_time, counted.handle_time),
        (30_000, 10_000)
    );
    assert_eq!(counted.average_handle_time(), Some(40_000.0));
}

/// An agent ends their wrap-up early, or makes it longer: from its end on, not from now.
pub async fn a_wrap_up_is_ended_early_or_extended(floor: &Floor) {
    let contact = wrapping(floor, TIMED).await;
    let began = floor.clock.now().millis();
    floor.pass(Duration::from_secs(20));
    let ann = Floor::id("ann");
    let before = newest(floor).await;
    floor.acd.wrap_up(&ann, longer(60)).await.unwrap();
    let until = Millis(began.0 + 90_000);
    assert_eq!(floor.look("ann").await.state.until(), Some(until));
    let agent = ann.clone();
    let wrap_up = What::AgentWrapUp {
        agent,
        contact,
        until: Some(until),
    };
    assert_eq!(events(floor, before).await, [wrap_up]);
    pass(floor, 69_999).await;
    assert_eq!(floor.look("ann").await.state.activity(), "wrap_up");
    // Its time has passed, whether or not it has been ended yet.
    floor.pass(Duration::from_millis(1));
    let late = floor.acd.wrap_up(&ann, longer(5)).await;
    assert_eq!(late.unwrap_err().code(), "not_in_wrap_up");
    done(floor, "ann").await;
    assert_eq!(floor.words("ann").await, "available");
    assert_eq!(floor.look("ann").await.wrap_up_time, 90_000);
    for step in [WrapUpStep::Done, longer(5)] {
        let refused = floor.acd.wrap_up(&ann, step).await.unwrap_err();
        assert_eq!(refused.code(), "not_in_wrap_up");
    }
    let eve = Floor::id("eve");
    let unknown = floor.acd.wrap_up(&eve, WrapUpStep::Done).await;
    assert_eq!(unknown, Err(Error::UnknownAgent(eve)));
}

/// A wrap-up that the agent ends has no end of its own, and cannot be extended.
pub async fn a_manual_wrap_up_ends_when_its_agent_says_so(floor: &Floor) {
    wrapping(floor, MANUAL).await;
    let waits = floor.contact("a").await;
    pass(floor, 4_000_000).await;
    assert_eq!(floor.agent_of(waits).await, "");
    assert_eq!(floor.look("ann").await.state.until(), None);
    let refused = floor.acd.wrap_up(&Floor::id("ann"), longer(5)).await;
    assert_eq!(refused.unwrap_err().code(), "invalid");
    done(floor, "ann").await;
    assert_eq!(floor.agent_of(waits).await, "ann");
    // Their contact has expired meanwhile.
    assert_eq!(totals(floor).await.wrap_up_time, 4_000_000);
}

/// Who ends their wrap-up themselves ends it by being available, said in it or during the contact.
pub async fn saying_available_ends_a_manual_wrap_up(floor: &Floor) {
    wrapping(floor, MANUAL).await;
    floor.make_available("ann").await;
    assert_eq!(floor.words("ann").await, "available");
    let contact = floor.contact("a").await;
    floor.make_available("ann").await;
    let ready = newest(floor).await;
    floor.make_available("ann").await;
    assert_eq!(events(floor, ready).await, [], "a repeat");
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "available");
    let contact = floor.contact("a").await;
    floor.make_available("ann").await;
    floor.make_unavailable("ann", "lunch").await;
    floor.complete(contact).await;
    assert_eq!(floor.look("ann").await.state.activity(), "wrap_up");
    floor.make_available("ann").await;
    assert_eq!(floor.words("ann").await, "available");
    // Closing comes between, and they say it again.
    let contact = floor.contact("a").await;
    floor.make_available("ann").await;
    floor.acd.close().await.unwrap();
    floor.make_available("ann").await;
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "available");
    floor.acd.open().await.unwrap();
    // It is said for one contact.
    let contact = floor.contact("a").await;
    floor.complete(contact).await;
    assert_eq!(floor.look("ann").await.state.activity(), "wrap_up");
}

/// What is chosen in wrap-up comes true at its end. Being available does not end a timed one.
pub async fn a_choice_in_wrap_up_comes_true_at_its_end(floor: &Floor) {
    wrapping(floor, TIMED).await;
    floor.make_available("ann").await;
    assert_eq!(floor.look("ann").await.state.activity(), "wrap_up");
    floor.make_unavailable("ann", "lunch").await;
    assert_eq!(floor.look("ann").await.state.activity(), "wrap_up");
    pass(floor, 30_000).await;
    assert_eq!(floor.words("ann").await, "unavailable lunch");
}

/// Every end of a contact that an agent was on begins wrap-up, also for who chose to be unavailable. A
/// requeue does not, nor does a contact that nobody was on.
pub async fn every_end_of_an_accepted_contact_begins_wrap_up(floor: &Floor) {
    set(
        floor,
        r#"{"wrap_up":{"mode":"timed","seconds":30},"offer_timeout_s":20}"#,
    )
    .await;
    floor.available_agent("ann", "a").await;
    let anything = &ContactSeen::ANYTHING;
    let contact = floor.contact("a").await;
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "available", "abandoned");
    for cancelled in [true, false] {
        let contact = floor.contact("a").await;
        accept(floor, contact).await;
        floor.make_unavailable("ann", "lunch").await;
        if cancelled {
            floor.acd.cancel_contact(contact, anything).await.unwrap();
        } else {
            floor.complete(contact).await;
        }
        assert_eq!(floor.look("ann").await.state.activity(), "wrap_up");
        done(floor, "ann").await;
        assert_eq!(floor.words("ann").await, "unavailable lunch");
        floor.make_available("ann").await;
    }
    let contact = floor.contact("a").await;
    accept(floor, contact).await;
    let ann = Floor::id("ann");
    let requeued = floor.acd.requeue_contact(contact, &ann, anything).await;
    requeued.unwrap();
    assert_eq!(floor.words("ann").await, "unavailable, requeued");
}

/// Closing and opening leave a wrap-up alone; they decide what follows it.
pub async fn a_wrap_up_runs_on_while_the_acd_closes(floor: &Floor) {
    wrapping(floor, TIMED).await;
    floor.acd.close().await.unwrap();
    let ann = floor.look("ann").await;
    assert_eq!(
        (ann.state.activity(), ann.state.mark()),
        ("wrap_up", Some(Mark::Closed))
    );
    floor.acd.open().await.unwrap();
    assert_eq!(floor.look("ann").await.state.chosen(), Presence::Available);
    floor.acd.close().await.unwrap();
    pass(floor, 30_000).await;
    assert_eq!(floor.words("ann").await, "unavailable, closed");
    floor.acd.open().await.unwrap();
    assert_eq!(floor.words("ann").await, "available");
}

/// An agent in wrap-up is on no contact, so they can be deleted. Their time is counted.
pub async fn an_agent_in_wrap_up_is_deleted(floor: &Floor) {
    wrapping(floor, TIMED).await;
    floor.pass(Duration::from_secs(3));
    let ann = Floor::id("ann");
    let seen = &AgentSeen::ANYTHING;
    floor.acd.delete_agent(&ann, seen).await.unwrap();
    assert_eq!(totals(floor).await.wrap_up_time, 3_000);
    pass(floor, 30_000).await;
    let overview = floor.acd.overview().await.unwrap();
    assert_eq!((overview.wrap_up, overview.agents), (0, 0));
}

/// A type has its own wrap-up; what has begun runs on as it began.
pub async fn a_type_has_its_own_wrap_up(floor: &Floor) {
    set(floor, MANUAL).await;
    floor.available_agent("ann", "a").await;
    for (json, activity) in [
        (r#"{"skills":["a"],"wrap_up":{"mode":"none"}}"#, "idle"),
        (
            r#"{"skills":["a"],"wrap_up":{"mode":"timed","seconds":5}}"#,
            "wrap_up",
        ),
    ] {
        let name = "chat".parse().unwrap();
        let settings = serde_json::from_str(json).unwrap();
        floor.acd.set_type(&name, settings).await.unwrap();
        let id = ContactId::random();
        let new = NewContact::new(id, None, None, Attributes::new());
        let new = new.unwrap().of_type(Some(name.clone()));
        floor.acd.create_contact(new).await.unwrap();
        floor.complete(id).await;
        assert_eq!(floor.look("ann").await.state.activity(), activity);
    }
    set(floor, r#"{"wrap_up":null}"#).await;
    pass(floor, 4_999).await;
    assert_eq!(floor.look("ann").await.state.activity(), "wrap_up");
    pass(floor, 1).await;
    assert_eq!(floor.words("ann").await, "available");
    let figures = floor.acd.figures(Millis(0)).await.unwrap();
    let counted = figures.by_type[&"chat".parse().unwrap()];
    assert_eq!((counted.handled, counted.wrap_up_time), (2, 5_000));
}

/// Time in wrap-up is time with contacts: occupancy counts it.
pub async fn wrap_up_counts_for_occupancy(floor: &Floor) {
    wrapping(floor, TIMED).await;
    pass(floor, 30_000).await;
    pass(floor, 40_000).await;
    let figures = floor.acd.figures(Millis(0)).await.unwrap();
    assert_eq!((figures.busy_time, figures.idle_time), (40_000, 40_000));
}

/// A disposition and a note come with the completion or in the wrap-up after it, and not later.
pub async fn a_disposition_is_given_at_the_end_or_in_wrap_up(floor: &Floor) {
    set(floor, TIMED).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let refused = floor
        .acd
        .set_disposition(contact, remarks("sold", ""))
        .await;
    assert_eq!(refused.unwrap_err().code(), "not_in_wrap_up");
    let before = newest(floor).await;
    let seen = &ContactSeen::with(Floor::id("ann"));
    let said = remarks("sold", "he said \"yes\" {\\}");
    floor
        .acd
        .complete_with(contact, said.clone(), seen)
        .await
        .unwrap();
    let told = events(floor, before).await;
    assert!(
        matches!(&told[0], What::ContactCompleted { disposition, .. }
        if *disposition == said.disposition)
    );
    let kept = floor.acd.contact(contact).await.unwrap();
    assert_eq!(
        (kept.disposition, kept.note),
        (said.disposition.clone(), said.note.clone())
    );
    let before = newest(floor).await;
    let other = remarks("callback", "");
    floor
        .acd
        .set_disposition(contact, other.clone())
        .await
        .unwrap();
    let event = What::ContactDisposition {
        contact,
        agent: Floor::id("ann"),
        disposition: other.disposition.clone(),
    };
    assert_eq!(events(floor, before).await, [event]);
    let kept = floor.acd.contact(contact).await.unwrap();
    assert_eq!(
        (kept.disposition, kept.note),
        (other.disposition, said.note)
    );
    floor.pass(Duration::from_secs(30));
    for _ in 0..2 {
        let late = floor
            .acd
            .set_disposition(contact, remarks("sold", ""))
            .await;
        assert_eq!(late.unwrap_err().code(), "not_in_wrap_up");
        floor.store.run_due().await.unwrap();
    }
    let unknown = ContactId::random();
    let refused = floor
        .acd
        .set_disposition(unknown, remarks("sold", ""))
        .await;
    assert_eq!(refused, Err(Error::UnknownContact(unknown)));
}

/// With a list of dispositions another is refused, and nothing is done. None at all is always accepted.
pub async fn a_disposition_that_is_not_on_the_list_is_refused(floor: &Floor) {
    set(
        floor,
        r#"{"dispositions":["sold","lost"],"wrap_up":{"mode":"manual"}}"#,
    )
    .await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let seen = &ContactSeen::ANYTHING;
    let complete = async |disposition: &str| {
        let said = remarks(disposition, "");
        floor.acd.complete_with(contact, said, seen).await
    };
    let refused = complete("Sold").await.unwrap_err();
    assert_eq!(refused.code(), "unknown_disposition");
    let said = refused.to_string();
    assert!(
        said.contains("Sold") && said.contains("sold, lost"),
        "{said}"
    );
    assert_eq!(floor.words("ann").await, "busy, then available");
    complete("").await.unwrap();
    let refused = floor.acd.set_disposition(contact, remarks("won", "")).await;
    assert_eq!(refused.unwrap_err().code(), "unknown_disposition");
    let set_it = floor
        .acd
        .set_disposition(contact, remarks("lost", ""))
        .await;
    set_it.unwrap();
    set(floor, r#"{"dispositions":[]}"#).await;
    let refused = floor
        .acd
        .set_disposition(contact, remarks("lost", ""))
        .await;
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("the list is empty")
    );
    let note = floor
        .acd
        .set_disposition(contact, remarks("", "a note"))
        .await;
    note.unwrap();
}
