//! Questions before actions. An open question is updated with the floor. The request it would send
//! carries what was seen, so that the store refuses what is no longer true.

mod agents;
mod contacts;

pub(super) use contacts::priority_of;

use crate::console::effect::Effect;
use crate::console::refuse::refused;
use crate::console::{About, Model, Overlay, Question};
use crate::request::Request;
use crate::text::{counted, number};

/// How long a changed question accepts no yes, in milliseconds: the key may have been meant for the
/// earlier question.
const TO_BE_READ: u64 = 1_500;
/// How many names a sentence lists.
const MOST_NAMED: usize = 4;

/// Asks the operator, unless a request to the ACD is pointless now or nothing is left to ask about.
pub(super) fn ask_about(model: &mut Model, about: About) -> Vec<Effect> {
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

/// Updates the open question. If a yes would now do something else, it says so and accepts no yes
/// for a moment. If nothing is left to do, it closes.
pub(super) fn follow(model: &mut Model) {
    match &model.overlay {
        Some(Overlay::ConfirmOpen) => acd_is(model, true),
        Some(Overlay::ConfirmClose) => acd_is(model, false),
        _ => {}
    }
    let Some(Overlay::Question(before)) = &model.overlay else {
        return;
    };
    let now = match of(model, before.about.clone()) {
        Ok(question) => question,
        Err(why) => {
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

/// Closes the question about opening or closing the ACD if the ACD is already in that state.
fn acd_is(model: &mut Model, open: bool) {
    let now = model.newest.as_ref().map(|floor| floor.overview.open);
    if now == Some(open) {
        model.overlay = None;
        let word = if open { "open" } else { "closed" };
        model.say(format!(
            "The ACD is {word} already: somebody else was quicker."
        ));
    }
}

/// Returns whether the question accepts a yes, and shows why if it does not.
pub(super) fn takes_yes(model: &mut Model) -> bool {
    let Some(Overlay::Question(question)) = &model.overlay else {
        return true;
    };
    let changed = question.changed;
    if changed.is_some_and(|changed| model.moment.since(changed) < TO_BE_READ) {
        model.refuse("Nothing was done: the question has just changed. Read it, then y or n.");
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
        About::DeleteAgents(agents) => agents::delete(model, agents)?,
        About::DeleteSkill(skill) => agents::delete_skill(model, skill)?,
        About::Quit => quit(model),
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
type Asked = (String, String, Request);

fn quit(model: &Model) -> Asked {
    let figures = model.newest.as_ref().map(|floor| &floor.overview);
    let (waiting, busy, agents) = figures.map_or((0, 0, 0), |figures| {
        (figures.waiting, figures.busy, figures.agents)
    });
    let at = model.place.rest.as_ref();
    let at = at.map_or_else(String::new, |address| format!(" and its API at {address}"));
    let text = format!(
        "This floor{at} live in this program and end with it, for others too: {} waiting, {} with \
         an agent, {} on the floor are gone.",
        counted(waiting, "contact"),
        number(busy),
        counted(agents, "agent")
    );
    ("Quit?".to_owned(), text, Request::All(vec![]))
}
