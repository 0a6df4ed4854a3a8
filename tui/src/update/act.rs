//! The acting keys: what they ask of the ACD, and when they refuse.

use std::fmt::Write as _;

use shared::agent::{Agent, AgentId, AgentState, Presence};
use shared::contact::ContactId;
use shared::skill::Skill;
use shared::view::SkillView;

use super::running;
use crate::effect::{Effect, Request};
use crate::model::detail::Subject;
use crate::model::{Link, Model, Overlay, Pane, Question, Rights};
use crate::text::{counted, number, short_contact};

/// How many requests may be without an answer. A key that is held down must not pile up work.
const MOST_ASKED: usize = 32;

/// Names a request, for the sentence that says that it failed.
pub(super) fn named(request: &Request) -> String {
    match request {
        Request::SetPresence { agent, .. } => format!("{agent} not changed"),
        Request::Inject { .. } | Request::InjectSlowly(_) => "No contact injected".to_owned(),
        Request::RenameAgent { agent, .. } => format!("{agent} not renamed"),
        Request::AddAgent(agent) => format!("{} not added", agent.id),
        Request::ChangeSkills { agent, .. } => format!("Skills of {agent} not changed"),
        Request::DeleteAgent(agent) => format!("{agent} not deleted"),
        Request::DeleteSkill(skill) => format!("{skill} not deleted"),
        Request::Cancel(id) => format!("{} not cancelled", short_contact(*id)),
        Request::Requeue { contact, .. } => format!("{} not requeued", short_contact(*contact)),
        Request::SetPriority { contact, .. } => {
            format!("Priority of {} not changed", short_contact(*contact))
        }
        Request::All(_) => "Nothing done".to_owned(),
        Request::Complete(id) => format!("{} not completed", short_contact(*id)),
        Request::Open => "ACD not opened".to_owned(),
        Request::Close => "ACD not closed".to_owned(),
    }
}

/// Asks, unless asking makes no sense now. Nothing is kept for later: a change of state that
/// comes true minutes after the key is worse than none.
pub(super) fn ask(model: &mut Model, request: Request) -> Vec<Effect> {
    let request = match request {
        Request::InjectSlowly(series) => return running::inject(model, series),
        request => request,
    };
    if refused(model) {
        return vec![Effect::Draw];
    }
    model.asked += 1;
    vec![Effect::Ask(request), Effect::Draw]
}

pub(super) fn refused(model: &mut Model) -> bool {
    match &model.link {
        _ if model.rights == Rights::Looking => {
            model.refuse("Not asked: --read-only lets you look and no more.");
        }
        Link::Live if model.asked < MOST_ASKED => return false,
        Link::Live => model.refuse("Not asked: too many requests have no answer yet."),
        Link::Connecting => model.refuse("Not asked: the store has not answered yet."),
        Link::Away { .. } => {
            model.refuse("Not asked: the store is away. Nothing is kept for later.");
        }
    }
    true
}

pub(super) fn refuse(model: &mut Model, why: &str) -> Vec<Effect> {
    model.refuse(why);
    vec![Effect::Draw]
}

/// Said when an agent is needed and none is selected.
pub(super) const NO_AGENT: &str = "No agent is selected: 3 goes to the agents, j and k select one.";

/// Makes the selected agent available or not; if he is on a contact, after it. The marked agents
/// only after a question.
pub(super) fn toggle_agent(model: &mut Model) -> Vec<Effect> {
    let mut each: Vec<Request> = model.agents_meant().into_iter().map(toggled).collect();
    match each.len() {
        0 => refuse(model, NO_AGENT),
        1 => ask(model, each.remove(0)),
        _ => ask_about_many(model, each),
    }
}

fn toggled(agent: &Agent) -> Request {
    let presence = match agent.state.chosen() {
        Presence::Available => Presence::Unavailable(None),
        Presence::Unavailable(_) => Presence::Available,
    };
    Request::SetPresence {
        busy: matches!(agent.state, AgentState::Busy { .. }),
        agent: agent.id.clone(),
        presence,
    }
}

fn ask_about_many(model: &mut Model, each: Vec<Request>) -> Vec<Effect> {
    let (mut to_available, mut later) = (0, 0);
    for request in &each {
        if let Request::SetPresence { presence, busy, .. } = request {
            to_available += usize::from(*presence == Presence::Available);
            later += usize::from(*busy);
        }
    }
    let mut text = format!(
        "{to_available} become available and {} unavailable.",
        each.len() - to_available
    );
    if later > 0 {
        let _ = write!(text, " For {later} who are on a contact, when it ends.");
    }
    let question = Question {
        title: format!("Change {} agents?", each.len()),
        text,
        request: Request::All(each),
    };
    put_question(model, question)
}

/// Asks the operator, unless asking the ACD makes no sense now.
pub(super) fn put_question(model: &mut Model, question: Question) -> Vec<Effect> {
    if !refused(model) {
        model.overlay = Some(Overlay::Question(question));
    }
    vec![Effect::Draw]
}

