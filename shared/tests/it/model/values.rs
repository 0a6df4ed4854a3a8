//! The agents, contacts, skills and other values of the model test. There are few of each, so that
//! operations meet.

use shared::agent::AgentId;
use shared::contact::{Attributes, ContactId, Owner, Remarks};
use shared::contact_type::TypeName;
use shared::skill::Skill;
use shared::text::{Disposition, PersonName, Reason};

pub(super) const AGENTS: u8 = 6;
pub(super) const CONTACTS: u8 = 24;
pub(super) const SKILLS: u8 = 4;
pub(super) const TYPES: u8 = 3;

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

pub(super) fn disposition(number: u8) -> Disposition {
    ["sold", "no \\ answer", "हाँ"][usize::from(number)]
        .parse()
        .unwrap()
}

/// What is said of a contact; nothing for most numbers.
pub(super) fn remarks(number: u8) -> Remarks {
    Remarks {
        disposition: (number < 3).then(|| disposition(number)),
        note: [2, 3]
            .contains(&number)
            .then(|| format!("note {{{number}}} \"x\\\"}}").parse().unwrap()),
    }
}

pub(super) fn contact_type(number: u8) -> TypeName {
    ["billing", "Chat \\ 'x'", "हिन्दी"][usize::from(number)]
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
