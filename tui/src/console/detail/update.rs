//! The detail view: opening it, following the selection, jumping between a contact and its agent.

use super::{Detail, Study, view};
use crate::console::effect::{Effect, Task};
use crate::console::layout::{Layout, Panes};
use crate::console::log::Entry;
use crate::console::pane::filter::Filter;
use crate::console::pane::walk;
use crate::console::refuse::refuse;
use crate::console::subject::{Subject, agent_of};
use crate::console::{Model, Pane};
use crate::parts::cursor::Motion;
use crate::parts::link::Link;
use crate::query::quoted;

/// Opens the selected item, or closes it if it is open.
pub(crate) fn enter(model: &mut Model) -> Vec<Effect> {
    if model.focus == Pane::Skills {
        return queue_for_skill(model);
    }
    match (selected(model), &model.detail) {
        (Some(subject), Some(detail)) if detail.subject == subject => close(model),
        (Some(subject), _) => open(model, subject),
        (None, Some(_)) => close(model),
        (None, None) => open_first(model),
    }
}

/// Opens the item that replaced the selected one, or the first row if nothing was selected yet.
/// Viewing the wrong item does no harm.
fn open_first(model: &mut Model) -> Vec<Effect> {
    if model.focus == Pane::Events {
        return refuse(model, "This line names no contact and no agent.");
    }
    walk::go(model, Motion::Down);
    match selected(model) {
        Some(subject) => open(model, subject),
        None => refuse(model, "There is nothing here to open."),
    }
}

/// Shows the contacts in the queue that need the selected skill.
fn queue_for_skill(model: &mut Model) -> Vec<Effect> {
    if model.skills.selected.is_none() {
        walk::go(model, Motion::Down);
    }
    let Some(skill) = &model.skills.selected else {
        return refuse(model, "There is no skill here.");
    };
    let text = format!("skill:{}", quoted(skill.as_str()));
    // A skill name contains no quotes, so this always parses.
    if let Ok(filter) = Filter::parse(&text, Pane::Queue) {
        model.filters.set(Pane::Queue, filter);
    }
    model.focus = Pane::Queue;
    model.follow_choice(Pane::Queue);
    vec![Effect::Draw]
}

fn selected(model: &Model) -> Option<Subject> {
    match model.focus {
        Pane::Queue => model.queue.selected.map(Subject::Contact),
        Pane::Agents => model.agents.selected.clone().map(Subject::Agent),
        Pane::Skills => None,
        Pane::Events => {
            let entry = model.event_rows().nth(model.events_back)?;
            let Entry::Happened(event) = entry else {
                return None;
            };
            let contact = event.what.contact().map(Subject::Contact);
            contact.or_else(|| event.what.agent().cloned().map(Subject::Agent))
        }
    }
}

/// Opens the detail of a subject.
pub(crate) fn open(model: &mut Model, subject: Subject) -> Vec<Effect> {
    model.detail = Some(match model.detail.take() {
        Some(detail) => detail.on_to(subject),
        None => Detail::new(subject, vec![]),
    });
    let mut effects = study(model);
    effects.push(Effect::Draw);
    effects
}

fn close(model: &mut Model) -> Vec<Effect> {
    model.detail = None;
    vec![Effect::Draw]
}

/// Switches an open detail to the row just selected.
pub(crate) fn follow(model: &mut Model) -> Vec<Effect> {
    let listed = matches!(model.focus, Pane::Queue | Pane::Agents);
    let (Some(subject), true) = (selected(model), listed) else {
        return vec![];
    };
    let Some(detail) = &mut model.detail else {
        return vec![];
    };
    if detail.subject == subject {
        return vec![];
    }
    *detail = Detail::new(subject, std::mem::take(&mut detail.former));
    study(model)
}

/// Requests the subject from the store, unless that is impossible or a request is in flight.
pub(crate) fn study(model: &mut Model) -> Vec<Effect> {
    let Some(detail) = &mut model.detail else {
        return vec![];
    };
    let held = model.pause.is_some() && detail.facts.is_some();
    if detail.asked || model.link != Link::Live || held {
        return vec![];
    }
    detail.asked = true;
    vec![Effect::Run(Task::Study {
        subject: detail.subject.clone(),
        past: detail.past.is_none(),
    })]
}

/// Handles the store's answer; ignores it if another subject is open by now.
pub(crate) fn studied(model: &mut Model, study: Study) -> Vec<Effect> {
    let Some(detail) = &mut model.detail else {
        return vec![];
    };
    if detail.subject != study.subject {
        return vec![];
    }
    detail.asked = false;
    detail.facts = Some(study.facts);
    if study.past.is_some() {
        detail.past = study.past;
    }
    vec![Effect::Draw]
}

/// Goes from an agent to their contact, or from a contact to its agent.
pub(crate) fn jump(model: &mut Model) -> Vec<Effect> {
    let to = match &model.detail {
        Some(detail) => match detail.subject {
            Subject::Contact(_) => agent_of_contact(model),
            Subject::Agent(_) => model.detail_agent().and_then(contact_of_agent),
        },
        None => model
            .selected_agent()
            .filter(|_| model.focus == Pane::Agents)
            .and_then(contact_of_agent),
    };
    match to {
        Some(subject) => {
            show_row(model, &subject);
            open(model, subject)
        }
        None => {
            model.refuse("f goes from an agent to their contact and back: there is none now.");
            vec![Effect::Draw]
        }
    }
}

fn contact_of_agent(agent: &shared::agent::Agent) -> Option<Subject> {
    agent.state.contact().map(Subject::Contact)
}

fn agent_of_contact(model: &Model) -> Option<Subject> {
    let agent = agent_of(model.detail_contact()?);
    agent.cloned().map(Subject::Agent)
}

/// Goes back to the previous subject.
pub(crate) fn back(model: &mut Model) -> Vec<Effect> {
    let Some(mut detail) = model.detail.take() else {
        return vec![];
    };
    if let Some(subject) = detail.former.pop() {
        show_row(model, &subject);
        model.detail = Some(Detail::new(subject, detail.former));
    }
    let mut effects = study(model);
    effects.push(Effect::Draw);
    effects
}

/// Selects the row of a subject, if it has one.
fn show_row(model: &mut Model, subject: &Subject) {
    match subject {
        Subject::Contact(id) => {
            if let Some(place) = model.contact_ids().place_of(id) {
                model.focus = Pane::Queue;
                model.queue.select(*id, place);
                model.remember_rank();
            }
        }
        Subject::Agent(id) => {
            let rows = model.agent_ids();
            // An agent who was not read is elsewhere in a long list. The list is then read around
            // them.
            let elsewhere = (!rows.is_whole()).then_some(model.agents.index);
            if let Some(place) = rows.place_of(id).or(elsewhere) {
                model.focus = Pane::Agents;
                model.agents.select(id.clone(), place);
            }
        }
    }
}

/// Scrolls the detail.
pub(crate) fn scroll(model: &mut Model, motion: Motion) -> Vec<Effect> {
    let end = scroll_end(model);
    if let Some(detail) = &mut model.detail {
        detail.scroll = motion.from(detail.scroll, end + 1);
    }
    vec![Effect::Draw]
}

/// Returns the largest scroll offset at the terminal's size, where the last page is still full.
fn scroll_end(model: &Model) -> usize {
    match Layout::now(model).map(|layout| layout.panes) {
        Some(
            Panes::Framed {
                detail: Some(place),
                ..
            }
            | Panes::Detail(place),
        ) => view::end(model, place),
        _ => 0,
    }
}
