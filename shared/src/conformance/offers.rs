//! Offers: accepted, rejected, missed, withdrawn; what becomes of the contact and of the agent.

use std::time::Duration;

use super::Floor;
use crate::agent::{Agent, AgentState, Mark};
use crate::contact::{Attributes, ContactId, ContactState, NewContact, Offer, Priority};
use crate::error::Error;
use crate::event::What;
use crate::figures::Totals;
use crate::seen::{AgentSeen, ContactSeen};
use crate::time::{Clock as _, Millis, Tick};

pub(super) async fn set(floor: &Floor, json: &str) {
    let change = serde_json::from_str(json).unwrap();
    floor.acd.change_settings(change).await.unwrap();
}

/// Sets that contacts are offered for twenty seconds.
pub(super) async fn offering(floor: &Floor) {
    set(floor, r#"{"offer_timeout_s":20}"#).await;
}

/// Returns the open offer of a contact.
pub(super) async fn offer_of(floor: &Floor, contact: ContactId) -> Offer {
    match floor.state(contact).await {
        ContactState::Offered(offer) => offer,
        state => panic!("{contact} is {state:?}"),
    }
}

/// Returns the name of the agent to whom a contact is offered, or what the contact is instead.
pub(super) async fn rings(floor: &Floor, contact: ContactId) -> String {
    match floor.state(contact).await {
        ContactState::Offered(offer) => offer.agent.to_string(),
        ContactState::Queued => "queued".to_owned(),
        ContactState::Assigned { agent, .. } => format!("with {agent}"),
        ContactState::Complete { outcome, .. } => outcome.word().to_owned(),
    }
}

pub(super) async fn accept(floor: &Floor, contact: ContactId) {
    let Offer { number, agent, .. } = offer_of(floor, contact).await;
    let accepted = floor.acd.accept_offer(contact, &agent, number).await;
    assert!(!accepted.unwrap().repeated);
}

pub(super) async fn reject(floor: &Floor, contact: ContactId) -> Offer {
    let offer = offer_of(floor, contact).await;
    let (agent, number) = (&offer.agent, offer.number);
    let rejected = floor.acd.reject_offer(contact, agent, number, None).await;
    assert!(!rejected.unwrap().repeated);
    offer
}

/// Lets this time pass and carries out what is due.
pub(super) async fn pass(floor: &Floor, millis: u64) {
    floor.pass(Duration::from_millis(millis));
    floor.store.run_due().await.unwrap();
}

pub(super) async fn totals(floor: &Floor) -> Totals {
    floor.acd.overview().await.unwrap().totals
}

/// Returns the events after a number, without their times.
pub(super) async fn events(floor: &Floor, after: u64) -> Vec<What> {
    let events = floor.acd.events_after(after, 500).await.unwrap();
    events.into_iter().map(|event| event.what).collect()
}

pub(super) async fn newest(floor: &Floor) -> u64 {
    floor.acd.overview().await.unwrap().event
}

fn place_of(agent: &Agent) -> Tick {
    match agent.state {
        AgentState::Available { since } => since,
        ref state => panic!("{} is {state:?}", agent.id),
    }
}

/// With a timeout a match is an offer. Agent and contact say the same of it, and its number is that of
/// its event.
pub async fn a_match_is_an_offer_if_contacts_are_offered(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "English").await;
    let place = place_of(&floor.look("ann").await);
    let before = newest(floor).await;
    let contact = floor.contact("English").await;
    let now = floor.clock.now().millis();
    let until = Millis(now.0 + 20_000);
    let offer = offer_of(floor, contact).await;
    assert_eq!((&offer.agent, offer.until), (&Floor::id("ann"), until));
    let found = floor.acd.contact(contact).await.unwrap();
    assert_eq!((found.state.number(), found.state.agent()), (4, None));
    let ann = floor.look("ann").await;
    let state = AgentState::Offered {
        contact,
        offer: offer.number,
        until,
        since: place,
    };
    assert_eq!((ann.state, ann.changed), (state, now));
    let told = events(floor, before).await;
    let offered = What::ContactOffered {
        contact,
        agent: Floor::id("ann"),
        offer: before + 2,
        until,
    };
    assert_eq!(told[1..], [offered]);
    assert_eq!(offer.number, before + 2);
    let overview = floor.acd.overview().await.unwrap();
    let told = (overview.waiting, overview.available, overview.busy);
    assert_eq!(told, (0, 0, 0));
    assert_eq!((overview.offered, overview.unavailable()), (1, 0));
    assert_eq!((overview.totals.offers, overview.totals.assigned), (1, 0));
}

