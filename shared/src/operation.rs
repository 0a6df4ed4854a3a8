//! The changes that can be asked of an ACD, as values.
//!
//! [`crate::Acd::apply`] carries one out. What a caller saw of the contact or agent is part of the
//! operation ([`crate::seen`]). A value can be kept, compared, sent, written down and repeated:
//! each operation may be repeated with the same ids.

use crate::agent::{Agent, AgentId, NewAgent, Presence};
use crate::contact::{ContactId, Done, NewContact, Priority, Remarks};
use crate::contact_type::TypeName;
use crate::error::{Error, Result};
use crate::seen::{AgentSeen, ContactSeen};
use crate::settings::{Settings, SettingsChange, Timeout};
use crate::skill::Skill;
use crate::text::{PersonName, Reason};

/// A change of an ACD.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Opens the ACD. Agents who were made unavailable by closing, or who are new and have never
    /// chosen, become available, longest unavailable first; those on a contact become available
    /// when it ends. Agents who chose to be unavailable stay so.
    Open,
    /// Closes the ACD: it takes no new contacts and every agent becomes unavailable, those on a
    /// contact when it ends. The queue is kept; agents who make themselves available again drain
    /// it.
    Close,
    /// Changes the settings of the floor. They apply from the next step of each contact.
    ChangeSettings(SettingsChange),
    /// Creates a contact type, or replaces all settings of one. Its contacts follow from their next
    /// step on; skills and priority are taken when a contact is created.
    SetType {
        /// The type.
        name: TypeName,
        /// Its settings, none of which is the floor's only ([`Settings::of_a_type`]).
        settings: Settings,
    },
    /// Deletes a contact type that no live contact has.
    DeleteType(TypeName),
    /// Creates a contact. What it does not say itself, it takes from its type, or else from the
    /// floor ([`Settings::skills`], [`Settings::priority`]). It is assigned at once to the longest available agent who holds all its
    /// skills, or else queued. Creating it again with the same id returns its present state. With
    /// [`Settings::known_skills_only`], a contact that needs a skill which no agent holds is
    /// refused.
    CreateContact(NewContact),
    /// Accepts an offer: the agent is on the contact from now on. Repeating it changes nothing and
    /// succeeds, also after the contact has ended. Once the offer's time has passed, or it is no
    /// longer this agent's, it is refused as [`Error::StaleOffer`].
    AcceptOffer {
        /// The contact.
        id: ContactId,
        /// The agent to whom it is offered.
        agent: AgentId,
        /// The number of the offer.
        offer: u64,
    },
    /// Rejects an offer. The contact is back at its place in the queue, from where it may go to
    /// another agent at once. The agent is not routable for a while ([`Settings::penalty_s`]).
    /// Repeating it changes nothing and succeeds.
    RejectOffer {
        /// The contact.
        id: ContactId,
        /// The agent to whom it is offered.
        agent: AgentId,
        /// The number of the offer.
        offer: u64,
        /// Why, if they say so.
        reason: Option<Reason>,
    },
    /// Completes a contact: *handled* if an agent is on it, *abandoned* if it still waits. The
    /// agent is in wrap-up if that is set ([`Settings::wrap_up`]), or else free again in the same step. Completing it again changes nothing and succeeds: for
    /// `seen`, a contact that has ended still counts as being with its agent.
    CompleteContact {
        /// The contact.
        id: ContactId,
        /// What its agent says about it.
        remarks: Remarks,
        /// What was seen of it.
        seen: ContactSeen,
    },
    /// Says what became of a contact that its agent is in wrap-up for.
    SetDisposition {
        /// The contact.
        id: ContactId,
        /// What its agent says about it.
        remarks: Remarks,
    },
    /// Ends or extends an agent's wrap-up.
    WrapUp {
        /// The agent.
        id: AgentId,
        /// What shall be done.
        step: WrapUpStep,
    },
    /// Ends a contact as *cancelled*, whether it waits or is assigned. The agent is free again in
    /// the same step. Cancelling or completing it again changes nothing.
    CancelContact {
        /// The contact.
        id: ContactId,
        /// What was seen of it.
        seen: ContactSeen,
    },
    /// Takes a contact from this agent and puts it back to its place in the queue, from where it
    /// may go to another agent at once. The agent becomes unavailable, or the contact would come
    /// right back to them. A contact that already waits stays where it is.
    RequeueContact {
        /// The contact.
        id: ContactId,
        /// The agent it is taken from.
        from: AgentId,
        /// What was seen of it.
        seen: ContactSeen,
    },
    /// Changes the priority of a contact that has not ended. Its arrival, and so its wait, stay.
    SetPriority {
        /// The contact.
        id: ContactId,
        /// Its priority from now on.
        priority: Priority,
        /// What was seen of it.
        seen: ContactSeen,
    },
    /// Creates an agent, unavailable.
    CreateAgent(NewAgent),
    /// Changes an agent's name.
    RenameAgent {
        /// The agent.
        id: AgentId,
        /// Their first name from now on.
        fname: PersonName,
        /// Their last name from now on.
        lname: PersonName,
        /// What was seen of them.
        seen: AgentSeen,
    },
    /// Sets an agent's choice to be available or not. For an agent on a contact it takes effect
    /// when the contact ends. Repeating the present choice changes nothing, keeps the agent's place
    /// among the available, and succeeds whatever choice was seen.
    SetPresence {
        /// The agent.
        id: AgentId,
        /// Their choice.
        presence: Presence,
        /// What was seen of them.
        seen: AgentSeen,
    },
    /// Gives an agent a skill. They keep their place among the available.
    AddSkill {
        /// The agent.
        id: AgentId,
        /// The skill.
        skill: Skill,
        /// What was seen of them.
        seen: AgentSeen,
    },
    /// Takes a skill from an agent.
    RemoveSkill {
        /// The agent.
        id: AgentId,
        /// The skill.
        skill: Skill,
        /// What was seen of them.
        seen: AgentSeen,
    },
    /// Deletes an agent who is not on a contact.
    DeleteAgent {
        /// The agent.
        id: AgentId,
        /// What was seen of them.
        seen: AgentSeen,
    },
    /// Takes a skill from every agent. Contacts that need it keep both the skill and their place.
    DeleteSkill(Skill),
}