/// Takes away what is meant, after a question: cancels contacts, deletes an agent or a skill.
pub(super) fn remove(model: &mut Model) -> Vec<Effect> {
    let contact = matches!(
        model.detail.as_ref().map(|detail| &detail.subject),
        Some(Subject::Contact(_))
    );
    if contact || model.focus == Pane::Queue {
        return super::contact::cancel(model);
    }
    let question = match model.focus {
        Pane::Agents => model
            .selected_agent()
            .ok_or(NO_AGENT)
            .map(|agent| about_agent(model, agent)),
        Pane::Skills => selected_skill(model)
            .ok_or("No skill is selected: 2 goes to the skills, j and k select one.")
            .map(about_skill),
        Pane::Queue | Pane::Events => {
            Err("x cancels a contact, or deletes an agent or a skill: go to it first.")
        }
    };
    match question {
        Ok(question) => put_question(model, question),
        Err(why) => refuse(model, why),
    }
}

fn selected_skill(model: &Model) -> Option<&SkillView> {
    model.floor()?.skill(model.skills.selected.as_ref()?)
}

/// Asks whether that agent shall be deleted.
pub(super) fn delete_agent(model: &mut Model, id: AgentId) -> Vec<Effect> {
    let known = model.floor().and_then(|floor| floor.agent(&id));
    let question = known.map(|agent| about_agent(model, agent));
    let question = question.unwrap_or_else(|| Question {
        title: format!("Delete {id}?"),
        text: "He is not among the agents that were looked at. If he is on the floor, he leaves \
               it, unless he is on a contact."
            .to_owned(),
        request: Request::DeleteAgent(id),
    });
    put_question(model, question)
}

/// Asks whether that skill shall be taken from every agent.
pub(super) fn delete_skill(model: &mut Model, skill: Skill) -> Vec<Effect> {
    let known = model.floor().and_then(|floor| floor.skill(&skill));
    let question = known.map_or_else(
        || Question {
            title: format!("Take {skill} from every agent?"),
            text: "It is not among the skills that were looked at. Whoever holds it loses it."
                .to_owned(),
            request: Request::DeleteSkill(skill),
        },
        about_skill,
    );
    put_question(model, question)
}

fn about_agent(model: &Model, agent: &Agent) -> Question {
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
        text.push_str(" He is on a contact, so it will be refused until that ends.");
    }
    Question {
        title: format!("Delete {}?", agent.id),
        text,
        request: Request::DeleteAgent(agent.id.clone()),
    }
}

fn about_skill(view: &SkillView) -> Question {
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
    Question {
        title: format!("Take {} from every agent?", view.skill),
        text,
        request: Request::DeleteSkill(view.skill.clone()),
    }
}

/// Completes the selected contact of the queue, or else that of the selected agent.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    match contact_meant(model) {
        Ok(id) => ask(model, Request::Complete(id)),
        Err(why) => refuse(model, &why),
    }
}

fn contact_meant(model: &Model) -> Result<ContactId, String> {
    if model.focus == Pane::Queue {
        return model
            .queue
            .selected
            .ok_or_else(|| "No waiting contact is selected: j and k select one.".to_owned());
    }
    let agent = model.selected_agent().ok_or(NO_AGENT)?;
    agent
        .state
        .contact()
        .ok_or_else(|| format!("{} is not on a contact.", agent.id))
}

/// Gives one or two skills of an agent chosen by the dice, so that there is somebody who can
/// serve a contact that needs them.
pub(super) fn some_skills_of_the_floor(model: &mut Model) -> Vec<Skill> {
    let mut dice = model.dice;
    let skills = model
        .floor()
        .map(|floor| some_skills(&floor.agents, &mut dice));
    model.dice = dice;
    skills.unwrap_or_default()
}

fn some_skills(agents: &[Agent], dice: &mut u64) -> Vec<Skill> {
    let skilled: Vec<&Agent> = agents
        .iter()
        .filter(|agent| !agent.skills.is_empty())
        .collect();
    if skilled.is_empty() {
        return vec![];
    }
    let held = &skilled[throw(dice, skilled.len())].skills;
    let first = throw(dice, held.len());
    let mut skills = vec![held[first].clone()];
    if held.len() > 1 && throw(dice, 2) == 1 {
        // Any other than the first.
        let second = (first + 1 + throw(dice, held.len() - 1)) % held.len();
        skills.push(held[second].clone());
    }
    skills
}

/// Throws the dice: a number below `sides`, which must not be 0 (`SplitMix64`).
fn throw(dice: &mut u64, sides: usize) -> usize {
    *dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *dice;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    // The remainder is less than `sides`, so it fits.
    usize::try_from(mixed % sides as u64).unwrap_or(0)
}

/// Asks whether the ACD shall be opened or closed.
pub(super) fn ask_about_acd(model: &mut Model) -> Vec<Effect> {
    if refused(model) {
        return vec![Effect::Draw];
    }
    let open = model
        .newest
        .as_ref()
        .is_some_and(|floor| floor.overview.open);
    ask_about(model, !open)
}

/// Asks whether the ACD shall be opened, or whether it shall be closed.
pub(super) fn ask_about(model: &mut Model, open: bool) -> Vec<Effect> {
    if !refused(model) {
        model.overlay = Some(if open {
            Overlay::ConfirmOpen
        } else {
            Overlay::ConfirmClose
        });
    }
    vec![Effect::Draw]
}

/// Does what was asked about.
pub(super) fn confirmed(model: &mut Model) -> Vec<Effect> {
    match model.overlay.take() {
        Some(Overlay::ConfirmOpen) => ask(model, Request::Open),
        Some(Overlay::ConfirmClose) => ask(model, Request::Close),
        Some(Overlay::ConfirmDemo) => running::start_demo(model),
        Some(Overlay::ConfirmStopInjecting) => running::stop_injecting(model),
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
