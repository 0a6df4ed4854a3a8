//! Whole screens as text, for review. Without colours, the styles are shown too.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use shared::agent::{AgentState, Mark, Presence};
use shared::time::Millis;
use tui::console::Model;
use tui::console::floor::Part;
use tui::console::message::Message;
use tui::console::update::update;
use tui::console::view::view;
use tui::{perform, sample};

use input::press;

fn drawn(model: &Model, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, frame)).unwrap();
    terminal.backend().buffer().clone()
}

fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut x = 0;
        let mut line = String::new();
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(unicode_width::UnicodeWidthStr::width(symbol).max(1)).unwrap();
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

async fn live() -> Model {
    sample::model(sample::LONG_ENOUGH).await.unwrap()
}

async fn stale() -> Model {
    let mut model = live().await;
    let at = Millis(model.clock.0 + 1_000);
    let why = "the store is not reachable: connection refused".to_owned();
    update(&mut model, Message::StoreUnavailable { since: at, why });
    update(&mut model, Message::Second(Millis(at.0 + 17_000)));
    press(&mut model, "i");
    model
}

/// A console whose store has never answered.
fn never_connected() -> Model {
    let mut model = sample::blank();
    let why = "no Redis answers at localhost:6379 (connection refused)".to_owned();
    let at = model.clock;
    update(&mut model, Message::StoreUnavailable { since: at, why });
    update(&mut model, Message::Second(Millis(at.0 + 17_000)));
    press(&mut model, "i");
    model
}

macro_rules! screen {
    ($name:ident, $model:expr, $width:literal x $height:literal) => {
        #[tokio::test]
        async fn $name() {
            insta::assert_snapshot!(text(&drawn(&$model, $width, $height)));
        }
    };
}

screen!(live_at_120x36, live().await, 120 x 36);
screen!(live_at_80x24, live().await, 80 x 24);
screen!(live_at_40x10, live().await, 40 x 10);
screen!(live_at_20x4, live().await, 20 x 4);
screen!(stale_at_120x36, stale().await, 120 x 36);
screen!(stale_at_80x24, stale().await, 80 x 24);
screen!(empty_at_120x36, empty().await, 120 x 36);
screen!(connecting_at_80x24, sample::blank(), 80 x 24);
screen!(connecting_at_120x36, sample::blank(), 120 x 36);
screen!(connecting_at_40x10, sample::blank(), 40 x 10);
screen!(never_connected_at_120x36, never_connected(), 120 x 36);
screen!(never_connected_at_80x24, never_connected(), 80 x 24);
screen!(never_connected_at_40x10, never_connected(), 40 x 10);
screen!(stale_at_40x10, stale().await, 40 x 10);
screen!(empty_at_80x24, empty().await, 80 x 24);
screen!(empty_at_40x10, empty().await, 40 x 10);
screen!(agents_at_80x24, after("3j").await, 80 x 24);
screen!(skills_at_80x24, after("2j").await, 80 x 24);
screen!(events_at_80x24, after("4jj").await, 80 x 24);
screen!(paused_at_120x36, after("p").await, 120 x 36);
screen!(help_at_80x24, after("?").await, 80 x 24);
screen!(help_at_120x36, after("?").await, 120 x 36);
screen!(help_at_40x10, after("?").await, 40 x 10);
screen!(closing_at_120x36, after("O").await, 120 x 36);
screen!(closing_at_80x24, after("O").await, 80 x 24);
screen!(closing_at_40x10, after("O").await, 40 x 10);

screen!(filtering_at_120x36, after("/skill:French pri>2").await, 120 x 36);
screen!(filtered_at_80x24, after("3/!state:busy⏎").await, 80 x 24);
screen!(wrong_filter_at_80x24, after("/French wait>soon").await, 80 x 24);
screen!(wrong_filter_at_40x10, after("/French wait>soon").await, 40 x 10);

