//! Everything the console knows, as plain data: no locks, no tasks, nothing that can fail.

pub mod cursor;
pub mod detail;
pub mod dialog;
pub mod filter;
pub mod floor;
pub mod gone;
pub mod heads;
pub mod line;
pub mod log;
pub mod marks;
pub mod palette;
pub mod rows;
pub mod running;
pub mod sort;
pub mod standing;
pub mod wanted;
pub mod window;

use std::fmt;

use jiff::tz::TimeZone;
use shared::agent::{AgentId, Presence};
use shared::contact::{Contact, ContactId, Priority, Rank};
use shared::skill::Skill;
use shared::time::Millis;

use crate::request::{AgentWas, Request};

use self::cursor::Cursor;
use self::detail::Detail;
use self::dialog::Dialog;
use self::filter::{FilterPrompt, Filters};
use self::floor::Floor;
use self::gone::LastSeen;
use self::heads::Heads;
use self::log::Log;
use self::marks::Marks;
use self::palette::{CommandPrompt, Help};
use self::running::{DemoState, Injection};
use self::sort::Sorts;
use self::window::Service;
use crate::theme::Palette;

/// What the operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Look, and change the floor.
    Everything,
    /// Look only: keys that change the floor are refused.
    Looking,
}

/// The console's whole state.
#[derive(Clone, Debug)]
pub struct Model {
    /// What is watched, fixed for the life of the program.
    pub place: Place,
    /// The time by this machine's clock, as it is shown: of the last full second.
    pub clock: Millis,
    /// The time of what is being taken in, by this machine's clock.
    pub moment: Millis,
    /// The zone that times of day are shown in.
    pub zone: TimeZone,
    /// Whether colours may be used.
    pub colours: bool,
    /// Which colours those are.
    pub palette: Palette,
    /// What the operator may do.
    pub rights: Rights,
    /// How the store answers.
    pub link: Link,
    /// The newest look at the floor, unless there was none yet.
    pub newest: Option<Floor>,
    /// What the display is held at, while it is paused.
    pub pause: Option<Pause>,
    /// The newest events.
    pub log: Log,
    /// The pane that the keys go to.
    pub focus: Pane,
    /// The place in the queue.
    pub queue: Cursor<ContactId>,
    /// The rank of the selected contact, by which its surroundings are found.
    pub rank_in_sight: Option<Rank>,
    /// The place among the skills.
    pub skills: Cursor<Skill>,
    /// The place among the agents.
    pub agents: Cursor<AgentId>,
    /// What each pane shows.
    pub filters: Filters,
    /// How many rows the event log is scrolled back from its newest.
    pub events_back: usize,
    /// How well the floor serves.
    pub service: Service,
    /// The commands of before, the last at the end.
    pub commands: Vec<String>,
    /// The contacts that the ACD found for the command that was typed last.
    pub found: Vec<Contact>,
    /// How the rows are sorted.
    pub sorts: Sorts,
    /// The column that is pointed at in each pane.
    pub heads: Heads,
    /// The demo session of this process.
    pub demo: DemoState,
    /// The series of contacts that is being injected.
    pub injection: Option<Injection>,
    /// The size of the terminal, in cells.
    pub size: (u16, u16),
    /// The mouse.
    pub mouse: Mouse,
    /// The marked rows.
    pub marks: Marks,
    /// The selected rows as they were seen last.
    pub last_seen: LastSeen,
    /// The skills and the priority that were injected last.
    pub injected: Option<(Vec<Skill>, u8)>,
    /// The contact or agent that is looked at closely.
    pub detail: Option<Detail>,
    /// Whether one pane has the whole screen.
    pub zoom: bool,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// The last thing said to the operator.
    pub notice: Option<Notice>,
    /// Why the console cannot begin, if it cannot.
    pub refusal: Option<String>,
    /// How many requests have no answer yet.
    pub asked: usize,
    /// The state of the dice that choose the skills of an injected contact.
    pub dice: u64,
}

/// What is watched and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The ACD's name.
    pub acd: String,
    /// The store in a word or a host; never with credentials.
    pub store: String,
    /// Where this process serves the REST API, if it does.
    pub rest: Option<String>,
    /// Whether a demo session runs in this process from the beginning.
    pub demo: bool,
}

/// How the store answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// It has not answered yet.
    Connecting,
    /// It answers.
    Live,
    /// It stopped answering: what is shown is as old as that.
    Away {
        /// Since when, by this machine's clock.
        since: Millis,
        /// Why, in its own words.
        why: String,
    },
}

