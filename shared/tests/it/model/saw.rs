//! Preconditions for the steps of the model test, valid ones and invalid ones.

use proptest::prelude::*;
use shared::Acd;
use shared::agent::Presence;
use shared::contact::ContactId;
use shared::seen::{AgentSeen, ContactSeen, Seen, Version};

use super::values::{AGENTS, agent_id, reason};

/// What the caller of an operation saw before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Saw {
    Anything,
    /// A standing: the contact waits or is with this agent, or the agent made one of these choices.
    Standing(u8),
    /// The present version.
    Version,
    /// A different version.
    OtherVersion,
}

impl Saw {
    pub(super) fn any() -> impl Strategy<Value = Self> + Clone {
        prop_oneof![
            8 => Just(Self::Anything),
            3 => (0..=AGENTS).prop_map(Self::Standing),
            1 => Just(Self::Version),
            1 => Just(Self::OtherVersion),
        ]
    }

    fn of<Standing>(
        self,
        standing: impl FnOnce(u8) -> Seen<Standing>,
        version: impl FnOnce() -> Option<Version>,
    ) -> Seen<Standing> {
        match self {
            Self::Anything => Seen::ANYTHING,
            Self::Standing(number) => standing(number),
            Self::Version => Seen::ANYTHING.in_version(version().into_iter().collect()),
            Self::OtherVersion => Seen::ANYTHING.in_version(vec![Version::named("other")]),
        }
    }

    pub(super) async fn contact(self, acd: &dyn Acd, id: ContactId) -> ContactSeen {
        let there = acd.contact(id).await.ok();
        let standing = |number| match number {
            0 => ContactSeen::waiting(),
            number => ContactSeen::with(agent_id(number - 1)),
        };
        self.of(standing, || Some(there?.version()))
    }

    pub(super) async fn agent(self, acd: &dyn Acd, number: u8) -> AgentSeen {
        let there = acd.agent(&agent_id(number)).await.ok();
        let standing = |number| {
            AgentSeen::chose(match number % 4 {
                0 => Presence::Available,
                1 => Presence::Unavailable(None),
                number => Presence::Unavailable(Some(reason(number - 2))),
            })
        };
        self.of(standing, || Some(there?.version()))
    }
}
