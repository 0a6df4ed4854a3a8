//! The detail of one contact or agent: what is known of it, and where one came from.

use shared::agent::{Agent, AgentId};
use shared::contact::{Contact, ContactId};
use shared::event::Event;
use shared::view::Explanation;

use super::Model;
use super::log::Entry;

/// What a detail is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A contact, wherever it stands.
    Contact(ContactId),
    /// An agent.
    Agent(AgentId),
}

impl Subject {
    /// Tells whether an event is part of its story.
    pub fn is_in(&self, event: &Event) -> bool {
        match self {
            Self::Contact(id) => event.what.contact() == Some(*id),
            Self::Agent(id) => event.what.agent() == Some(id),
        }
    }
}

/// What the store says of a subject.
#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    /// Of a contact.
    Contact(Box<Contact>, Box<Explanation>),
    /// Of an agent.
    Agent(Box<Agent>),
}

/// What asking about a subject brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Who or what was asked about.
    pub subject: Subject,
    /// The facts, or why there are none.
    pub facts: Result<Facts, String>,
    /// Its events of the past with the number of the newest event then, if they were asked for.
    pub past: Option<(Vec<Event>, u64)>,
}

/// A detail that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// What it is about.
    pub subject: Subject,
    /// What the store said last; none before it said anything.
    pub facts: Option<Result<Facts, String>>,
    /// Its events of the past, with the newest event that was looked through.
    pub past: Option<(Vec<Event>, u64)>,
    /// Whether an answer is on its way.
    pub asked: bool,
    /// How many lines it is scrolled down.
    pub scroll: usize,
    /// The subjects before, the last at the end.
    pub former: Vec<Subject>,
}

impl Detail {
    /// How many subjects back one can go.
    const MOST_FORMER: usize = 50;

    /// Opens a detail about which nothing is known yet.
    pub fn new(subject: Subject, former: Vec<Subject>) -> Self {
        Self {
            subject,
            facts: None,
            past: None,
            asked: false,
            scroll: 0,
            former,
        }
    }

    /// Opens the next detail, from which one can come back to this.
    #[must_use]
    pub fn on_to(self, subject: Subject) -> Self {
        let mut former = self.former;
        if former.len() == Self::MOST_FORMER {
            former.remove(0);
        }
        former.push(self.subject);
        Self::new(subject, former)
    }
}

impl Model {
    /// Gives the events of the open detail, oldest first: those of the past, and those that came
    /// into the log since.
    pub fn story(&self) -> Vec<&Event> {
        let Some(detail) = &self.detail else {
            return vec![];
        };
        let (past, up_to) = detail
            .past
            .as_ref()
            .map_or((&[][..], 0), |(past, up_to)| (past.as_slice(), *up_to));
        let shown = self.newest_event_shown();
        let mut newer: Vec<&Event> = self
            .log
            .newest_first(shown)
            .filter_map(|entry| match entry {
                Entry::Happened(event) => Some(event),
                Entry::Missed { .. } => None,
            })
            .filter(|event| event.number > up_to && detail.subject.is_in(event))
            .collect();
        newer.reverse();
        past.iter().chain(newer).collect()
    }

    /// Gives the contact of the open detail: as it is on the floor that is shown, or as the store
    /// told it.
    pub fn detail_contact(&self) -> Option<&Contact> {
        let detail = self.detail.as_ref()?;
        let Subject::Contact(id) = &detail.subject else {
            return None;
        };
        match &detail.facts {
            Some(Ok(Facts::Contact(contact, _))) => Some(contact),
            _ => self.floor()?.contact(*id),
        }
    }

    /// Gives the agent of the open detail: as he is on the floor that is shown, or as the store
    /// told him.
    pub fn detail_agent(&self) -> Option<&Agent> {
        let detail = self.detail.as_ref()?;
        let Subject::Agent(id) = &detail.subject else {
            return None;
        };
        let listed = self.floor().and_then(|floor| floor.agent(id));
        match &detail.facts {
            Some(Ok(Facts::Agent(agent))) => listed.or(Some(agent)),
            _ => listed,
        }
    }
}
