//! The console. [`Model`] is its whole state as plain data: no locks, no tasks, nothing that can
//! fail.
//!
//! [`update`] leads each message and each key to the function that handles it; [`view`] draws the
//! frame. What belongs to one part of the screen is together, its state, what its keys do and how it
//! is drawn: the four lists in [`pane`], what covers them in [`overlay`], and [`detail`] and
//! [`service`]. They use the model, what was read ([`floor`], [`log`]) and the layout, and know
//! nothing of the rest of the frame.

mod ask;
pub mod contact_state;
pub mod demo;
pub mod detail;
pub mod effect;
pub mod floor;
pub mod injection;
pub mod keys;
mod layout;
pub mod log;
pub mod message;
pub mod offer;
pub mod overlay;
pub mod pane;
pub mod pause;
mod refuse;
pub mod service;
pub mod sort;
pub mod subject;
pub mod update;
pub mod view;
pub mod wanted;
pub mod window;

use std::fmt;

use jiff::tz::TimeZone;
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use ratatui::layout::Rect;
use shared::agent::AgentId;
use shared::contact::{Contact, ContactId, Rank};
use shared::skill::Skill;
use shared::time::Millis;

use self::demo::DemoState;
use self::detail::Detail;
use self::floor::Floor;
use self::injection::Injection;
use self::keys::KeyTable;
use self::log::Log;
use self::overlay::Overlay;
use self::pane::columns::Heads;
use self::pane::filter::Filters;
use self::pane::gone::LastSeen;
use self::pane::marks::Marks;
use self::pause::Pause;
use self::service::Service;
use self::sort::Sorts;
use crate::parts::cursor::Cursor;
use crate::parts::link::Link;
use crate::parts::notice::Notice;
use crate::theme::{Palette, Theme};

/// What the operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// View and change.
    Everything,
    /// View only: keys that change something are refused.
    Looking,
}

/// The console's whole state.
#[derive(Clone, Debug)]
pub struct Model {
    /// What is shown, fixed while the program runs.
    pub place: Place,
    /// This machine's time as it is shown, in whole seconds.
    pub clock: Millis,
    /// This machine's time of the message being handled.
    pub moment: Millis,
    /// The time zone for times of day.
    pub zone: TimeZone,
    /// Whether colours may be used.
    pub colours: bool,
    /// The colours to use.
    pub palette: Palette,
    /// What the operator may do.
    pub rights: Rights,
    /// The keys.
    pub keys: KeyTable,
    /// Whether the store answers.
    pub link: Link,
    /// The newest snapshot of the ACD; none before the first.
    pub newest: Option<Floor>,
    /// The frozen display, while paused.
    pub pause: Option<Pause>,
    /// The newest events.
    pub log: Log,
    /// The pane that has the focus.
    pub focus: Pane,
    /// The cursor in the queue.
    pub queue: Cursor<ContactId>,
    /// The rank of the selected contact, to find the rows around it.
    pub rank_in_view: Option<Rank>,
    /// The cursor among the skills.
    pub skills: Cursor<Skill>,
    /// The cursor among the agents.
    pub agents: Cursor<AgentId>,
    /// The filter of each pane.
    pub filters: Filters,
    /// How many rows the event log is scrolled back from its newest.
    pub events_back: usize,
    /// The service figures.
    pub service: Service,
    /// The command history, the newest last.
    pub commands: Vec<String>,
    /// The contacts that the ACD returned for the command typed last.
    pub found: Vec<Contact>,
    /// How the rows are sorted.
    pub sorts: Sorts,
    /// The column selected in each pane.
    pub heads: Heads,
    /// The demo session of this process.
    pub demo: DemoState,
    /// The running series of injected contacts.
    pub injection: Option<Injection>,
    /// The size of the terminal, in cells.
    pub size: (u16, u16),
    /// The mouse.
    pub mouse: Mouse,
    /// The marked rows.
    pub marks: Marks,
    /// The selected rows as they were last seen.
    pub last_seen: LastSeen,
    /// The skills and the priority that were injected last.
    pub injected: Option<(Vec<Skill>, u8)>,
    /// The open detail of a contact or agent.
    pub detail: Option<Detail>,
    /// Whether one pane fills the screen.
    pub zoom: bool,
    /// What covers the panes.
    pub overlay: Option<Overlay>,
    /// The agent whose deletion by somebody else closed the last question.
    pub deleted_meanwhile: Option<AgentId>,
    /// The last message to the operator.
    pub notice: Option<Notice>,
    /// Why the console cannot start, if it cannot.
    pub refusal: Option<String>,
    /// The number of requests in flight.
    pub asked: usize,
    /// Chooses the skills that the dialog for injecting offers. Seeded with the time of the start.
    pub random: SmallRng,
}

/// What is shown and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The ACD's name.
    pub acd: String,
    /// The store's name or host, without credentials.
    pub store: String,
    /// Where this process serves the REST API, if it does.
    pub rest: Option<String>,
    /// Whether a demo session runs in this process from the start.
    pub demo: bool,
}

/// The panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The waiting contacts.
    Queue,
    /// The skills with their availability sets.
    Skills,
    /// The agents.
    Agents,
    /// The event log.
    Events,
}

