//! Series of contacts to inject: how many, and at which rate.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use shared::contact::Priority;
use shared::contact_type::TypeName;
use shared::skill::Skill;
use shared::text::Invalid;

/// A rate in contacts a minute: 1 to [`PerMinute::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerMinute(u32);

impl PerMinute {
    /// The highest rate: one contact each millisecond.
    pub const MOST: u32 = 60_000;

    /// Returns the time between two contacts.
    pub fn apart(self) -> Duration {
        Duration::from_mins(1) / self.0
    }
}

impl FromStr for PerMinute {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = text.parse().ok();
        let allowed = number.filter(|number| (1..=Self::MOST).contains(number));
        allowed.map(Self).ok_or_else(|| {
            Invalid::new(
                format!("rate {text:?}"),
                "is not a number of contacts a minute",
                format!("use 1 to {}", Self::MOST),
            )
        })
    }
}

impl fmt::Display for PerMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an injected contact asks for. What it leaves out, its type or the floor has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Its type.
    pub contact_type: Option<TypeName>,
    /// The skills that it needs.
    pub skills: Option<Vec<Skill>>,
    /// Its priority.
    pub priority: Option<Priority>,
}

impl Needs {
    /// Makes the needs of a contact that has a type or else needs any agent, if no skills are said.
    pub fn new(
        contact_type: Option<TypeName>,
        skills: Option<Vec<Skill>>,
        priority: Option<Priority>,
    ) -> Self {
        let skills = skills.or_else(|| contact_type.is_none().then(Vec::new));
        Self {
            contact_type,
            skills,
            priority,
        }
    }

    /// Makes the needs of a contact without a type.
    pub fn of(skills: Vec<Skill>, priority: Priority) -> Self {
        Self::new(None, Some(skills), Some(priority))
    }
}

/// Contacts to inject one after another, all alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What each asks for.
    pub needs: Needs,
    /// How many.
    pub count: u32,
    /// The rate; none for as fast as the store accepts them.
    pub per_minute: Option<PerMinute>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_that_can_be_kept() {
        for (text, apart) in [("1", 60_000), ("60", 1_000), ("60000", 1)] {
            let rate: PerMinute = text.parse().unwrap();
            assert_eq!(rate.apart(), Duration::from_millis(apart));
        }
        for bad in ["", "0", "-1", "60001", "1.5", "x"] {
            let why = bad.parse::<PerMinute>().unwrap_err().to_string();
            assert!(why.contains("use 1 to 60000"), "{why}");
        }
    }
}
