//! Events and answers as sentences for people.

use shared::agent::{Agent, AgentId};
use shared::contact::{ContactId, ContactState, Outcome};
use shared::event::What;
use shared::service_level::ServiceLevel;
use shared::skill::Skill;

use crate::agent_words::because;
use crate::series::Series;
use crate::text::{counted, number, short_contact, waited};

/// Describes an event.
pub fn happened(what: &What) -> String {
    match what {
        What::AcdOpened => "The ACD was opened".to_owned(),
        What::AcdClosed => "The ACD was closed".to_owned(),
        What::SettingsChanged { .. } => "The settings were changed".to_owned(),
        What::ContactCreated {
            contact, profile, ..
        } => arrived(*contact, profile),
        What::ContactAssigned {
            contact,
            agent,
            wait,
        } => {
            let contact = short_contact(*contact);
            format!("{contact} goes to {agent} after {}", waited(*wait))
        }
        What::ContactCompleted {
            contact,
            agent,
            outcome,
        } => ended(*contact, agent.as_ref(), *outcome),
        What::ContactRequeued { contact, agent } => {
            format!(
                "{} was taken from {agent} and is back in the queue",
                short_contact(*contact)
            )
        }
        What::ContactReprioritised {
            contact, priority, ..
        } => format!(
            "{} now has priority {}",
            short_contact(*contact),
            priority.0
        ),
        What::AgentCreated { agent, .. } => format!("{agent} was created"),
        What::AgentRenamed { agent } => format!("{agent} has a new name"),
        What::AgentDeleted { agent } => format!("{agent} was deleted"),
        What::AgentAvailable { agent, .. } => format!("{agent} is available"),
        What::AgentUnavailable {
            agent,
            reason,
            mark,
        } => {
            format!("{agent} is unavailable{}", because(reason.as_ref(), *mark))
        }
        What::AgentNext {
            agent,
            presence,
            reason,
            mark,
        } => {
            let reason = because(reason.as_ref(), *mark);
            format!("{agent} will be {presence} after the contact{reason}")
        }
        What::SkillAdded { agent, skill } => format!("{agent} got the skill {skill}"),
        What::SkillRemoved { agent, skill } => format!("{agent} lost the skill {skill}"),
        What::Repaired { agent } => {
            format!("{agent} was in an inconsistent state and was repaired")
        }
    }
}

fn arrived(contact: ContactId, profile: &str) -> String {
    let contact = short_contact(contact);
    match profile {
        "*" => format!("{contact} arrives, any agent can serve it"),
        profile => format!("{contact} arrives, needs {}", profile.replace(',', ", ")),
    }
}

fn ended(contact: ContactId, agent: Option<&AgentId>, outcome: Outcome) -> String {
    let contact = short_contact(contact);
    match (outcome, agent) {
        (Outcome::Handled, Some(agent)) => format!("{contact} was handled by {agent}"),
        (Outcome::Handled, None) => format!("{contact} was handled"),
        (Outcome::Abandoned, _) => format!("{contact} was abandoned while it waited"),
        (Outcome::Cancelled, Some(agent)) => format!("{contact} was cancelled while with {agent}"),
        (Outcome::Cancelled, None) => format!("{contact} was cancelled while it waited"),
    }
}

/// Says that events were missed.
pub fn missed(count: u64) -> String {
    format!("… {} missed", counted(count, "event"))
}

/// Says what happened to an injected contact.
pub fn injected(id: ContactId, skills: &[Skill], state: &ContactState) -> String {
    let contact = short_contact(id);
    let needs = if skills.is_empty() {
        "any agent".to_owned()
    } else {
        joined(skills)
    };
    match state.agent() {
        Some(agent) => format!("{contact} injected ({needs}): {agent} has it."),
        None => format!("{contact} injected ({needs}): it waits."),
    }
}

