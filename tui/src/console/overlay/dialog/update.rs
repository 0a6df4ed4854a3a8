//! Dialogs: opening them with defaults, moving between fields, sending.

use rand::RngExt as _;
use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom as _, IteratorRandom as _};
use shared::agent::{Agent, AgentId, Presence};
use shared::operation::Operation;
use shared::skill::Skill;

use super::{Dialog, Field, Named, Purpose};
use crate::console::ask::ask;
use crate::console::effect::Effect;
use crate::console::keys::Action;
use crate::console::overlay::{Overlay, question};
use crate::console::refuse::{NO_AGENT, no_contact, refuse, refused};
use crate::console::{Model, Pane};
use crate::parts::input::InputLine;
use crate::request::{Request, When};
use crate::seen;
use crate::sentence::joined;
use crate::series::Series;

const SKILLS: &str = "names, separated by commas; Tab completes";
/// The suggested reasons; any other can be typed.
const REASONS: [&str; 5] = ["break", "lunch", "meeting", "training", "wrap-up"];

fn field(label: &'static str, text: impl Into<String>, rule: &'static str) -> Field {
    Field {
        label,
        line: InputLine::offering(text),
        rule,
        known: vec![],
        is_list: false,
    }
}

/// Returns the names of all known skills.
fn known_skills(model: &Model) -> Vec<String> {
    let skills = model.floor().map_or(&[][..], |floor| &floor.skills);
    let names = skills.iter().map(|view| view.skill.as_str().to_owned());
    names.collect()
}

fn open(model: &mut Model, purpose: Purpose, fields: Vec<Field>) -> Vec<Effect> {
    if !refused(model) {
        model.overlay = Some(Overlay::Dialog(Dialog {
            purpose,
            fields,
            at: 0,
            wrong: None,
        }));
    }
    vec![Effect::Draw]
}

/// Opens the dialog to inject contacts, filled in with the last injection or with skills that
/// somebody holds.
pub(crate) fn inject(model: &mut Model) -> Vec<Effect> {
    if model.injection.is_some() {
        return question::ask_to_stop_injecting(model);
    }
    let (skills, priority) = model
        .injected
        .clone()
        .unwrap_or_else(|| (some_skills_of_the_floor(model), 5));
    let fields = vec![
        Field {
            known: known_skills(model),
            is_list: true,
            ..field("Skills", joined(&skills), SKILLS)
        },
        field(
            "Priority",
            priority.to_string(),
            "0 to 255, 0 is served first",
        ),
        field("Count", "1", "1 to 1000"),
        field(
            "Rate",
            "",
            "contacts a minute, 1 to 60000; empty: all at once",
        ),
    ];
    open(model, Purpose::Inject, fields)
}

/// Opens the dialog to make the selected agents unavailable with a reason.
pub(crate) fn make_unavailable(model: &mut Model) -> Vec<Effect> {
    let agents: Vec<_> = model
        .agents_meant()
        .into_iter()
        .map(|agent| {
            let when = When::of(&agent.state, &Presence::Unavailable(None));
            (agent.id.clone(), agent.state.chosen(), when)
        })
        .collect();
    if agents.is_empty() {
        return refuse(model, NO_AGENT);
    }
    let reason = Field {
        known: REASONS.map(str::to_owned).into(),
        ..field(
            "Reason",
            "",
            "break, lunch, meeting, training, wrap-up or your own; Tab completes",
        )
    };
    open(model, Purpose::MakeUnavailable(agents), vec![reason])
}

/// Opens the dialog to add an agent, with the next free number.
pub(crate) fn add_agent(model: &mut Model) -> Vec<Effect> {
    let agents = model.floor().map_or(&[][..], |floor| &floor.agents);
    let highest = agents
        .iter()
        .filter_map(|agent| {
            agent
                .id
                .as_str()
                .strip_prefix("agent:")?
                .parse::<u64>()
                .ok()
        })
        .max();
    let id = format!("agent:{}", highest.unwrap_or(0).saturating_add(1));
    let fields = vec![
        field("Id", id, "letters, digits, punctuation"),
        field("First name", "", ""),
        field("Last name", "", ""),
        Field {
            known: known_skills(model),
            is_list: true,
            ..field("Skills", "", SKILLS)
        },
    ];
    open(model, Purpose::AddAgent, fields)
}

