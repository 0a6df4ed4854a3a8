//! The mouse, and the order of the rows.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use shared::time::Millis;
use tui::console::message::Message;
use tui::console::pane::hit::{Hit, hit};
use tui::console::sort::Column;
use tui::console::update::update;
use tui::console::{Model, Pane};
use tui::sample;

async fn sized(width: u16, height: u16) -> Model {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    update(&mut model, Message::Resized(width, height));
    model
}

fn mouse(model: &mut Model, kind: MouseEventKind, (x, y): (u16, u16), after: u64) {
    let event = MouseEvent {
        kind,
        column: x,
        row: y,
        modifiers: KeyModifiers::NONE,
    };
    let at = Millis(model.clock.0 + after);
    update(model, Message::Mouse(event, at));
}

fn click(model: &mut Model, at: (u16, u16), after: u64) {
    mouse(model, MouseEventKind::Down(MouseButton::Left), at, after);
}

fn press(model: &mut Model, keys: &str) {
    for key in keys.chars() {
        let event = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
        update(model, Message::Key(event));
    }
}

#[tokio::test]
async fn what_is_drawn_there_lies_under_the_cell() {
    let large = sized(120, 36).await;
    let mut small = sized(80, 24).await;
    press(&mut small, "3");
    for (model, at, wanted) in [
        (&large, (5, 5), Some(Hit::Row(Pane::Queue, 0))),
        (&large, (30, 7), Some(Hit::Row(Pane::Queue, 2))),
        (&large, (0, 7), Some(Hit::Pane(Pane::Queue))),
        (&large, (24, 4), Some(Hit::Head(Pane::Queue, Column::Wait))),
        (&large, (70, 5), Some(Hit::Row(Pane::Skills, 0))),
        (&large, (70, 15), Some(Hit::Row(Pane::Agents, 0))),
        (&large, (3, 32), Some(Hit::Pane(Pane::Events))),
        (&large, (3, 0), None),
        (&small, (3, 5), Some(Hit::Row(Pane::Agents, 0))),
        (
            &small,
            (75, 4),
            Some(Hit::Head(Pane::Agents, Column::Handled)),
        ),
        (&small, (3, 21), Some(Hit::Pane(Pane::Events))),
    ] {
        assert_eq!(hit(model, at.0, at.1), wanted, "{at:?}");
    }
}

#[tokio::test]
async fn a_click_selects_and_a_second_opens() {
    let mut model = sized(120, 36).await;
    click(&mut model, (70, 16), 0);
    assert_eq!(model.focus, Pane::Agents);
    assert_eq!(model.agents.selected.as_ref().unwrap().as_str(), "agent:2");
    assert_eq!(model.detail, None);
    click(&mut model, (70, 16), 300);
    assert!(model.detail.is_some());
}

#[tokio::test]
async fn two_slow_clicks_are_not_a_double_click() {
    let mut model = sized(120, 36).await;
    click(&mut model, (70, 16), 0);
    click(&mut model, (70, 16), 900);
    assert_eq!(model.detail, None);
}

#[tokio::test]
async fn a_click_on_a_heading_sorts_turns_round_and_gives_the_order_back() {
    let mut model = sized(80, 24).await;
    press(&mut model, "3");
    let handled = |model: &Model| -> Vec<u64> {
        model
            .agent_rows()
            .read
            .iter()
            .map(|agent| agent.handled)
            .collect()
    };
    let own = handled(&model);
    click(&mut model, (75, 4), 0);
    assert!(handled(&model).is_sorted_by(|one, next| one >= next));
    click(&mut model, (75, 4), 0);
    assert!(handled(&model).is_sorted());
    click(&mut model, (75, 4), 0);
    assert_eq!(handled(&model), own);
}

#[tokio::test]
async fn the_selection_moves_with_its_row_when_the_order_changes() {
    let mut model = sized(120, 36).await;
    press(&mut model, "3jj");
    let selected = model.agents.selected.clone();
    press(&mut model, "sssssss");
    assert_eq!(model.agents.selected, selected);
    let row = model.agent_rows().read[model.agents.index].id.clone();
    assert_eq!(Some(row), selected);
}

#[tokio::test]
async fn the_wheel_moves_in_the_pane_below_it_but_not_below_a_question() {
    let mut model = sized(120, 36).await;
    mouse(&mut model, MouseEventKind::ScrollDown, (70, 5), 0);
    assert_eq!((model.focus, model.skills.index), (Pane::Skills, 1));
    press(&mut model, "O");
    mouse(&mut model, MouseEventKind::ScrollDown, (70, 5), 0);
    click(&mut model, (70, 16), 0);
    assert_eq!((model.focus, model.skills.index), (Pane::Skills, 1));
}

#[tokio::test]
async fn every_column_sorts_every_pane_without_losing_a_row() {
    let mut model = sized(120, 36).await;
    for pane in [Pane::Queue, Pane::Skills, Pane::Agents] {
        model.focus = pane;
        let all = model.row_count(pane);
        for _ in Column::of(pane) {
            press(&mut model, "s");
            assert!(model.sorts.of(pane).is_some());
            assert_eq!(model.row_count(pane), all);
            press(&mut model, "SS");
        }
        press(&mut model, "s");
        assert_eq!(model.sorts.of(pane), None, "at last the floor's own order");
    }
}