screen!(waiting_contact_at_120x36, detail("⏎").await, 120 x 36);
screen!(waiting_contact_at_80x24, detail("j⏎").await, 80 x 24);
screen!(waiting_contact_at_40x10, detail("⏎").await, 40 x 10);
screen!(busy_agent_at_120x36, detail("3G⏎").await, 120 x 36);
screen!(available_agent_at_80x24, detail("3⏎").await, 80 x 24);
screen!(busy_agent_at_40x10, detail("3G⏎").await, 40 x 10);
screen!(contact_of_an_agent_at_120x36, detail("3G⏎f").await, 120 x 36);
screen!(inject_at_120x36, after("i").await, 120 x 36);
screen!(inject_at_80x24, after("iSpa").await, 80 x 24);
screen!(inject_at_40x10, after("i").await, 40 x 10);
screen!(wrong_inject_at_80x24, after("i⇥x⏎").await, 80 x 24);
screen!(add_agent_at_80x24, after("+").await, 80 x 24);
screen!(reason_at_80x24, after("3ulu").await, 80 x 24);
screen!(delete_skill_at_80x24, after("2jjx").await, 80 x 24);
screen!(delete_agent_at_40x10, after("3x").await, 40 x 10);
screen!(toggle_marked_at_120x36, after("3  jj  a").await, 120 x 36);
screen!(sorted_at_120x36, after("3sssssss1ssssS").await, 120 x 36);
screen!(cancel_at_80x24, after("jx").await, 80 x 24);
screen!(requeue_at_80x24, after("3GR").await, 80 x 24);
screen!(priority_at_40x10, after(" P").await, 40 x 10);
screen!(command_at_80x24, after(":agent agent:1 un").await, 80 x 24);
screen!(wrong_command_at_80x24, after(":agent agent:1 asleep⏎").await, 80 x 24);
screen!(wrong_command_at_40x10, after(":fly⏎").await, 40 x 10);
screen!(verbs_at_120x36, after(":").await, 120 x 36);
screen!(verbs_at_80x24, after(":").await, 80 x 24);
screen!(verbs_at_40x10, after(":re").await, 40 x 10);
screen!(names_at_120x36, after(":skills agent:1 +").await, 120 x 36);
screen!(demo_question_at_80x24, on_redis("D").await, 80 x 24);
screen!(demo_question_at_40x10, on_redis("D").await, 40 x 10);
screen!(injecting_at_120x36, injecting("").await, 120 x 36);
screen!(stop_injecting_at_80x24, injecting("i").await, 80 x 24);
screen!(rename_at_80x24, after("3N").await, 80 x 24);
screen!(help_search_at_120x36, after("?/contact").await, 120 x 36);
screen!(zoomed_at_120x36, after("3z").await, 120 x 36);

/// Presses the keys, and answers the requests from a store.
async fn detail(keys: &str) -> Model {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    for key in keys.chars() {
        press(&mut model, &key.to_string());
        if let Some(detail) = &model.detail {
            let study = perform::known(&acd, &detail.subject, true).await;
            update(&mut model, Message::Studied(Box::new(study)));
        }
    }
    model
}

async fn empty() -> Model {
    let mut model = sample::model(0).await.unwrap();
    let floor = model.newest.as_mut().unwrap();
    floor.agents = Part::default();
    floor.skills = Part::default();
    floor.overview = shared::view::Overview {
        open: true,
        now: floor.overview.now,
        ..Default::default()
    };
    model.log = tui::console::log::Log::default();
    model
}

/// Presses the keys in a console with a Redis and no demo session.
async fn on_redis(keys: &str) -> Model {
    let mut model = live().await;
    model.place.rest = None;
    "localhost:6379".clone_into(&mut model.place.store);
    model.demo = tui::console::demo::DemoState::Off;
    press(&mut model, keys);
    model
}

/// Presses the keys while contacts are injected at a rate.
async fn injecting(keys: &str) -> Model {
    let mut model = after(":inject Spanish,Billing x20 p3 @60⏎").await;
    update(&mut model, Message::Injected(7));
    press(&mut model, keys);
    model
}

async fn after(keys: &str) -> Model {
    let mut model = live().await;
    press(&mut model, keys);
    model
}

/// Returns the styles of a screen: a letter for each cell, a dot for none.
fn weights(buffer: &Buffer) -> String {
    let letter = |modifier: Modifier| match modifier {
        m if m.contains(Modifier::REVERSED) => 'R',
        m if m.contains(Modifier::UNDERLINED) => 'U',
        m if m.contains(Modifier::BOLD) => 'B',
        m if m.contains(Modifier::DIM) => 'd',
        _ => '.',
    };
    let cells = buffer.content.chunks(usize::from(buffer.area.width));
    cells
        .map(|row| {
            row.iter()
                .map(|cell| letter(cell.modifier))
                .collect::<String>()
                + "\n"
        })
        .collect()
}

#[tokio::test]
async fn without_colours_weight_says_what_colour_would() {
    let mut model = live().await;
    model.colours = false;
    for (width, height) in [(120, 36), (80, 24)] {
        let buffer = drawn(&model, width, height);
        let coloured =
            |cell: &ratatui::buffer::Cell| cell.fg != Color::Reset || cell.bg != Color::Reset;
        assert!(!buffer.content.iter().any(coloured));
    }
    insta::assert_snapshot!(weights(&drawn(&model, 80, 24)));
}

#[tokio::test]
async fn the_column_that_is_pointed_at_is_reversed_without_colours_too() {
    let mut model = live().await;
    update(&mut model, Message::Resized(80, 24));
    press(&mut model, "llll");
    for colours in [true, false] {
        model.colours = colours;
        let lines = weights(&drawn(&model, 80, 24));
        let reversed = lines.lines().nth(4).unwrap().find('R');
        assert_eq!(
            reversed,
            text(&drawn(&model, 80, 24))
                .lines()
                .nth(4)
                .unwrap()
                .find("   WAIT")
        );
    }
}

