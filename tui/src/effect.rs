//! What the model wants done, as values: `update` names effects, the runtime performs them.

use crate::find::ContactName;
use crate::model::detail::Subject;
use crate::model::window::Window;
use crate::series::Series;
use shared::agent::{Agent, AgentId, NewAgent, Presence};
use shared::contact::{ContactId, Priority};
use shared::skill::Skill;
use shared::text::PersonName;
use shared::time::Millis;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Draw the model: something in it changed.
    Draw,
    /// Draw every cell anew, whatever the terminal shows.
    Repaint,
    /// Ask the ACD for something.
    Ask(Request),
    /// Ask the ACD about one contact or agent, to show it closely.
    Study {
        /// Which.
        subject: Subject,
        /// Whether its events of the past are wanted too.
        past: bool,
    },
    /// Ask the ACD which contact is meant, for the command that was typed.
    Find {
        /// As it was named.
        name: ContactName,
        /// The whole line of the command.
        line: String,
    },
    /// Look at the floor now, even if a retry is some time off.
    LookNow,
    /// Ask for the service figures.
    Measure {
        /// Of which window.
        window: Window,
        /// Since when that is.
        since: Millis,
    },
    /// Inject contacts one after the other, and tell how far it is.
    Inject(Series),
    /// Inject no more of them.
    StopInjecting,
    /// Start the demo session, or stop it.
    Demo(Switch),
    /// Keep a command for later sessions.
    Remember(String),
    /// Take the mouse from the terminal, or leave it to it.
    Mouse(bool),
    /// Give the terminal back and stop until somebody continues the program.
    Suspend,
    /// Leave.
    Quit,
}

/// What becomes of something that can run or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It starts.
    Start,
    /// It stops.
    Stop,
}

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
