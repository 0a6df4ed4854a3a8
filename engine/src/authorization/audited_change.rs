//! What a request changed, with the values before and after, for the audit. The store returns them
//! from the step that makes the change; a handler attaches them to its answer. They are formatted
//! only when written.

use axum::Extension;
use shared::agent::{Agent, AgentId, Presence};
use shared::contact::{ContactId, ContactState, Done, Priority, Remarks};
use shared::operation::WrapUpStep;
use shared::settings::Settings;
use shared::skill::Skill;
use shared::text::{PersonName, Reason};

/// What a handler attaches to its answer, for the audit.
pub(crate) type Audited = Extension<AuditedChange>;

/// What a request changed.
#[derive(Clone, Debug)]
pub(crate) enum AuditedChange {
    /// The ACD was opened or closed.
    Opened { was: bool, now: bool },
    /// A setting of the floor was changed.
    Set { was: Settings, now: Settings },
    /// A contact type was created, or its settings were replaced.
    TypeSet {
        was: Option<Settings>,
        now: Settings,
    },
    /// A contact type was deleted; it had these settings.
    TypeDeleted(Settings),
    /// A contact was created, or had been before.
    ContactCreated(ContactId, Done),
    /// A contact ended, or had ended before.
    ContactEnded(Done),
    /// The same, with what its agent said about it.
    ContactCompleted(Done, Remarks),
    /// An agent accepted the offer of a contact, or had accepted it before.
    OfferAccepted(AgentId, Done),
    /// An agent rejected the offer of a contact, or had rejected it before.
    OfferRejected {
        agent: AgentId,
        reason: Option<Reason>,
        done: Done,
    },
    /// An agent said what became of a contact that had ended.
    Remarked(Remarks),
    /// An agent's wrap-up was ended or extended.
    WrappedUp(WrapUpStep),
    /// A contact was taken from its agent, or was already waiting.
    ContactRequeued(AgentId, Done),
    /// A contact's priority was changed.
    Prioritised { was: Priority, now: Priority },
    /// An agent was created, with this first name, last name and skills.
    AgentCreated(PersonName, PersonName, Vec<Skill>),
    /// An agent was deleted.
    AgentDeleted(Agent),
    /// An agent's name was changed.
    Renamed {
        was: (PersonName, PersonName),
        now: (PersonName, PersonName),
    },
    /// An agent's choice was changed.
    Chose { was: Presence, now: Presence },
    /// An agent got a skill, unless they already had it.
    SkillAdded { held: bool, skill: Skill },
    /// A skill was taken from an agent.
    SkillRemoved(Skill),
    /// A skill was taken from all agents.
    SkillDeleted,
}

impl AuditedChange {
    /// Returns the contact it was about, if the path does not name it.
    pub(super) fn subject(&self) -> Option<ContactId> {
        match self {
            Self::ContactCreated(id, _) => Some(*id),
            _ => None,
        }
    }

