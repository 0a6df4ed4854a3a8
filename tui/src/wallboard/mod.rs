//! The wallboard: a few large figures for a screen on the wall, readable from a distance. It is
//! read-only: its keys change only the display.

mod digits;
pub mod view;

use std::convert::Infallible;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use shared::figures::Totals;
use shared::service_level::ServiceLevel;
use shared::time::Millis;
use shared::view::{LONGEST_PAGE, Overview, Page, SkillView};
use shared::{Acd, Error};

use crate::event_loop::End;
use crate::parts::binding::Chord;
use crate::parts::effect::Effect;
use crate::parts::link::Link;
use crate::polled::{self, AcdCalls, PolledMessage, PolledScreen, Task};
use crate::terminal::Screen;
use crate::theme::Palette;

/// The wallboard's whole state.
#[derive(Clone, Debug)]
pub struct Wallboard {
    /// The ACD's name.
    pub acd: String,
    /// This machine's time.
    pub clock: Millis,
    /// The time zone for times of day.
    pub zone: TimeZone,
    /// The colours; none to use none.
    pub palette: Option<Palette>,
    /// The service level target.
    pub level: ServiceLevel,
    /// Whether the store answers.
    pub link: Link,
    /// The newest poll, and this machine's time at it.
    pub latest: Option<(Millis, FloorSnapshot)>,
}

/// The result of one poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloorSnapshot {
    /// The figures.
    pub overview: Overview,
    /// The skills, those with the most waiting contacts first.
    pub skills: Vec<SkillView>,
    /// The totals of the last 15 minutes.
    pub served: Totals,
    /// The longest wait of an abandonment that is counted as short, in milliseconds.
    pub short_abandon: u64,
}

/// The keys, too few for a list on the screen.
const KEYS: [(Chord, Effect<Task<Infallible>>); 6] = [
    (Chord(KeyCode::Char('q'), KeyModifiers::NONE), Effect::Quit),
    (
        Chord(KeyCode::Char('c'), KeyModifiers::CONTROL),
        Effect::Quit,
    ),
    (Chord(KeyCode::Esc, KeyModifiers::NONE), Effect::Quit),
    (
        Chord(KeyCode::Char('r'), KeyModifiers::NONE),
        Effect::Run(Task::PollNow),
    ),
    (
        Chord(KeyCode::Char('l'), KeyModifiers::CONTROL),
        Effect::Repaint,
    ),
    (
        Chord(KeyCode::Char('z'), KeyModifiers::CONTROL),
        Effect::Suspend,
    ),
];

impl Wallboard {
    /// Makes a wallboard that has received nothing yet.
    pub fn new(acd: String, clock: Millis, zone: TimeZone) -> Self {
        Self {
            acd,
            clock,
            zone,
            palette: Some(Palette::default()),
            level: ServiceLevel::default(),
            link: Link::Connecting,
            latest: None,
        }
    }

    /// Returns the ACD's current time; it stops while the store is unavailable.
    pub fn now(&self) -> Millis {
        match &self.latest {
            None => self.clock,
            Some((at, snapshot)) => {
                let shown_until = self.link.shown_until(self.clock);
                Millis(snapshot.overview.now.0 + shown_until.since(*at))
            }
        }
    }

    /// Handles one message.
    pub fn update(
        &mut self,
        message: PolledMessage<FloorSnapshot>,
    ) -> Vec<Effect<Task<Infallible>>> {
        match message {
            PolledMessage::Key(event) => return pressed(event),
            PolledMessage::Second(now) => self.clock = now,
            PolledMessage::Polled(at, snapshot) => {
                self.link = Link::Live;
                self.clock = self.clock.max(at);
                self.latest = Some((at, snapshot));
            }
            PolledMessage::StoreUnavailable(since, why) => self.link.fail(since, self.clock, why),
            PolledMessage::Resized | PolledMessage::Answered(_) => {}
        }
        vec![Effect::Draw]
    }
}

fn pressed(event: KeyEvent) -> Vec<Effect<Task<Infallible>>> {
    let Some(chord) = Chord::of(event) else {
        return vec![];
    };
    let does = KEYS.into_iter().find(|(key, _)| *key == chord);
    does.map(|(_, effect)| effect).into_iter().collect()
}

impl PolledScreen for Wallboard {
    type Snapshot = FloorSnapshot;
    type Request = Infallible;

    fn update(&mut self, message: PolledMessage<FloorSnapshot>) -> Vec<Effect<Task<Infallible>>> {
        Self::update(self, message)
    }

    fn view(&self, frame: &mut ratatui::Frame<'_>) {
        view::view(self, frame);
    }
}

/// Polls the floor.
pub async fn read(acd: &dyn Acd) -> Result<FloorSnapshot, Error> {
    let (overview, skills) =
        tokio::try_join!(acd.overview(), acd.skills(Page::first(LONGEST_PAGE)))?;
    let mut skills = skills.items;
    // A stable sort: skills with equal numbers stay sorted by name.
    skills.sort_by_key(|view| std::cmp::Reverse(view.waiting));
    let since = Millis(overview.now.0.saturating_sub(15 * 60_000));
    let figures = acd.figures(since).await?;
    Ok(FloorSnapshot {
        overview,
        skills,
        served: figures.all,
        short_abandon: figures.short_abandon,
    })
}

/// Runs the wallboard until it ends.
pub async fn run(board: Wallboard, acd: Arc<dyn Acd>, screen: Screen) -> std::io::Result<End> {
    let calls = AcdCalls {
        poll: |acd: Arc<dyn Acd>| async move { read(&*acd).await },
        ask: |_, request: Infallible| async move { match request {} },
    };
    let (end, _) = polled::run(board, calls, acd, screen).await?;
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_changes_the_floor_and_q_leaves() {
        let mut board = Wallboard::new("acd".to_owned(), Millis(0), TimeZone::UTC);
        for c in ' '..='~' {
            let event = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
            let effects = board.update(PolledMessage::Key(event));
            let expected = match c {
                'q' => vec![Effect::Quit],
                'r' => vec![Effect::Run(Task::PollNow)],
                _ => vec![],
            };
            assert_eq!(effects, expected, "{c}");
        }
    }
}