/// What an agent's wrap-up shall do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrapUpStep {
    /// End now: the agent becomes what they chose to be next.
    Done,
    /// Go on for so many seconds after its present end. One without an end cannot be extended.
    Extend(Timeout),
}

/// The answer to an operation that was carried out. Operations that replace a value answer with the
/// previous one.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It was done, and there is nothing else to say.
    Done,
    /// The state of the contact, and whether the operation was a repeat.
    Contact(Done),
    /// The agent as they were before.
    Agent(Agent),
    /// Whether the ACD was open before.
    Open(bool),
    /// The settings before.
    Settings(Settings),
    /// The settings of the contact type before; `None` if it is new.
    Type(Option<Settings>),
    /// The priority before.
    Priority(Priority),
    /// The first and last name before.
    Name(PersonName, PersonName),
    /// The choice before.
    Presence(Presence),
    /// Whether the agent held the skill before.
    Held(bool),
}

/// Defines how the value of each kind of answer is taken.
macro_rules! values {
    ($($method:ident: $kind:ident($($value:ident),+) -> $type:ty;)*) => {
        impl Answer {
            $(
                /// Returns the value of this kind of answer.
                ///
                /// # Errors
                ///
                /// It is an answer to another kind of operation.
                pub fn $method(self) -> Result<$type> {
                    match self {
                        Self::$kind($($value),+) => Ok(($($value),+)),
                        other => Err(Error::Contract(format!(
                            "{other:?} is no answer to such an operation"
                        ))),
                    }
                }
            )*
        }
    };
}

values! {
    contact: Contact(done) -> Done;
    agent: Agent(agent) -> Agent;
    open: Open(open) -> bool;
    settings: Settings(settings) -> Settings;
    contact_type: Type(settings) -> Option<Settings>;
    priority: Priority(priority) -> Priority;
    name: Name(fname, lname) -> (PersonName, PersonName);
    presence: Presence(presence) -> Presence;
    held: Held(held) -> bool;
}