/// Opens the dialog to rename the selected agent.
pub(crate) fn rename_agent(model: &mut Model) -> Vec<Effect> {
    if model.marks.count(Pane::Agents) > 1 {
        return refuse(
            model,
            "N changes the name of one agent, but several are marked: Esc clears the marks.",
        );
    }
    let Some(agent) = model.agents_meant().into_iter().next() else {
        return refuse(model, NO_AGENT);
    };
    let fields = vec![
        field("First name", agent.fname.as_str(), ""),
        field("Last name", agent.lname.as_str(), ""),
    ];
    let purpose = Purpose::Rename(Named {
        agent: agent.id.clone(),
        name: (agent.fname.clone(), agent.lname.clone()),
    });
    open(model, purpose, fields)
}

/// Opens the dialog to change the skills of the selected agent.
pub(crate) fn edit_skills(model: &mut Model) -> Vec<Effect> {
    if model.marks.count(Pane::Agents) > 1 {
        return refuse(
            model,
            "e edits the skills of one agent, but several are marked: Esc clears the marks.",
        );
    }
    let Some(agent) = model.agents_meant().into_iter().next() else {
        return refuse(model, NO_AGENT);
    };
    let (id, held): (_, Vec<Skill>) = (agent.id.clone(), agent.skills.clone());
    let mut text = joined(&held);
    if !text.is_empty() {
        text.push_str(", ");
    }
    let skills = Field {
        known: known_skills(model),
        is_list: true,
        line: InputLine::new(text),
        ..field("Skills", "", SKILLS)
    };
    open(model, Purpose::Skills(id, held), vec![skills])
}

/// Opens the dialog to change the priority of the selected contacts.
pub(crate) fn priority(model: &mut Model) -> Vec<Effect> {
    let contacts = model.contacts_meant();
    if contacts.is_empty() {
        let why = no_contact(model);
        return refuse(model, &why);
    }
    let queue = model.floor().map_or(&[][..], |floor| &floor.queue);
    let now = queue.iter().find(|contact| contacts.contains(&contact.id));
    let offered = now.map_or(5, |contact| contact.priority.0);
    let fields = vec![field(
        "Priority",
        offered.to_string(),
        "0 to 255, 0 is served first; arrival and wait stay the same",
    )];
    open(model, Purpose::Priority(contacts), fields)
}

/// Does what a key means in a dialog.
pub(crate) fn act(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    let Some(Overlay::Dialog(dialog)) = &mut model.overlay else {
        return None;
    };
    match action {
        Action::Enter => return Some(enter(model)),
        Action::Tab => tab(dialog),
        Action::NextField => step(dialog, 1),
        Action::PreviousField => step(dialog, -1),
        _ => return None,
    }
    Some(vec![Effect::Draw])
}

/// Completes the word being typed, or else goes to the next field.
fn tab(dialog: &mut Dialog) {
    let at = dialog.at;
    let completed = dialog.fields.get_mut(at).is_some_and(Field::complete);
    if !completed {
        step(dialog, 1);
    }
}

/// Moves the focus by that many fields, wrapping around; the button is the last.
fn step(dialog: &mut Dialog, by: isize) {
    let places = dialog.fields.len() + 1;
    let next = dialog.at.min(places - 1) + places;
    dialog.at = next.wrapping_add_signed(by) % places;
}

/// Moves the focus to a field.
pub(crate) fn to(model: &mut Model, field: usize) {
    if let Some(Overlay::Dialog(dialog)) = &mut model.overlay {
        dialog.at = field;
    }
}