/// A waiting contact is offered to the agent who becomes routable, and one agent gets one offer.
pub async fn an_agent_who_becomes_free_is_offered_the_next_contact(floor: &Floor) {
    offering(floor).await;
    let (first, second) = (floor.contact("a").await, floor.contact("a").await);
    floor.available_agent("ann", "a").await;
    assert_eq!(rings(floor, first).await, "ann");
    assert_eq!(rings(floor, second).await, "queued");
    accept(floor, first).await;
    assert_eq!(rings(floor, second).await, "queued");
    floor.complete(first).await;
    assert_eq!(rings(floor, second).await, "ann");
    let overview = floor.acd.overview().await.unwrap();
    assert_eq!((overview.busy, overview.offered), (0, 1));
}

/// Accepting assigns. Only then the wait ends and the contact counts as answered.
pub async fn accepting_assigns_and_ends_the_wait(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let offer = offer_of(floor, contact).await;
    floor.pass(Duration::from_secs(7));
    let before = newest(floor).await;
    accept(floor, contact).await;
    let at = floor.clock.now().millis();
    let agent = Floor::id("ann");
    let assigned = ContactState::Assigned { agent, at };
    assert_eq!(floor.state(contact).await, assigned);
    assert_eq!(floor.words("ann").await, "busy, then available");
    let what = What::ContactAssigned {
        contact,
        agent: Floor::id("ann"),
        wait: 7_000,
        offer: Some(offer.number),
    };
    assert_eq!(events(floor, before).await, [what]);
    let counted = totals(floor).await;
    assert_eq!((counted.assigned, counted.assigned_wait), (1, 7_000));
    assert_eq!((counted.offers, counted.accepted), (1, 1));
    floor.pass(Duration::from_secs(3));
    floor.complete(contact).await;
    assert_eq!(totals(floor).await.handle_time, 3_000, "from the accept on");
}

/// The same agent may repeat the accept of the same offer for as long as the contact is theirs, and
/// after it ended. It is one assignment and one event.
pub async fn an_accept_is_repeated_and_counted_once(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let Offer { number, agent, .. } = offer_of(floor, contact).await;
    accept(floor, contact).await;
    let newest = newest(floor).await;
    floor.pass(Duration::from_secs(100));
    let again = floor.acd.accept_offer(contact, &agent, number).await;
    let again = again.unwrap();
    assert!(again.repeated && again.state == floor.state(contact).await);
    assert_eq!(events(floor, newest).await, []);
    floor.complete(contact).await;
    let again = floor.acd.accept_offer(contact, &agent, number).await;
    assert!(matches!(
        again.unwrap().state,
        ContactState::Complete { .. }
    ));
    assert_eq!(totals(floor).await.accepted, 1);
}

/// An offer is refused to anybody else, under any other number, and once it is over. The refusal says
/// what is true now.
pub async fn a_stale_offer_is_refused_with_what_is_true_now(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    floor.available_agent("bob", "b").await;
    let contact = floor.contact("a").await;
    let Offer { number, .. } = offer_of(floor, contact).await;
    let refused = async |agent: &str, number, says: &str| {
        let agent = Floor::id(agent);
        let accepted = floor.acd.accept_offer(contact, &agent, number).await;
        let rejected = floor.acd.reject_offer(contact, &agent, number, None).await;
        for told in [accepted, rejected] {
            let told = told.unwrap_err();
            assert_eq!(told.code(), "stale_offer");
            assert!(told.to_string().contains(says), "{told}");
        }
    };
    for (agent, number) in [("bob", number), ("ann", number + 1), ("eve", number)] {
        refused(agent, number, "it is offered to agent ann").await;
    }
    accept(floor, contact).await;
    refused("bob", number, "it is with agent ann").await;
    let unknown = ContactId::random();
    let told = floor.acd.accept_offer(unknown, &Floor::id("ann"), 1).await;
    assert_eq!(told, Err(Error::UnknownContact(unknown)));
    floor.complete(contact).await;
    refused("bob", number, "it ended with agent ann").await;
    assert_eq!(totals(floor).await.rejected, 0);
}

/// At its end an offer is over, whether or not the miss has been carried out yet.
pub async fn an_accept_at_the_deadline_is_too_late(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    for (waits, in_time) in [(19_999, true), (20_000, false)] {
        let contact = floor.contact("a").await;
        let Offer { number, agent, .. } = offer_of(floor, contact).await;
        floor.pass(Duration::from_millis(waits));
        let accepted = floor.acd.accept_offer(contact, &agent, number).await;
        assert_eq!(accepted.is_ok(), in_time, "{accepted:?}");
        if let Err(error) = accepted {
            assert!(error.to_string().contains("its time has passed"));
            let rejected = floor.acd.reject_offer(contact, &agent, number, None).await;
            assert_eq!(rejected.unwrap_err().code(), "stale_offer");
            floor.store.run_due().await.unwrap();
            assert_eq!(floor.look("ann").await.misses, 1, "the miss stands");
        }
        floor.complete(contact).await;
    }
}

