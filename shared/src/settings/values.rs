//! The values of settings, validated once.

use serde::{Deserialize, Serialize};

use crate::skill::{MOST_SKILLS_OF_A_CONTACT, Skill, distinct};
use crate::text::{Disposition, Invalid, Reason};

/// A whole number from `LEAST` to `MOST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Between<const LEAST: u32, const MOST: u32>(u32);

/// A time in seconds, at most a day.
pub type Seconds = Between<0, 86_400>;
/// A time in seconds within which somebody must answer, at most an hour.
pub type Timeout = Between<1, 3_600>;
/// A time in seconds, at most an hour.
pub type Penalty = Between<0, 3_600>;
/// How many offers in a row an agent may miss.
pub type Misses = Between<1, 100>;

impl<const LEAST: u32, const MOST: u32> Between<LEAST, MOST> {
    /// Returns the number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// Returns the seconds in milliseconds.
    pub fn millis(self) -> u64 {
        u64::from(self.0) * 1_000
    }
}

impl<const LEAST: u32, const MOST: u32> TryFrom<u64> for Between<LEAST, MOST> {
    type Error = Invalid;
    fn try_from(number: u64) -> Result<Self, Invalid> {
        let fits = u32::try_from(number)
            .ok()
            .filter(|number| (LEAST..=MOST).contains(number));
        fits.map(Self).ok_or_else(|| {
            Invalid::new(
                number.to_string(),
                "is out of range",
                format!("use {LEAST} to {MOST}"),
            )
        })
    }
}

impl<const LEAST: u32, const MOST: u32> From<Between<LEAST, MOST>> for u64 {
    fn from(number: Between<LEAST, MOST>) -> Self {
        number.0.into()
    }
}

/// What an agent does after a contact that they were on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum WrapUp {
    /// They are free at once.
    None {},
    /// They are in wrap-up for so many seconds, or until they say that they are done.
    Timed {
        /// The seconds.
        seconds: Timeout,
    },
    /// They are in wrap-up until they say that they are done or available.
    Manual {},
}

/// A list of different names, in the order given.
macro_rules! list_of {
    ($(#[$doc:meta])* $list:ident of $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "Vec<String>")]
        pub struct $list(Vec<$name>);

        impl $list {
            /// How long the list may be.
            pub const MOST: usize = 100;

            /// Returns all of them.
            pub fn all(&self) -> &[$name] {
                &self.0
            }
        }

        impl TryFrom<Vec<String>> for $list {
            type Error = Invalid;
            /// Drops repeated names.
            fn try_from(names: Vec<String>) -> Result<Self, Invalid> {
                let mut kept: Vec<$name> = vec![];
                for name in names {
                    let name = name.parse()?;
                    if !kept.contains(&name) {
                        kept.push(name);
                    }
                }
                if kept.len() > Self::MOST {
                    return Err(Invalid::new(
                        concat!("the list of ", $what),
                        format!("has more than {} {}", Self::MOST, $what),
                        format!("use at most {} different {}", Self::MOST, $what),
                    ));
                }
                Ok(Self(kept))
            }
        }
    };
}

list_of! {
    /// A list of different reasons, in the order given.
    Reasons of Reason, "reasons"
}

list_of! {
    /// A list of different dispositions, in the order given.
    Dispositions of Disposition, "dispositions"
}

/// The skills that a contact needs, each once, in the order given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Skills(Vec<Skill>);

impl Skills {
    /// Returns the skills.
    pub fn all(&self) -> &[Skill] {
        &self.0
    }
}

impl TryFrom<Vec<String>> for Skills {
    type Error = Invalid;
    /// Drops repeated skills.
    fn try_from(skills: Vec<String>) -> Result<Self, Invalid> {
        let skills: Result<Vec<Skill>, Invalid> =
            skills.iter().map(|skill| skill.parse()).collect();
        distinct(skills?, MOST_SKILLS_OF_A_CONTACT, "a contact").map(Self)
    }
}
