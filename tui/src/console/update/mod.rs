//! Handles messages: changes the model and returns the effects to perform. Pure and total: it never
//! waits and never fails.

mod act;
mod contact;
mod dialog;
mod filter;
mod mouse;
mod palette;
mod question;

use crossterm::event::KeyEvent;
use shared::time::Millis;

use super::effect::Effect;
use super::floor::Look;
use super::keys::{self, Action};
use super::message::Message;
use super::palette::Help;
use super::pane::columns::Aside;
use super::refuse::refuse;
use super::{Model, Overlay, Pane, offer};
use crate::console::ask::not_done;
use crate::console::pane::{columns, walk};
use crate::console::{demo, detail, injection, pause, service};
use crate::parts::cursor::Motion;
use crate::parts::input::InputLine;
use crate::parts::link::Link;
use crate::request::Request;

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
        Message::Looked(look) => looked(model, *look),
        Message::Measured(window, figures) => {
            service::measured(model, window, figures.map(|figures| *figures))
        }
        Message::Studied(study) => detail::studied(model, *study),
        Message::Found { line, found } => palette::found(model, &line, found),
        Message::StoreAway { at, why } => store_away(model, at, why),
        Message::Injected(made) => injection::injected(model, made),
        Message::InjectionEnded { made, why } => injection::ended(model, made, why.as_ref()),
        Message::DemoEnded(end) => demo::ended(model, end),
        Message::CannotBegin(why) => {
            model.refusal = Some(why);
            vec![Effect::Quit]
        }
        Message::Answered { request, answer } => answered(model, &request, answer),
    }
}

fn key(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    match keys::action(event, offer::scope(model)) {
        Some(action) => act(model, action),
        None => typed(model, event),
    }
}

fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(why) = offer::withheld(model, action) {
        return refuse(model, &why);
    }
    match action {
        Action::Quit => act::quit(model),
        Action::Leave => vec![Effect::Quit],
        Action::Suspend => vec![Effect::Suspend],
        Action::Repaint => vec![Effect::Repaint],
        Action::LookNow => vec![Effect::LookNow],
        Action::NextPane => walk::to_pane(model, walk::neighbour(model, 1)),
        Action::PreviousPane => walk::to_pane(model, walk::neighbour(model, -1)),
        Action::Focus(pane) => walk::to_pane(model, pane),
        Action::Move(motion) => {
            if matches!(model.overlay, Some(Overlay::Help(_))) {
                return palette::scroll(model, motion);
            }
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
        Action::Help => {
            model.overlay = Some(Overlay::Help(Help::default()));
            vec![Effect::Draw]
        }
        Action::Dismiss | Action::No => {
            dismiss(model);
            vec![Effect::Draw]
        }
        Action::Command => palette::begin(model),
        Action::CompleteCommand => palette::complete(model),
        Action::Recall(older) => palette::recall(model, older),
        Action::Search => palette::search(model, true),
        Action::Filter => filter::begin(model),
        Action::ClearFilter => filter::clear(model),
        Action::Enter => enter(model),
        Action::ToggleAgent => act::toggle_agent(model),
        Action::Inject => dialog::inject(model),
        Action::Away => dialog::away(model),
        Action::AddAgent => dialog::add_agent(model),
        Action::RenameAgent => dialog::rename_agent(model),
        Action::EditSkills => dialog::edit_skills(model),
        Action::Remove => act::remove(model),
        Action::Requeue => contact::requeue(model),
        Action::Priority => dialog::priority(model),
        Action::Sort => columns::sort(model),
        Action::Reverse => columns::reverse(model),
        Action::ColumnLeft => columns::point(model, Aside::Left),
        Action::ColumnRight => columns::point(model, Aside::Right),
        Action::Demo => demo::toggle(model),
        Action::Mouse => mouse::take(model),
        Action::Window => service::next_window(model),
        Action::Mark => mark(model),
        Action::Tab | Action::NextField | Action::PreviousField => to_field(model, action),
        Action::Complete => contact::complete(model),
        Action::ToggleAcd => act::ask_about_acd(model),
        Action::Yes => act::confirmed(model),
    }
}

