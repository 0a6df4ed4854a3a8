//! Names that come from outside, checked once at the edge.
//!
//! Every name that becomes part of a key passes here, so no request can reach a key outside its
//! own ACD: the characters `{ } * , /` and control characters never get in.

use std::fmt;
use std::sync::Arc;

/// The most characters a name may have.
pub const LONGEST_NAME: usize = 64;

/// Why a piece of input was refused: what it was to be, what is wrong, what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {problem}; {rule}")]
pub struct Invalid {
    /// What the input was to be, for example "skill" with the input quoted.
    pub what: String,
    /// What is wrong with it.
    pub problem: String,
    /// What would be right.
    pub rule: String,
}

impl Invalid {
    /// Says what the input was to be, what is wrong with it, and what would be right.
    pub fn new(
        what: impl Into<String>,
        problem: impl Into<String>,
        rule: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            problem: problem.into(),
            rule: rule.into(),
        }
    }

    /// Takes a refusal back from the sentence it was told in. It reads the same again.
    pub fn told(sentence: &str) -> Self {
        let (wrong, rule) = sentence.split_once("; ").unwrap_or((sentence, "mend that"));
        let (what, problem) = wrong.rsplit_once(' ').unwrap_or(("the request", wrong));
        Self::new(what, problem, rule)
    }
}

/// What a kind of name allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameRule {
    pub(crate) what: &'static str,
    pub(crate) marks: &'static str,
}

/// Checks a name of letters, digits and the rule's marks.
pub(crate) fn check_name(text: &str, rule: NameRule) -> Result<Arc<str>, Invalid> {
    let says = || {
        let marks: Vec<String> = rule
            .marks
            .chars()
            .map(|mark| {
                if mark == ' ' {
                    "space".to_owned()
                } else {
                    mark.to_string()
                }
            })
            .collect();
        format!(
            "use 1 to {LONGEST_NAME} letters, digits or {}",
            marks.join(" ")
        )
    };
    let what = || format!("{} {}", rule.what, excerpt(text));
    if text.is_empty() {
        return Err(Invalid::new(what(), "is empty", says()));
    }
    if let Some(found) = text
        .chars()
        .find(|c| !c.is_alphanumeric() && !rule.marks.contains(*c))
    {
        return Err(Invalid::new(
            what(),
            format!("has the character {found:?}"),
            says(),
        ));
    }
    let length = text.chars().count();
    if length > LONGEST_NAME {
        return Err(Invalid::new(
            what(),
            format!("is {length} characters long"),
            says(),
        ));
    }
    Ok(text.into())
}

/// Quotes the beginning of a text, so that a message never repeats a megabyte.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// Makes a type of name: parsed once, then cheap to copy.
macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $what:literal, $marks:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Gives the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::Invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let rule = $crate::text::NameRule { what: $what, marks: $marks };
                $crate::text::check_name(text, rule).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::text::Invalid;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().to_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }
    };
}
pub(crate) use name_type;

name_type! {
    /// An ACD's name, the hash tag of all its keys: an ACD lives in one slot.
    AcdName, "ACD name", " _.-"
}

impl Default for AcdName {
    /// What an ACD is called unless somebody says otherwise.
    fn default() -> Self {
        Self("acd".into())
    }
}

name_type! {
    /// Why an agent is unavailable: break, lunch, training ...
    Reason, "reason", " _.-"
}

/// A person's name, shown to people only and never part of a key.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(Arc<str>);

impl PersonName {
    /// The most characters a person's first or last name may have.
    pub const LONGEST: usize = 100;

    /// Gives the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PersonName {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        let rule = || {
            format!(
                "use up to {} characters, none of them a control character",
                Self::LONGEST
            )
        };
        let what = || format!("name {}", excerpt(&text));
        if text.chars().any(char::is_control) {
            return Err(Invalid::new(what(), "has a control character", rule()));
        }
        let length = text.chars().count();
        if length > Self::LONGEST {
            return Err(Invalid::new(
                what(),
                format!("is {length} characters long"),
                rule(),
            ));
        }
        Ok(Self(text.into()))
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.as_str().to_owned()
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for PersonName {
    // Names of people stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::AgentId;
    use crate::skill::Skill;

    #[test]
    fn names_that_could_reach_another_key_are_refused() {
        for bad in [
            "", "{x}", "a*", "a/b", "a\nb", "a,b", "a:b", "a\0", "\u{7f}",
        ] {
            assert!(bad.parse::<Skill>().is_err(), "{bad:?}");
        }
        assert!("x".repeat(65).parse::<Skill>().is_err());
    }

    #[test]
    fn ordinary_names_are_taken_as_they_are() {
        for good in [
            "English",
            "Tier 2",
            "c_sharp",
            "3.5-b",
            "Français",
            "日本語",
            &"x".repeat(64),
        ] {
            assert_eq!(good.parse::<Skill>().unwrap().as_str(), good);
        }
        assert_eq!("agent:7".parse::<AgentId>().unwrap().to_string(), "agent:7");
    }

    #[test]
    fn a_refusal_says_what_is_wrong_and_what_would_be_right() {
        let refused = "a/b".parse::<Skill>().unwrap_err().to_string();
        assert_eq!(
            refused,
            r#"skill "a/b" has the character '/'; use 1 to 64 letters, digits or space _ . -"#
        );
        assert_eq!(Invalid::told(&refused).to_string(), refused);
        let long = "x".repeat(10_000).parse::<Skill>().unwrap_err().to_string();
        assert!(
            long.contains("is 10000 characters long") && long.len() < 200,
            "{long}"
        );
    }

    #[test]
    fn names_of_people_stay_out_of_debug_output() {
        let name = PersonName::try_from("Ada".to_owned()).unwrap();
        assert!(!format!("{name:?}").contains("Ada"));
    }
}
