//! Every key of the table does what its row says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use shared::operation::Operation;
use tui::console::demo::DemoState;
use tui::console::detail::Detail;
use tui::console::effect::{Effect, Switch, Task};
use tui::console::keys::{Action, Scope, TABLE};
use tui::console::message::Message;
use tui::console::overlay::Overlay;
use tui::console::overlay::command::CommandPrompt;
use tui::console::overlay::dialog::Purpose;
use tui::console::overlay::filter::FilterPrompt;
use tui::console::overlay::help::Help;
use tui::console::overlay::question::{About, Confirm};
use tui::console::pane::filter::Filter;
use tui::console::sort::Column;
use tui::console::subject::Subject;
use tui::console::update::update;
use tui::console::window::Window;
use tui::console::{Model, Pane};
use tui::parts::input::InputLine;
use tui::request::Request;
use tui::sample;

use input::asked;

async fn live() -> Model {
    sample::model(sample::LONG_ENOUGH).await.unwrap()
}

fn press(model: &mut Model, code: KeyCode) -> Vec<Effect> {
    update(model, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

/// Puts the model into a state in which the keys of that scope apply.
fn enter(model: &mut Model, scope: Scope) {
    if scope == Scope::Detail {
        let mut detail = Detail::new(someone(model), vec![]);
        detail.scroll = 12;
        model.detail = Some(detail);
    }
    if scope == Scope::Dialog {
        press(model, KeyCode::Char('i'));
        press(model, KeyCode::Down);
        return;
    }
    let filter = Filter::parse("!Klingon", model.focus).unwrap();
    model.filters.set(model.focus, filter.clone());
    model.overlay = match scope {
        Scope::Search => Some(help_searched()),
        Scope::Command => {
            model.commands = vec!["acd open".to_owned(), "pause".to_owned(), "quit".to_owned()];
            Some(Overlay::Command(CommandPrompt {
                line: InputLine::new("pau"),
                back: 2,
                asking: None,
                wrong: None,
            }))
        }
        Scope::Panes | Scope::Dialog | Scope::Detail | Scope::Anywhere => None,
        Scope::Filter => Some(Overlay::Filter(FilterPrompt {
            pane: model.focus,
            line: InputLine::new("!Klingon"),
            before: Filter::default(),
            wrong: None,
        })),
        Scope::Help => Some(Overlay::Help(Help {
            scroll: 12,
            ..Help::default()
        })),
        Scope::Question => Some(Overlay::Confirm(Confirm::Close)),
    };
}

fn purpose(model: &Model) -> Option<&Purpose> {
    match &model.overlay {
        Some(Overlay::Dialog(dialog)) => Some(&dialog.purpose),
        _ => None,
    }
}

fn help_searched() -> Overlay {
    Overlay::Help(Help {
        searching: true,
        ..Help::default()
    })
}

fn typed(model: &Model) -> &str {
    match &model.overlay {
        Some(Overlay::Command(prompt)) => prompt.line.text(),
        _ => "",
    }
}

fn field_at(model: &Model) -> Option<usize> {
    match &model.overlay {
        Some(Overlay::Dialog(dialog)) => Some(dialog.at),
        _ => None,
    }
}

fn someone(model: &Model) -> Subject {
    Subject::Agent(model.floor().unwrap().agents[0].id.clone())
}

/// Puts the model into a state in which the action has a visible effect.
fn prepare(model: &mut Model, action: Action) {
    match action {
        Action::Jump | Action::Mark | Action::Requeue | Action::Priority | Action::Complete => {
            model.focus = Pane::Agents;
        }
        Action::ColumnLeft | Action::ColumnRight => model.sorts.by(Pane::Skills, Column::Waiting),
        Action::Back => {
            let contact = Subject::Contact(model.floor().unwrap().queue[0].id);
            model.detail = Some(Detail::new(contact, vec![someone(model)]));
        }
        _ => {}
    }
}

/// Returns whether the model shows the action's effect. Every action has a match arm here, so a new
/// one cannot be forgotten.
fn does(action: Action, before: &Model, after: &Model, effects: &[Effect]) -> bool {
    let draws = effects.contains(&Effect::Draw);
    match action {
        Action::NextPane => draws && after.focus == Pane::Agents,
        Action::PreviousPane => draws && after.focus == Pane::Queue,
        Action::Focus(pane) => draws && after.focus == pane,
        Action::Move(_) if after.overlay.is_some() => draws && after.overlay != before.overlay,
        Action::Move(motion) => {
            let to = motion.from(before.skills.index, before.skill_rows().length);
            draws && after.skills.index == to
        }
        Action::ToggleAgent => matches!(asked(effects), Some(Request::SetPresence { .. })),
        Action::Inject => draws && matches!(purpose(after), Some(Purpose::Inject)),
        Action::Away => draws && matches!(purpose(after), Some(Purpose::MakeUnavailable(_))),
        Action::AddAgent => draws && matches!(purpose(after), Some(Purpose::AddAgent)),
        Action::RenameAgent => draws && matches!(purpose(after), Some(Purpose::Rename(_))),
        Action::ColumnLeft => draws && after.heads.of(Pane::Skills) == Some(Column::Skill),
        Action::ColumnRight => draws && after.heads.of(Pane::Skills) == Some(Column::Available),
        Action::Demo => {
            effects.contains(&Effect::Run(Task::Demo(Switch::Stop)))
                && after.demo == DemoState::Stopping
        }
        Action::EditSkills => draws && matches!(purpose(after), Some(Purpose::Skills(..))),
        Action::Remove => matches!(&after.overlay, Some(Overlay::Question(_))),
        Action::Command => draws && matches!(after.overlay, Some(Overlay::Command(_))),
        Action::CompleteCommand => draws && typed(after) == "pause",
        Action::Recall(older) => draws && typed(after) == if older { "acd open" } else { "quit" },
        Action::Search => {
            draws && matches!(&after.overlay, Some(Overlay::Help(help)) if help.searching)
        }
        Action::Enter if before.overlay == Some(help_searched()) => after.overlay != before.overlay,
        Action::Window => {
            let asks = |effect: &Effect| {
                matches!(
                    effect,
                    Effect::Run(Task::Measure {
                        window: Window::Half,
                        ..
                    })
                )
            };
            effects.iter().any(asks)
                && after.service.window == Window::Half
                && after.service.figures.is_none()
        }
        Action::Sort => draws && after.sorts.of(Pane::Skills).unwrap().column == Column::Skill,
        Action::Reverse => draws && after.sorts.of(Pane::Skills).unwrap().falling,
        Action::Mouse => effects.contains(&Effect::Mouse(false)) && !after.mouse.ours,
        Action::Requeue => matches!(&after.overlay, Some(Overlay::Question(question))
            if matches!(question.request, Request::Apply(Operation::RequeueContact { .. }))),
        Action::Priority => draws && matches!(purpose(after), Some(Purpose::Priority(_))),
        Action::Mark => draws && after.marks.agents.len() == 1,
        Action::Tab | Action::NextField => draws && field_at(after) == Some(2),
        Action::PreviousField => draws && field_at(after) == Some(0),
        Action::Complete => matches!(&after.overlay, Some(Overlay::Question(question))
            if matches!(question.request, Request::Apply(Operation::CompleteContact { .. }))),
        Action::ToggleAcd => draws && after.overlay == Some(Overlay::Confirm(Confirm::Close)),
        Action::Pause => draws && after.pause.is_some(),
        Action::LookNow => effects == [Effect::Run(Task::PollNow)],
        Action::Help => draws && after.overlay == Some(Overlay::Help(Help::default())),
        Action::Repaint => effects == [Effect::Repaint],
        Action::Suspend => effects == [Effect::Suspend],
        Action::Quit => matches!(&after.overlay, Some(Overlay::Question(question))
            if question.about == About::Quit),
        Action::Leave => effects == [Effect::Quit],
        Action::Yes => {
            asked(effects) == Some(&Request::Apply(Operation::Close)) && after.overlay.is_none()
        }
        Action::Filter => draws && matches!(after.overlay, Some(Overlay::Filter(_))),
        Action::ClearFilter => draws && after.filters.of(Pane::Skills).text.is_empty(),
        Action::Enter if purpose(before).is_some() => draws && field_at(after) == Some(4),
        Action::Enter if !typed(before).is_empty() => matches!(
            &after.overlay, Some(Overlay::Command(prompt)) if prompt.wrong.is_some()),
        Action::Enter if before.overlay.is_some() => draws && after.overlay.is_none(),
        Action::Enter => {
            draws && after.focus == Pane::Queue && after.filters.of(Pane::Queue).text.len() > 6
        }
        Action::Jump => matches!(
            &after.detail.as_ref().unwrap().subject,
            Subject::Contact(id) if effects.iter().any(|effect| matches!(
                effect, Effect::Run(Task::Study { subject: Subject::Contact(asked), .. }) if asked == id))
        ),
        Action::Back => after.detail.as_ref().unwrap().subject == someone(before),
        Action::Scroll(_) => {
            draws && after.detail.as_ref().unwrap().scroll != before.detail.as_ref().unwrap().scroll
        }
        Action::Zoom => draws && after.zoom,
        Action::No | Action::Dismiss => {
            draws && after.overlay.is_none() && after.detail.is_none() && asked(effects).is_none()
        }
    }
}

#[tokio::test]
async fn every_key_of_the_table_does_what_its_row_says() {
    let mut start = live().await;
    start.focus = Pane::Skills;
    press(&mut start, KeyCode::Char('j'));
    let agents = &start.floor().unwrap().agents;
    let busy = agents
        .iter()
        .position(|agent| agent.state.contact().is_some())
        .unwrap();
    start.agents.selected = Some(agents[busy].id.clone());
    for row in TABLE {
        for chord in row.chords.iter() {
            let mut model = start.clone();
            enter(&mut model, row.scope);
            prepare(&mut model, row.action);
            let before = model.clone();
            let effects = update(&mut model, Message::Key(KeyEvent::new(chord.0, chord.1)));
            assert!(
                does(row.action, &before, &model, &effects),
                "{}: {effects:?}",
                row.help
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_key_does_nothing_at_all() {
    let mut model = live().await;
    assert_eq!(press(&mut model, KeyCode::Char('ß')), []);
}