impl Link {
    /// Tells whether what is shown may be old.
    pub(crate) fn is_away(&self) -> bool {
        matches!(self, Self::Away { .. })
    }
}

/// A held display.
#[derive(Clone, Debug)]
pub struct Pause {
    /// Since when, by this machine's clock.
    pub since: Millis,
    /// What is shown meanwhile.
    pub floor: Floor,
    /// The newest event that is shown meanwhile.
    pub event: u64,
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
    pub const ALL: [Self; 4] = [Self::Queue, Self::Skills, Self::Agents, Self::Events];

    /// Gives the pane's number, as the keys have it.
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

/// What lies over the panes.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    /// The keys.
    Help(Help),
    /// A command is being typed.
    Command(CommandPrompt),
    /// A filter is being typed.
    Filter(FilterPrompt),
    /// Something is filled in.
    Dialog(Dialog),
    /// Shall this be done?
    Question(Question),
    /// Shall the ACD be opened?
    ConfirmOpen,
    /// Shall the ACD be closed?
    ConfirmClose,
    /// Shall a demo session play on a floor that others may use?
    ConfirmDemo,
    /// Shall no more contacts of the series be injected?
    ConfirmStopInjecting,
}

/// The mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// Whether it is the console's, not the terminal's.
    pub ours: bool,
    /// The last click on a row.
    pub click: Option<Click>,
}

/// A click on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Click {
    /// In which pane.
    pub pane: Pane,
    /// On which row.
    pub row: usize,
    /// When, by this machine's clock.
    pub at: Millis,
}

/// A question before something is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What is asked.
    pub title: String,
    /// What exactly will happen.
    pub text: String,
    /// What a yes does.
    pub request: Request,
    /// What it is about, from which the rest follows as the floor is now.
    pub about: About,
    /// When it became another question than the operator was asked first.
    pub changed: Option<Millis>,
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq)]
pub enum About {
    /// To cancel these contacts.
    Cancel(Vec<ContactId>),
    /// To complete what agents are on.
    Complete(Vec<ContactId>),
    /// To take these contacts from their agents.
    Requeue(Vec<ContactId>),
    /// To change the priority of these contacts.
    Priority(Vec<ContactId>, Priority),
    /// To make these agents available or not: what each had chosen, and what they are to be.
    Presence(Vec<(AgentId, Presence, Presence)>),
    /// To delete these agents, with what was seen of each when the question was asked first.
    DeleteAgents(Vec<(AgentId, Option<AgentWas>)>),
    /// To take a skill from every agent.
    DeleteSkill(Skill),
    /// To end this program, and with it a floor that has something to lose.
    Quit,
}

/// Something said to the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether something was refused or failed.
    pub bad: bool,
    /// When it goes away, by this machine's clock.
    pub until: Millis,
}

impl Model {
    /// How long a notice stays, in milliseconds.
    pub const NOTICE_STAYS: u64 = 6_000;

    /// Makes the model of a console that has seen nothing yet.
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
            link: Link::Connecting,
            newest: None,
            pause: None,
            log: Log::default(),
            focus: Pane::Queue,
            queue: Cursor::default(),
            rank_in_sight: None,
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
            notice: None,
            refusal: None,
            asked: 0,
            dice: clock.0,
        }
    }

    /// Gives the floor as it is shown: the held one while the display is paused.
    pub fn floor(&self) -> Option<&Floor> {
        match &self.pause {
            Some(pause) => Some(&pause.floor),
            None => self.newest.as_ref(),
        }
    }

    /// Gives the ACD's present time, by which waits are shown; it stands while the display does.
    pub fn floor_now(&self) -> Millis {
        let Some(floor) = self.floor() else {
            return self.clock;
        };
        if self.pause.is_some() || self.link != Link::Live {
            return floor.overview.now;
        }
        Millis(floor.overview.now.0 + self.clock.since(floor.taken))
    }

    /// Gives the newest event that may be shown.
    pub fn newest_event_shown(&self) -> u64 {
        self.pause.as_ref().map_or(u64::MAX, |pause| pause.event)
    }

    /// Says something to the operator.
    pub fn say(&mut self, text: impl Into<String>) {
        self.set_notice(text.into(), false);
    }

    /// Says to the operator that something was refused or failed.
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