#[tokio::test]
async fn an_old_picture_is_greyed_but_its_banner_is_not() {
    insta::assert_snapshot!(weights(&drawn(&stale().await, 80, 24)));
}

#[tokio::test]
async fn every_state_of_an_agent_has_a_glyph_and_a_word() {
    let mut model = after("3").await;
    // A second that has begun counts.
    let ends = Millis(model.floor_now().0 + 11_001);
    let agents = &mut model.newest.as_mut().unwrap().agents;
    *agents = Part::run(0, agents[..11].to_vec(), 11);
    let contact = shared::contact::ContactId::for_key("sample", "1");
    let away = |reason, mark| AgentState::Unavailable { reason, mark };
    let states = [
        AgentState::Available {
            since: shared::time::Tick(1),
        },
        AgentState::Busy {
            contact,
            next: Presence::Available,
            next_mark: None,
        },
        AgentState::Busy {
            contact,
            next: Presence::Unavailable(None),
            next_mark: None,
        },
        away(None, None),
        away(Some("lunch".parse().unwrap()), None),
        away(None, Some(Mark::Closed)),
        away(None, Some(Mark::NotResponding)),
        AgentState::Offered {
            contact,
            offer: 1,
            until: ends,
            since: shared::time::Tick(1),
        },
        AgentState::Penalty { until: ends },
        AgentState::WrapUp {
            contact,
            until: Some(ends),
            next: Presence::Available,
            next_mark: None,
        },
        AgentState::WrapUp {
            contact,
            until: None,
            next: Presence::Unavailable(None),
            next_mark: None,
        },
    ];
    for (agent, state) in agents.rows.iter_mut().zip(states) {
        agent.state = state;
    }
    let text = text(&drawn(&model, 80, 24));
    for word in [
        "● available",
        "■ busy ",
        "■ busy, then unavail.",
        "○ unavailable ",
        "○ unavailable (lunch)",
        "○ unavailable, closed",
        "! not responding ",
        "◎ offered 12s",
        "◌ penalty 12s",
        "◆ wrap-up 12s",
        "◆ wrap-up  ",
    ] {
        assert!(text.contains(word), "{word} in\n{text}");
    }
}

#[tokio::test]
async fn a_low_screen_has_no_two_lines_in_one_row() {
    let model = live().await;
    for height in 8..20 {
        let screen = text(&drawn(&model, 80, height));
        let tabs = screen.lines().nth(2).unwrap();
        assert!(tabs.starts_with(" [1 Queue "), "{height}: {tabs}");
        assert!(tabs.ends_with(" 4 Events"), "{height}: {tabs}");
        assert!(!screen.contains("ASA"), "{height}:\n{screen}");
    }
    assert!(text(&drawn(&model, 80, 20)).contains("ASA"));
}

#[tokio::test]
async fn wide_characters_beneath_leave_the_border_of_a_dialog_whole() {
    for width in [100, 101, 102, 103] {
        let mut model = live().await;
        for agent in &mut model.newest.as_mut().unwrap().agents.rows {
            agent.fname = "小龙".repeat(12).try_into().unwrap();
            agent.lname = "龙".repeat(12).try_into().unwrap();
        }
        press(&mut model, "3O");
        // The cells as drawn. What is sent to a terminal lacks cells covered by a wide character.
        let place = ratatui::layout::Rect::new(0, 0, width, 36);
        let mut buffer = Buffer::empty(place);
        tui::console::view::draw(&model, &mut buffer, place);
        let borders = (0..36).flat_map(|y| (1..width).map(move |x| (x, y)));
        for (x, y) in borders.filter(|at| "┏┃┗".contains(buffer[*at].symbol())) {
            let beside = unicode_width::UnicodeWidthStr::width(buffer[(x - 1, y)].symbol());
            assert!(beside <= 1, "half of the border at {x},{y} of {width}");
        }
    }
}

#[tokio::test]
async fn wide_characters_do_not_move_the_columns() {
    let mut model = live().await;
    let agents = &mut model.newest.as_mut().unwrap().agents;
    for (agent, name) in
        agents
            .rows
            .iter_mut()
            .zip(["小龙小龙小龙小龙小龙小龙", "é\u{301}", "👩‍👩‍👧‍👦", "\u{202e}abc"])
    {
        // Includes names stored before there were rules for them.
        agent.fname = serde_json::from_value(name.into()).unwrap();
    }
    let buffer = drawn(&model, 120, 36);
    let glyphs = ["●", "■", "○"];
    let columns: std::collections::BTreeSet<u16> = (0..36)
        .flat_map(|y| (0..110).map(move |x| (x, y)))
        .filter(|at| glyphs.contains(&buffer[*at].symbol()) && at.1 > 2)
        .map(|at| at.0)
        .collect();
    assert_eq!(columns.len(), 1, "{columns:?}");
}
