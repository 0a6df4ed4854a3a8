//! Preconditions on changes: what the caller saw before asking for a change.
//!
//! The change is refused if that is no longer so. Between reading and acting, a contact may have
//! gone to another agent, or an agent to lunch.

use std::fmt::{self, Write as _};

use crate::agent::{Agent, AgentId, AgentState, Mark, Presence};
use crate::contact::{Contact, ContactId, ContactState};
use crate::error::{Error, Result};
use crate::skill::Skill;
use crate::time::Millis;

/// The version of a contact or an agent: a digest of everything about it that can change.
///
/// Clients only compare it. Every store computes the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// Takes a version that a caller names. One that no store has produced matches nothing.
    pub fn named(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the version as text, of letters and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Hashes a text with everything that can change. `pieces/seen.lua` computes the same.
    fn of(text: &str) -> Self {
        Self(sha1_smol::Sha1::from(text).digest().to_string())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a caller saw. Either part may be absent and then does not matter: the standing (whom a
/// contact is with, what an agent chose) and the version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<Standing> {
    standing: Option<Standing>,
    versions: Option<Vec<Version>>,
}

/// What a caller saw of a contact: the agent who is on it or was when it ended; `None` if it
/// waited.
pub type ContactSeen = Seen<Option<AgentId>>;

/// What a caller saw of an agent: what they had chosen.
pub type AgentSeen = Seen<Presence>;

impl<Standing> Seen<Standing> {
    /// No precondition.
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

    /// Requires one of these versions too. An empty list matches no version.
    #[must_use]
    pub fn in_version(self, versions: Vec<Version>) -> Self {
        let versions = Some(versions);
        Self { versions, ..self }
    }

    /// Returns whether there is no precondition.
    pub fn is_anything(&self) -> bool {
        self.standing.is_none() && self.versions.is_none()
    }

    /// Returns the standing that was seen, if it matters.
    pub fn seen_standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// Returns the versions that are accepted, if the version matters.
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
    /// Requires that it waits.
    pub fn waiting() -> Self {
        Self::standing(None)
    }

    /// Requires that it is with this agent.
    pub fn with(agent: AgentId) -> Self {
        Self::standing(Some(agent))
    }

    /// Requires the same standing as in this state: it waits, or is with this agent.
    pub fn like(state: &ContactState) -> Self {
        Self::standing(state.agent().cloned())
    }

    /// Fails if the contact is not what was seen. A contact that has ended still counts as being
    /// with its agent, so that a change whose answer was lost can be repeated.
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
    /// Requires this choice. For an agent on a contact, it is what they will be when it ends.
    pub fn chose(presence: Presence) -> Self {
        Self::standing(presence)
    }

    /// Fails if the agent is not what was seen.
    pub(crate) fn check(&self, agent: &Agent) -> Result<()> {
        self.check_version_of(agent)?;
        let now = agent.state.chosen();
        match &self.standing {
            Some(seen) if *seen != now => Err(agent_chose(&agent.id, seen, &now)),
            _ => Ok(()),
        }
    }

    /// Fails if the agent does not have a version that was seen.
    pub(crate) fn check_version_of(&self, agent: &Agent) -> Result<()> {
        self.check_version(&agent.id, || agent.version())
    }
}

impl Contact {
    /// Returns its version.
    pub fn version(&self) -> Version {
        let (assigned, ended, outcome) = match &self.state {
            ContactState::Queued | ContactState::Offered(_) => (None, None, ""),
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
        let offer = match &self.state {
            ContactState::Offered(offer) => format!("\n{}", offer.number),
            _ => String::new(),
        };
        Version::of(&format!(
            "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{outcome}{offer}",
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
    /// Returns their version.
    pub fn version(&self) -> Version {
        let skills: Vec<&str> = self.skills.iter().map(Skill::as_str).collect();
        let contact = self.state.contact();
        let contact = contact.map_or_else(String::new, |id| id.0.hyphenated().to_string());
        let since = match self.state {
            AgentState::Available { since } => since.0.to_string(),
            _ => String::new(),
        };
        let mut more = String::new();
        let offer = match self.state {
            AgentState::Offered { offer, .. } => Some(offer),
            _ => None,
        };
        let until = self.state.until().map(|until| until.0);
        let wrapped = (self.wrap_up_time > 0).then_some(self.wrap_up_time);
        let misses = (self.misses > 0).then(|| self.misses.into());
        for part in [offer, until, misses, wrapped].into_iter().flatten() {
            let _ = write!(more, "\n{part}");
        }
        Version::of(&format!(
            "{}\n{}\n{}\n{contact}\n{since}\n{}\n{}\n{}\n{}\n{}{more}",
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

/// Makes the error for a contact that is not with the agent seen, or does not wait. It says what is
/// true now.
pub(crate) fn contact_is_not(
    contact: impl fmt::Display,
    seen: Option<&AgentId>,
    now: &ContactState,
) -> Error {
    let seen = seen.map_or_else(
        || "does not wait".to_owned(),
        |agent| format!("is not with agent {agent}"),
    );
    let now = what_it_is(now);
    Error::Stale(format!(
        "{contact} {seen}: {now}; nothing was done, so read it again"
    ))
}

/// Says what is true of a contact now.
fn what_it_is(now: &ContactState) -> String {
    match now {
        ContactState::Queued => "it waits".to_owned(),
        ContactState::Offered(offer) => {
            format!(
                "it is offered to agent {} by offer {}",
                offer.agent, offer.number
            )
        }
        ContactState::Assigned { agent, .. } => format!("it is with agent {agent}"),
        ContactState::Complete {
            served: Some((agent, _)),
            outcome,
            ..
        } => format!("it ended with agent {agent} ({})", outcome.word()),
        ContactState::Complete { outcome, .. } => format!("it has ended ({})", outcome.word()),
    }
}

/// Makes the error for an offer that is over, or was never this agent's. It says what is true now.
pub(crate) fn offer_is_over(
    contact: ContactId,
    agent: &AgentId,
    offer: u64,
    now: &ContactState,
) -> Error {
    let now = match now {
        ContactState::Offered(present) if present.number == offer && present.agent == *agent => {
            "its time has passed".to_owned()
        }
        now => what_it_is(now),
    };
    Error::StaleOffer(format!(
        "{contact} is not offered to agent {agent} by offer {offer}: {now}; nothing was done"
    ))
}

/// Makes the error for an agent whose choice is not the one seen. It says what is true now.
pub(crate) fn agent_chose(agent: &AgentId, seen: &Presence, now: &Presence) -> Error {
    let said = |presence: &Presence| match presence.reason() {
        Some(reason) => format!("{} ({reason})", presence.word()),
        None => presence.word().to_owned(),
    };
    Error::Stale(format!(
        "agent {agent} has not chosen to be {}: they chose {}; nothing was done, so read the agent \
         again",
        said(seen),
        said(now)
    ))
}

/// Makes the error for a contact or an agent that has another version than the one seen.
pub(crate) fn changed(what: &impl fmt::Display, now: &Version) -> Error {
    Error::Changed(format!(
        "{what} has another version than If-Match names: its ETag is \"{now}\"; nothing was done, \
         so read it again"
    ))
}
