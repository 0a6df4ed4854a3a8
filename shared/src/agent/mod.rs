//! Agents: what they chose (presence) and what the engine derives from it (activity).

mod document;

use serde::{Deserialize, Serialize};

use crate::contact::ContactId;
use crate::skill::{MOST_SKILLS_OF_AN_AGENT, Skill, distinct};
use crate::text::{Invalid, PersonName, Reason, name_type};
use crate::time::{Millis, Tick};

name_type! {
    /// An agent's key as the integrator names it, for example `agent:7`.
    AgentId, "agent key"
}

/// What an agent chose for themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Ready for contacts.
    Available,
    /// Not ready, with or without a reason. Opening the ACD does not change this choice.
    Unavailable(Option<Reason>),
}

/// Why an agent is unavailable when no person chose it. Users cannot set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// They were created, and nobody has chosen anything for them since.
    New,
    /// Closing the ACD made them unavailable.
    Closed,
    /// Their contact was taken from them and put back in the queue.
    Requeued,
    /// They missed too many offers in a row.
    NotResponding,
}

impl Mark {
    /// Returns the word that documents and the API use.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Closed => "closed",
            Self::Requeued => "requeued",
            Self::NotResponding => "not_responding",
        }
    }

    /// Parses that word.
    pub fn read(word: &str) -> Option<Self> {
        let all = [Self::New, Self::Closed, Self::Requeued, Self::NotResponding];
        all.into_iter().find(|mark| mark.word() == word)
    }

    /// Returns whether opening the ACD makes an agent with this mark available.
    pub fn comes_back(self) -> bool {
        matches!(self, Self::New | Self::Closed)
    }
}

impl Presence {
    /// Returns the word that documents and people use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Writes it as one text: the word, then a space and the reason if there is one.
    pub(crate) fn to_text(&self) -> String {
        match self.reason() {
            Some(reason) => format!("{} {reason}", self.word()),
            None => self.word().to_owned(),
        }
    }

    /// Parses that text.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let (word, reason) = match text.split_once(' ') {
            Some((word, reason)) => (word, Some(reason.parse().ok()?)),
            None => (text, None),
        };
        match (word, reason) {
            ("available", None) => Some(Self::Available),
            ("unavailable", reason) => Some(Self::Unavailable(reason)),
            _ => None,
        }
    }

    /// Returns the reason for being unavailable, if there is one.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Available => None,
            Self::Unavailable(reason) => reason.as_ref(),
        }
    }
}

/// What an agent is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentState {
    /// Not ready for contacts.
    Unavailable {
        /// The reason, if they gave one.
        reason: Option<Reason>,
        /// The mark, if nobody chose it.
        mark: Option<Mark>,
    },
    /// Ready and idle: routable.
    Available {
        /// Since when. The agent with the lowest tick is the longest available.
        since: Tick,
    },
    /// A contact is offered to them.
    Offered {
        /// The contact.
        contact: ContactId,
        /// The number of the offer.
        offer: u64,
        /// Until when they can accept it.
        until: Millis,
        /// Since when they had been available, which is their place if the contact leaves.
        since: Tick,
    },
    /// Available but not routable for a while, because they missed or rejected an offer.
    Penalty {
        /// Until when.
        until: Millis,
    },
    /// In wrap-up after a contact.
    WrapUp {
        /// The contact, which has ended.
        contact: ContactId,
        /// Until when; `None` until they say that they are done.
        until: Option<Millis>,
        /// What they will be then.
        next: Presence,
        /// The mark they will then have, if nobody chose it.
        next_mark: Option<Mark>,
    },
    /// On a contact.
    Busy {
        /// The contact.
        contact: ContactId,
        /// What they will be when the contact ends.
        next: Presence,
        /// The mark they will then have, if nobody chose it.
        next_mark: Option<Mark>,
    },
}

impl AgentState {
    /// Returns the latest choice: for a busy agent, what they will be when their contact ends.
    pub fn chosen(&self) -> Presence {
        match self {
            Self::Unavailable { reason, .. } => Presence::Unavailable(reason.clone()),
            Self::Available { .. } | Self::Offered { .. } | Self::Penalty { .. } => {
                Presence::Available
            }
            Self::Busy { next, .. } | Self::WrapUp { next, .. } => next.clone(),
        }
    }

