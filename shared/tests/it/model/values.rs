//! The agents, contacts, skills and other values of the model test. There are few of each, so that
//! operations meet.

use shared::agent::AgentId;
use shared::contact::{Attributes, ContactId, Owner};
use shared::skill::Skill;
use shared::text::{PersonName, Reason};

pub(super) const AGENTS: u8 = 6;
pub(super) const CONTACTS: u8 = 24;
pub(super) const SKILLS: u8 = 4;

pub(super) fn agent_id(number: u8) -> AgentId {
    format!("CORP\\agent/{number}?").parse().unwrap()
}

pub(super) fn contact_id(number: u8) -> ContactId {
    ContactId::for_key("model", &number.to_string())
}

pub(super) fn skill(number: u8) -> Skill {
    ["English", "C\\C++", "Tier 2 (VIP)", "हिन्दी"][usize::from(number)]
        .parse()
        .unwrap()
}

pub(super) fn skills(numbers: &[u8]) -> Vec<Skill> {
    numbers.iter().copied().map(skill).collect()
}

pub(super) fn attributes(extras: u8) -> Attributes {
    let text = match extras % 3 {
        0 => r"{}",
        1 => r#"{"a":1,"b":["x",null]}"#,
        _ => r#"{"b":["x",null],"a":2}"#,
    };
    serde_json::from_str(text).unwrap()
}

pub(super) fn owner(extras: u8) -> Option<Owner> {
    (extras >= 3).then(|| "Shop 2".parse().unwrap())
}

pub(super) fn person(text: &str) -> PersonName {
    text.to_owned().try_into().unwrap()
}

pub(super) fn reason(number: u8) -> Reason {
    // Includes the words of marks. As a choice of a person they are reasons.
    ["lunch \\ [x]", "closed", "new", "requeued"][usize::from(number)]
        .parse()
        .unwrap()
}