/// Presses the button.
pub(crate) fn press(model: &mut Model) -> Vec<Effect> {
    if let Some(Overlay::Dialog(dialog)) = &mut model.overlay {
        dialog.at = dialog.fields.len();
    }
    enter(model)
}

/// Moves the focus from a field to the button; on the button, sends. A dialog with one field sends
/// at once.
fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Dialog(dialog)) = &mut model.overlay else {
        return vec![];
    };
    match dialog.request() {
        Err((field, why)) => {
            dialog.at = field;
            dialog.wrong = Some(why);
        }
        Ok(request) if dialog.on_button() || dialog.fields.len() == 1 => {
            let purpose = dialog.purpose.clone();
            return match as_seen(model, &purpose, request) {
                Ok(request) => {
                    model.overlay = None;
                    send(model, request)
                }
                Err(why) => {
                    if let Some(Overlay::Dialog(dialog)) = &mut model.overlay {
                        dialog.wrong = Some(why);
                    }
                    vec![Effect::Draw]
                }
            };
        }
        Ok(_) => dialog.at = dialog.fields.len(),
    }
    vec![Effect::Draw]
}

/// Adds to the request what is seen now of its subjects. Refuses if one of them left while the
/// dialog was being filled in.
fn as_seen(model: &Model, purpose: &Purpose, request: Request) -> Result<Request, String> {
    match (purpose, &request) {
        (Purpose::Priority(contacts), _) => match request.operation() {
            Some(Operation::SetPriority { priority, .. }) => {
                question::priority_of(model, contacts, *priority)
            }
            _ => Ok(request),
        },
        (Purpose::Rename(Named { agent: id, name }), _) => {
            if let Some(agent) = as_they_are(model, id)? {
                seen::named(agent, name).map_err(meanwhile)?;
            }
            Ok(request)
        }
        (Purpose::Skills(id, held), _) => {
            if let Some(agent) = as_they_are(model, id)? {
                seen::holds(agent, held).map_err(meanwhile)?;
            }
            Ok(request)
        }
        _ => Ok(request),
    }
}

/// Returns the agent's current state, if they were read. Refuses an agent who no longer exists.
fn as_they_are<'a>(model: &'a Model, id: &AgentId) -> Result<Option<&'a Agent>, String> {
    match model.floor() {
        Some(floor) if floor.knows_all_agents() && floor.agent(id).is_none() => {
            Err(format!("{id} has been deleted. Esc closes."))
        }
        floor => Ok(floor.and_then(|floor| floor.agent(id))),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn meanwhile(now: String) -> String {
    format!("Changed: {now}. Esc closes.")
}

fn send(model: &mut Model, request: Request) -> Vec<Effect> {
    match &request {
        Request::Inject { needs, .. } | Request::InjectSlowly(Series { needs, .. }) => {
            let skills = needs.skills.clone().unwrap_or_default();
            model.injected = Some((skills, needs.priority.unwrap_or_default().0));
        }
        Request::ChangeSkills { add, remove, .. } if add.is_empty() && remove.is_empty() => {
            model.say("Nothing was changed.");
            return vec![Effect::Draw];
        }
        _ => {}
    }
    model.marks.clear();
    ask(model, request)
}

/// Returns one or two skills of a random agent, so that somebody can serve a contact that needs
/// them.
fn some_skills_of_the_floor(model: &mut Model) -> Vec<Skill> {
    let mut random = model.random.clone();
    let skills = model
        .floor()
        .map(|floor| some_skills(&floor.agents, &mut random));
    model.random = random;
    skills.unwrap_or_default()
}

fn some_skills(agents: &[Agent], random: &mut SmallRng) -> Vec<Skill> {
    let skilled = agents.iter().filter(|agent| !agent.skills.is_empty());
    let Some(agent) = skilled.choose(random) else {
        return vec![];
    };
    let count = random.random_range(1..=2);
    agent.skills.sample(random, count).cloned().collect()
}
