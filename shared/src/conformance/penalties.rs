//! Rejected and missed offers: who gets the contact next, and how long its agent waits.

use std::time::Duration;

use super::Floor;
use super::offers::{accept, events, newest, offer_of, offering, pass, reject, rings, set, totals};
use crate::agent::{AgentState, Mark, Presence};
use crate::contact::{ContactState, Offer};
use crate::event::{OfferEnd, What};
use crate::text::Reason;
use crate::time::{Clock as _, Millis};
/// A rejected contact goes to another agent in the same step, at its own rank and arrival. Who rejected
/// it is not routable for the penalty, and then the last of all.
pub async fn a_rejected_contact_goes_to_another_agent_at_once(floor: &Floor) {
    offering(floor).await;
    for name in ["ann", "bob"] {
        floor.available_agent(name, "a").await;
    }
    let contact = floor.contact("a").await;
    let rank = floor.acd.contact(contact).await.unwrap().rank;
    let created = floor.acd.contact(contact).await.unwrap().created;
    floor.pass(Duration::from_secs(2));
    let reason: Reason = "wrong language".parse().unwrap();
    let offer = offer_of(floor, contact).await;
    let ann = Floor::id("ann");
    let before = newest(floor).await;
    let done = floor
        .acd
        .reject_offer(contact, &ann, offer.number, Some(reason.clone()))
        .await;
    let done = done.unwrap();
    assert!(matches!(&done.state, ContactState::Offered(next) if next.agent == Floor::id("bob")));
    let found = floor.acd.contact(contact).await.unwrap();
    assert_eq!((found.rank, found.created), (rank, created));
    let until = Millis(floor.clock.now().millis().0 + 5_000);
    let told = events(floor, before).await;
    let ended = What::OfferEnded {
        contact,
        agent: ann.clone(),
        offer: offer.number,
        how: OfferEnd::Rejected,
        reason: Some(reason),
    };
    assert_eq!(told[0], ended);
    assert_eq!(told[1], What::AgentPenalty { agent: ann, until });
    assert!(matches!(told[2], What::ContactOffered { offer: number, .. } if number > offer.number));
    let ann = floor.look("ann").await;
    assert_eq!(ann.state, AgentState::Penalty { until });
    assert_eq!((ann.misses, ann.state.activity()), (0, "penalty"));
    accept(floor, contact).await;
    let cem = floor.contact("a").await;
    assert_eq!(rings(floor, cem).await, "queued");
    pass(floor, 4_999).await;
    assert_eq!(rings(floor, cem).await, "queued");
    pass(floor, 1).await;
    assert_eq!(rings(floor, cem).await, "ann");
    let counted = totals(floor).await;
    assert_eq!(
        (counted.offers, counted.rejected, counted.missed),
        (3, 1, 0)
    );
}

/// A repeated reject changes nothing, also while the contact is with the next agent.
pub async fn a_reject_is_repeated_and_counted_once(floor: &Floor) {
    offering(floor).await;
    for name in ["ann", "bob"] {
        floor.available_agent(name, "a").await;
    }
    let contact = floor.contact("a").await;
    let Offer { number, agent, .. } = reject(floor, contact).await;
    let repeat = async || {
        let again = floor.acd.reject_offer(contact, &agent, number, None).await;
        let again = again.unwrap();
        assert!(again.repeated && again.state == floor.state(contact).await);
    };
    let before = newest(floor).await;
    repeat().await;
    assert_eq!(events(floor, before).await, []);
    pass(floor, 6_000).await;
    accept(floor, contact).await;
    repeat().await;
    floor.complete(contact).await;
    floor.make_unavailable("bob", "").await;
    let next = floor.contact("a").await;
    assert_eq!(rings(floor, next).await, "ann");
    repeat().await;
    assert_eq!(rings(floor, next).await, "ann");
    assert_eq!(totals(floor).await.rejected, 1);
}

