//! The service figures: requested each second, for the chosen window.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use shared::time::Millis;
use tui::console::Model;
use tui::console::effect::{Effect, Task};
use tui::console::message::Message;
use tui::console::update::update;
use tui::console::view::draw;
use tui::console::window::Window;
use tui::sample;

fn second(model: &mut Model) -> Vec<Effect> {
    let next = Millis(model.clock.0 + 1_000);
    update(model, Message::Second(next))
}

fn asks(effects: &[Effect]) -> bool {
    let asks = |effect: &Effect| matches!(effect, Effect::Run(Task::Measure { .. }));
    effects.iter().any(asks)
}

fn press(model: &mut Model, key: char) -> Vec<Effect> {
    let event = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
    update(model, Message::Key(event))
}

async fn live() -> Model {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    // As if the first request had just been answered.
    model.service.asked = false;
    happens(&mut model);
    model
}

/// Changes the floor as another event would.
fn happens(model: &mut Model) {
    model.newest.as_mut().unwrap().overview.event += 1;
}

#[tokio::test]
async fn they_are_asked_for_when_something_happened_or_they_are_old() {
    let mut model = live().await;
    assert!(asks(&second(&mut model)));
    let figures = model.service.figures.clone().map(Box::new);
    let answer = Message::Measured(Window::Quarter, figures);
    update(&mut model, answer.clone());
    let quiet = (1..=60).filter(|_| {
        let asked = asks(&second(&mut model));
        update(&mut model, answer.clone());
        asked
    });
    assert_eq!(quiet.count(), 2, "twice in a quiet minute");
    happens(&mut model);
    assert!(asks(&second(&mut model)));
}

#[tokio::test]
async fn they_are_asked_for_once_until_the_answer_comes() {
    let mut model = live().await;
    assert!(asks(&second(&mut model)));
    assert!(!asks(&second(&mut model)), "one is on its way");
    update(&mut model, Message::Measured(Window::Quarter, None));
    assert!(asks(&second(&mut model)), "a failure does not end it");
    assert!(model.service.figures.is_some(), "and removes nothing");
}

#[tokio::test]
async fn they_are_not_asked_of_a_store_that_is_away_nor_for_a_held_display() {
    let mut model = live().await;
    press(&mut model, 'p');
    assert!(!asks(&second(&mut model)));
    press(&mut model, 'p');
    let (at, why) = (model.clock, "gone".to_owned());
    update(&mut model, Message::StoreUnavailable { since: at, why });
    assert!(!asks(&second(&mut model)));
}

#[tokio::test]
async fn figures_of_a_window_that_was_left_are_passed_over() {
    let mut model = live().await;
    let quarter = model.service.figures.clone().map(Box::new);
    assert!(asks(&press(&mut model, 'w')));
    update(&mut model, Message::Measured(Window::Quarter, quarter));
    assert_eq!(model.service.figures, None);
    for window in [Window::Hour, Window::Today, Window::Quarter] {
        press(&mut model, 'w');
        assert_eq!(model.service.window, window);
    }
}

/// Returns the text of the service figures' line, and the style of its first `!`.
fn line(model: &Model, width: u16) -> (String, Option<Style>) {
    let area = Rect::new(0, 0, width, 36);
    let mut buffer = Buffer::empty(area);
    draw(model, &mut buffer, area);
    let cells: Vec<&Cell> = (0..width).map(|x| &buffer[(x, 2)]).collect();
    let text = cells.iter().map(|cell| cell.symbol()).collect();
    let sign = cells.iter().find(|cell| cell.symbol() == "!");
    (text, sign.map(|cell| cell.style()))
}

#[tokio::test]
async fn a_service_level_below_its_target_has_a_sign_and_a_colour() {
    let mut model = live().await;
    for (level, shown) in [
        ("80/20", "SL 80/20 answered in 20s 82.1%"),
        ("82/20", "SL 82/20 answered in 20s 82.1%"),
        ("83/20", "SL 83/20 answered in 20s ! 82.1%"),
        ("90/120", "SL 90/120 answered in 120s ! 82.1%"),
    ] {
        model.service.level = level.parse().unwrap();
        for width in [116, 120, 200] {
            let (text, style) = line(&model, width);
            assert!(text.contains(shown), "{shown:?} in {text:?}");
            assert!(width < 120 || text.contains("occupancy 56.8%"), "{text:?}");
            let colour = style.map(|style| style.fg);
            let expected = shown.contains('!').then_some(Some(Color::Red));
            assert_eq!(colour, expected, "{level}");
        }
        let text = line(&model, 80).0;
        let short = shown.replace(" answered in 20s", "");
        let short = short.replace(" answered in 120s", "");
        assert!(
            text.contains(&short) && text.contains("OCC 56.8%"),
            "{text:?}"
        );
    }
}

/// The floor's own time for short abandonments, if it is set.
#[tokio::test]
async fn which_abandonments_are_short_is_what_the_floor_has_set() {
    let mut model = live().await;
    model.service.figures.as_mut().unwrap().short_abandon = 12_000;
    let wide = line(&model, 200).0;
    assert!(
        wide.contains("short abandons ≤ 12 s not counted"),
        "{wide:?}"
    );
    press(&mut model, 'w');
    let said = model.notice.map(|notice| notice.text).unwrap();
    assert!(
        said.ends_with("short abandons ≤ 12 s not counted"),
        "{said}"
    );
}

#[tokio::test]
async fn what_the_service_level_is_stands_on_the_screen() {
    let mut model = live().await;
    model.service.level = "90/120".parse().unwrap();
    let wide = line(&model, 200).0;
    assert!(
        wide.contains("short abandons ≤ 5 s not counted"),
        "{wide:?}"
    );
    press(&mut model, 'w');
    assert_eq!(
        model.notice.map(|notice| notice.text).unwrap(),
        "SL 90/120: answered within 120 s, short abandons ≤ 5 s not counted"
    );
}
