//! Names that become part of a key: what is taken is kept in one form and reaches no other key,
//! what is refused says so in few words.

#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::skill::Skill;
use shared::text::{AcdName, Invalid, LONGEST_NAME, PersonName, Reason};

/// A refusal quotes the beginning only; each of its characters may have become an escape.
const LONGEST_REFUSAL: usize = 1_000;

fuzz_target!(|text: &str| {
    name::<Skill>(text);
    name::<AgentId>(text);
    name::<Reason>(text);
    name::<AcdName>(text);
    match text.parse::<ContactId>() {
        Ok(id) => assert_eq!(id.to_string().parse::<ContactId>(), Ok(id)),
        Err(refused) => told(&refused),
    }
    match PersonName::try_from(text.to_owned()) {
        Ok(name) => assert_eq!(PersonName::try_from(name.as_str().to_owned()), Ok(name)),
        Err(refused) => told(&refused),
    }
});

fn name<Name: FromStr<Err = Invalid> + Display + Debug + PartialEq>(text: &str) {
    match text.parse::<Name>() {
        Ok(name) => {
            let kept = name.to_string();
            assert_eq!(kept.parse::<Name>().as_ref(), Ok(&name));
            assert!((1..=LONGEST_NAME).contains(&kept.chars().count()));
            let foreign = |c: char| "{}*,|\"\u{2028}\u{2029}".contains(c) || c.is_control();
            assert!(!kept.contains(foreign), "{name:?}");
        }
        Err(refused) => told(&refused),
    }
}

fn told(refused: &Invalid) {
    let said = refused.to_string();
    assert!(said.len() < LONGEST_REFUSAL && !said.contains(char::is_control));
}
