//! Which actions ask first, what a yes then requests, and that nothing acts on a row that has gone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use shared::agent::{Agent, AgentState, Presence};
use shared::contact::{Contact, ContactId, Remarks};
use shared::event::{Event, What};
use shared::operation::Operation;
use shared::seen::ContactSeen;
use shared::time::Millis;
use tui::console::effect::Effect;
use tui::console::floor::{Floor, Part, Poll};
use tui::console::message::Message;
use tui::console::overlay::Overlay;
use tui::console::update::update;
use tui::console::{Model, Pane};
use tui::request::Request;
use tui::sample;
use tui::text::short_contact;

use input::{asked, notice, press};

async fn live() -> Model {
    sample::model(sample::LONG_ENOUGH).await.unwrap()
}

fn title(model: &Model) -> &str {
    match &model.overlay {
        Some(Overlay::Question(question)) => &question.title,
        _ => "",
    }
}

fn text(model: &Model) -> &str {
    match &model.overlay {
        Some(Overlay::Question(question)) => &question.text,
        _ => "",
    }
}

fn waiting(model: &Model, place: usize) -> ContactId {
    model.floor().unwrap().queue[place].id
}

fn busy(model: &Model) -> Agent {
    let agents = &model.floor().unwrap().agents;
    let busy = |agent: &&Agent| agent.state.contact().is_some();
    agents.iter().find(busy).unwrap().clone()
}

/// Shows the model that floor, a moment later.
fn poll(model: &mut Model, floor: Floor, events: Vec<What>) {
    model.moment = Millis(model.moment.0 + 100);
    let newest = model.log.newest();
    let events = (newest + 1..).zip(events).map(|(number, what)| Event {
        number,
        at: floor.overview.now,
        what,
        owner: None,
    });
    let poll = Poll {
        events: events.collect(),
        floor,
    };
    update(model, Message::Polled(Box::new(poll)));
}

fn without(model: &Model, id: ContactId) -> Floor {
    let mut floor = model.newest.clone().unwrap();
    let left: Vec<Contact> = floor
        .queue
        .iter()
        .filter(|it| it.id != id)
        .cloned()
        .collect();
    let total = floor.queue.total - 1;
    floor.queue = Part::run(0, left, total);
    floor
}

/// Assigns a waiting contact to an agent.
fn assign(model: &mut Model, id: ContactId) -> Agent {
    let mut floor = without(model, id);
    let free = |agent: &&mut Agent| agent.state.contact().is_none();
    let agent = floor.agents.rows.iter_mut().find(free).unwrap();
    agent.state = AgentState::Busy {
        contact: id,
        next: Presence::Available,
        next_mark: None,
    };
    let agent = agent.clone();
    let what = What::ContactAssigned {
        contact: id,
        agent: agent.id.clone(),
        wait: 2_000,
        offer: None,
    };
    poll(model, floor, vec![what]);
    agent
}

fn seconds(model: &mut Model, count: u64) {
    let now = Millis(model.moment.0 + count * 1_000);
    update(model, Message::Second(now));
}

#[tokio::test]
async fn what_waits_is_not_completed_and_what_is_served_only_after_a_question() {
    let mut model = live().await;
    let first = waiting(&model, 0);
    assert_eq!(asked(&press(&mut model, "c")), None);
    assert_eq!(model.overlay, None);
    let says = format!(
        "{} waits and has no agent: x cancels it",
        short_contact(first)
    );
    assert!(notice(&model).starts_with(&says), "{}", notice(&model));
    for line in [
        ":complete⏎".to_owned(),
        format!(":complete {}⏎", short_contact(first)),
    ] {
        let mut model = model.clone();
        model.notice = None;
        assert_eq!(asked(&press(&mut model, &line)), None);
        assert!(notice(&model).starts_with(&says), "{}", notice(&model));
    }

    model.focus = Pane::Agents;
    let busy = busy(&model);
    let contact = busy.state.contact().unwrap();
    model.agents.select(busy.id.clone(), 0);
    assert_eq!(asked(&press(&mut model, "c")), None, "a question first");
    assert_eq!(
        title(&model),
        format!("Complete {}?", short_contact(contact))
    );
    let complete = Request::Apply(Operation::CompleteContact {
        id: contact,
        seen: ContactSeen::with(busy.id),
        remarks: Remarks::default(),
    });
    assert_eq!(asked(&press(&mut model, "y")), Some(&complete));

    let agents = &model.floor().unwrap().agents;
    let idle = agents.iter().find(|agent| agent.state.contact().is_none());
    let idle = idle.unwrap().id.clone();
    model.agents.select(idle.clone(), 0);
    assert_eq!(asked(&press(&mut model, "c")), None);
    assert_eq!(notice(&model), format!("{idle} is not on a contact."));
}

