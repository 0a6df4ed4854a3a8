//! Names that come from outside, validated once on entry.
//!
//! Every name that becomes part of a key is parsed here. So no request can reach a key outside its
//! own ACD, and one name is always the same key, however it was typed. The rules are in
//! `docs/names.md`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::letters;

/// The most characters a name may have, in its normalized form.
pub const LONGEST_NAME: usize = 64;

/// Why input was refused: what it should have been, what is wrong, what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {problem}; {rule}")]
pub struct Invalid {
    /// What the input should have been, for example "skill" with the input quoted.
    pub what: String,
    /// What is wrong with it.
    pub problem: String,
    /// What would be right.
    pub rule: String,
}

impl Invalid {
    /// Makes a refusal from what the input should have been, what is wrong, and what would be
    /// right.
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
}

/// Characters that no name may have: keys, profiles, patterns and console commands use them as
/// syntax.
const FORBIDDEN: &str = ",|{}*\"";

/// Parses a name of any kind. It is trimmed, each run of white space becomes one space, and it is
/// composed (NFC). Refuses a blank name or one with characters that are not allowed.
pub(crate) fn name(what: &str, text: &str) -> Result<Arc<str>, Invalid> {
    let refuse = |problem: String| {
        let rule = format!(
            "use 1 to {LONGEST_NAME} letters, digits, spaces or punctuation, but none of , | {{ }} * \""
        );
        Err(Invalid::new(
            format!("{what} {}", excerpt(text)),
            problem,
            rule,
        ))
    };
    let tidy = letters::tidy(text);
    if tidy.is_empty() {
        return refuse("is empty".to_owned());
    }
    if let Some(fault) = letters::fault(&tidy, FORBIDDEN) {
        return refuse(fault);
    }
    // In a URL these are path segments with a special meaning.
    if [".", ".."].contains(&&*tidy) {
        return refuse("cannot be used in a URL".to_owned());
    }
    let length = tidy.chars().count();
    if length > LONGEST_NAME {
        return refuse(format!("is {length} characters long"));
    }
    Ok(tidy.into())
}

/// Composes a text (NFC) as names are, so that it can be searched for in them.
pub fn composed(text: &str) -> Cow<'_, str> {
    letters::composed(text)
}

/// Quotes the beginning of a text, so that a message never repeats a megabyte.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// Defines a type of name: parsed once, then cheap to copy.
///
/// Input from outside is parsed with `FromStr`, which applies the rules. Deserializing is for what
/// a store or an engine has: it is accepted as it is, because a name that is older than the rules
/// must not break anything.
macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Returns the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes a name from a store as it is, without applying the rules.
            pub fn stored(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::Invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::text::name($what, text).map(Self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Ok(Self::stored(&text))
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
    /// An ACD's name. It is the hash tag of all its keys, so an ACD lives in one cluster slot.
    AcdName, "ACD name"
}

impl Default for AcdName {
    /// The name of an ACD when none is given.
    fn default() -> Self {
        Self("acd".into())
    }
}

name_type! {
    /// Why an agent is unavailable: break, lunch, training ...
    Reason, "reason"
}

name_type! {
    /// What became of a contact, as a code: sold, complaint, wrong number ...
    Disposition, "disposition"
}

/// What an agent notes about a contact that has ended.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Note(String);

impl Note {
    /// The most characters a note may have.
    pub const LONGEST: usize = 2_000;

    /// Returns the note as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Note {
    type Err = Invalid;
    /// Accepts any text that is not too long.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let length = text.chars().count();
        if length > Self::LONGEST {
            let rule = format!("use up to {} characters", Self::LONGEST);
            let problem = format!("is {length} characters long");
            return Err(Invalid::new("the note", problem, rule));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A person's name, only shown to people and never part of a key. It may be empty.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[serde(into = "String")]
pub struct PersonName(Arc<str>);

impl PersonName {
    /// The most characters a person's first or last name may have.
    pub const LONGEST: usize = 100;

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PersonName {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        let refuse = |problem: String| {
            let rule = format!(
                "use up to {} letters, digits, spaces or punctuation",
                Self::LONGEST
            );
            let what = format!("name {}", excerpt(&text));
            Err(Invalid::new(what, problem, rule))
        };
        let tidy = letters::tidy(&text);
        if let Some(fault) = letters::fault(&tidy, "") {
            return refuse(fault);
        }
        let length = tidy.chars().count();
        if length > Self::LONGEST {
            return refuse(format!("is {length} characters long"));
        }
        Ok(Self(tidy.into()))
    }
}

impl<'de> serde::Deserialize<'de> for PersonName {
    // As for every name, what a store has is accepted as it is.
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(from)?.into()))
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
    // People's names stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skill::Skill;

    #[test]
    fn names_that_could_reach_another_key_are_refused() {
        for bad in [
            "", "{x}", "a*", "a\nb", "a,b", "a|b", "a\"b", "a\0", "\u{7f}", ".", "..",
        ] {
            assert!(bad.parse::<Skill>().is_err(), "{bad:?}");
        }
        assert!("x".repeat(65).parse::<Skill>().is_err());
    }

    #[test]
    fn a_refusal_says_what_is_wrong_and_what_would_be_right() {
        let refused = "a|b".parse::<Skill>().unwrap_err().to_string();
        assert_eq!(
            refused,
            "skill \"a|b\" has the character '|'; use 1 to 64 letters, digits, spaces or \
             punctuation, but none of , | { } * \""
        );
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
