//! Handles messages: changes the model and returns the effects to perform. Pure and total: it never
//! waits and never fails.

mod act;
mod mouse;

use crossterm::event::KeyEvent;
use shared::time::Millis;

use super::ask::not_done;
use super::effect::{Effect, Task};
use super::floor::Poll;
use super::keys::Action;
use super::message::Message;
use super::overlay::{self, Overlay, command, dialog, filter, help, question};
use super::pane::columns::{self, Aside};
use super::pane::{self, walk};
use super::refuse::refuse;
use super::{Model, Pane, demo, detail, injection, offer, pause, service};
use crate::parts::cursor::Motion;
use crate::parts::input::InputLine;
use crate::parts::link::Link;
use crate::request::{NotDone, Request};
use crate::text::{counted, number};

/// Handles one message.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Key(event) => key(model, event),
        Message::Pasted(text) => pasted(model, &text),
        Message::Mouse(event, at) => mouse::mouse(model, event, at),
        Message::Resized(width, height) => {
            model.size = (width, height);
            vec![Effect::Draw]
        }
        Message::Second(now) => second(model, now),
        Message::Opened(name) => {
            model.place.acd = name.to_string();
            vec![Effect::Draw]
        }
        Message::Polled(poll) => polled(model, *poll),
        Message::Measured(window, figures) => {
            service::measured(model, window, figures.map(|figures| *figures))
        }
        Message::Studied(study) => detail::studied(model, *study),
        Message::Found { line, found } => command::found(model, &line, found),
        Message::StoreUnavailable { since, why } => store_unavailable(model, since, why),
        Message::Injected(made) => injection::injected(model, made),
        Message::InjectionEnded { made, why } => {
            question::injection_ended(model);
            injection::ended(model, made, why.as_ref())
        }
        Message::DemoEnded(end) => demo::ended(model, end),
        Message::CannotBegin(why) => {
            model.refusal = Some(why);
            vec![Effect::Quit]
        }
        Message::Answered { request, answer } => answered(model, &request, answer),
    }
}

fn key(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    match model.keys.action(event, offer::scope(model)) {
        Some(action) => act(model, action),
        None => typed(model, event),
    }
}

fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(why) = offer::withheld(model, action) {
        return refuse(model, &why);
    }
    if let Some(effects) = overlay::act(model, action) {
        return effects;
    }
    match action {
        Action::Quit => question::quit(model),
        Action::Leave => vec![Effect::Quit],
        Action::Suspend => vec![Effect::Suspend],
        Action::Repaint => vec![Effect::Repaint],
        Action::LookNow => vec![Effect::Run(Task::PollNow)],
        Action::NextPane => walk::to_pane(model, walk::neighbour(model, 1)),
        Action::PreviousPane => walk::to_pane(model, walk::neighbour(model, -1)),
        Action::Focus(pane) => walk::to_pane(model, pane),
        Action::Move(motion) => {
            let mut effects = walk::go(model, motion);
            effects.extend(detail::follow(model));
            effects
        }
        Action::Scroll(motion) => detail::scroll(model, motion),
        Action::Jump => detail::jump(model),
        Action::Back => detail::back(model),
        Action::Zoom => {
            model.zoom = !model.zoom;
            vec![Effect::Draw]
        }
        Action::Pause => pause::toggle(model),
        Action::Help => help::open(model),
        Action::Dismiss => dismiss(model),
        Action::Command => command::open(model),
        Action::Filter => filter::open(model),
        Action::ClearFilter => pane::filter::clear(model),
        Action::Enter => detail::enter(model),
        Action::ToggleAgent => act::toggle_agent(model),
        Action::Inject => dialog::inject(model),
        Action::Away => dialog::make_unavailable(model),
        Action::AddAgent => dialog::add_agent(model),
        Action::RenameAgent => dialog::rename_agent(model),
        Action::EditSkills => dialog::edit_skills(model),
        Action::Remove => act::remove(model),
        Action::Requeue => act::requeue(model),
        Action::Priority => dialog::priority(model),
        Action::Sort => columns::sort(model),
        Action::Reverse => columns::reverse(model),
        Action::ColumnLeft => columns::point(model, Aside::Left),
        Action::ColumnRight => columns::point(model, Aside::Right),
        Action::Demo => question::toggle_demo(model),
        Action::Mouse => mouse::take(model),
        Action::Window => service::next_window(model),
        Action::Mark => mark(model),
        Action::Complete => act::complete(model),
        Action::ToggleAcd => question::toggle_acd(model),
        // Keys that only overlays have.
        Action::Yes
        | Action::No
        | Action::CompleteCommand
        | Action::Recall(_)
        | Action::Search
        | Action::Tab
        | Action::NextField
        | Action::PreviousField => vec![],
    }
}