    /// Returns the value before and the value after.
    pub(super) fn was_and_now(&self) -> (String, String) {
        let word = |open: bool| if open { "open" } else { "closed" }.to_owned();
        let urgent = |priority: Priority| format!("priority {}", priority.0);
        match self {
            Self::Opened { was, now } => (word(*was), word(*now)),
            Self::Set { was, now } => (settings(was), settings(now)),
            Self::TypeSet { was, now } => {
                let was = was.as_ref().map_or_else(nothing, settings);
                (was, settings(now))
            }
            Self::TypeDeleted(was) => (settings(was), nothing()),
            Self::ContactCreated(_, done)
            | Self::ContactEnded(done)
            | Self::ContactCompleted(done, _)
            | Self::OfferAccepted(_, done)
            | Self::OfferRejected { done, .. }
            | Self::ContactRequeued(_, done)
                if done.repeated =>
            {
                same(state_of(&done.state))
            }
            Self::ContactCreated(_, done) => (nothing(), state_of(&done.state)),
            Self::ContactEnded(done) => {
                let was = done.state.agent().map_or_else(waits, with);
                (was, state_of(&done.state))
            }
            Self::ContactCompleted(done, remarks) => {
                let was = done.state.agent().map_or_else(waits, with);
                let said = said(remarks).map(|said| format!("; {said}"));
                let said = said.unwrap_or_default();
                (was, format!("{}{said}", state_of(&done.state)))
            }
            Self::OfferAccepted(agent, done) => (offered_to(agent), state_of(&done.state)),
            Self::OfferRejected {
                agent,
                reason,
                done,
            } => {
                let why = reason.as_ref().map(|reason| format!(" ({reason})"));
                let why = why.unwrap_or_default();
                let now = format!("rejected{why}; {}", state_of(&done.state));
                (offered_to(agent), now)
            }
            Self::Remarked(remarks) => {
                let now = said(remarks).unwrap_or_else(|| "nothing new".to_owned());
                ("in wrap-up".to_owned(), now)
            }
            Self::WrappedUp(WrapUpStep::Done) => ("in wrap-up".to_owned(), "done".to_owned()),
            Self::WrappedUp(WrapUpStep::Extend(seconds)) => {
                let now = format!("in wrap-up for {} s more", seconds.get());
                ("in wrap-up".to_owned(), now)
            }
            Self::ContactRequeued(from, done) => (with(from), state_of(&done.state)),
            Self::Prioritised { was, now } => (urgent(*was), urgent(*now)),
            Self::AgentCreated(fname, lname, skills) => {
                (nothing(), agent_text(fname, lname, skills))
            }
            Self::AgentDeleted(agent) => {
                let was = agent_text(&agent.fname, &agent.lname, &agent.skills);
                let state = choice(&agent.state.chosen());
                (format!("{was}; {state}"), nothing())
            }
            Self::Renamed { was, now } => (name(&was.0, &was.1), name(&now.0, &now.1)),
            Self::Chose { was, now } => (choice(was), choice(now)),
            Self::SkillAdded { held: true, skill } => same(format!("with {skill}")),
            Self::SkillAdded { held: false, skill } => {
                (format!("without {skill}"), format!("with {skill}"))
            }
            Self::SkillRemoved(skill) => (format!("with {skill}"), format!("without {skill}")),
            Self::SkillDeleted => ("known".to_owned(), "held by nobody".to_owned()),
        }
    }
}

fn settings(set: &Settings) -> String {
    let set = serde_json::to_value(set).unwrap_or_default();
    let set = set.as_object().into_iter().flatten();
    let set: Vec<String> = set.map(|(name, value)| format!("{name} {value}")).collect();
    if set.is_empty() {
        return "nothing set".to_owned();
    }
    set.join("; ")
}

fn same(text: String) -> (String, String) {
    (text.clone(), text)
}

fn nothing() -> String {
    "nothing".to_owned()
}

fn waits() -> String {
    "waiting".to_owned()
}

fn with(agent: &AgentId) -> String {
    format!("with {agent}")
}

fn offered_to(agent: &AgentId) -> String {
    format!("offered to {agent}")
}

/// Returns what an agent said about a contact. A note may be about a customer, so it is not written.
fn said(remarks: &Remarks) -> Option<String> {
    let code = remarks.disposition.as_ref();
    let code = code.map(|code| format!("disposition {code}"));
    let note = remarks.note.as_ref().map(|_| "a note".to_owned());
    let said: Vec<String> = code.into_iter().chain(note).collect();
    (!said.is_empty()).then(|| said.join(" and "))
}

fn state_of(state: &ContactState) -> String {
    match state {
        ContactState::Queued => waits(),
        ContactState::Offered(offer) => offered_to(&offer.agent),
        ContactState::Assigned { agent, .. } => with(agent),
        ContactState::Complete { outcome, .. } => outcome.word().to_owned(),
    }
}

fn choice(presence: &Presence) -> String {
    match presence.reason() {
        Some(reason) => format!("{} ({reason})", presence.word()),
        None => presence.word().to_owned(),
    }
}

fn name(fname: &PersonName, lname: &PersonName) -> String {
    format!("{fname} {lname}").trim().to_owned()
}

fn agent_text(fname: &PersonName, lname: &PersonName, skills: &[Skill]) -> String {
    let skills: Vec<&str> = skills.iter().map(Skill::as_str).collect();
    format!("{}; skills {}", name(fname, lname), skills.join(", "))
}
