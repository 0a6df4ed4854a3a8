//! What an operator asks of the ACD, as values, with what was seen of what it is about.

use shared::agent::{Agent, AgentId, NewAgent, Presence};
use shared::contact::{ContactId, Priority};
use shared::skill::Skill;
use shared::text::PersonName;

use crate::series::Series;

/// Where a contact that is not over was seen to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stood {
    /// In the queue.
    Waiting,
    /// With that agent.
    With(AgentId),
}

/// What was seen of an agent who is to be deleted, as far as the question told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentWas {
    /// Their first and last name.
    pub name: (PersonName, PersonName),
    /// Their skills.
    pub skills: Vec<Skill>,
    /// Whether they were on a contact.
    pub busy: bool,
}

impl From<&Agent> for AgentWas {
    fn from(agent: &Agent) -> Self {
        Self {
            name: (agent.fname.clone(), agent.lname.clone()),
            skills: agent.skills.clone(),
            busy: agent.state.contact().is_some(),
        }
    }
}

/// What an operator can ask of the ACD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Make an agent available or not; if he is on a contact, when it ends.
    SetPresence {
        /// Whom.
        agent: AgentId,
        /// What he is to be.
        presence: Presence,
        /// Whether they are on a contact, for the wording of the answer.
        busy: bool,
        /// What they were seen to have chosen; none: whatever they chose.
        seen: Option<Presence>,
    },
    /// Inject contacts, all at once.
    Inject {
        /// What each needs.
        skills: Vec<Skill>,
        /// How urgent each is.
        priority: Priority,
        /// How many.
        count: u16,
    },
    /// Inject contacts one after the other, which goes on while other things are asked.
    InjectSlowly(Series),
    /// Add an agent.
    AddAgent(NewAgent),
    /// Give skills to an agent and take others from him.
    ChangeSkills {
        /// Whom.
        agent: AgentId,
        /// What he gets.
        add: Vec<Skill>,
        /// What he loses.
        remove: Vec<Skill>,
        /// What they were seen to hold; none: whatever they hold.
        held: Option<Vec<Skill>>,
    },
    /// Change the name of an agent.
    RenameAgent {
        /// Whose.
        agent: AgentId,
        /// His first name.
        fname: PersonName,
        /// His last name.
        lname: PersonName,
        /// The first and last name that were seen; none: whatever they are called.
        seen: Option<(PersonName, PersonName)>,
    },
    /// Delete an agent.
    DeleteAgent {
        /// Whom.
        agent: AgentId,
        /// What was seen of them; none: whatever they are.
        seen: Option<AgentWas>,
    },
    /// Take a skill from everybody.
    DeleteSkill(Skill),
    /// Cancel a contact.
    Cancel {
        /// Which.
        contact: ContactId,
        /// Where it was seen to stand; none: wherever it stands.
        seen: Option<Stood>,
    },
    /// Take a contact from its agent and put it back in the queue.
    Requeue {
        /// Which.
        contact: ContactId,
        /// From whom.
        from: AgentId,
    },
    /// Change the priority of a contact.
    SetPriority {
        /// Which.
        contact: ContactId,
        /// How urgent it shall be.
        priority: Priority,
        /// Where it was seen to stand; none: wherever it stands.
        seen: Option<Stood>,
    },
    /// All of these, one after the other.
    All(Vec<Request>),
    /// Complete a contact.
    Complete {
        /// Which.
        contact: ContactId,
        /// Who was seen to be on it.
        with: AgentId,
    },
    /// Open the ACD.
    Open,
    /// Close the ACD.
    Close,
}
