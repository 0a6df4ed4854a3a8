//! The mouse on overlays: fields, buttons, answers, keys in the help, completions.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use shared::operation::Operation;
use tui::console::Model;
use tui::console::effect::{Effect, Task};
use tui::console::keys::Action;
use tui::console::message::Message;
use tui::console::overlay::{Overlay, Target, target_at};
use tui::console::update::update;
use tui::request::Request;
use tui::sample;

async fn after(size: (u16, u16), keys: &str) -> Model {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    update(&mut model, Message::Resized(size.0, size.1));
    for key in keys.chars() {
        let event = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
        update(&mut model, Message::Key(event));
    }
    model
}

/// Returns the cells of the screen, row by row.
fn cells(model: &Model) -> impl Iterator<Item = (u16, u16)> + use<> {
    let (width, height) = model.size;
    (0..height).flat_map(move |y| (0..width).map(move |x| (x, y)))
}

/// Finds the first and the last cell with this under them.
fn found(model: &Model, wanted: impl Fn(&Target) -> bool) -> [(u16, u16); 2] {
    let mut under =
        cells(model).filter(|(x, y)| target_at(model, *x, *y).as_ref().is_some_and(&wanted));
    let first = under.next().expect("it is nowhere");
    [first, under.last().unwrap_or(first)]
}

/// Returns the text in a row of the screen between two cells.
fn drawn(model: &Model, [from, to]: [(u16, u16); 2]) -> String {
    let (width, height) = model.size;
    let backend = ratatui::backend::TestBackend::new(width, height);
    let mut terminal = ratatui::Terminal::new(backend).unwrap();
    terminal
        .draw(|frame| tui::console::view::view(model, frame))
        .unwrap();
    let buffer = terminal.backend().buffer();
    (from.0..=to.0)
        .map(|x| buffer[(x, from.1)].symbol())
        .collect()
}

fn click(model: &mut Model, (x, y): (u16, u16)) -> Vec<Effect> {
    let event = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: x,
        row: y,
        modifiers: KeyModifiers::NONE,
    };
    let at = model.clock;
    update(model, Message::Mouse(event, at))
}

#[tokio::test]
async fn the_answers_of_a_question_are_where_they_are_drawn_and_do_what_they_say() {
    for size in [(120, 36), (80, 24), (40, 10)] {
        let mut model = after(size, "O").await;
        let [yes, no] =
            [Target::Yes, Target::No].map(|answer| found(&model, |under| *under == answer));
        assert_eq!(drawn(&model, yes), "y  yes, do it");
        assert!("n  no, leave it".starts_with(&drawn(&model, no)));
        let mut other = model.clone();
        assert_eq!(click(&mut model, no[0]), [Effect::Draw]);
        assert_eq!(model.overlay, None);
        let effects = click(&mut other, yes[1]);
        assert!(
            effects.contains(&Effect::Run(Task::Ask(Request::Apply(Operation::Close)))),
            "{effects:?}"
        );
    }
}

#[tokio::test]
async fn the_button_of_a_dialog_sends_it_and_a_field_is_gone_to() {
    for size in [(120, 36), (80, 24)] {
        let mut model = after(size, "i").await;
        let button = found(&model, |under| *under == Target::Button);
        assert_eq!(drawn(&model, button), "[ Inject ]");
        let [count, _] = found(&model, |under| *under == Target::Field(2));
        click(&mut model, count);
        let digit = KeyEvent::new(KeyCode::Char('7'), KeyModifiers::NONE);
        update(&mut model, Message::Key(digit));
        let effects = click(&mut model, button[1]);
        assert!(
            matches!(
                &effects[0],
                Effect::Run(Task::Ask(Request::Inject { count: 7, .. }))
            ),
            "{effects:?}"
        );
    }
}

#[tokio::test]
async fn a_button_does_not_send_what_is_wrong() {
    let mut model = after((80, 24), "i").await;
    let [count, _] = found(&model, |under| *under == Target::Field(2));
    click(&mut model, count);
    let digit = KeyEvent::new(KeyCode::Char('0'), KeyModifiers::NONE);
    update(&mut model, Message::Key(digit));
    let [button, _] = found(&model, |under| *under == Target::Button);
    assert_eq!(click(&mut model, button), [Effect::Draw]);
    assert!(matches!(&model.overlay, Some(Overlay::Dialog(dialog)) if dialog.at == 2));
}

#[tokio::test]
async fn a_click_beside_it_does_nothing() {
    for keys in ["i", "O", "?", ":ag", "/x"] {
        let mut model = after((80, 24), keys).await;
        let before = model.overlay.clone();
        let beside: Vec<(u16, u16)> = cells(&model)
            .filter(|(x, y)| target_at(&model, *x, *y).is_none())
            .collect();
        assert!(beside.len() > 100, "{keys}");
        for at in beside {
            assert_eq!(click(&mut model, at), [], "{keys}");
        }
        assert_eq!(model.overlay, before, "{keys}");
    }
}

#[tokio::test]
async fn a_click_on_a_key_of_the_help_does_it() {
    let mut model = after((80, 24), "?").await;
    let [inject, to] = found(&model, |under| *under == Target::Key(Action::Inject));
    let row = drawn(&model, [inject, to]);
    assert!(row.contains("inject a contact"), "{row}");
    click(&mut model, inject);
    assert!(matches!(&model.overlay, Some(Overlay::Dialog(_))));
}

#[tokio::test]
async fn a_click_on_a_word_completes_the_command() {
    for size in [(120, 36), (80, 24), (40, 10)] {
        let mut model = after(size, ":re").await;
        let is = |word: &'static str| move |under: &Target| matches!(under, Target::Word(found) if found.word == word);
        let [rename, _] = found(&model, is("rename"));
        let row = drawn(&model, found(&model, is("requeue")));
        assert!(row.contains("requeue"), "{row}");
        click(&mut model, rename);
        let Some(Overlay::Command(prompt)) = &model.overlay else {
            panic!("no prompt");
        };
        assert_eq!(prompt.line.text(), "rename");
    }
}
