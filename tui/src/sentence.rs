//! Events and answers as sentences for people.

use shared::agent::{Agent, AgentId};
use shared::contact::{ContactId, ContactState, Outcome};
use shared::contact_type::TypeName;
use shared::event::{OfferEnd, What};
use shared::service_level::ServiceLevel;
use shared::skill::Skill;
use shared::text::{Disposition, Reason};
use shared::time::Millis;

use crate::agent_words::because;
use crate::offer_answer::OfferAnswer;
use crate::series::{Needs, Series};
use crate::settings_words::of_type;
use crate::text::{counted, number, short_contact, waited};

/// Describes an event.
pub fn happened(what: &What) -> String {
    match what {
        What::AcdOpened => "The ACD was opened".to_owned(),
        What::AcdClosed => "The ACD was closed".to_owned(),
        What::SettingsChanged { .. } => "The settings were changed".to_owned(),
        What::TypeChanged {
            contact_type,
            settings,
        } => format!(
            "The contact type {contact_type} was set: {}",
            of_type(settings)
        ),
        What::TypeDeleted { contact_type } => {
            format!("The contact type {contact_type} was deleted")
        }
        What::ContactCreated {
            contact,
            contact_type,
            profile,
            ..
        } => arrived(*contact, contact_type.as_ref(), profile),
        What::ContactAssigned {
            contact,
            agent,
            wait,
            offer,
        } => assigned(*contact, agent, *wait, *offer),
        What::ContactCompleted {
            contact,
            agent,
            outcome,
            disposition,
        } => ended(*contact, agent.as_ref(), *outcome, disposition.as_ref()),
        What::ContactOffered { contact, agent, .. } => {
            format!("{} is offered to {agent}", short_contact(*contact))
        }
        What::OfferEnded {
            contact,
            agent,
            how,
            reason,
            ..
        } => offer_ended(*contact, agent, *how, reason.as_ref()),
        What::ContactDisposition {
            contact,
            agent,
            disposition,
        } => said_of(*contact, agent, disposition.as_ref()),
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
        What::AgentPenalty { agent, .. } => {
            format!("{agent} gets no contact for a moment")
        }
        What::AgentWrapUp {
            agent,
            contact,
            until,
        } => wraps_up(*contact, agent, *until),
        What::WrapUpEnded {
            agent, time, done, ..
        } => {
            let why = if *done { "" } else { ": its time was over" };
            format!("{agent} was in wrap-up for {}{why}", waited(*time))
        }
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
            // It may be after their contact or after their wrap-up; the event does not tell.
            format!("{agent} will be {presence} next{reason}")
        }
        What::SkillAdded { agent, skill } => format!("{agent} got the skill {skill}"),
        What::SkillRemoved { agent, skill } => format!("{agent} lost the skill {skill}"),
        What::Repaired { agent } => {
            format!("{agent} was in an inconsistent state and was repaired")
        }
    }
}

fn arrived(contact: ContactId, contact_type: Option<&TypeName>, profile: &str) -> String {
    let of_type = contact_type.map_or_else(String::new, |name| format!(" ({name})"));
    let contact = format!("{}{of_type}", short_contact(contact));
    match profile {
        "*" => format!("{contact} arrives, any agent can serve it"),
        profile => format!("{contact} arrives, needs {}", profile.replace(',', ", ")),
    }
}

fn offer_ended(
    contact: ContactId,
    agent: &AgentId,
    how: OfferEnd,
    reason: Option<&Reason>,
) -> String {
    let contact = short_contact(contact);
    match how {
        OfferEnd::Rejected => {
            let why = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
            format!("{agent} rejected {contact}{why}")
        }
        OfferEnd::Missed => format!("{agent} missed the offer of {contact}"),
        OfferEnd::Withdrawn => format!("The offer of {contact} to {agent} was withdrawn"),
        OfferEnd::Abandoned => format!("{contact} left while it was offered to {agent}"),
    }
}

