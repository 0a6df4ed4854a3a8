//! What callers saw before they asked for a change. A change that follows from something seen
//! carries it, and is refused when it is no longer so: between looking and acting a contact may
//! have gone to another agent, or an agent to lunch.

use std::fmt;

use crate::agent::{Agent, AgentId, AgentState, Mark, Presence};
use crate::contact::{Contact, ContactState};
use crate::error::{Error, Result};
use crate::skill::Skill;
use crate::time::Millis;

/// Names what a contact or an agent was at one moment: a digest of all of it that can change.
///
/// Clients only compare it. Every store makes the same one of the same contact or agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// Takes a version as a caller names it. One that no store gives is like no contact or agent.
    pub fn named(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Gives the version as text, of letters and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes the digest of a text with all that can change; `pieces/seen.lua` makes the same.
    fn of(text: &str) -> Self {
        Self(sha1_smol::Sha1::from(text).digest().to_string())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a caller saw, of which some part may not matter: its standing (with whom a contact is,
/// what an agent chose), and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<Standing> {
    standing: Option<Standing>,
    versions: Option<Vec<Version>>,
}

/// What a caller saw of a contact: who is on it, or was when it ended. Nobody: it waited.
pub type ContactSeen = Seen<Option<AgentId>>;

/// What a caller saw of an agent: what they had chosen to be.
pub type AgentSeen = Seen<Presence>;

impl<Standing> Seen<Standing> {
    /// Whatever it is, it is to be changed.
    pub const ANYTHING: Self = Self {
        standing: None,
        versions: None,
    };

    fn standing(standing: Standing) -> Self {
        Self {
            standing: Some(standing),
            versions: None,
        }
    }

    /// The same, and one of these versions of it. None at all is a version that it never has.
    #[must_use]
    pub fn in_version(self, versions: Vec<Version>) -> Self {
        let versions = Some(versions);
        Self { versions, ..self }
    }

    /// Tells whether nothing was seen that must still be so.
    pub fn is_anything(&self) -> bool {
        self.standing.is_none() && self.versions.is_none()
    }

    /// Gives what was seen of its standing, if that matters.
    pub fn seen_standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// Gives the versions that it may have, if they matter.
    pub fn seen_versions(&self) -> Option<&[Version]> {
        self.versions.as_deref()
    }

    fn check_version(&self, what: &impl fmt::Display, now: impl FnOnce() -> Version) -> Result<()> {
        let Some(versions) = &self.versions else {
            return Ok(());
        };
        let now = now();
        if versions.contains(&now) {
            return Ok(());
        }
        Err(changed(what, &now))
    }
}

impl ContactSeen {
    /// It waited.
    pub fn waiting() -> Self {
        Self::standing(None)
    }

    /// It was with this agent.
    pub fn with(agent: AgentId) -> Self {
        Self::standing(Some(agent))
    }

    /// It stood like this: it waited, or was with this agent.
    pub fn like(state: &ContactState) -> Self {
        Self::standing(state.agent().cloned())
    }

    /// Refuses when the contact is no longer what was seen. One that has ended is like what it was
    /// before, so that a change can be repeated whose answer was lost.
    pub(crate) fn check(&self, contact: &Contact) -> Result<()> {
        self.check_version(&contact.id, || contact.version())?;
        match &self.standing {
            Some(agent) if contact.state.agent() != agent.as_ref() => {
                Err(contact_is_not(contact.id, agent.as_ref(), &contact.state))
            }
            _ => Ok(()),
        }
    }
}

impl AgentSeen {
    /// They had chosen this: for an agent on a contact, what they are to be when it ends.
    pub fn chose(presence: Presence) -> Self {
        Self::standing(presence)
    }

    /// Refuses when the agent is no longer what was seen.
    pub(crate) fn check(&self, agent: &Agent) -> Result<()> {
        self.check_version_of(agent)?;
        let now = agent.state.chosen();
        match &self.standing {
            Some(seen) if *seen != now => Err(agent_chose(&agent.id, seen, &now)),
            _ => Ok(()),
        }
    }

    /// Refuses when the agent has not the version that was seen.
    pub(crate) fn check_version_of(&self, agent: &Agent) -> Result<()> {
        self.check_version(&agent.id, || agent.version())
    }
}

impl Contact {
    /// Gives the version of it.
    pub fn version(&self) -> Version {
        let (assigned, ended, outcome) = match &self.state {
            ContactState::Queued => (None, None, ""),
            ContactState::Assigned { at, .. } => (Some(at), None, ""),
            ContactState::Complete {
                served,
                at,
                outcome,
            } => {
                let assigned = served.as_ref().map(|(_, at)| at);
                (assigned, Some(at), outcome.word())
            }
        };
        let time = |time: Option<&Millis>| time.map_or_else(String::new, |time| time.0.to_string());
        Version::of(&format!(
            "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{outcome}",
            self.created.0,
            self.rank.0,
            self.asked.0,
            self.requeues,
            self.state.agent().map_or("", AgentId::as_str),
            time(assigned),
            time(ended),
        ))
    }
}

impl Agent {
    /// Gives the version of them.
    pub fn version(&self) -> Version {
        let skills: Vec<&str> = self.skills.iter().map(Skill::as_str).collect();
        let contact = self.state.contact();
        let contact = contact.map_or_else(String::new, |id| id.0.hyphenated().to_string());
        let since = match self.state {
            AgentState::Available { since } => since.0.to_string(),
            _ => String::new(),
        };
        Version::of(&format!(
            "{}\n{}\n{}\n{contact}\n{since}\n{}\n{}\n{}\n{}\n{}",
            self.fname.as_str(),
            self.lname.as_str(),
            skills.join(","),
            self.state.chosen().to_text(),
            self.state.mark().map_or("", Mark::word),
            self.changed.0,
            self.handled,
            self.handle_time,
        ))
    }
}

/// Says that a contact is with somebody else than was seen, or waits, and what is true now.
pub(crate) fn contact_is_not(
    contact: impl fmt::Display,
    seen: Option<&AgentId>,
    now: &ContactState,
) -> Error {
    let seen = seen.map_or_else(
        || "does not wait".to_owned(),
        |agent| format!("is not with agent {agent}"),
    );
    let now = match now {
        ContactState::Queued => "it waits".to_owned(),
        ContactState::Assigned { agent, .. } => format!("it is with agent {agent}"),
        ContactState::Complete {
            served: Some((agent, _)),
            outcome,
            ..
        } => format!("it is over, {} with agent {agent}", outcome.word()),
        ContactState::Complete { outcome, .. } => format!("it is over, {}", outcome.word()),
    };
    Error::Stale(format!(
        "{contact} {seen}, or no longer: {now}; nothing was done, so look at it again"
    ))
}

/// Says that an agent has chosen otherwise than was seen, and what is true now.
pub(crate) fn agent_chose(agent: &AgentId, seen: &Presence, now: &Presence) -> Error {
    let said = |presence: &Presence| match presence.reason() {
        Some(reason) => format!("{} ({reason})", presence.word()),
        None => presence.word().to_owned(),
    };
    Error::Stale(format!(
        "agent {agent} has not chosen to be {}, or no longer: they chose {}; nothing was done, so \
         look at them again",
        said(seen),
        said(now)
    ))
}

/// Says that a contact or an agent is in another version than was seen.
pub(crate) fn changed(what: &impl fmt::Display, now: &Version) -> Error {
    Error::Changed(format!(
        "{what} is not what If-Match names, or no longer: its ETag is \"{now}\"; nothing was done, \
         so look at it again"
    ))
}
