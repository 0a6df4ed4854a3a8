//! The service figures: asked for by the second, of the window that was chosen.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use shared::time::Millis;
use tui::effect::Effect;
use tui::message::Message;
use tui::model::Model;
use tui::model::window::Window;
use tui::sample;
use tui::update::update;

fn second(model: &mut Model) -> Vec<Effect> {
    let next = Millis(model.clock.0 + 1_000);
    update(model, Message::Second(next))
}

fn asks(effects: &[Effect]) -> bool {
    let asks = |effect: &Effect| matches!(effect, Effect::Measure { .. });
    effects.iter().any(asks)
}

fn press(model: &mut Model, key: char) -> Vec<Effect> {
    let event = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
    update(model, Message::Key(event))
}

async fn live() -> Model {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    // As if the answer to what the first look asked for had just come.
    model.service.asked = false;
    model
}

#[tokio::test]
async fn they_are_asked_for_once_until_the_answer_comes() {
    let mut model = live().await;
    assert!(asks(&second(&mut model)));
    assert!(!asks(&second(&mut model)), "one is on its way");
    update(&mut model, Message::Measured(Window::Quarter, None));
    assert!(asks(&second(&mut model)), "a failure does not end it");
    assert!(model.service.figures.is_some(), "and takes nothing away");
}

#[tokio::test]
async fn they_are_not_asked_of_a_store_that_is_away_nor_for_a_held_display() {
    let mut model = live().await;
    press(&mut model, 'p');
    assert!(!asks(&second(&mut model)));
    press(&mut model, 'p');
    let (at, why) = (model.clock, "gone".to_owned());
    update(&mut model, Message::StoreAway { at, why });
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
