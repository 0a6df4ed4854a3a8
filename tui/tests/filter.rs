//! Filtering the panes with the keys of an operator.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use tui::console::message::Message;
use tui::console::overlay::Overlay;
use tui::console::update::update;
use tui::console::{Model, Pane};
use tui::sample;

use input::press;

async fn after(keys: &str) -> Model {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    press(&mut model, keys);
    model
}

fn shown(model: &Model) -> (usize, usize) {
    (model.contact_rows().length, model.agent_rows().length)
}

#[tokio::test]
async fn a_filter_works_while_it_is_typed_and_stays_with_enter() {
    let mut model = after("/skill:French").await;
    assert_eq!(shown(&model), (5, 12));
    press(&mut model, "⏎");
    assert_eq!((shown(&model), &model.overlay), ((5, 12), &None));
}

#[tokio::test]
async fn either_of_two_is_shown_and_an_open_parenthesis_changes_nothing_yet() {
    let mut model = after("/skill:French").await;
    press(&mut model, " or (skill:Klingon");
    assert_eq!(shown(&model).0, 5, "not closed yet");
    press(&mut model, ")");
    assert_eq!(shown(&model).0, 6);
    press(&mut model, " -pri<9⏎");
    assert_eq!(
        shown(&model).0,
        5,
        "what stands together binds more tightly"
    );
}

#[tokio::test]
async fn esc_brings_the_former_filter_back() {
    let model = after("/Klingon⏎/⌫⌫⌫⌫⌫⌫⌫French⎋").await;
    assert_eq!(model.filters.of(Pane::Queue).text, "Klingon");
    assert_eq!(shown(&model).0, 1);
}

#[tokio::test]
async fn the_last_filter_that_meant_something_holds_while_the_text_means_nothing() {
    let mut model = after("/French \"x").await;
    assert_eq!(model.filters.of(Pane::Queue).text, "French");
    assert_eq!(shown(&model).0, 5);
    press(&mut model, "⏎");
    assert!(
        matches!(&model.overlay, Some(Overlay::Filter(prompt)) if prompt.wrong.is_some()),
        "enter does not keep what is wrong"
    );
}

#[tokio::test]
async fn the_backslash_clears_the_filter_of_its_own_pane_only() {
    let mut model = after("/Klingon⏎3/busy⏎").await;
    assert_eq!(shown(&model), (1, 0));
    press(&mut model, "\\");
    assert_eq!(shown(&model), (1, 12));
}

#[tokio::test]
async fn the_selection_stays_with_its_row_or_goes_to_the_first_that_is_left() {
    let mut model = after("3jj/agent:3⏎").await;
    assert_eq!(model.agents.selected.as_ref().unwrap().as_str(), "agent:3");
    press(&mut model, "\\");
    assert_eq!(model.agents.index, 2);
    press(&mut model, "/agent:9⏎");
    assert_eq!(model.agents.selected.as_ref().unwrap().as_str(), "agent:9");
}

#[tokio::test]
async fn pasted_text_is_typed_where_something_is_typed_and_is_a_key_nowhere() {
    let mut model = after("").await;
    let before = model.clone();
    update(&mut model, Message::Pasted("q\nOy".to_owned()));
    assert_eq!((model.overlay.clone(), model.asked), (None, before.asked));
    press(&mut model, "/");
    update(&mut model, Message::Pasted("French\n".to_owned()));
    assert_eq!(shown(&model).0, 5);
}
