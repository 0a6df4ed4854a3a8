//! The wallboard's screens as text, with a made-up floor.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use shared::figures::Totals;
use shared::time::Millis;
use tui::polled::PolledMessage;
use tui::sample;
use tui::wallboard::{FloorSnapshot, Wallboard, view};

async fn live() -> Wallboard {
    let model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    let served = model.service.figures.unwrap().all;
    let floor = model.newest.unwrap();
    let now = floor.overview.now;
    let mut board = Wallboard::new("support".to_owned(), now, TimeZone::UTC);
    let mut skills = floor.skills.rows;
    skills.sort_by_key(|view| std::cmp::Reverse(view.waiting));
    let look = FloorSnapshot {
        overview: floor.overview,
        skills,
        served,
        short_abandon: 5_000,
    };
    board.update(PolledMessage::Polled(now, look));
    board
}

/// All agents on contacts, thousands of contacts waiting for hours, and more skills than fit.
async fn busy() -> Wallboard {
    let mut board = live().await;
    let (_, look) = board.latest.as_mut().unwrap();
    look.overview.waiting = 12_345;
    look.overview.oldest = Some(Millis(look.overview.now.0 - 7_447_000));
    look.overview.agents = 318;
    look.overview.busy = 318;
    look.overview.available = 0;
    look.served.abandoned += 20;
    let first = look.skills[0].clone();
    for number in 0..60 {
        let mut view = first.clone();
        view.skill = format!("Skill {number}").parse().unwrap();
        view.waiting = 60 - number;
        look.skills.push(view);
    }
    look.skills
        .sort_by_key(|view| std::cmp::Reverse(view.waiting));
    board
}

/// Agents in each state of a floor with offers and wrap-up.
async fn offering() -> Wallboard {
    let mut board = busy().await;
    let (_, look) = board.latest.as_mut().unwrap();
    look.overview.busy = 300;
    look.overview.offered = 7;
    look.overview.wrap_up = 9;
    look.overview.penalty = 1;
    board
}

/// No contact was answered yet, and the target is one of the longest to write.
async fn unserved() -> Wallboard {
    let mut board = live().await;
    board.level = "90/120".parse().unwrap();
    let (_, look) = board.latest.as_mut().unwrap();
    look.served = Totals::default();
    board
}

async fn store_unavailable() -> Wallboard {
    let mut board = live().await;
    let at = board.clock;
    let why = "the store is not reachable: connection refused".to_owned();
    board.update(PolledMessage::StoreUnavailable(at, why));
    board.update(PolledMessage::Second(Millis(at.0 + 17_000)));
    board
}

#[tokio::test]
async fn a_store_that_stalls_turns_no_shown_time_back_and_tells_the_age_of_the_data() {
    let mut board = live().await;
    let (clock, now) = (board.clock.0, board.now().0);
    board.update(PolledMessage::Second(Millis(clock + 4_000)));
    let why = "gone".to_owned();
    board.update(PolledMessage::StoreUnavailable(Millis(clock), why));
    board.update(PolledMessage::Second(Millis(clock + 9_000)));
    assert_eq!(board.now(), Millis(now + 4_000));
    let screen = drawn(&board, 120, 36);
    assert!(screen.contains("STALE 9s"), "{screen}");
}

/// The store has never answered.
fn never_connected() -> Wallboard {
    let now = sample::blank().clock;
    let mut board = Wallboard::new("support".to_owned(), now, TimeZone::UTC);
    let why = "the store is not reachable: connection refused".to_owned();
    board.update(PolledMessage::StoreUnavailable(now, why));
    board
}

fn drawn(board: &Wallboard, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view::view(board, frame)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let rows = buffer.content.chunks(usize::from(width));
    rows.map(|row| {
        let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        line.trim_end().to_owned() + "\n"
    })
    .collect()
}

/// The longest reasons that a store gives, each with its remedy.
const REASONS: [&str; 3] = [
    "the store is not reachable: connection refused",
    "https://acd.example.org:8443 does not know this token: set the file of a valid one with \
     --token-file; an administrator creates it with `switchboard-engine token create`",
    "no engine answers at http://127.0.0.1:8000 (connection refused): start one with \
     `switchboard-engine serve`, or name another with --api or SWITCHBOARD_API",
];

#[tokio::test]
async fn no_reason_and_no_remedy_is_cut_at_any_usual_size() {
    for why in REASONS {
        for mut board in [live().await, never_connected()] {
            let at = board.clock;
            board.update(PolledMessage::StoreUnavailable(at, why.to_owned()));
            for (width, height) in [(120, 36), (80, 24), (60, 20), (40, 24)] {
                let screen = drawn(&board, width, height);
                let words: Vec<&str> = screen.split_whitespace().collect();
                let shown = words.join(" ");
                assert!(shown.contains(why), "{width}x{height} {why}:\n{screen}");
                assert!(shown.contains("(r tries again now)"), "{screen}");
            }
        }
    }
}

macro_rules! screen {
    ($name:ident, $board:expr, $width:literal x $height:literal) => {
        #[tokio::test]
        async fn $name() {
            insta::assert_snapshot!(drawn(&$board, $width, $height));
        }
    };
}

screen!(live_at_120x36, live().await, 120 x 36);
screen!(live_at_80x24, live().await, 80 x 24);
screen!(live_at_40x10, live().await, 40 x 10);
screen!(live_at_200x60, live().await, 200 x 60);
screen!(busy_at_120x36, busy().await, 120 x 36);
screen!(busy_at_80x24, busy().await, 80 x 24);
screen!(busy_at_40x10, busy().await, 40 x 10);
screen!(offering_at_120x36, offering().await, 120 x 36);
screen!(offering_at_80x24, offering().await, 80 x 24);
screen!(offering_at_40x10, offering().await, 40 x 10);
screen!(unserved_at_80x24, unserved().await, 80 x 24);
screen!(store_unavailable_at_120x36, store_unavailable().await, 120 x 36);
screen!(store_unavailable_at_80x24, store_unavailable().await, 80 x 24);
screen!(store_unavailable_at_40x10, store_unavailable().await, 40 x 10);
screen!(never_connected_at_120x36, never_connected(), 120 x 36);
screen!(never_connected_at_80x24, never_connected(), 80 x 24);
screen!(never_connected_at_40x10, never_connected(), 40 x 10);

#[tokio::test]
async fn no_size_is_too_small_to_draw() {
    for board in [live().await, busy().await, store_unavailable().await] {
        for width in (1..100).step_by(3) {
            for height in 1..40 {
                drawn(&board, width, height);
            }
        }
    }
}
