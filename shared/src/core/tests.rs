//! Tests that only the core allows: of its invariant check and its clock. What both stores promise
//! is tested by the conformance suite.

use super::*;
use crate::agent::{NewAgent, Presence};
use crate::contact::NewContact;
use crate::seen::AgentSeen;

const NOON: Moment = Moment(1_700_000_000_000_000);

fn core_with(agent: &str, skills: &[&str]) -> Core {
    let mut core = Core::default();
    let name = || "x".to_owned().try_into().unwrap();
    let skills = skills.iter().map(|skill| skill.parse().unwrap()).collect();
    let new = NewAgent::new(agent.parse().unwrap(), name(), name(), skills).unwrap();
    core.create_agent(NOON, new).unwrap();
    core
}

/// Sets the presence of agent `a`.
fn choose(core: &mut Core, presence: Presence) {
    let id = "a".parse().unwrap();
    core.set_presence(NOON, &id, presence, &AgentSeen::ANYTHING)
        .unwrap();
}

#[test]
#[should_panic(expected = "waits while")]
fn the_check_finds_a_waiting_contact_that_an_available_agent_serves() {
    let mut core = core_with("a", &["English"]);
    choose(&mut core, Presence::Available);
    let profile = crate::skill::Profile::new(&["English".parse().unwrap()]);
    let rank = crate::contact::Rank(7);
    core.waiting.add(ContactId::random(), &profile, rank, |_| 1);
    core.check_invariant();
}

#[test]
#[should_panic(expected = "is busy with")]
fn the_check_finds_a_busy_agent_without_a_live_contact() {
    let mut core = core_with("a", &[]);
    choose(&mut core, Presence::Available);
    let id = ContactId::random();
    core.create_contact(NOON, NewContact::needing(id, vec![]).unwrap())
        .unwrap();
    core.contacts.remove(&id);
    core.check_invariant();
}

#[test]
fn ranks_differ_even_if_the_clock_stands_still() {
    let mut core = Core::default();
    let mut ranks = Vec::new();
    for _ in 0..3 {
        let id = ContactId::random();
        core.create_contact(NOON, NewContact::needing(id, vec![]).unwrap())
            .unwrap();
        ranks.push(core.contact(id).unwrap().rank);
    }
    assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
}

#[test]
fn only_the_promised_number_of_events_is_kept() {
    let mut core = core_with("a", &[]);
    for _ in 0..KEPT {
        choose(&mut core, Presence::Available);
        choose(&mut core, Presence::Unavailable(None));
    }
    assert_eq!(core.events.len(), KEPT);
    let oldest = core.events_after(0, 1)[0].number;
    assert_eq!(oldest, core.latest_event() - KEPT as u64 + 1);
}
