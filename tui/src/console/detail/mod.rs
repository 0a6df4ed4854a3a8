//! The detail view of one contact or agent: what is known about it, and the subjects viewed before.

mod update;
mod view;

pub(crate) use self::update::{back, enter, follow, jump, open, scroll, studied, study};
pub(crate) use self::view::draw;

use shared::agent::Agent;
use shared::contact::Contact;
use shared::event::Event;
use shared::view::Explanation;

use super::Model;
use super::log::Entry;
use super::subject::Subject;

/// What the store returned about a subject.
#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    /// About a contact.
    Contact(Box<Contact>, Box<Explanation>),
    /// About an agent.
    Agent(Box<Agent>),
}

/// The answer to a request about a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The contact or agent.
    pub subject: Subject,
    /// The facts, or why there are none.
    pub facts: Result<Facts, String>,
    /// Its past events and the number of the newest event at that time, if they were requested.
    pub past: Option<(Vec<Event>, u64)>,
}

/// A detail that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// What it is about.
    pub subject: Subject,
    /// What the store returned last; none before the first answer.
    pub facts: Option<Result<Facts, String>>,
    /// Its past events, and the number of the newest event that was searched.
    pub past: Option<(Vec<Event>, u64)>,
    /// Whether a request is in flight.
    pub asked: bool,
    /// How many lines it is scrolled down.
    pub scroll: usize,
    /// The subjects viewed before, the most recent last.
    pub former: Vec<Subject>,
}

impl Detail {
    /// How many subjects are kept to go back to.
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

    /// Opens the next detail and keeps this one to go back to.
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
    /// Returns the events of the open detail, oldest first: the past ones and those that were
    /// logged since.
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

    /// Returns the contact of the open detail: from the lists that are shown, or else from the
    /// store's answer.
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

    /// Returns the agent of the open detail: from the lists that are shown, or else from the
    /// store's answer.
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
