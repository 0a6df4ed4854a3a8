//! The desk's whole state as plain data.

use jiff::tz::TimeZone;
use shared::agent::{Agent, AgentId, Presence};
use shared::contact::{ContactId, Remarks};
use shared::text::Reason;
use shared::time::Millis;

use super::keys::Scope;
use super::poll::{AgentSnapshot, FloorForAgent, Visibility};
use crate::agent_words::left_as;
use crate::parts::link::Link;
use crate::parts::notice::Notice;
use crate::remote::quoted;
use crate::theme::Palette;

/// The suggested reasons for a break, if the floor has no list.
const REASONS: [&str; 3] = ["break", "lunch", "training"];

/// How long a notice is shown, in milliseconds.
const NOTICE_STAYS: u64 = 6_000;

/// The desk's whole state.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The agent.
    pub me: AgentId,
    /// The ACD's name, or the address of its API if an agent may see no more.
    pub place: String,
    /// What the agent may see.
    pub visibility: Visibility,
    /// The flags that connect another command to the same ACD.
    pub flags: String,
    /// This machine's time.
    pub clock: Millis,
    /// The time zone for times of day.
    pub zone: TimeZone,
    /// The colours; none to use none.
    pub palette: Option<Palette>,
    /// Whether keys that change something are refused.
    pub read_only: bool,
    /// Whether the store answers.
    pub link: Link,
    /// The newest poll, and this machine's time at it.
    pub latest: Option<(Millis, AgentSnapshot)>,
    /// Whether the agent was deleted and another has their id now, for whom the desk does nothing.
    pub replaced: bool,
    /// What covers the desk.
    pub overlay: Option<DeskOverlay>,
    /// The last message to the agent.
    pub notice: Option<Notice>,
    /// What others did to the agent's contacts, a sentence each; shown until a key is pressed.
    pub kept: Vec<String>,
    /// The contact that this desk last asked to complete.
    pub completed: Option<ContactId>,
    /// The number of the offer that this desk last rejected.
    pub rejected: Option<u64>,
    /// The number of the offer that came while something covered the desk.
    pub offer_under: Option<u64>,
    /// The contact that a disposition or a note is being given to.
    pub talk_of: Option<ContactId>,
    /// What the agent said about the contact that they are on; sent when it is completed.
    pub remarks: Option<(ContactId, Remarks)>,
    /// The number of requests in flight.
    pub asked: usize,
}

/// What covers the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskOverlay {
    /// The help, with the number of lines scrolled down.
    Help(usize),
    /// The list of reasons, with the selected place. The last choice is to type one, unless the
    /// floor has a list.
    Reasons(usize),
    /// The reason being typed.
    Typing(String),
    /// The list of dispositions, with the selected place.
    Dispositions(usize),
    /// What is said about the contact, being typed.
    Saying(Saying, String),
}

/// What an agent can say about a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saying {
    /// What became of it.
    Disposition,
    /// A note.
    Note,
}

impl Desk {
    /// Makes a desk that has received nothing yet.
    pub fn new(me: AgentId, place: String, clock: Millis, zone: TimeZone) -> Self {
        Self {
            me,
            flags: format!("--acd {}", quoted(&place)),
            place,
            visibility: Visibility::default(),
            clock,
            zone,
            palette: Some(Palette::default()),
            read_only: false,
            link: Link::Connecting,
            latest: None,
            replaced: false,
            overlay: None,
            notice: None,
            kept: vec![],
            completed: None,
            rejected: None,
            offer_under: None,
            talk_of: None,
            remarks: None,
            asked: 0,
        }
    }

    /// Returns the newest poll.
    pub fn snapshot(&self) -> Option<&AgentSnapshot> {
        self.latest.as_ref().map(|(_, snapshot)| snapshot)
    }

    /// Returns the floor as last seen, if it is visible.
    pub fn around(&self) -> Option<&FloorForAgent> {
        self.snapshot()?.floor.as_ref()
    }

    /// Returns the agent as last seen.
    pub fn agent(&self) -> Option<&Agent> {
        self.snapshot()?.agent.as_ref()
    }

    /// Says why the desk has no agent.
    pub(super) fn without_agent(&self) -> String {
        let me = &self.me;
        if self.replaced {
            format!(
                "Agent {me} was deleted and created again, perhaps for somebody else. This desk \
                 does nothing for them: q leaves it."
            )
        } else {
            format!("Agent {me} no longer exists.")
        }
    }

    /// Returns the reasons that the agent can choose from, and whether they can type another.
    pub fn reasons(&self) -> (Vec<&str>, bool) {
        match self
            .snapshot()
            .and_then(|snapshot| snapshot.reasons.as_ref())
        {
            Some(list) => (list.all().iter().map(Reason::as_str).collect(), false),
            None => (REASONS.to_vec(), true),
        }
    }

    /// Returns the scope that keys apply to.
    pub fn scope(&self) -> Scope {
        match self.overlay {
            None => Scope::Desk,
            Some(DeskOverlay::Help(_)) => Scope::Help,
            Some(DeskOverlay::Reasons(_) | DeskOverlay::Dispositions(_)) => Scope::Reasons,
            Some(DeskOverlay::Typing(_) | DeskOverlay::Saying(..)) => Scope::Typing,
        }
    }

    /// Returns what must be closed before keys reach the desk, if anything covers it.
    pub(super) fn covered_by(&self) -> Option<&'static str> {
        self.overlay.as_ref().map(|overlay| match overlay {
            DeskOverlay::Help(_) => "the help",
            DeskOverlay::Reasons(_) | DeskOverlay::Dispositions(_) => "the list",
            DeskOverlay::Typing(_) | DeskOverlay::Saying(..) => "the box",
        })
    }

    /// Returns the ACD's current time; it stops while the store is unavailable.
    pub fn now(&self) -> Millis {
        match &self.latest {
            None => self.clock,
            Some((at, snapshot)) => {
                let shown_until = self.link.shown_until(self.clock);
                Millis(snapshot.now.0 + shown_until.since(*at))
            }
        }
    }

    /// Shows a message.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.set_notice(text.into(), false);
    }

    /// Shows that something was refused or failed.
    pub(super) fn refuse(&mut self, text: impl Into<String>) {
        self.set_notice(text.into(), true);
    }

    fn set_notice(&mut self, text: String, bad: bool) {
        self.notice = Some(Notice {
            text,
            bad,
            until: Millis(self.clock.0 + NOTICE_STAYS),
        });
    }

    /// Returns the sentence about the state in which the agent is left.
    pub fn last_line(&self) -> String {
        let me = &self.me;
        let Some(agent) = self.agent() else {
            return format!("{me} was not changed.");
        };
        let left = left_as(agent);
        if agent.state.chosen() != Presence::Available {
            return left;
        }
        let (me, flags) = (quoted(me.as_str()), &self.flags);
        format!("{left} To change that: switchboard agent {me} unavailable {flags}")
    }
}
