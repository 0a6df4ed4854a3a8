//! Everything the desk knows, as plain data.

use jiff::tz::TimeZone;
use shared::agent::{Agent, AgentId, AgentState, Presence};
use shared::contact::ContactId;
use shared::time::Millis;

use super::keys::Scope;
use super::look::{Around, Look, Sight};
use crate::model::{Link, Notice};
use crate::remote::quoted;
use crate::theme::Palette;

/// The reasons that are offered for a break; after them comes one that is typed.
pub const REASONS: [&str; 3] = ["break", "lunch", "training"];

/// How long a notice stays, in milliseconds.
const NOTICE_STAYS: u64 = 6_000;

/// The desk's whole state.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Whose desk it is.
    pub me: AgentId,
    /// Where he works: the ACD's name, or the address of its API, which is all that he is told.
    pub place: String,
    /// How far the agent sees.
    pub sight: Sight,
    /// The flags by which another command comes to the same ACD.
    pub flags: String,
    /// The time by this machine's clock.
    pub clock: Millis,
    /// The zone that times of day are shown in.
    pub zone: TimeZone,
    /// The colours; none if there are to be none.
    pub palette: Option<Palette>,
    /// Whether keys that change something are refused.
    pub read_only: bool,
    /// How the store answers.
    pub link: Link,
    /// The newest look, and when it was by this machine's clock.
    pub looked: Option<(Millis, Look)>,
    /// What lies over the desk.
    pub overlay: Option<Overlay>,
    /// The last thing said to the agent.
    pub notice: Option<Notice>,
    /// What was done to the agent's contacts by others, a sentence each; stays until a key is
    /// pressed.
    pub kept: Vec<String>,
    /// The contact that this desk asked to complete last.
    pub completed: Option<ContactId>,
    /// How many requests have no answer yet.
    pub asked: usize,
}

/// What lies over the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The keys, scrolled down by so many lines.
    Help(usize),
    /// The reasons, the one of that place selected; the last is to be typed.
    Reasons(usize),
    /// The reason that is being typed.
    Typing(String),
}

impl Desk {
    /// Makes a desk that has seen nothing yet.
    pub fn new(me: AgentId, place: String, clock: Millis, zone: TimeZone) -> Self {
        Self {
            me,
            flags: format!("--acd {}", quoted(&place)),
            place,
            sight: Sight::default(),
            clock,
            zone,
            palette: Some(Palette::default()),
            read_only: false,
            link: Link::Connecting,
            looked: None,
            overlay: None,
            notice: None,
            kept: vec![],
            completed: None,
            asked: 0,
        }
    }

    /// Gives the newest look.
    pub fn look(&self) -> Option<&Look> {
        self.looked.as_ref().map(|(_, look)| look)
    }

    /// Gives the floor round the agent as it was seen last, if he sees it.
    pub fn around(&self) -> Option<&Around> {
        self.look()?.floor.as_ref()
    }

    /// Gives the agent as he was seen last.
    pub fn agent(&self) -> Option<&Agent> {
        self.look()?.agent.as_ref()
    }

    /// Gives where keys go.
    pub fn scope(&self) -> Scope {
        match self.overlay {
            None => Scope::Desk,
            Some(Overlay::Help(_)) => Scope::Help,
            Some(Overlay::Reasons(_)) => Scope::Reasons,
            Some(Overlay::Typing(_)) => Scope::Typing,
        }
    }

    /// Gives the ACD's present time; it stands while the store is away.
    pub fn now(&self) -> Millis {
        match &self.looked {
            None => self.clock,
            Some((at, look)) if self.link == Link::Live => {
                Millis(look.now.0 + self.clock.since(*at))
            }
            Some((_, look)) => look.now,
        }
    }

    /// Says something.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.set_notice(text.into(), false);
    }

    /// Says that something was refused or failed.
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

    /// Says what the agent stays when the desk is left.
    pub fn farewell(&self) -> String {
        let me = &self.me;
        let Some(agent) = self.agent() else {
            return format!("{me} was not changed.");
        };
        match agent.state.chosen() {
            Presence::Unavailable(_) if matches!(agent.state, AgentState::Busy { .. }) => {
                format!("{me} stays on his contact, and is unavailable when it ends.")
            }
            Presence::Unavailable(_) => format!("{me} stays unavailable."),
            Presence::Available => format!(
                "{me} stays available: contacts go on coming. To change that: \
                 switchboard agent {} unavailable {}",
                quoted(me.as_str()),
                self.flags
            ),
        }
    }
}
