//! Questions before something is done. A question follows the floor: it says what is so now, and
//! what a yes asks for carries what was seen, so that the store refuses what is no longer so.

use std::fmt::Write as _;

use shared::agent::{Agent, AgentId, AgentState, Presence};
use shared::contact::{ContactId, Priority};
use shared::skill::Skill;
use shared::view::SkillView;

use super::act::refused;
use crate::effect::{Effect, Request, Stood};
use crate::model::dialog::each_or_one;
use crate::model::standing::{Standing, word};
use crate::model::{About, Model, Overlay, Question};
use crate::text::{counted, number, short_contact, span};

/// How long a question that has changed takes no yes, in milliseconds: it may have been typed to
/// the question before.
const TO_BE_READ: u64 = 1_500;
/// How many names a sentence lists.
const MOST_NAMED: usize = 4;

/// Asks the operator, unless asking the ACD makes no sense now, or nothing is left to ask about.
pub(super) fn ask_about(model: &mut Model, about: About) -> Vec<Effect> {
    // Whoever wants to leave asks nothing of the ACD.
    if about != About::Quit && refused(model) {
        return vec![Effect::Draw];
    }
    match of(model, about) {
        Err(why) => model.refuse(why),
        Ok(question) => model.overlay = Some(Overlay::Question(question)),
    }
    vec![Effect::Draw]
}

/// Makes the open question what it is now. Where a yes would do something else than before, it
/// says so, and takes no yes for a moment; where there is nothing left to do, it goes.
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

/// Takes away the question whether to make the ACD what it is already.
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

/// Tells whether the question takes a yes, and says why if it does not.
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