fn said_of(contact: ContactId, agent: &AgentId, disposition: Option<&Disposition>) -> String {
    let contact = short_contact(contact);
    match disposition {
        Some(disposition) => format!("{agent} says of {contact}: {disposition}"),
        None => format!("{agent} wrote a note about {contact}"),
    }
}

/// Says to whom a contact is offered, or that it waits.
fn waits_or_is_offered(state: &ContactState) -> String {
    match state {
        ContactState::Offered(offer) => format!("it is offered to {}", offer.agent),
        _ => "it waits".to_owned(),
    }
}

fn ended(
    contact: ContactId,
    agent: Option<&AgentId>,
    outcome: Outcome,
    disposition: Option<&Disposition>,
) -> String {
    let contact = short_contact(contact);
    let became = match (outcome, agent) {
        (Outcome::Handled, Some(agent)) => format!("{contact} was handled by {agent}"),
        (Outcome::Handled, None) => format!("{contact} was handled"),
        (Outcome::Abandoned, _) => format!("{contact} was abandoned while it waited"),
        (Outcome::Cancelled, Some(agent)) => format!("{contact} was cancelled while with {agent}"),
        (Outcome::Cancelled, None) => format!("{contact} was cancelled while it waited"),
    };
    match disposition {
        Some(disposition) => format!("{became}: {disposition}"),
        None => became,
    }
}

fn assigned(contact: ContactId, agent: &AgentId, wait: u64, offer: Option<u64>) -> String {
    let (contact, wait) = (short_contact(contact), waited(wait));
    match offer {
        Some(_) => format!("{agent} accepted {contact} after {wait}"),
        None => format!("{contact} goes to {agent} after {wait}"),
    }
}

fn wraps_up(contact: ContactId, agent: &AgentId, until: Option<Millis>) -> String {
    let contact = short_contact(contact);
    match until {
        Some(_) => format!("{agent} is in wrap-up for {contact}"),
        None => format!("{agent} is in wrap-up for {contact} until they are done"),
    }
}

/// Says that events were missed.
pub fn missed(count: u64) -> String {
    format!("… {} missed", counted(count, "event"))
}

/// Says what happened to an injected contact.
pub fn injected(id: ContactId, needs: &Needs, state: &ContactState) -> String {
    let contact = short_contact(id);
    let needs = needed(needs);
    match state.agent() {
        Some(agent) => format!("{contact} injected ({needs}): {agent} has it."),
        None => format!(
            "{contact} injected ({needs}): {}.",
            waits_or_is_offered(state)
        ),
    }
}

/// Says what a contact asks for: its type, its skills or both.
fn needed(needs: &Needs) -> String {
    let skills = needs.skills.as_deref().map(|skills| match skills {
        [] => "any agent".to_owned(),
        skills => joined(skills),
    });
    match (&needs.contact_type, skills) {
        (Some(name), None) => name.to_string(),
        (Some(name), Some(skills)) => format!("{name}: {skills}"),
        (None, Some(skills)) => skills,
        (None, None) => "the skills of the floor".to_owned(),
    }
}

/// Says what happened to injected contacts.
pub fn injected_many(count: u64, needs: &Needs, served: u64) -> String {
    let needs = needed(needs);
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
        None => match state {
            ContactState::Offered(offer) => format!(
                "{contact} is now offered to {}; {from} is unavailable.",
                offer.agent
            ),
            _ => format!("{contact} is back in the queue; {from} is unavailable."),
        },
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
        ContactState::Queued | ContactState::Offered(_) | ContactState::Assigned { .. } => {
            format!("{contact} is not complete yet.")
        }
    }
}

/// Says what an agent answered to the offer of a contact.
pub(crate) fn answered(id: ContactId, agent: &AgentId, answer: &OfferAnswer) -> String {
    let contact = short_contact(id);
    match answer {
        OfferAnswer::Accept => format!("{agent} is on {contact}."),
        OfferAnswer::Reject(_) => format!("{agent} rejected {contact}."),
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