/// If the contact leaves while it is offered, its agent has their old place back, without a miss.
pub async fn an_agent_keeps_their_place_if_the_contact_leaves(floor: &Floor) {
    offering(floor).await;
    for cancelled in [false, true] {
        for name in ["ann", "bob"] {
            if cancelled {
                floor.make_unavailable(name, "").await;
                floor.make_available(name).await;
            } else {
                floor.available_agent(name, "a").await;
            }
        }
        let place = place_of(&floor.look("ann").await);
        let before = totals(floor).await;
        let contact = floor.contact("a").await;
        assert_eq!(rings(floor, contact).await, "ann");
        floor.pass(Duration::from_secs(8));
        if cancelled {
            let seen = &ContactSeen::waiting();
            floor.acd.cancel_contact(contact, seen).await.unwrap();
        } else {
            floor.complete(contact).await;
        }
        let ann = floor.look("ann").await;
        assert_eq!((place_of(&ann), ann.misses, ann.penalty), (place, 0, None));
        let counted = totals(floor).await.since(before);
        let told = (counted.withdrawn, counted.abandoned_while_offered);
        let over = (counted.cancelled, counted.abandoned);
        let one = u64::from(cancelled);
        assert_eq!((told, over), ((one, 1 - one), (one, 1 - one)));
        let next = floor.contact("a").await;
        assert_eq!(rings(floor, next).await, "ann");
        floor.complete(next).await;
    }
}

/// An agent back at their old place gets the best contact that arrived meanwhile.
pub async fn an_agent_whose_offer_left_gets_what_waits(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    let (first, second) = (floor.contact("a").await, floor.contact("a").await);
    let urgent = floor.contact_of("a", Priority(1)).await;
    floor.complete(first).await;
    assert_eq!(rings(floor, urgent).await, "ann");
    assert_eq!(rings(floor, second).await, "queued");
}

/// If the agent is no longer available, the contact is back at its rank or goes to another agent,
/// without a miss.
pub async fn an_offer_is_withdrawn_from_who_is_no_longer_available(floor: &Floor) {
    offering(floor).await;
    for how in ["unavailable", "deleted", "closed"] {
        let name = format!("ann {how}");
        floor.available_agent(&name, "a").await;
        let waits = floor.contact("b").await;
        let contact = floor.contact("a").await;
        let rank = floor.acd.contact(contact).await.unwrap().rank;
        assert_eq!(rings(floor, contact).await, name);
        let before = totals(floor).await;
        let id = Floor::id(&name);
        match how {
            "unavailable" => floor.make_unavailable(&name, "lunch").await,
            "deleted" => {
                let seen = &AgentSeen::ANYTHING;
                floor.acd.delete_agent(&id, seen).await.unwrap();
            }
            _ => {
                floor.acd.close().await.unwrap();
                let mark = floor.look(&name).await.state.mark();
                assert_eq!(mark, Some(Mark::Closed));
            }
        }
        assert_eq!(rings(floor, contact).await, "queued", "{how}");
        assert_eq!(floor.acd.contact(contact).await.unwrap().rank, rank);
        assert_eq!(floor.waiting_ids().await, [waits, contact]);
        let counted = totals(floor).await.since(before);
        assert_eq!((counted.withdrawn, counted.missed), (1, 0), "{how}");
        if how != "deleted" {
            assert_eq!(floor.look(&name).await.misses, 0);
        }
        floor.complete(waits).await;
        floor.complete(contact).await;
    }
    floor.acd.open().await.unwrap();
    floor.available_agent("bob", "a").await;
    floor.available_agent("eve", "a").await;
    let contact = floor.contact("a").await;
    assert_eq!(rings(floor, contact).await, "ann closed");
    floor.make_unavailable("ann closed", "").await;
    assert_eq!(rings(floor, contact).await, "bob", "in the same step");
}

