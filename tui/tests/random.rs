//! Random messages in random order on screens of random sizes: nothing panics, and no request is
//! sent while the store is unavailable.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use shared::operation::Operation;
use shared::time::Millis;
use tui::console::Model;
use tui::console::detail::Study;
use tui::console::effect::{Effect, Switch, Task};
use tui::console::floor::Poll;
use tui::console::keys::TABLE;
use tui::console::message::{DemoEnd, Message};
use tui::console::subject::Subject;
use tui::console::update::update;
use tui::console::view::view;
use tui::console::window::Window;
use tui::parts::link::Link;
use tui::request::{NotDone, Request};
use tui::sample;

fn draw(model: &Model, width: u16, height: u16) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, frame)).unwrap();
}

fn mouse(dice: &mut SmallRng) -> MouseEvent {
    let kinds = [
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollUp,
        MouseEventKind::Moved,
    ];
    MouseEvent {
        kind: kinds[dice.random_range(0..kinds.len())],
        column: dice.random_range(0..150),
        row: dice.random_range(0..60),
        modifiers: KeyModifiers::NONE,
    }
}

fn message(dice: &mut SmallRng, model: &Model, polls: &[Poll]) -> Message {
    match dice.random_range(0..27) {
        24 => Message::Injected(dice.random_range(0..9)),
        25 => Message::InjectionEnded {
            made: dice.random_range(0..9),
            why: dice.random_bool(0.5).then(|| "a\u{1b}[2J".repeat(30)),
        },
        26 => Message::DemoEnded(if dice.random_bool(0.5) {
            Err("no\u{1b}".repeat(30))
        } else {
            Ok(DemoEnd::with(
                [None, Some(0), Some(7)][dice.random_range(0..3)],
            ))
        }),
        20 => Message::Pasted("skill:x wait>9s !\u{1b}\n".to_owned()),
        0 => Message::Resized(dice.random_range(0..140), dice.random_range(0..50)),
        22 => Message::Measured(Window::Half, None),
        23 => Message::Studied(Box::new(Study {
            subject: model
                .detail
                .as_ref()
                .map_or(Subject::Agent("agent:1".parse().unwrap()), |detail| {
                    detail.subject.clone()
                }),
            facts: Err("a\u{1b}[2J".repeat(30)),
            past: Some((vec![], dice.random_range(0..900))),
        })),
        21 => Message::Mouse(mouse(dice), model.clock),
        1 => Message::Second(Millis(dice.random_range(0..4_000_000_000_000))),
        2 => Message::StoreUnavailable {
            since: model.clock,
            why: "a\u{1b}[2J\nb".repeat(40),
        },
        3..6 => Message::Polled(Box::new(polls[dice.random_range(0..polls.len())].clone())),
        6 => Message::Answered {
            request: Request::Apply(Operation::Open),
            answer: Err(NotDone::Refused("no".to_owned())),
        },
        7 => {
            let letter = char::from_u32(dice.random_range(0..0x2_0000)).unwrap_or('x');
            Message::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE))
        }
        _ => {
            let row = &TABLE[dice.random_range(0..TABLE.len())];
            let chord = row.chords[dice.random_range(0..row.chords.len())];
            Message::Key(KeyEvent::new(chord.0, chord.1))
        }
    }
}

#[tokio::test]
async fn nothing_panics_and_nothing_is_asked_of_a_store_that_is_away() {
    let mut polls = vec![Poll::default()];
    for steps in [0, 3, 40, 200, 420] {
        let model = sample::model(steps).await.unwrap();
        let floor = model.newest.clone().unwrap();
        polls.push(Poll {
            floor,
            events: vec![],
        });
    }
    for seed in 0..25 {
        let mut dice = SmallRng::seed_from_u64(seed);
        let mut model = sample::blank();
        for _ in 0..60 {
            let message = message(&mut dice, &model, &polls);
            let live = model.link == Link::Live;
            let effects = update(&mut model, message);
            let asks = effects.iter().any(|effect| {
                matches!(
                    effect,
                    Effect::Run(
                        Task::Ask(_)
                            | Task::Study { .. }
                            | Task::Measure { .. }
                            | Task::Inject(_)
                            | Task::Demo(Switch::Start)
                    )
                )
            });
            // Only a successful poll shows that the store is available again.
            assert!(!asks || live || model.link == Link::Live, "seed {seed}");
            draw(&model, dice.random_range(1..140), dice.random_range(1..50));
        }
    }
}

#[tokio::test]
async fn every_small_size_can_be_drawn() {
    let model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    for (width, height) in (1..45).flat_map(|width| (1..14).map(move |height| (width, height))) {
        draw(&model, width, height);
        draw(&sample::blank(), width, height);
    }
}