impl Pane {
    /// The panes in the order of their numbers.
    pub const ALL: &[Self] = &[Self::Queue, Self::Skills, Self::Agents, Self::Events];

    /// Returns the pane's number, as used by the keys.
    pub fn number(self) -> usize {
        // The order of the variants is the order of `ALL`.
        self as usize + 1
    }
}

impl fmt::Display for Pane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queue => "Queue",
            Self::Skills => "Skills",
            Self::Agents => "Agents",
            Self::Events => "Events",
        })
    }
}

/// The state of the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// Whether the console receives it, not the terminal.
    pub ours: bool,
    /// The last click on a row.
    pub click: Option<Click>,
}

/// A click on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Click {
    /// The pane.
    pub pane: Pane,
    /// The row.
    pub row: usize,
    /// When, by this machine's clock.
    pub at: Millis,
}

impl Model {
    /// How long a notice is shown, in milliseconds.
    pub const NOTICE_STAYS: u64 = 6_000;

    /// Makes the model of a console that has received nothing yet.
    pub fn new(place: Place, clock: Millis, zone: TimeZone) -> Self {
        Self {
            demo: DemoState::at_first(&place),
            place,
            clock,
            moment: clock,
            zone,
            colours: true,
            palette: Palette::default(),
            rights: Rights::Everything,
            keys: KeyTable::default(),
            link: Link::Connecting,
            newest: None,
            pause: None,
            log: Log::default(),
            focus: Pane::Queue,
            queue: Cursor::default(),
            rank_in_view: None,
            skills: Cursor::default(),
            agents: Cursor::default(),
            filters: Filters::default(),
            events_back: 0,
            service: Service::default(),
            commands: vec![],
            found: vec![],
            sorts: Sorts::default(),
            heads: Heads::default(),
            injection: None,
            size: (0, 0),
            mouse: Mouse {
                ours: true,
                click: None,
            },
            marks: Marks::default(),
            last_seen: LastSeen::default(),
            injected: None,
            detail: None,
            zoom: false,
            overlay: None,
            deleted_meanwhile: None,
            notice: None,
            refusal: None,
            asked: 0,
            random: SmallRng::seed_from_u64(clock.0),
        }
    }

    /// Returns the floor that is shown: the frozen one while the display is paused.
    pub fn floor(&self) -> Option<&Floor> {
        match &self.pause {
            Some(pause) => Some(&pause.floor),
            None => self.newest.as_ref(),
        }
    }

    /// Returns the ACD's current time, from which waits are computed. It stops while the display is
    /// paused or the store is unavailable, and never goes back then.
    pub fn floor_now(&self) -> Millis {
        let Some(floor) = self.floor() else {
            return self.clock;
        };
        Millis(floor.overview.now.0 + self.shown_until().since(floor.taken))
    }

    /// Returns this machine's time up to which waits are shown.
    pub(crate) fn shown_until(&self) -> Millis {
        match &self.pause {
            Some(pause) => pause.shown_until,
            None => self.link.shown_until(self.clock),
        }
    }

    /// Returns the number of the newest event that may be shown.
    pub fn newest_event_shown(&self) -> u64 {
        self.pause.as_ref().map_or(u64::MAX, |pause| pause.event)
    }

    /// Returns the theme, greyed out while the store is unavailable.
    pub(crate) fn theme(&self) -> Theme {
        Theme::new(self.colours.then_some(self.palette), self.link.is_down())
    }

    /// Returns the lines that say that the store is unavailable; none while it answers.
    pub(crate) fn banner(&self, screen: Rect) -> Vec<String> {
        self.link.banner(&self.zone, "r tries again now", screen)
    }

    /// Returns how many lines the last message needs at the bottom of the screen, and how many what
    /// is below it. A prompt is drawn in place of the message.
    pub(crate) fn bottom_lines(&self, width: u16) -> (u16, u16) {
        let overlay = self.overlay.as_ref();
        if let Some(below) = overlay.and_then(|overlay| overlay.lines_below(width)) {
            return (1, below);
        }
        let notice = self.notice.as_ref();
        let lines = notice.map_or(1, |notice| notice.lines(width).0.len());
        (u16::try_from(lines).unwrap_or(u16::MAX), 1)
    }

    /// Shows a message to the operator.
    pub fn say(&mut self, text: impl Into<String>) {
        self.set_notice(text.into(), false);
    }

    /// Shows the operator that something was refused or failed.
    pub fn refuse(&mut self, text: impl Into<String>) {
        self.set_notice(text.into(), true);
    }

    fn set_notice(&mut self, text: String, bad: bool) {
        self.notice = Some(Notice {
            text,
            bad,
            until: Millis(self.clock.0 + Self::NOTICE_STAYS),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pane names the next one, so that a new one does not compile until it is among them.
    #[test]
    fn every_pane_is_at_the_place_of_its_number() {
        let next = |pane: &Pane| match pane {
            Pane::Queue => Some(Pane::Skills),
            Pane::Skills => Some(Pane::Agents),
            Pane::Agents => Some(Pane::Events),
            Pane::Events => None,
        };
        let all: Vec<Pane> = std::iter::successors(Some(Pane::Queue), next).collect();
        assert_eq!(all, Pane::ALL);
        for (place, pane) in Pane::ALL.iter().enumerate() {
            assert_eq!(pane.number(), place + 1);
        }
    }
}
