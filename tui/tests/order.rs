//! Selecting a column and sorting by it; opening where nothing was selected.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use tui::console::effect::Effect;
use tui::console::floor::{Part, Poll};
use tui::console::message::Message;
use tui::console::sort::{Column, Sort};
use tui::console::update::update;
use tui::console::{Model, Pane};
use tui::sample;

use input::press;

async fn sized(width: u16, height: u16) -> Model {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    update(&mut model, Message::Resized(width, height));
    model
}

fn sorted(model: &Model) -> Option<(Column, bool)> {
    let sort = model.sorts.of(model.focus);
    sort.map(|Sort { column, falling }| (column, falling))
}

#[tokio::test]
async fn the_pointer_goes_over_the_headings_and_not_beyond() {
    let mut model = sized(120, 36).await;
    for (keys, at) in [
        ("l", Some(Column::Place)),
        ("h", Some(Column::Place)),
        ("→→", Some(Column::Priority)),
        ("lllllllll", Some(Column::Why)),
        ("←", Some(Column::Needs)),
        ("⎋", None),
    ] {
        press(&mut model, keys);
        assert_eq!(model.heads.of(Pane::Queue), at, "{keys}");
    }
    press(&mut model, "3l");
    assert_eq!(model.heads.of(Pane::Agents), Some(Column::Agent));
    assert_eq!(model.heads.of(Pane::Queue), None, "each pane has its own");
}

#[tokio::test]
async fn a_column_that_is_not_shown_is_passed_over() {
    let mut model = sized(40, 20).await;
    press(&mut model, "lllllllll");
    assert_eq!(model.heads.of(Pane::Queue), Some(Column::Needs));
}

#[tokio::test]
async fn the_sort_key_sorts_by_the_pointer_turns_round_and_gives_the_order_back() {
    let mut model = sized(120, 36).await;
    press(&mut model, "3llllll");
    let handled = |model: &Model| -> Vec<u64> {
        let rows = model.agent_rows();
        rows.read.iter().map(|agent| agent.handled).collect()
    };
    let own = handled(&model);
    press(&mut model, "l");
    for (falling, wanted) in [(true, true), (false, false)] {
        press(&mut model, "s");
        assert_eq!(sorted(&model), Some((Column::Handled, falling)));
        assert_eq!(handled(&model).is_sorted_by(|a, b| a >= b), wanted);
    }
    press(&mut model, "s");
    assert_eq!((sorted(&model), handled(&model)), (None, own));
    press(&mut model, "S");
    assert_eq!(
        sorted(&model),
        Some((Column::Handled, false)),
        "turned at once"
    );
}

#[tokio::test]
async fn without_a_pointer_the_sort_key_steps_and_the_pointer_begins_beside_it() {
    let mut model = sized(120, 36).await;
    press(&mut model, "sss");
    assert_eq!(sorted(&model), Some((Column::Priority, false)));
    press(&mut model, "l");
    assert_eq!(model.heads.of(Pane::Queue), Some(Column::Wait));
    press(&mut model, "s");
    assert_eq!(sorted(&model), Some((Column::Wait, true)));
}

#[tokio::test]
async fn the_log_has_no_columns() {
    let mut model = sized(120, 36).await;
    press(&mut model, "4l");
    assert!(model.notice.unwrap().text.contains("newest first"));
}

#[tokio::test]
async fn a_command_sorts_by_name() {
    let mut model = sized(120, 36).await;
    for (keys, wanted) in [
        (":sort wait⏎", Some((Column::Wait, true))),
        (":sort wait up⏎", Some((Column::Wait, false))),
        (":sort priority down⏎", Some((Column::Priority, true))),
        (":sort⏎", None),
    ] {
        press(&mut model, keys);
        assert_eq!(sorted(&model), wanted, "{keys}");
    }
}

/// Removes the selected item from the floor.
fn leave(model: &mut Model) {
    let mut floor = model.newest.clone().unwrap();
    let (mut queue, mut agents) = (floor.queue.to_vec(), floor.agents.to_vec());
    queue.retain(|contact| Some(contact.id) != model.queue.selected);
    agents.retain(|agent| Some(&agent.id) != model.agents.selected.as_ref());
    let lengths = (queue.len(), agents.len());
    floor.queue = Part::run(0, queue, lengths.0);
    floor.agents = Part::run(0, agents, lengths.1);
    let events = vec![];
    update(model, Message::Polled(Box::new(Poll { floor, events })));
}

#[tokio::test]
async fn acting_keys_select_nothing_by_themselves_and_say_what_became_of_the_row() {
    for (keys, says) in [
        ("c", "has left"),
        ("x", "has left"),
        ("P", "has left"),
        ("⏎", "has left"),
        ("3a", "was deleted"),
        ("3N", "was deleted"),
        ("3e", "was deleted"),
    ] {
        let mut model = sized(120, 36).await;
        press(&mut model, "3j1");
        leave(&mut model);
        let effects = press(&mut model, keys);
        assert_eq!(effects, [Effect::Draw], "{keys}");
        assert_eq!(model.overlay, None, "{keys}");
        let said = model.notice.unwrap().text;
        assert!(said.contains(says), "{keys}: {said}");
        assert_eq!((model.queue.selected, model.agents.selected), (None, None));
    }
}

#[tokio::test]
async fn a_mark_falls_on_no_row_that_was_not_selected_before() {
    let mut model = sized(120, 36).await;
    press(&mut model, "3j");
    leave(&mut model);
    press(&mut model, " ");
    assert_eq!(
        (model.marks.agents.len(), &model.agents.selected),
        (0, &None)
    );
    press(&mut model, "j ");
    assert_eq!(model.marks.agents.len(), 1);
}

#[tokio::test]
async fn in_an_empty_pane_enter_says_so() {
    let mut model = sized(120, 36).await;
    press(&mut model, "/nobody is called so⏎");
    press(&mut model, "⏎");
    assert_eq!(model.detail, None);
    assert_eq!(model.notice.unwrap().text, "There is nothing here to open.");
}