/// The only agent who rejects is rung once a penalty at most, behind nobody.
pub async fn the_only_agent_who_rejects_is_rung_once_a_penalty(floor: &Floor) {
    set(floor, r#"{"offer_timeout_s":20,"penalty_s":3}"#).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let mut rung = 1;
    reject(floor, contact).await;
    for _ in 0..100 {
        pass(floor, 100).await;
        if rings(floor, contact).await == "ann" {
            rung += 1;
            reject(floor, contact).await;
        }
    }
    assert_eq!(rung, 1 + 10_000 / 3_000);
    let ann = floor.look("ann").await;
    assert_eq!(ann.misses, 0, "a reject is no miss");
}

/// A missed contact goes to another agent, and who missed it is on penalty; after too many misses in a
/// row they are not responding until they say that they are available.
pub async fn who_misses_too_many_offers_is_not_responding(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    let rank = floor.acd.contact(contact).await.unwrap().rank;
    pass(floor, 19_999).await;
    assert_eq!(rings(floor, contact).await, "ann");
    let before = newest(floor).await;
    pass(floor, 1).await;
    assert_eq!(rings(floor, contact).await, "queued");
    let ann = floor.look("ann").await;
    assert_eq!((ann.misses, ann.state.activity()), (1, "penalty"));
    let told = events(floor, before).await;
    let missed = matches!(
        &told[0],
        What::OfferEnded {
            how: OfferEnd::Missed,
            ..
        }
    );
    assert!(missed, "{told:?}");
    pass(floor, 5_000).await;
    assert_eq!(rings(floor, contact).await, "ann");
    pass(floor, 20_000).await;
    let ann = floor.look("ann").await;
    assert_eq!(ann.state.mark(), Some(Mark::NotResponding));
    let told = (ann.misses, ann.state.activity(), ann.state.chosen());
    assert_eq!(told, (2, "not_responding", Presence::Unavailable(None)));
    assert_eq!(
        (ann.penalty, rings(floor, contact).await),
        (None, "queued".to_owned())
    );
    assert_eq!(floor.acd.contact(contact).await.unwrap().rank, rank);
    pass(floor, 3_000_000).await;
    assert_eq!(rings(floor, contact).await, "queued");
    floor.acd.open().await.unwrap();
    assert_eq!(rings(floor, contact).await, "queued", "opening is not them");
    floor.make_available("ann").await;
    assert_eq!(rings(floor, contact).await, "ann", "without a penalty");
    assert_eq!(floor.look("ann").await.misses, 0);
    let counted = totals(floor).await;
    assert_eq!((counted.offers, counted.missed), (3, 2));
}

/// Only accepting clears the misses; a reject, a withdrawal and another choice do not.
pub async fn only_an_accept_clears_misses(floor: &Floor) {
    set(floor, r#"{"offer_timeout_s":20,"max_misses":9}"#).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    pass(floor, 20_000).await;
    pass(floor, 5_000).await;
    reject(floor, contact).await;
    pass(floor, 5_000).await;
    assert_eq!(rings(floor, contact).await, "ann");
    floor.make_unavailable("ann", "").await;
    floor.make_available("ann").await;
    assert_eq!(floor.look("ann").await.misses, 1);
    accept(floor, contact).await;
    assert_eq!(floor.look("ann").await.misses, 0);
}

/// A penalty runs on whatever the agent says meanwhile.
pub async fn a_penalty_runs_on_whatever_is_said(floor: &Floor) {
    offering(floor).await;
    floor.available_agent("ann", "a").await;
    let contact = floor.contact("a").await;
    reject(floor, contact).await;
    let until = floor.look("ann").await.penalty.unwrap();
    floor.make_unavailable("ann", "lunch").await;
    assert_eq!(floor.words("ann").await, "unavailable lunch");
    let overview = floor.acd.overview().await.unwrap();
    assert_eq!((overview.penalty, overview.unavailable()), (0, 1));
    floor.pass(Duration::from_secs(1));
    floor.make_available("ann").await;
    assert_eq!(floor.look("ann").await.state, AgentState::Penalty { until });
    assert_eq!(floor.acd.overview().await.unwrap().penalty, 1);
    pass(floor, 3_999).await;
    assert_eq!(rings(floor, contact).await, "queued");
    pass(floor, 1).await;
    assert_eq!(rings(floor, contact).await, "ann");
    // A penalty that ended while they were away does not hold them.
    reject(floor, contact).await;
    floor.make_unavailable("ann", "").await;
    pass(floor, 5_000).await;
    floor.make_available("ann").await;
    assert_eq!(rings(floor, contact).await, "ann");
    assert_eq!(floor.look("ann").await.penalty, None);
}
