//! The filter: a line of text such as `(skill:Billing or skill:Sales) wait>30s !pri>3`, parsed once
//! into typed predicates. What cannot be meant is refused with its place and with what would be right.
//!
//! Knows nothing of screens: whoever filters hands in the subject and the time.

mod lexer;
mod parser;
mod predicate;

pub use self::predicate::{Pattern, Query};

/// What is filtered; each kind understands other words.
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
    /// Gives the words that can be asked for, as an example of each.
    pub fn examples(self) -> &'static str {
        match self {
            Self::Contacts => "skill:B*  wait>9s  pri<=2  id:c-9f*  word  !not  (a or b)",
            Self::Skills => "skill:B*  state:waiting  state:available  !not  (a or b)",
            Self::Agents => "state:busy  idle>9s  skill:B*  agent:7  !not  (a or b)",
            Self::Events => "agent:7  id:c-9f*  skill:B*  word  !not  (a or b)",
        }
    }
}

/// Writes a name as a word of a query: in quotes if a sign in it would mean something else. No name
/// has a quote.
pub fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_.+&/#@".contains(c);
    if name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Where, in characters from the beginning.
    pub at: usize,
    /// What is wrong there, and what would be right.
    pub says: String,
}

impl Query {
    /// Reads a query for that kind of thing.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Wrong> {
        parser::parse(text, kind)
    }
}

#[cfg(test)]
mod tests;