    /// Returns why they are unavailable, or will be when their contact ends, if nobody chose it.
    pub fn mark(&self) -> Option<Mark> {
        match self {
            Self::Unavailable { mark, .. } => *mark,
            Self::Available { .. } | Self::Offered { .. } | Self::Penalty { .. } => None,
            Self::Busy { next_mark, .. } | Self::WrapUp { next_mark, .. } => *next_mark,
        }
    }

    /// Returns the word for the activity: `idle`, `offered`, `busy`, `wrap_up`, `penalty` or
    /// `not_responding`.
    pub fn activity(&self) -> &'static str {
        match self {
            Self::Unavailable {
                mark: Some(Mark::NotResponding),
                ..
            } => "not_responding",
            Self::Unavailable { .. } | Self::Available { .. } => "idle",
            Self::Offered { .. } => "offered",
            Self::Penalty { .. } => "penalty",
            Self::Busy { .. } => "busy",
            Self::WrapUp { .. } => "wrap_up",
        }
    }

    /// Returns the contact they are on, that is offered to them, or that they are in wrap-up for.
    pub fn contact(&self) -> Option<ContactId> {
        match self {
            Self::Busy { contact, .. }
            | Self::Offered { contact, .. }
            | Self::WrapUp { contact, .. } => Some(*contact),
            Self::Unavailable { .. } | Self::Available { .. } | Self::Penalty { .. } => None,
        }
    }

    /// Returns whether they are on a contact.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    /// Returns when the offer, the wrap-up or the penalty ends.
    pub fn until(&self) -> Option<Millis> {
        match self {
            Self::Offered { until, .. } | Self::Penalty { until } => Some(*until),
            Self::WrapUp { until, .. } => *until,
            Self::Unavailable { .. } | Self::Available { .. } | Self::Busy { .. } => None,
        }
    }
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "document::AgentDocument", into = "document::AgentDocument")]
pub struct Agent {
    /// The agent's key.
    pub id: AgentId,
    /// First name.
    pub fname: PersonName,
    /// Last name.
    pub lname: PersonName,
    /// The skills they hold, each once, in the order in which they were given.
    pub skills: Vec<Skill>,
    /// What they are doing.
    pub state: AgentState,
    /// Since when they have been doing that.
    pub changed: Millis,
    /// How many contacts they completed.
    pub handled: u64,
    /// Total time on contacts that they completed or that were requeued from them, in milliseconds.
    pub handle_time: u64,
    /// Total time in wrap-up, in milliseconds.
    pub wrap_up_time: u64,
    /// Whether they said during their contact that they are available, where that ends wrap-up.
    pub ready: bool,
    /// How many offers they missed since they last accepted one.
    pub misses: u32,
    /// Until when they are not routable because of a missed or rejected offer, whatever they choose.
    /// It may be over.
    pub penalty: Option<Millis>,
    /// The number of the last offer that they rejected.
    pub rejected: Option<u64>,
}

impl Agent {
    /// Returns the average handle time (AHT) in milliseconds, `None` before the first completed
    /// contact: the time on contacts and in wrap-up.
    pub fn average_handle_time(&self) -> Option<u64> {
        let time = self.handle_time.saturating_add(self.wrap_up_time);
        time.checked_div(self.handled)
    }
}

/// An agent to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAgent {
    /// The agent's key.
    pub id: AgentId,
    /// First name.
    pub fname: PersonName,
    /// Last name.
    pub lname: PersonName,
    /// The skills they hold, each once.
    pub skills: Vec<Skill>,
}

impl NewAgent {
    /// Makes an agent to create. Repeated skills count once.
    pub fn new(
        id: AgentId,
        fname: PersonName,
        lname: PersonName,
        skills: Vec<Skill>,
    ) -> Result<Self, Invalid> {
        let skills = distinct(skills, MOST_SKILLS_OF_AN_AGENT, "an agent")?;
        Ok(Self {
            id,
            fname,
            lname,
            skills,
        })
    }
}