/// Closes what covers the panes, and discards what was being entered there.
fn dismiss(model: &mut Model) {
    match model.overlay.take() {
        Some(Overlay::Filter(prompt)) => filter::restore(model, prompt),
        Some(_) => {}
        None if model.detail.take().is_some() => {}
        None if std::mem::take(&mut model.zoom) => {}
        None if model.marks.clear() => {}
        None if model.heads.leave(model.focus) => {}
        None => model.notice = None,
    }
}

fn enter(model: &mut Model) -> Vec<Effect> {
    match &model.overlay {
        Some(Overlay::Filter(_)) => filter::keep(model),
        Some(Overlay::Dialog(_)) => return dialog::enter(model),
        Some(Overlay::Command(_)) => return palette::run(model),
        Some(Overlay::Help(_)) => return palette::search(model, false),
        Some(_) => return vec![],
        None => return detail::enter(model),
    }
    vec![Effect::Draw]
}

/// Returns the line that receives keys with no other meaning.
fn line(model: &mut Model) -> Option<&mut InputLine> {
    match &mut model.overlay {
        Some(Overlay::Filter(prompt)) => Some(&mut prompt.line),
        Some(Overlay::Command(prompt)) => Some(&mut prompt.line),
        Some(Overlay::Help(help)) if help.searching => Some(&mut help.search),
        Some(Overlay::Dialog(dialog)) => {
            let at = dialog.at;
            dialog.fields.get_mut(at).map(|field| &mut field.line)
        }
        _ => None,
    }
}

fn typed(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let Some(line) = line(model) else {
        return vec![];
    };
    if line.key(event) {
        after_typing(model);
    }
    vec![Effect::Draw]
}

fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(line) = line(model) else {
        return vec![];
    };
    line.paste(text);
    after_typing(model);
    vec![Effect::Draw]
}

/// Updates what depends on the text of the line.
fn after_typing(model: &mut Model) {
    match &mut model.overlay {
        Some(Overlay::Dialog(dialog)) => dialog.wrong = None,
        Some(Overlay::Command(prompt)) => prompt.wrong = None,
        Some(Overlay::Help(help)) => help.scroll = 0,
        _ => {}
    }
    filter::typed(model);
}

fn to_field(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(Overlay::Dialog(open)) = &mut model.overlay {
        match action {
            Action::Tab => dialog::tab(open),
            Action::PreviousField => dialog::step(open, -1),
            _ => dialog::step(open, 1),
        }
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

fn looked(model: &mut Model, look: Look) -> Vec<Effect> {
    if let Link::Away { since, .. } = &model.link {
        let away = look.floor.taken.since(*since);
        model.say(format!(
            "The store is back after {}.",
            crate::text::span(away)
        ));
    }
    model.link = Link::Live;
    model.clock = model.clock.max(look.floor.taken);
    let before = model.log.len();
    let newest = model.log.newest();
    model.log.add(look.events);
    // When the log is scrolled back, its position is kept while new entries arrive.
    if model.events_back > 0 && model.log.newest() > newest {
        model.events_back += model.log.len().saturating_sub(before);
    }
    // The log can be shorter than that, if it was cleared or filtered.
    let last = model.row_count(Pane::Events).saturating_sub(1);
    model.events_back = model.events_back.min(last);
    model.newest = Some(look.floor);
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

fn store_away(model: &mut Model, at: Millis, why: String) -> Vec<Effect> {
    // Earlier requests may never be answered.
    model.service.asked = false;
    if let Some(detail) = &mut model.detail {
        detail.asked = false;
    }
    let since = match &model.link {
        Link::Away { since, .. } => *since,
        Link::Connecting | Link::Live => at,
    };
    model.link = Link::Away { since, why };
    vec![Effect::Draw]
}

fn answered(model: &mut Model, request: &Request, answer: Result<String, String>) -> Vec<Effect> {
    model.asked = model.asked.saturating_sub(1);
    match answer {
        Ok(sentence) => model.say(sentence),
        Err(why) => model.refuse(format!("{}: {why}", not_done(request))),
    }
    vec![Effect::Draw, Effect::LookNow]
}