/// Closes or clears what was opened last.
fn dismiss(model: &mut Model) -> Vec<Effect> {
    let closed = model.detail.take().is_some()
        || std::mem::take(&mut model.zoom)
        || model.marks.clear()
        || model.heads.leave(model.focus);
    if !closed {
        model.notice = None;
    }
    vec![Effect::Draw]
}

fn typed(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let Some(line) = model.overlay.as_mut().and_then(Overlay::line) else {
        return vec![];
    };
    if line.key(event) {
        overlay::typed(model);
    }
    vec![Effect::Draw]
}

fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(cut) = model
        .overlay
        .as_mut()
        .and_then(|overlay| overlay.paste(text))
    else {
        return vec![];
    };
    overlay::typed(model);
    if cut > 0 {
        overlay::refuse(
            model,
            format!(
                "The pasted text was cut by {}: a line holds {}",
                counted(cut as u64, "character"),
                number(InputLine::LONGEST as u64)
            ),
        );
    }
    vec![Effect::Draw]
}

fn mark(model: &mut Model) -> Vec<Effect> {
    if model.toggle_mark() {
        return walk::go(model, Motion::Down);
    }
    if !matches!(model.focus, Pane::Queue | Pane::Agents) {
        return refuse(model, "Only contacts and agents can be marked.");
    }
    // Shows a row before it can be marked: a mark is the first step of an action.
    walk::go(model, Motion::Down);
    refuse(model, "No row was selected. If one is now, Space marks it.")
}

fn second(model: &mut Model, now: Millis) -> Vec<Effect> {
    model.clock = now;
    model.moment = model.moment.max(now);
    model.settle();
    if model
        .notice
        .as_ref()
        .is_some_and(|notice| notice.until <= now)
    {
        model.notice = None;
    }
    let mut effects = service::request(model);
    effects.push(Effect::Draw);
    effects
}

fn polled(model: &mut Model, poll: Poll) -> Vec<Effect> {
    if let Link::Down { since, .. } = &model.link {
        let duration = poll.floor.taken.since(*since);
        model.say(format!(
            "The store is available again after {}.",
            crate::text::span(duration)
        ));
    }
    model.link = Link::Live;
    model.clock = model.clock.max(poll.floor.taken);
    let before = model.log.len();
    let newest = model.log.newest();
    model.log.add(poll.events);
    // When the log is scrolled back, its position is kept while new entries arrive.
    if model.events_back > 0 && model.log.newest() > newest {
        model.events_back += model.log.len().saturating_sub(before);
    }
    // The log can be shorter than that, if it was cleared or filtered.
    let last = model.row_count(Pane::Events).saturating_sub(1);
    model.events_back = model.events_back.min(last);
    model.newest = Some(poll.floor);
    model.follow_marks();
    if model.pause.is_none() {
        model.follow();
        model.settle();
    }
    question::follow(model);
    let mut effects = detail::study(model);
    if model.service.figures.is_none() {
        effects.extend(service::request(model));
    }
    effects.push(Effect::Draw);
    effects
}

fn store_unavailable(model: &mut Model, since: Millis, why: String) -> Vec<Effect> {
    // Earlier requests may never be answered.
    model.service.asked = false;
    if let Some(detail) = &mut model.detail {
        detail.asked = false;
    }
    model.link.fail(since, model.clock, why);
    vec![Effect::Draw]
}

fn answered(model: &mut Model, request: &Request, answer: Result<String, NotDone>) -> Vec<Effect> {
    model.asked = model.asked.saturating_sub(1);
    match answer {
        Ok(sentence) => model.say(sentence),
        Err(why) => model.refuse(not_done(request, &why)),
    }
    vec![Effect::Draw, Effect::Run(Task::PollNow)]
}
