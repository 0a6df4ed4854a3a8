//! Typing, completing and running commands.

use shared::contact::Contact;

use super::CommandPrompt;
use super::verbs::{self, Command};
use crate::console::effect::{Effect, Task};
use crate::console::keys::Action;
use crate::console::overlay::question::{self, About, ask_about, priority_of};
use crate::console::overlay::{Overlay, help};
use crate::console::pane::filter::Filter;
use crate::console::pane::{self, columns};
use crate::console::subject::Subject;
use crate::console::{Model, ask, detail, injection, pause, service};
use crate::find::ContactName;
use crate::history::MOST_KEPT;
use crate::parts::input::InputLine;
use crate::parts::link::Link;
use crate::query::Wrong;

/// Opens the command prompt.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    model.found.clear();
    model.overlay = Some(Overlay::Command(CommandPrompt::default()));
    vec![Effect::Draw]
}

/// Does what a key means in the prompt.
pub(crate) fn act(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    Some(match action {
        Action::Enter => run(model),
        Action::CompleteCommand => complete(model),
        Action::Recall(older) => recall(model, older),
        _ => return None,
    })
}

/// Completes the word before the cursor.
fn complete(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Command(prompt)) = &model.overlay else {
        return vec![];
    };
    match verbs::completion(prompt.line.before_cursor(), model) {
        Some((typed, whole)) => replace(model, typed, &whole),
        None => vec![Effect::Draw],
    }
}

/// Replaces the typed part of a word.
pub(crate) fn replace(model: &mut Model, typed: usize, word: &str) -> Vec<Effect> {
    if let Some(Overlay::Command(prompt)) = &mut model.overlay {
        prompt.line.replace_before_cursor(typed, word);
        prompt.wrong = None;
    }
    vec![Effect::Draw]
}

/// Steps through the command history.
fn recall(model: &mut Model, older: bool) -> Vec<Effect> {
    let commands = &model.commands;
    let Some(Overlay::Command(prompt)) = &mut model.overlay else {
        return vec![];
    };
    prompt.back = if older {
        (prompt.back + 1).min(commands.len())
    } else {
        prompt.back.saturating_sub(1)
    };
    let recalled = commands.len().checked_sub(prompt.back);
    let text = recalled.and_then(|place| commands.get(place));
    prompt.line = InputLine::new(text.cloned().unwrap_or_default());
    prompt.wrong = None;
    vec![Effect::Draw]
}

/// Runs the command, if it parses.
fn run(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Command(prompt)) = &model.overlay else {
        return vec![];
    };
    let text = prompt.line.text().trim().to_owned();
    if text.is_empty() {
        model.overlay = None;
        return vec![Effect::Draw];
    }
    match verbs::parse(prompt.line.text(), model) {
        Ok(Command::Find { name, at }) => find(model, name, at),
        Ok(command) => {
            model.overlay = None;
            let mut effects = remember(model, text);
            effects.extend(obey(model, command));
            effects
        }
        Err(wrong) => {
            refuse(model, wrong);
            vec![Effect::Draw]
        }
    }
}

/// Asks the ACD which contact is named. The line stays, and runs when the answer arrives.
fn find(model: &mut Model, name: ContactName, at: usize) -> Vec<Effect> {
    let down = model.link != Link::Live;
    let Some(Overlay::Command(prompt)) = &mut model.overlay else {
        return vec![];
    };
    let line = prompt.line.text().to_owned();
    if down {
        let says = "the store is unavailable: this contact cannot be looked up".to_owned();
        prompt.wrong = Some(Wrong { at, says });
        return vec![Effect::Draw];
    }
    let says = "looking up this contact …".to_owned();
    prompt.wrong = Some(Wrong { at, says });
    if prompt.asking.as_ref() == Some(&(line.clone(), at)) {
        return vec![Effect::Draw];
    }
    prompt.asking = Some((line.clone(), at));
    vec![Effect::Run(Task::Find { name, line }), Effect::Draw]
}

/// Runs the command whose contact was looked up, if the line is unchanged.
pub(crate) fn found(
    model: &mut Model,
    line: &str,
    found: Result<Box<Contact>, String>,
) -> Vec<Effect> {
    let Some(Overlay::Command(prompt)) = &mut model.overlay else {
        return vec![];
    };
    let asking = prompt.asking.take_if(|(asking, _)| asking == line);
    let Some((_, at)) = asking else {
        return vec![];
    };
    if prompt.line.text() != line {
        return vec![];
    }
    match found {
        Ok(contact) => {
            prompt.wrong = None;
            model.found.push(*contact);
            run(model)
        }
        Err(says) => {
            prompt.wrong = Some(Wrong { at, says });
            vec![Effect::Draw]
        }
    }
}

fn refuse(model: &mut Model, wrong: Wrong) {
    if let Some(Overlay::Command(prompt)) = &mut model.overlay {
        prompt.wrong = Some(wrong);
    }
}

fn remember(model: &mut Model, text: String) -> Vec<Effect> {
    if model.commands.last() == Some(&text) {
        return vec![];
    }
    if model.commands.len() == MOST_KEPT {
        model.commands.remove(0);
    }
    model.commands.push(text.clone());
    vec![Effect::Run(Task::Remember(text))]
}

fn obey(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Ask(request) => ask::ask(model, request),
        // The contact was looked up already.
        Command::Find { .. } => vec![],
        Command::ShowContact(contact) => detail::open(model, Subject::Contact(contact)),
        Command::Cancel(contacts) => ask_about(model, About::Cancel(contacts)),
        Command::Complete(contacts) => ask_about(model, About::Complete(contacts)),
        Command::Requeue(contacts) => ask_about(model, About::Requeue(contacts)),
        Command::Priority(contacts, priority) if contacts.len() > 1 => {
            ask_about(model, About::Priority(contacts, priority))
        }
        Command::Priority(contacts, priority) => match priority_of(model, &contacts, priority) {
            Ok(request) => ask::ask(model, request),
            Err(why) => crate::console::refuse::refuse(model, &why),
        },
        Command::DeleteAgent(id) => {
            let shown = model.floor().and_then(|floor| floor.agent(&id));
            let seen = shown.map(Into::into);
            question::ask_to_delete(model, vec![(id, seen)])
        }
        Command::DeleteSkill(skill) => ask_about(model, About::DeleteSkill(skill)),
        Command::Sort(sort) => columns::set(model, sort),
        Command::Window(window) => service::to_window(model, window),
        Command::Demo(switch) => question::switch_demo(model, switch),
        Command::StopInjecting => injection::stop(model),
        Command::Filter(text) if text.is_empty() => pane::filter::clear(model),
        Command::Filter(text) => {
            match Filter::parse(&text, model.focus) {
                Ok(filter) => {
                    model.filters.set(model.focus, filter);
                    model.follow_choice(model.focus);
                }
                Err(wrong) => model.refuse(wrong.says),
            }
            vec![Effect::Draw]
        }
        Command::Acd { open } => question::ask_about_acd(model, open),
        Command::Pause => pause::toggle(model),
        Command::Help => help::open(model),
        Command::Quit => question::quit(model),
    }
}
