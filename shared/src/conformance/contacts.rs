//! What becomes of a contact, and that every call can be repeated.

use std::time::Duration;

use super::Floor;
use crate::contact::{ContactId, ContactState, NewContact, Outcome, Priority};
use crate::error::Error;
use crate::seen::{AgentSeen, ContactSeen};

const SECOND: Duration = Duration::from_secs(1);

/// The end of one contact is the beginning of the next, in one step.
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

/// A contact that ends while it waits was abandoned: no agent, not in the queue.
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

/// An abandoned contact leaves its line in the same step: the next agent gets who stood behind.
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

/// A repeated call is answered like the first.
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

/// A client that repeats "complete" after a time-out must not end somebody else's contact.
pub async fn a_late_repeat_does_not_free_an_agent_from_his_next_contact(floor: &Floor) {
    floor.available_agent("ann", "").await;
    let first = floor.contact("").await;
    let second = floor.contact("").await;
    floor.complete(first).await;
    floor.complete(first).await;
    assert_eq!(floor.look("ann").await.state.contact(), Some(second));
}

/// A client that repeats "create" after a time-out learns what became of it.
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
    assert_eq!(floor.acd.overview().await.unwrap().totals.offered, 1);
}

/// The same id for something else is a mistake of the client, and said to be one.
pub async fn an_id_stands_for_one_request(floor: &Floor) {
    let id = floor.contact("English").await;
    let other_skills = NewContact::needing(id, Floor::skills("Sales")).unwrap();
    assert_eq!(
        floor.acd.create_contact(other_skills).await,
        Err(Error::KeyReused)
    );
    let mut other_priority = NewContact::needing(id, Floor::skills("English")).unwrap();
    other_priority.priority = Priority(1);
    assert_eq!(
        floor.acd.create_contact(other_priority).await,
        Err(Error::KeyReused)
    );
    // A supervisor's change does not make a late repeat another request.
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

/// Attributes are part of the request, as values: the order of their names does not matter.
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
    // Whatever has become of it, and whether new contacts are taken or not.
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

/// A contact belongs to the integrator that created it, and so does what is told of it.
pub async fn a_contact_belongs_to_who_created_it(floor: &Floor) {
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

/// Nothing is made up for an unknown id.
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

/// Finished contacts are forgotten, waiting and assigned ones are not.
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

/// What an integrator attaches comes back as it came: no number is made another one.
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
        // It is read and written by what happens to a contact.
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

/// From arrival to assignment, or to the end of a contact that was abandoned.
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

/// Why somebody waits can always be asked.
pub async fn an_explanation_names_what_is_missing(floor: &Floor) {
    floor.available_agent("ann", "English,Billing").await;
    floor.agent("bob", "English,Billing,Sales").await;
    floor.agent("cem", "Sales").await;
    let served = floor.contact("English").await;
    let klingon = floor.contact("English,Klingon").await;
    let waits = floor.contact("Billing,English").await;
    floor.pass(SECOND);

    let why = floor.acd.explain(waits).await.unwrap();
    assert_eq!(
        (why.ahead, why.qualified, why.qualified_busy, why.wait),
        (Some(0), 2, 1, 1_000),
        "nobody serves the other"
    );
    assert_eq!((why.place, why.agents, why.open), (Some(1), 3, true));
    assert!(why.unstaffed.is_empty());
    let held: Vec<String> = why
        .holders
        .iter()
        .map(|agent| agent.id.to_string())
        .collect();
    assert_eq!(held, ["ann", "bob"]);
    assert_eq!(why.holders[0].state.contact(), Some(served));
    let why = floor.acd.explain(klingon).await.unwrap();
    assert_eq!((why.ahead, why.qualified), (Some(0), 0));
    assert_eq!(why.unstaffed, Floor::skills("Klingon"));
    let why = floor.acd.explain(served).await.unwrap();
    assert_eq!((why.ahead, why.qualified), (None, 2));
    assert!(why.sentence().contains("ann"), "{}", why.sentence());
    let anybody = floor.contact("").await;
    let why = floor.acd.explain(anybody).await.unwrap();
    assert_eq!((why.qualified, why.qualified_busy), (3, 1));
}

/// What an explanation says is so: of one that was cancelled, of a floor without agents, of a
/// closed one, of a busy agent who stops after the contact.
pub async fn an_explanation_says_what_is_true(floor: &Floor) {
    let waits = floor.contact("").await;
    let why = async |id| floor.acd.explain(id).await.unwrap();
    let nobody = "It waits because there are no agents.";
    assert_eq!(why(waits).await.sentence(), nobody);
    floor.complete(waits).await;

    for name in ["ann", "bob", "cem", "dan"] {
        floor.available_agent(name, "English").await;
    }
    let ended = floor.contact("English").await;
    floor
        .acd
        .cancel_contact(ended, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    let said = why(ended).await.sentence();
    let cancelled = "It was cancelled while agent ann was on it, after 0.0 s of waiting.";
    assert_eq!(said, cancelled);

    // Bob and Cem are busy; Cem goes to lunch after it; Dan is away.
    floor.contact("English").await;
    floor.contact("English").await;
    floor.make_unavailable("cem", "lunch").await;
    floor.make_unavailable("dan", "lunch").await;
    floor.acd.close().await.unwrap();
    floor.make_available("bob").await;
    floor.acd.open().await.unwrap();
    floor.make_available("ann").await;
    floor.contact("English").await;
    let waits = floor.contact("English").await;
    floor.acd.close().await.unwrap();
    floor.make_available("bob").await;
    floor.agent("eve", "English").await;
    let told = why(waits).await;
    assert_eq!(
        (
            told.open,
            told.qualified,
            told.qualified_busy,
            told.qualified_stopping,
            told.qualified_closed
        ),
        (false, 5, 3, 2, 0)
    );
    assert!(told.sentence().starts_with("The ACD is closed."));
}

/// Who was taken off by closing is told from who went.
pub async fn an_explanation_tells_whom_closing_took_off(floor: &Floor) {
    let waits = floor.contact("English,Sales").await;
    for name in ["ann", "bob", "cem"] {
        floor.available_agent(name, "English").await;
    }
    floor.acd.close().await.unwrap();
    floor.make_unavailable("cem", "lunch").await;
    for name in ["ann", "bob", "cem"] {
        let sales = "Sales".parse().unwrap();
        floor
            .acd
            .add_skill(&Floor::id(name), &sales, &AgentSeen::ANYTHING)
            .await
            .unwrap();
    }
    let why = floor.acd.explain(waits).await.unwrap();
    assert_eq!((why.qualified, why.qualified_closed), (3, 2));
    let said = "The ACD is closed. It waits because none of the 3 agents who hold all of its skills \
                is free: 2 taken off by closing the ACD, 1 unavailable.";
    assert_eq!(why.sentence(), said);
}

/// Ahead is who competes for an agent that could have this one, whatever that agent is doing.
pub async fn only_who_competes_for_its_agents_is_ahead(floor: &Floor) {
    floor.agent("ann", "English,Sales").await;
    floor.agent("bob", "French").await;
    floor.agent("cem", "Sales,French").await;
    let needs = [
        "English",        // Ann could have it, and the last one.
        "French",         // Nobody who could have it could have the last one.
        "",               // Anybody could.
        "French,English", // Nobody could.
        "Sales",
        "English,Sales",
    ];
    for skills in needs {
        floor.contact(skills).await;
    }
    let last = floor.contact("English").await;
    floor.contact("English").await;
    let why = floor.acd.explain(last).await.unwrap();
    assert_eq!((why.place, why.ahead), (Some(6), Some(4)));
    let hopeless = floor.waiting_ids().await[3];
    let why = floor.acd.explain(hopeless).await.unwrap();
    assert_eq!((why.place, why.ahead), (Some(3), Some(0)));
}

/// A name that nobody holds may have been meant as another.
pub async fn an_explanation_names_the_skill_that_may_have_been_meant(floor: &Floor) {
    for name in ["ann", "bob"] {
        floor.agent(name, "English").await;
    }
    let waits = floor.contact("english,Klingon").await;
    // A skill that is only waited for is no answer.
    floor.contact("englis").await;
    let why = floor.acd.explain(waits).await.unwrap();
    let said = "It waits because no agent holds Klingon or english; 2 hold English.";
    assert_eq!(why.sentence(), said);
    assert_eq!(why.nearest.len(), 1);
}

/// A cancelled contact is over, wherever it stood; an agent on it is free, and has not handled it.
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

/// Its place is that of its arrival; the agent it was taken from does not get it again.
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

/// Somebody who is free takes it in the same step.
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
        "what he chose"
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
    stale("is not with agent ann, or no longer: it is with agent bob").await;
    assert_eq!(floor.agent_of(contact).await, "bob");
    floor.complete(contact).await;
    stale("it is over, handled with agent bob").await;
}

/// The place changes, the arrival and so the wait do not.
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