/// Makes the question as the floor is now, or says why there is nothing to ask about.
fn of(model: &Model, about: About) -> Result<Question, String> {
    let (title, text, request) = match &about {
        About::Cancel(contacts) => cancel(model, contacts)?,
        About::Complete(contacts) => complete(model, contacts)?,
        About::Requeue(contacts) => requeue(model, contacts)?,
        About::Priority(contacts, priority) => prioritise(model, contacts, *priority)?,
        About::Presence(agents) => presence(model, agents)?,
        About::DeleteAgents(agents) => delete_agents(model, agents),
        About::DeleteSkill(skill) => delete_skill(model, skill),
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

type Asked = (String, String, Request);

/// Sorts contacts by where they stand: those in the queue or not seen, those with an agent, and
/// those that are over.
#[derive(Default)]
struct Sorted {
    waiting: Vec<(ContactId, Option<Stood>)>,
    served: Vec<(ContactId, AgentId)>,
    over: Vec<ContactId>,
}

fn sorted(model: &Model, contacts: &[ContactId]) -> Sorted {
    let mut sorted = Sorted::default();
    for id in contacts {
        match model.standing(*id) {
            Standing::Live(Stood::With(agent)) => sorted.served.push((*id, agent)),
            Standing::Over(_) => sorted.over.push(*id),
            standing => sorted.waiting.push((*id, standing.stood())),
        }
    }
    sorted
}

/// Lists contacts by name, as many as a sentence holds.
fn names(contacts: impl ExactSizeIterator<Item = ContactId>) -> String {
    let more = contacts.len().saturating_sub(MOST_NAMED);
    let mut names: Vec<String> = contacts.take(MOST_NAMED).map(short_contact).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}

fn over(model: &Model, contacts: &[ContactId], what: &str) -> String {
    match contacts {
        [id] => match model.standing(*id) {
            Standing::Over(outcome) => format!(
                "Nothing to {what}: {} is over, it was {}.",
                short_contact(*id),
                word(outcome)
            ),
            _ => format!("Nothing to {what}: {} is over.", short_contact(*id)),
        },
        several => format!("Nothing to {what}: all {} are over.", several.len()),
    }
}

fn cancel(model: &Model, contacts: &[ContactId]) -> Result<Asked, String> {
    const COUNTS: &str = "for good and counts as cancelled, not as abandoned.";
    let Sorted {
        waiting,
        served,
        over: ended,
    } = sorted(model, contacts);
    let count = waiting.len() + served.len();
    if count == 0 {
        return Err(over(model, contacts, "cancel"));
    }
    let title = match contacts {
        [id] => format!("Cancel {}?", short_contact(*id)),
        _ => format!("Cancel {}?", counted(count as u64, "contact")),
    };
    let text = match (waiting.as_slice(), served.as_slice()) {
        ([(id, seen)], []) if contacts.len() == 1 => match waited(model, *id) {
            Some(waited) => format!("{waited} It ends {COUNTS}"),
            None if seen.is_none() => {
                format!("It is not among what was looked at: wherever it stands, it ends {COUNTS}")
            }
            None => format!("It waits. It ends {COUNTS}"),
        },
        ([], [(_, agent)]) if contacts.len() == 1 => {
            format!(
                "{agent} is on it: the conversation ends, and {agent} is free. It ends {COUNTS}"
            )
        }
        _ => {
            let mut text = format!(
                "{} in the queue, {} with an agent, whose conversations end. They end for good \
                 and count as cancelled, not as abandoned.",
                number(waiting.len() as u64),
                number(served.len() as u64)
            );
            left_out(&mut text, &ended, "over already");
            text
        }
    };
    let waiting = waiting.into_iter();
    let served = served.into_iter();
    let each = waiting
        .map(|(contact, seen)| Request::Cancel { contact, seen })
        .chain(served.map(|(contact, agent)| Request::Cancel {
            contact,
            seen: Some(Stood::With(agent)),
        }));
    Ok((title, text, each_or_one(each.collect())))
}

fn waited(model: &Model, id: ContactId) -> Option<String> {
    let contact = model.floor()?.contact(id)?;
    let wait = span(contact.wait(model.floor_now()));
    Some(format!(
        "It has waited {wait} with priority {}.",
        contact.priority.0
    ))
}

fn left_out(text: &mut String, contacts: &[ContactId], why: &str) {
    if !contacts.is_empty() {
        let names = names(contacts.iter().copied());
        // Writing to a string cannot fail.
        let _ = write!(text, " Left as they are, {why}: {names}.");
    }
}

fn complete(model: &Model, contacts: &[ContactId]) -> Result<Asked, String> {
    let Sorted {
        waiting,
        served,
        over: ended,
    } = sorted(model, contacts);
    let waiting: Vec<ContactId> = waiting.into_iter().map(|(id, _)| id).collect();
    if served.is_empty() {
        return Err(match waiting.as_slice() {
            [] => over(model, contacts, "complete"),
            [id] => format!(
                "{} waits, nobody is on it: x cancels it, after a question. c completes what an \
                 agent is on.",
                short_contact(*id)
            ),
            several => format!(
                "{} wait, nobody is on them: x cancels them, after a question. c completes what \
                 agents are on.",
                number(several.len() as u64)
            ),
        });
    }
    let (title, mut text) = match served.as_slice() {
        [(id, agent)] => (
            format!("Complete {}?", short_contact(*id)),
            format!(
                "{agent} is on it: the conversation ends, it counts as handled, and {agent} is \
                 free for the next."
            ),
        ),
        several => (
            format!("Complete {} contacts?", several.len()),
            format!(
                "{} agents are on them: the conversations end, they count as handled, and the \
                 agents are free for the next.",
                several.len()
            ),
        ),
    };
    left_out(&mut text, &waiting, "nobody is on them");
    left_out(&mut text, &ended, "over already");
    let each = served.into_iter();
    let each = each.map(|(contact, with)| Request::Complete { contact, with });
    Ok((title, text, each_or_one(each.collect())))
}

fn requeue(model: &Model, contacts: &[ContactId]) -> Result<Asked, String> {
    let Sorted {
        waiting,
        served,
        over: ended,
    } = sorted(model, contacts);
    let waiting: Vec<ContactId> = waiting.into_iter().map(|(id, _)| id).collect();
    if served.is_empty() {
        return Err(match waiting.as_slice() {
            [] => over(model, contacts, "take back"),
            [id] => format!("{} is with no agent.", short_contact(*id)),
            several => format!("None of the {} is with an agent.", several.len()),
        });
    }
    let (title, mut text) = match served.as_slice() {
        [(id, agent)] => (
            format!("Take {} from {agent}?", short_contact(*id)),
            format!(
                "It goes back to its place in the queue, from where it may go to another agent at \
                 once. {agent} becomes unavailable, or it would come right back to them."
            ),
        ),
        several => (
            format!("Take {} contacts from their agents?", several.len()),
            "They go back to their places in the queue, from where they may go to other agents at \
             once. Their agents become unavailable, or they would come right back to them."
                .to_owned(),
        ),
    };
    left_out(&mut text, &waiting, "with no agent");
    left_out(&mut text, &ended, "over already");
    let each = served.into_iter();
    let each = each.map(|(contact, from)| Request::Requeue { contact, from });
    Ok((title, text, each_or_one(each.collect())))
}

fn prioritise(model: &Model, contacts: &[ContactId], priority: Priority) -> Result<Asked, String> {
    let request = priority_of(model, contacts, priority)?;
    let title = format!("Priority {} for {} contacts?", priority.0, contacts.len());
    let text = "Their places in the queue change; their arrival, and so their wait, stay.";
    Ok((title, text.to_owned(), request))
}

/// Gives what asks for a priority of these contacts, as they were seen.
pub(super) fn priority_of(
    model: &Model,
    contacts: &[ContactId],
    priority: Priority,
) -> Result<Request, String> {
    let live = contacts.iter().filter_map(|contact| {
        let seen = match model.standing(*contact) {
            Standing::Over(_) => return None,
            standing => standing.stood(),
        };
        Some(Request::SetPriority {
            contact: *contact,
            priority,
            seen,
        })
    });
    let live: Vec<Request> = live.collect();
    if live.is_empty() {
        return Err(over(model, contacts, "change"));
    }
    Ok(each_or_one(live))
}

fn presence(model: &Model, agents: &[(AgentId, Presence, Presence)]) -> Result<Asked, String> {
    let (mut each, mut left, mut to_available, mut later) = (vec![], vec![], 0, 0);
    for (id, seen, presence) in agents {
        let now = known_agent(model, id);
        let moved = now.is_some_and(|agent| agent.state.chosen() != *seen);
        if moved {
            left.push(id.to_string());
            continue;
        }
        let busy = now.is_some_and(|agent| matches!(agent.state, AgentState::Busy { .. }));
        to_available += usize::from(*presence == Presence::Available);
        later += usize::from(busy);
        each.push(Request::SetPresence {
            agent: id.clone(),
            presence: presence.clone(),
            busy,
            seen: Some(seen.clone()),
        });
    }
    if each.is_empty() {
        return Err("Nothing to change: all of them have chosen anew meanwhile.".to_owned());
    }
    let title = format!("Change {}?", counted(each.len() as u64, "agent"));
    let mut text = format!(
        "{to_available} become available and {} unavailable.",
        each.len() - to_available
    );
    // Writing to a string cannot fail.
    if later > 0 {
        let _ = write!(text, " For {later} who are on a contact, when it ends.");
    }
    if !left.is_empty() {
        left.truncate(MOST_NAMED);
        let _ = write!(
            text,
            " Left as they are, for they have chosen anew meanwhile: {}.",
            left.join(", ")
        );
    }
    Ok((title, text, each_or_one(each)))
}

fn known_agent<'a>(model: &'a Model, id: &AgentId) -> Option<&'a Agent> {
    let listed = model.floor().and_then(|floor| floor.agent(id));
    listed.or_else(|| model.marks.agents.get(id))
}

