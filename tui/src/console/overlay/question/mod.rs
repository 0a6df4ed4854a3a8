//! Questions before actions. An open question is updated with the floor. The request it would send
//! carries what was seen, so that the store refuses what is no longer true.

mod agents;
mod confirm;
mod contacts;
mod view;

use shared::agent::{AgentId, Presence};
use shared::contact::{ContactId, Priority};
use shared::skill::Skill;
use shared::time::Millis;

pub use self::confirm::Confirm;
pub(crate) use self::confirm::{
    ask_about_acd, ask_to_stop_injecting, injection_ended, switch_demo, toggle_acd, toggle_demo,
};
pub(super) use self::contacts::priority_of;
pub(super) use self::view::{draw, target_at};
use super::Overlay;
use crate::console::Model;
use crate::console::ask::ask;
use crate::console::effect::Effect;
use crate::console::keys::Action;
use crate::console::refuse::refused;
use crate::request::{AgentWas, Request};
use crate::text::{counted, number};

/// How long a changed question accepts no yes, in milliseconds: the key may have been meant for the
/// earlier question.
const TO_BE_READ: u64 = 1_500;
/// How many names a sentence lists.
const MOST_NAMED: usize = 4;

/// A question before an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The question.
    pub title: String,
    /// What exactly will happen.
    pub text: String,
    /// The request that a yes sends.
    pub request: Request,
    /// What it is about; the rest is derived from this and the current floor.
    pub about: About,
    /// When it last became a different question from the one first asked.
    pub changed: Option<Millis>,
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq)]
pub enum About {
    /// Cancelling these contacts.
    Cancel(Vec<ContactId>),
    /// Completing these contacts, which agents are on.
    Complete(Vec<ContactId>),
    /// Requeueing these contacts.
    Requeue(Vec<ContactId>),
    /// Changing the priority of these contacts.
    Priority(Vec<ContactId>, Priority),
    /// Changing the presence of these agents: the one each had chosen, and the new one.
    Presence(Vec<(AgentId, Presence, Presence)>),
    /// Deleting agents.
    DeleteAgents {
        /// The agents, each with what was seen of them when the question was first asked.
        agents: Vec<(AgentId, Option<AgentWas>)>,
        /// The number of the newest event on the floor that was shown then.
        event: u64,
    },
    /// Taking a skill from every agent.
    DeleteSkill(Skill),
    /// Quitting, which ends an ACD in this process that has something to lose.
    Quit,
}

/// A question as it is shown.
pub(crate) struct Asked {
    title: String,
    text: String,
}

impl Question {
    /// Returns the question as it is shown; it says so if it has changed.
    pub(crate) fn asked(&self) -> Asked {
        let title = match self.changed {
            Some(_) => format!("This has changed. {}", self.title),
            None => self.title.clone(),
        };
        Asked {
            title,
            text: self.text.clone(),
        }
    }
}

/// Does what a key means in a question.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    (action == Action::Yes).then(|| confirmed(model))
}

/// Does what was confirmed.
fn confirmed(model: &mut Model) -> Vec<Effect> {
    if !takes_yes(model) {
        return vec![Effect::Draw];
    }
    match model.overlay.take() {
        Some(Overlay::Confirm(confirm)) => confirm.confirmed(model),
        Some(Overlay::Question(question)) if question.about == About::Quit => vec![Effect::Quit],
        Some(Overlay::Question(question)) => {
            model.marks.clear();
            ask(model, question.request)
        }
        other => {
            model.overlay = other;
            vec![]
        }
    }
}

/// Quits. Asks first if this program holds an ACD with something to lose.
pub(crate) fn quit(model: &mut Model) -> Vec<Effect> {
    if !model.ends_a_floor() {
        return vec![Effect::Quit];
    }
    ask_about(model, About::Quit)
}

/// Asks the operator, unless a request to the ACD is pointless now or nothing is left to ask about.
pub(crate) fn ask_about(model: &mut Model, about: About) -> Vec<Effect> {
    // Quitting sends no request to the ACD.
    if about != About::Quit && refused(model) {
        return vec![Effect::Draw];
    }
    match of(model, about) {
        Err(why) => model.refuse(why),
        Ok(question) => model.overlay = Some(Overlay::Question(question)),
    }
    vec![Effect::Draw]
}

/// Asks whether to delete these agents, each with what is seen of them.
pub(crate) fn ask_to_delete(
    model: &mut Model,
    agents: Vec<(AgentId, Option<AgentWas>)>,
) -> Vec<Effect> {
    let event = model.floor().map_or(0, |floor| floor.overview.event);
    ask_about(model, About::DeleteAgents { agents, event })
}

/// Updates the open question. If a yes would now do something else, it says so and accepts no yes
/// for a moment. If nothing is left to do, it closes.
pub(crate) fn follow(model: &mut Model) {
    confirm::follow(model);
    agents::follow_deleted(model);
    let Some(Overlay::Question(before)) = &model.overlay else {
        return;
    };
    let now = match of(model, before.about.clone()) {
        Ok(question) => question,
        Err(why) => {
            agents::note_deleted(model);
            model.overlay = None;
            return model.refuse(why);
        }
    };
    let changed = if now.request == before.request {
        before.changed
    } else {
        Some(model.moment)
    };
    model.overlay = Some(Overlay::Question(Question { changed, ..now }));
}

/// Returns whether the question accepts a yes, and shows why if it does not.
fn takes_yes(model: &mut Model) -> bool {
    let Some(Overlay::Question(question)) = &model.overlay else {
        return true;
    };
    let changed = question.changed;
    if changed.is_some_and(|changed| model.moment.since(changed) < TO_BE_READ) {
        let why = "Nothing was done: the question has just changed. Read it, then press y or n.";
        model.refuse(why);
        return false;
    }
    true
}

/// Makes the question for the current floor, or returns why there is nothing to ask about.
fn of(model: &Model, about: About) -> Result<Question, String> {
    let (title, text, request) = match &about {
        About::Cancel(contacts) => contacts::cancel(model, contacts)?,
        About::Complete(contacts) => contacts::complete(model, contacts)?,
        About::Requeue(contacts) => contacts::requeue(model, contacts)?,
        About::Priority(contacts, priority) => contacts::prioritise(model, contacts, *priority)?,
        About::Presence(agents) => agents::presence(model, agents)?,
        About::DeleteAgents { agents, event } => agents::delete(model, agents, *event)?,
        About::DeleteSkill(skill) => agents::delete_skill(model, skill)?,
        About::Quit => about_quitting(model),
    };
    Ok(Question {
        title,
        text,
        request,
        about,
        changed: None,
    })
}

/// The title of a question, its text, and the request that a yes sends.
type Draft = (String, String, Request);

/// Returns the question before quitting; a yes sends no request.
fn about_quitting(model: &Model) -> Draft {
    let figures = model.newest.as_ref().map(|floor| &floor.overview);
    let (waiting, busy, agents) = figures.map_or((0, 0, 0), |figures| {
        (
            figures.waiting + figures.offered,
            figures.busy,
            figures.agents,
        )
    });
    let at = model.place.rest.as_ref();
    let at = at.map_or_else(String::new, |address| format!(" and its API at {address}"));
    let text = format!(
        "Quitting ends the floor in this program{at}, for other users too: {} waiting, {} with an \
         agent and {} are lost.",
        counted(waiting, "contact"),
        number(busy),
        counted(agents, "agent")
    );
    ("Quit?".to_owned(), text, Request::All(vec![]))
}
