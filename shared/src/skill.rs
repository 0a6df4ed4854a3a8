//! Skills, and the profiles of skills that contacts need.

use std::fmt;
use std::sync::Arc;

use crate::text::{Invalid, name_type};

name_type! {
    /// Something an agent can do and a contact needs: a language, an expertise.
    Skill, "skill"
}

/// The most skills a contact may need.
pub const MOST_SKILLS_OF_A_CONTACT: usize = 16;
/// The most skills an agent may hold.
pub const MOST_SKILLS_OF_AN_AGENT: usize = 64;

/// The set of skills that a contact needs, sorted, without repetition. Contacts of the same profile
/// are served by the same agents, so they wait in the same line.
///
/// Written as text, the skills are joined by commas. The empty profile, which any agent serves, is
/// written `*`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Profile(Arc<[Skill]>);

impl Profile {
    /// How the empty profile is written.
    pub(crate) const EMPTY: &str = "*";

    /// Makes the profile of these skills, given in any order, with or without repetition.
    pub fn new(skills: &[Skill]) -> Self {
        let mut sorted = skills.to_vec();
        sorted.sort();
        sorted.dedup();
        Self(sorted.into())
    }

    /// Returns the skills, sorted by their bytes.
    pub fn skills(&self) -> &[Skill] {
        &self.0
    }

    /// Returns whether an agent who holds these skills can serve contacts of this profile.
    pub fn served_by(&self, held: &[Skill]) -> bool {
        can_serve(held, &self.0)
    }
}

/// Returns whether an agent who holds the one set of skills can serve a contact that needs the
/// other: the rule of routing. [`Profile::served_by`] and
/// [`Contact::served_by`](crate::contact::Contact::served_by) ask it. `core/available.rs`
/// and the scripts find such agents by their sets of skills.
pub(crate) fn can_serve(held: &[Skill], needed: &[Skill]) -> bool {
    needed.iter().all(|skill| held.contains(skill))
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(Self::EMPTY);
        }
        for (place, skill) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            f.write_str(skill.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({self})")
    }
}

/// Drops repeated skills and keeps the given order. Fails if more than `most` remain; `whose` names
/// the owner in the error.
pub(crate) fn distinct(
    skills: Vec<Skill>,
    most: usize,
    whose: &str,
) -> Result<Vec<Skill>, Invalid> {
    let mut kept: Vec<Skill> = Vec::with_capacity(skills.len().min(most));
    for skill in skills {
        if kept.contains(&skill) {
            continue;
        }
        if kept.len() == most {
            return Err(too_many(most, whose));
        }
        kept.push(skill);
    }
    Ok(kept)
}

/// The error for more skills than are allowed.
pub(crate) fn too_many(most: usize, whose: &str) -> Invalid {
    Invalid::new(
        format!("the list of skills of {whose}"),
        format!("has more than {most} skills"),
        format!("use at most {most} different skills"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skills(names: &[&str]) -> Vec<Skill> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn a_profile_does_not_depend_on_order_or_repetition() {
        let one = Profile::new(&skills(&["English", "Billing", "English"]));
        assert_eq!(one, Profile::new(&skills(&["Billing", "English"])));
        assert_eq!(one.to_string(), "Billing,English");
    }

    #[test]
    fn the_empty_profile_is_served_by_anyone() {
        let empty = Profile::new(&[]);
        assert_eq!(empty.to_string(), "*");
        assert!(empty.served_by(&[]));
    }

    #[test]
    fn an_agent_must_hold_every_skill() {
        let profile = Profile::new(&skills(&["a", "b"]));
        assert!(profile.served_by(&skills(&["b", "c", "a"])));
        assert!(!profile.served_by(&skills(&["a", "c"])));
    }

    #[test]
    fn repeated_skills_count_once_and_keep_their_order() {
        let kept = distinct(skills(&["b", "a", "b"]), 2, "a contact").unwrap();
        assert_eq!(kept, skills(&["b", "a"]));
        assert!(distinct(skills(&["a", "b", "c"]), 2, "a contact").is_err());
    }
}
