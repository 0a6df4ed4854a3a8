//! The filter language: a line such as `(skill:Billing or skill:Sales) wait>30s !pri>3`, parsed
//! once into typed predicates. Errors have a position and say what would be right.
//!
//! Knows nothing of screens: the caller passes the subject and the time.

mod lexer;
mod parser;
mod predicate;

pub use self::predicate::{Pattern, Query};

/// The kind of rows to filter; each has its own keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Waiting contacts.
    Contacts,
    /// Skills.
    Skills,
    /// Agents.
    Agents,
    /// Events.
    Events,
}

impl Kind {
    /// Returns an example of each key.
    pub fn examples(self) -> &'static str {
        match self {
            Self::Contacts => "skill:B*  type:b*  wait>9s  pri<=2  id:c-9f*  word  !not  (a or b)",
            Self::Skills => "skill:B*  state:waiting  state:available  !not  (a or b)",
            Self::Agents => "state:busy  idle>9s  skill:B*  agent:7  !not  (a or b)",
            Self::Events => "agent:7  id:c-9f*  skill:B*  type:b*  word  !not  (a or b)",
        }
    }
}

/// Writes a name as a word of a query: in quotes if it contains a character with a special meaning.
/// No name contains a quote.
pub fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_.+&/#@".contains(c);
    if name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

/// An error in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Its position, in characters from the start.
    pub at: usize,
    /// What is wrong, and what would be right.
    pub says: String,
}

impl Query {
    /// Parses a query for that kind of rows.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Wrong> {
        parser::parse(text, kind)
    }
}

#[cfg(test)]
mod tests;
