//! Decides: takes a message, changes the model, names what is to be done. Pure and total; it
//! never waits and never fails.

mod act;
mod walk;

use crossterm::event::KeyEvent;
use shared::time::Millis;

use crate::effect::{Effect, Request};
use crate::keys::{self, Action, Scope};
use crate::message::Message;
use crate::model::floor::{Floor, Look};
use crate::model::{Link, Model, Overlay, Pause};

/// Takes in one message.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Key(event) => key(model, event),
        Message::Resized => vec![Effect::Draw],
        Message::Second(now) => second(model, now),
        Message::Looked(look) => looked(model, *look),
        Message::StoreAway { at, why } => store_away(model, at, why),
        Message::Answered { request, answer } => answered(model, &request, answer),
    }
}

/// Gives where keys go.
pub fn scope(model: &Model) -> Scope {
    match model.overlay {
        None => Scope::Panes,
        Some(Overlay::Help { .. }) => Scope::Help,
        Some(Overlay::ConfirmOpen | Overlay::ConfirmClose) => Scope::Question,
    }
}

fn key(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let Some(action) = keys::action(event, scope(model)) else {
        return vec![];
    };
    match action {
        Action::Quit => vec![Effect::Quit],
        Action::Suspend => vec![Effect::Suspend],
        Action::Repaint => vec![Effect::Repaint],
        Action::LookNow => vec![Effect::LookNow],
        Action::NextPane => walk::to_pane(model, 1),
        Action::PreviousPane => walk::to_pane(model, -1),
        Action::Focus(pane) => {
            model.focus = pane;
            vec![Effect::Draw]
        }
        Action::Move(motion) => walk::go(model, motion),
        Action::Pause => pause(model),
        Action::Help => {
            model.overlay = Some(Overlay::Help { scroll: 0 });
            vec![Effect::Draw]
        }
        Action::Dismiss | Action::No => {
            // What lies on top goes first.
            if model.overlay.take().is_none() {
                model.notice = None;
            }
            vec![Effect::Draw]
        }
        Action::ToggleAgent => act::toggle_agent(model),
        Action::Inject => act::inject(model),
        Action::Complete => act::complete(model),
        Action::ToggleAcd => act::ask_about_acd(model),
        Action::Yes => act::confirmed(model),
    }
}

fn second(model: &mut Model, now: Millis) -> Vec<Effect> {
    model.clock = now;
    if model
        .notice
        .as_ref()
        .is_some_and(|notice| notice.until <= now)
    {
        model.notice = None;
    }
    vec![Effect::Draw]
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
    // Who reads back in the log keeps his place while new lines come in.
    if model.events_back > 0 && model.log.newest() > newest {
        model.events_back += model.log.len().saturating_sub(before);
    }
    model.newest = Some(look.floor);
    if model.pause.is_none() {
        follow(model);
    }
    vec![Effect::Draw]
}

/// Finds the selected rows in what is shown now.
fn follow(model: &mut Model) {
    let held = model.pause.as_ref().map(|pause| &pause.floor);
    let Some(floor): Option<&Floor> = held.or(model.newest.as_ref()) else {
        return;
    };
    model
        .queue
        .follow(&floor.queue.iter().map(|contact| contact.id));
    model
        .skills
        .follow(&floor.skills.iter().map(|view| view.skill.clone()));
    model
        .agents
        .follow(&floor.agents.iter().map(|agent| agent.id.clone()));
}

fn store_away(model: &mut Model, at: Millis, why: String) -> Vec<Effect> {
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
        Err(why) => model.refuse(format!("{}: {why}", act::named(request))),
    }
    vec![Effect::Draw, Effect::LookNow]
}

fn pause(model: &mut Model) -> Vec<Effect> {
    model.pause = match (model.pause.take(), &model.newest) {
        (None, Some(floor)) => Some(Pause {
            since: model.clock,
            floor: floor.clone(),
            event: model.log.newest(),
        }),
        (None, None) => {
            model.refuse("There is nothing to hold yet.");
            None
        }
        (Some(_), _) => None,
    };
    follow(model);
    vec![Effect::Draw]
}