/// Says what happened to injected contacts.
pub fn injected_many(count: u64, skills: &[Skill], served: u64) -> String {
    let needs = if skills.is_empty() {
        "any agent".to_owned()
    } else {
        joined(skills)
    };
    format!(
        "{} injected ({needs}): {} with an agent, {} waiting.",
        counted(count, "contact"),
        number(served),
        number(count - served)
    )
}

/// Says that injecting stopped, and why.
pub fn stopped(count: u64, why: &impl std::fmt::Display) -> String {
    format!("Only {} injected: {why}.", counted(count, "contact"))
}

/// Says how many contacts of a series were created, and why no more.
pub fn series(series: &Series, made: u32, why: Option<&impl std::fmt::Display>) -> String {
    let rate = series
        .per_minute
        .map_or_else(String::new, |rate| format!(" at {rate} a minute"));
    match why {
        Some(why) => format!("Only {made} of {} contacts injected: {why}.", series.count),
        None if made < series.count => {
            format!(
                "Stopped: {made} of {} contacts were injected.",
                series.count
            )
        }
        None => format!("{} injected{rate}.", counted(made.into(), "contact")),
    }
}

/// Says how many of several requests succeeded, and why not all.
pub fn done_of(done: usize, all: usize, why: Option<&impl std::fmt::Display>) -> String {
    match why {
        None => format!("Done: {done} of {all}."),
        Some(why) => format!("Done: {done} of {all}. The last refusal: {why}."),
    }
}

/// Says how an agent's skills changed.
pub fn skills_changed(agent: &AgentId, add: &[Skill], remove: &[Skill]) -> String {
    let mut parts = vec![];
    if !add.is_empty() {
        parts.push(format!("got {}", joined(add)));
    }
    if !remove.is_empty() {
        parts.push(format!("lost {}", joined(remove)));
    }
    format!("{agent} {}.", parts.join(" and "))
}

/// Says what happened to a contact that was requeued.
pub fn requeued(id: ContactId, from: &AgentId, state: &ContactState) -> String {
    let contact = short_contact(id);
    match state.agent() {
        Some(agent) => format!("{contact} went from {from} to {agent}; {from} is unavailable."),
        None => format!("{contact} is back in the queue; {from} is unavailable."),
    }
}

/// Says what happened to a contact that was completed.
pub fn completed(id: ContactId, state: &ContactState) -> String {
    let contact = short_contact(id);
    match state {
        ContactState::Complete {
            served: Some((agent, _)),
            ..
        } => {
            format!("{contact} completed: handled by {agent}.")
        }
        ContactState::Complete { served: None, .. } => {
            format!("{contact} completed: it was still waiting, so it counts as abandoned.")
        }
        ContactState::Queued | ContactState::Assigned { .. } => {
            format!("{contact} is not complete yet.")
        }
    }
}

/// Describes a service level. Abandonments within `short` milliseconds are not counted.
pub fn service_level(level: ServiceLevel, short: u64) -> String {
    let within = level.within();
    let without = not_counted(short);
    format!("SL {level}: answered within {within} s, {without}")
}

/// Says which contacts the service level does not count.
pub fn not_counted(short: u64) -> String {
    let seconds = short / 1_000;
    format!("short abandons ≤ {seconds} s not counted")
}

/// Joins skills with commas.
pub fn joined(skills: &[Skill]) -> String {
    let names: Vec<&str> = skills.iter().map(Skill::as_str).collect();
    names.join(", ")
}

/// Says how many contacts an agent handled, and how long each took on average.
pub fn handled(agent: &Agent) -> String {
    let contacts = counted(agent.handled, "contact");
    match agent.average_handle_time() {
        Some(average) => format!("{contacts}, {} each", waited(average)),
        None => contacts,
    }
}

/// Returns the outcome of a contact in one word.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Handled => "handled",
        Outcome::Abandoned => "abandoned",
        Outcome::Cancelled => "cancelled",
    }
}
