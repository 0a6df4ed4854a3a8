//! The wallboard: a few large figures for a screen on the wall, to be read from afar. It shows,
//! and has no key that changes anything but itself.

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

use crate::glance::{self, Doings, Effect, Glance, Message};
use crate::keys::Chord;
use crate::model::Link;
use crate::stage::End;
use crate::terminal::Screen;
use crate::theme::Palette;

/// The wallboard's whole state.
#[derive(Clone, Debug)]
pub struct Wallboard {
    /// The ACD's name.
    pub acd: String,
    /// The time by this machine's clock.
    pub clock: Millis,
    /// The zone that times of day are shown in.
    pub zone: TimeZone,
    /// The colours; none if there are to be none.
    pub palette: Option<Palette>,
    /// The service level that is aimed at.
    pub level: ServiceLevel,
    /// How the store answers.
    pub link: Link,
    /// The newest look, and when it was by this machine's clock.
    pub looked: Option<(Millis, Look)>,
}

/// One look at the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The figures.
    pub overview: Overview,
    /// The skills, those for which most wait first.
    pub skills: Vec<SkillView>,
    /// What was counted in the last 15 minutes.
    pub served: Totals,
}

/// The keys. There are too few for a list of them on the screen.
const KEYS: [(Chord, Effect<Infallible>); 6] = [
    (Chord(KeyCode::Char('q'), KeyModifiers::NONE), Effect::Quit),
    (
        Chord(KeyCode::Char('c'), KeyModifiers::CONTROL),
        Effect::Quit,
    ),
    (Chord(KeyCode::Esc, KeyModifiers::NONE), Effect::Quit),
    (
        Chord(KeyCode::Char('r'), KeyModifiers::NONE),
        Effect::LookNow,
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
    /// Makes a wallboard that has seen nothing yet.
    pub fn new(acd: String, clock: Millis, zone: TimeZone) -> Self {
        Self {
            acd,
            clock,
            zone,
            palette: Some(Palette::default()),
            level: ServiceLevel::default(),
            link: Link::Connecting,
            looked: None,
        }
    }

    /// Gives the ACD's present time; it stands while the store is away.
    pub fn now(&self) -> Millis {
        match &self.looked {
            None => self.clock,
            Some((at, look)) if self.link == Link::Live => {
                Millis(look.overview.now.0 + self.clock.since(*at))
            }
            Some((_, look)) => look.overview.now,
        }
    }

    /// Takes in one message.
    pub fn update(&mut self, message: Message<Look>) -> Vec<Effect<Infallible>> {
        match message {
            Message::Key(event) => return pressed(event),
            Message::Second(now) => self.clock = now,
            Message::Looked(at, look) => {
                self.link = Link::Live;
                self.clock = self.clock.max(at);
                self.looked = Some((at, look));
            }
            Message::StoreAway(at, why) => {
                let since = match self.link {
                    Link::Away { since, .. } => since,
                    Link::Connecting | Link::Live => at,
                };
                self.link = Link::Away { since, why };
            }
            Message::Resized | Message::Answered(_) => {}
        }
        vec![Effect::Draw]
    }
}

fn pressed(event: KeyEvent) -> Vec<Effect<Infallible>> {
    let Some(chord) = Chord::of(event) else {
        return vec![];
    };
    let does = KEYS.into_iter().find(|(key, _)| *key == chord);
    does.map(|(_, effect)| effect).into_iter().collect()
}

impl Glance for Wallboard {
    type Look = Look;
    type Request = Infallible;

    fn update(&mut self, message: Message<Look>) -> Vec<Effect<Infallible>> {
        Self::update(self, message)
    }

    fn view(&self, frame: &mut ratatui::Frame<'_>) {
        view::view(self, frame);
    }
}

/// Looks at the floor.
pub async fn look(acd: &dyn Acd) -> Result<Look, Error> {
    let (overview, skills) =
        tokio::try_join!(acd.overview(), acd.skills(Page::first(LONGEST_PAGE)))?;
    let mut skills = skills.items;
    // Stable: those for which as many wait stay in the order of their names.
    skills.sort_by_key(|view| std::cmp::Reverse(view.waiting));
    let since = Millis(overview.now.0.saturating_sub(15 * 60_000));
    let served = acd.figures(since).await?.all;
    Ok(Look {
        overview,
        skills,
        served,
    })
}

/// Runs the wallboard until it ends.
pub async fn run(board: Wallboard, acd: Arc<dyn Acd>, screen: Screen) -> std::io::Result<End> {
    let doings = Doings {
        look: |acd: Arc<dyn Acd>| async move { look(&*acd).await },
        ask: |_, request: Infallible| async move { match request {} },
    };
    let (end, _) = glance::run(board, doings, acd, screen).await?;
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
            let effects = board.update(Message::Key(event));
            let expected = match c {
                'q' => vec![Effect::Quit],
                'r' => vec![Effect::LookNow],
                _ => vec![],
            };
            assert_eq!(effects, expected, "{c}");
        }
    }
}