/// While a contact is offered its priority may change; it cannot be requeued; a skill that its agent
/// loses changes nothing.
pub async fn what_may_change_while_a_contact_is_offered(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let anything = &ContactSeen::ANYTHING;
    let ann = Floor::id("ann");
    let requeued = floor.acd.requeue_contact(contact, &ann, anything).await;
    let refused = requeued.unwrap_err();
    assert_eq!(refused.code(), "stale");
    assert!(
        refused.to_string().contains("offered to agent ann"),
        "{refused}"
    );
    let set = floor.acd.set_priority(contact, Priority(1), anything).await;
    assert_eq!(set, Ok(Priority(5)));
    let skill = &"a".parse().unwrap();
    let seen = &AgentSeen::ANYTHING;
    floor.acd.remove_skill(&ann, skill, seen).await.unwrap();
    assert_eq!(rings(floor, contact).await, "ann");
    accept(floor, contact).await;
    assert_eq!(rings(floor, contact).await, "with ann");
    floor.complete(contact).await;
    floor.acd.add_skill(&ann, skill, seen).await.unwrap();
    let contact = floor.contact("a").await;
    floor.acd.remove_skill(&ann, skill, seen).await.unwrap();
    let set = floor.acd.set_priority(contact, Priority(1), anything).await;
    assert_eq!(set, Ok(Priority(5)));
    reject(floor, contact).await;
    let waiting = floor.waiting().await;
    assert_eq!((waiting[0].id, waiting[0].priority), (contact, Priority(1)));
}

/// What has begun runs on as it began: a changed timeout holds from the next offer on.
pub async fn a_changed_timeout_holds_from_the_next_offer_on(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let until = offer_of(floor, contact).await.until;
    set(floor, r#"{"offer_timeout_s":null,"penalty_s":0}"#).await;
    assert_eq!(offer_of(floor, contact).await.until, until);
    pass(floor, 20_000).await;
    assert_eq!(rings(floor, contact).await, "with ann", "without a penalty");
    assert_eq!(floor.acd.contact(contact).await.unwrap().accepted, None);
}

/// A type's contacts are offered, the others are not.
pub async fn contacts_of_a_type_are_offered(floor: &Floor) {
    for name in ["ann", "bob"] {
        floor.available_agent(name, "a").await;
    }
    let settings = r#"{"skills":["a"],"offer_timeout_s":9,"max_misses":1}"#;
    let settings = serde_json::from_str(settings).unwrap();
    let name = "chat".parse().unwrap();
    floor.acd.set_type(&name, settings).await.unwrap();
    let id = ContactId::random();
    let new = NewContact::new(id, None, None, Attributes::new());
    let new = new.unwrap().of_type(Some(name.clone()));
    floor.acd.create_contact(new).await.unwrap();
    let plain = floor.contact("a").await;
    assert_eq!(rings(floor, id).await, "ann");
    assert_eq!(rings(floor, plain).await, "with bob");
    pass(floor, 9_000).await;
    let ann = floor.look("ann").await;
    assert_eq!(ann.state.mark(), Some(Mark::NotResponding), "by the type");
    let figures = floor.acd.figures(Millis(0)).await.unwrap();
    let counted = figures.by_type[&name];
    assert_eq!((counted.offers, counted.missed), (1, 1));
}

/// Dispatchers learn when the next offer or penalty ends.
pub async fn the_next_offer_or_penalty_is_when_to_run_again(floor: &Floor) {
    offering(floor).await;
    floor.store.run_due().await.unwrap();
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let due = floor.store.run_due().await.unwrap();
    assert_eq!(due.next, offer_of(floor, contact).await.until);
    reject(floor, contact).await;
    let due = floor.store.run_due().await.unwrap();
    assert_eq!(Some(due.next), floor.look("ann").await.penalty);
}

/// An explanation names who has another offer, is in wrap-up, on penalty or not responding.
pub async fn an_explanation_names_offers_penalties_and_who_is_not_responding(floor: &Floor) {
    set(floor, r#"{"offer_timeout_s":20,"max_misses":1}"#).await;
    for name in ["ann", "bob", "eve"] {
        floor.available_agent(name, "a").await;
    }
    let first = floor.contact("a").await;
    pass(floor, 20_000).await;
    assert_eq!(rings(floor, first).await, "bob");
    reject(floor, first).await;
    assert_eq!(rings(floor, first).await, "eve");
    let waits = floor.contact("a").await;
    let why = floor.acd.explain(waits).await.unwrap();
    let told = (
        why.qualified_offered,
        why.qualified_penalty,
        why.qualified_not_responding,
    );
    assert_eq!((told, why.qualified), ((1, 1, 1), 3));
    assert_eq!(
        why.sentence(),
        "It waits because none of the 3 agents who hold all of its skills is free: 1 offered \
         another contact, 1 on penalty after a missed or rejected offer, 1 not responding."
    );
    let why = floor.acd.explain(first).await.unwrap().sentence();
    assert!(why.contains("offered to agent eve"), "{why}");
}