#[tokio::test]
async fn keys_and_commands_mean_all_that_are_marked_and_name_what_does_not_fit() {
    for (keys, titled) in [
        ("x", "Cancel 3 contacts?"),
        (":cancel⏎", "Cancel 3 contacts?"),
        (":priority 2⏎", "Priority 2 for 3 contacts?"),
    ] {
        let mut model = live().await;
        press(&mut model, "   ");
        assert_eq!(asked(&press(&mut model, keys)), None, "{keys}");
        assert_eq!(title(&model), titled, "{keys}");
        let effects = press(&mut model, "y");
        assert!(matches!(asked(&effects), Some(Request::All(each)) if each.len() == 3));
    }
    for keys in ["c", "R", ":complete⏎", ":requeue⏎"] {
        let mut model = live().await;
        press(&mut model, "   ");
        assert_eq!(asked(&press(&mut model, keys)), None, "{keys}");
        assert!(notice(&model).contains('3'), "{keys}: {}", notice(&model));
    }
    // One marked contact was assigned meanwhile: only it is completed, the others are named.
    let mut model = live().await;
    let first = waiting(&model, 0);
    let agent = busy(&model);
    press(
        &mut model,
        &format!(
            ":complete {} {}⏎",
            short_contact(first),
            short_contact(agent.state.contact().unwrap())
        ),
    );
    assert!(
        text(&model).contains(&short_contact(first)),
        "{}",
        text(&model)
    );
    let effects = press(&mut model, "y");
    assert!(matches!(
        asked(&effects),
        Some(Request::Apply(Operation::CompleteContact { .. }))
    ));

    for (keys, titled) in [("3  x", "Delete 2 agents?"), ("3  a", "Change 2 agents?")] {
        let mut model = live().await;
        press(&mut model, keys);
        assert_eq!(title(&model), titled, "{keys}");
    }
    for keys in ["3  e", "3  N"] {
        let mut model = live().await;
        press(&mut model, keys);
        assert_eq!(model.overlay, None, "{keys}");
        assert!(notice(&model).contains("several are marked"), "{keys}");
    }
}

#[tokio::test]
async fn a_question_follows_the_floor_and_a_yes_to_the_one_before_is_not_taken() {
    let mut model = live().await;
    let first = waiting(&model, 0);
    press(&mut model, "x");
    assert!(text(&model).starts_with("It has waited"));
    let agent = assign(&mut model, first);
    assert!(
        text(&model).starts_with(&format!("{} is on it", agent.id)),
        "{}",
        text(&model)
    );
    assert_eq!(
        asked(&press(&mut model, "y")),
        None,
        "typed to the question before"
    );
    assert!(
        notice(&model).contains("just changed"),
        "{}",
        notice(&model)
    );
    model.moment = Millis(model.moment.0 + 2_000);
    let cancel = Request::Apply(Operation::CancelContact {
        id: first,
        seen: ContactSeen::with(agent.id),
    });
    assert_eq!(asked(&press(&mut model, "y")), Some(&cancel));
}

#[tokio::test]
async fn a_question_about_what_is_over_goes_away() {
    let mut model = live().await;
    let first = waiting(&model, 0);
    press(&mut model, "x");
    let floor = without(&model, first);
    let what = What::ContactCompleted {
        contact: first,
        agent: None,
        outcome: shared::contact::Outcome::Abandoned,
        disposition: None,
    };
    poll(&mut model, floor, vec![what]);
    assert_eq!(model.overlay, None);
    assert!(
        notice(&model).ends_with("is over: it was abandoned."),
        "{}",
        notice(&model)
    );
    assert_eq!(asked(&press(&mut model, "y")), None);

    press(&mut model, "O");
    let mut floor = model.newest.clone().unwrap();
    floor.overview.open = false;
    poll(&mut model, floor, vec![]);
    assert_eq!(model.overlay, None, "{}", notice(&model));
}

