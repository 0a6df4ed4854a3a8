//! The central invariants, checked after every operation in debug builds.

use super::Core;
use crate::agent::{AgentId, AgentState};
use crate::contact::{ContactId, ContactState};

impl Core {
    /// Panics in debug builds if an invariant is broken.
    pub(super) fn check_invariant(&self) {
        if cfg!(debug_assertions) {
            self.assert_work_conserving();
            self.assert_busy_agents_have_live_contacts();
            self.assert_offers_are_open();
        }
    }

    /// Panics in debug builds if the agent does not hold what the contact needs: the lists that
    /// found them must agree with the rule.
    pub(super) fn check_can_serve(&self, agent: &AgentId, contact: ContactId) {
        if cfg!(debug_assertions)
            && let (Some(agent), Some(contact)) =
                (self.agents.get(agent), self.contacts.get(&contact))
        {
            assert!(
                contact.served_by(&agent.skills),
                "{} got {}, which needs {}",
                agent.id,
                contact.id,
                contact.profile()
            );
        }
    }

    /// Checks that no waiting contact can be served by a routable agent.
    fn assert_work_conserving(&self) {
        for profile in self.waiting.profiles() {
            let idle = self.available.longest(profile);
            assert!(
                idle.is_none(),
                "{profile} waits while {idle:?} is available"
            );
        }
    }

    /// Checks that every agent with an offer and the contact offered to them say the same.
    fn assert_offers_are_open(&self) {
        for (until, id) in &self.offers {
            let state = &self.agents[id].state;
            let AgentState::Offered { contact, offer, .. } = state else {
                panic!("agent {id} has an offer and is {state:?}");
            };
            let there = &self.contacts[contact].state;
            let theirs = matches!(there, ContactState::Offered(open)
                if open.agent == *id && open.number == *offer && open.until == *until);
            assert!(
                theirs,
                "agent {id} is offered {contact}, which is {there:?}"
            );
        }
        let agents = self.agents.values();
        let offered = agents.filter(|agent| matches!(agent.state, AgentState::Offered { .. }));
        assert_eq!(offered.count(), self.offers.len(), "offers are listed");
    }

    /// Checks that every busy agent is on a contact that is assigned to them.
    fn assert_busy_agents_have_live_contacts(&self) {
        let mut busy = 0;
        for agent in self.agents.values() {
            let AgentState::Busy { contact, .. } = agent.state else {
                continue;
            };
            busy += 1;
            let state = self.contacts.get(&contact).map(|contact| &contact.state);
            let theirs =
                matches!(state, Some(ContactState::Assigned { agent: on, .. }) if *on == agent.id);
            assert!(
                theirs,
                "agent {} is busy with {contact}, which is {state:?}",
                agent.id
            );
        }
        assert_eq!(busy, self.busy, "busy agents are counted");
    }
}
