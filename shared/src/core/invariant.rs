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