#[tokio::test]
async fn a_lunch_that_was_taken_meanwhile_is_left_alone() {
    let mut model = live().await;
    press(&mut model, "3    a");
    let Some(Overlay::Question(question)) = &model.overlay else {
        panic!("no question");
    };
    let Request::All(each) = &question.request else {
        panic!("{:?}", question.request);
    };
    let available = each.iter().find_map(|request| match request {
        Request::SetPresence {
            agent,
            seen: Some(Presence::Available),
            ..
        } => Some(agent.clone()),
        _ => None,
    });
    let away = available.unwrap();
    let mut floor = model.newest.clone().unwrap();
    let agent = floor
        .agents
        .rows
        .iter_mut()
        .find(|agent| agent.id == away)
        .unwrap();
    agent.state = AgentState::Unavailable {
        reason: Some("lunch".parse().unwrap()),
        mark: None,
    };
    poll(&mut model, floor, vec![]);
    assert_eq!(title(&model), "Change 3 agents?");
    assert!(text(&model).contains(away.as_str()), "{}", text(&model));
    model.moment = Millis(model.moment.0 + 2_000);
    let effects = press(&mut model, "y");
    let Some(Request::All(each)) = asked(&effects) else {
        panic!("{effects:?}");
    };
    let touched =
        |request: &Request| matches!(request, Request::SetPresence { agent, .. } if *agent == away);
    assert!(!each.iter().any(touched));
}

/// Keys that act on the selected row, with the keys that lead to them.
const ACTING: &[&str] = &[
    "1c",
    "1x",
    "1P",
    "1R",
    "1 ",
    "1⏎",
    "1:cancel⏎",
    "1:complete⏎",
    "1:priority 3⏎",
    "1f",
    "1:requeue⏎",
    "1x",
];

#[tokio::test]
async fn nothing_acts_on_a_row_that_has_gone_and_then_the_neighbour_is_selected() {
    let mut model = live().await;
    press(&mut model, "j");
    let (gone, next) = (waiting(&model, 1), waiting(&model, 2));
    let agent = assign(&mut model, gone);
    assert_eq!(
        (model.queue.selected, model.queue.gone()),
        (None, Some(&gone))
    );
    let area = ratatui::layout::Rect::new(0, 0, 120, 36);
    let mut buffer = ratatui::buffer::Buffer::empty(area);
    tui::console::view::draw(&model, &mut buffer, area);
    let cells: Vec<&str> = buffer
        .content
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    let row: String = cells.chunks(120).nth(6).unwrap().concat();
    assert!(row.contains(&format!("went to {}", agent.id)), "{row}");
    for keys in ACTING {
        let mut model = model.clone();
        let effects = press(&mut model, keys);
        assert_eq!(asked(&effects), None, "{keys}");
        assert_eq!(model.detail, None, "{keys}");
        assert!(
            !matches!(
                model.overlay,
                Some(Overlay::Question(_) | Overlay::Dialog(_))
            ),
            "{keys}"
        );
        assert_eq!(model.marks.contacts.len(), 0, "{keys}");
    }
    press(&mut model, "x");
    assert_eq!(
        notice(&model),
        format!(
            "Nothing was done: {} went to {}.",
            short_contact(gone),
            agent.id
        )
    );
    seconds(&mut model, 3);
    assert_eq!(
        (model.queue.selected, model.queue.gone()),
        (Some(next), None)
    );
    press(&mut model, "x");
    assert_eq!(
        model.overlay, None,
        "it may have been meant for the row before"
    );
    model.moment = Millis(model.moment.0 + 1_000);
    press(&mut model, "x");
    assert_eq!(title(&model), format!("Cancel {}?", short_contact(next)));
}

#[tokio::test]
async fn while_a_command_is_typed_no_other_row_is_selected() {
    let mut model = live().await;
    let gone = waiting(&model, 0);
    press(&mut model, ":can");
    assign(&mut model, gone);
    seconds(&mut model, 5);
    assert_eq!(asked(&press(&mut model, "cel⏎")), None);
    assert_eq!(model.queue.selected, None);
    assert!(!matches!(model.overlay, Some(Overlay::Question(_))));
}

#[tokio::test]
async fn a_priority_that_is_typed_carries_where_the_contact_stands_by_then() {
    let mut model = live().await;
    let first = waiting(&model, 0);
    press(&mut model, "P0");
    let agent = assign(&mut model, first);
    let effects = press(&mut model, "⏎");
    let Some(Request::Apply(Operation::SetPriority { seen, .. })) = asked(&effects) else {
        panic!("{effects:?}");
    };
    assert_eq!(*seen, ContactSeen::with(agent.id));
}

#[tokio::test]
async fn leaving_a_floor_that_ends_with_the_program_is_asked_about() {
    let mut model = live().await;
    assert_ne!(press(&mut model, "q"), [Effect::Quit]);
    assert_eq!(title(&model), "Quit?");
    assert_eq!(press(&mut model, "y"), [Effect::Quit]);
    let mut shared = live().await;
    shared.place.rest = None;
    assert_eq!(
        press(&mut shared, "q"),
        [Effect::Quit],
        "that floor goes on"
    );
    let mut empty = sample::blank();
    assert_eq!(press(&mut empty, "q"), [Effect::Quit], "nothing is lost");
}