fn delete_agents(model: &Model, agents: &[AgentId]) -> Asked {
    if let [id] = agents {
        let request = Request::DeleteAgent(id.clone());
        let title = format!("Delete {id}?");
        let text = match known_agent(model, id) {
            Some(agent) => about_agent(model, agent),
            None => "They are not among the agents that were looked at. If they are on the floor, \
                     they leave it, unless they are on a contact."
                .to_owned(),
        };
        return (title, text, request);
    }
    let busy = agents.iter().filter(|id| {
        let agent = known_agent(model, id);
        agent.is_some_and(|agent| agent.state.contact().is_some())
    });
    let busy = busy.count();
    let mut text = "They leave the floor; what they handled remains counted.".to_owned();
    if busy > 0 {
        let _ = write!(
            text,
            " For {busy} who are on a contact it will be refused until that ends."
        );
    }
    let each = agents.iter().cloned().map(Request::DeleteAgent).collect();
    let title = format!("Delete {} agents?", agents.len());
    (title, text, each_or_one(each))
}

fn about_agent(model: &Model, agent: &Agent) -> String {
    let skills = model.floor().map_or(&[][..], |floor| &floor.skills);
    let alone: Vec<&str> = skills
        .iter()
        .filter(|view| view.staffed == 1 && agent.skills.contains(&view.skill))
        .map(|view| view.skill.as_str())
        .collect();
    let mut text = format!(
        "{} {} leaves the floor; {} handled remain counted.",
        agent.fname,
        agent.lname,
        counted(agent.handled, "contact")
    );
    if !alone.is_empty() {
        let _ = write!(text, " Nobody else holds {}.", alone.join(", "));
    }
    if agent.state.contact().is_some() {
        text.push_str(" They are on a contact, so it will be refused until that ends.");
    }
    text
}

fn delete_skill(model: &Model, skill: &Skill) -> Asked {
    let known = model.floor().and_then(|floor| floor.skill(skill));
    let text = known.map_or_else(
        || "It is not among the skills that were looked at. Whoever holds it loses it.".to_owned(),
        about_skill,
    );
    let title = format!("Take {skill} from every agent?");
    (title, text, Request::DeleteSkill(skill.clone()))
}

fn about_skill(view: &SkillView) -> String {
    let mut text = format!(
        "{} it, of whom {} available; all lose it.",
        if view.staffed == 1 {
            "1 agent holds".to_owned()
        } else {
            format!("{} agents hold", number(view.staffed))
        },
        number(view.available)
    );
    if view.waiting > 0 {
        let _ = write!(
            text,
            " {} for it and will wait until somebody holds it again.",
            if view.waiting == 1 {
                "1 contact waits".to_owned()
            } else {
                format!("{} contacts wait", number(view.waiting))
            }
        );
    }
    text
}

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
