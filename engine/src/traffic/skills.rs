//! The skills of synthetic agents and contacts: one language and one expertise each.

use std::path::Path;

use serde::Deserialize;
use shared::skill::Skill;
use shared::text::Invalid;

use crate::json_error;

/// The languages and fields of expertise to draw from; at least one of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillSet {
    languages: Vec<Skill>,
    expertise: Vec<Skill>,
}

/// The content of the skills file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SkillFile {
    languages: Vec<String>,
    expertise: Vec<String>,
}

impl SkillSet {
    /// Reads the skills from a JSON file.
    pub fn from_file(path: &Path) -> Result<Self, Invalid> {
        std::fs::read_to_string(path)
            .map_err(|error| error.to_string())
            .and_then(|text| Self::from_json(&text))
            .map_err(|why| {
                Invalid::new(
                    format!("skills file {}", path.display()),
                    format!("cannot be used ({why})"),
                    r#"write it like {"languages":["English"],"expertise":["Billing"]}"#,
                )
            })
    }

    fn from_json(text: &str) -> Result<Self, String> {
        let file: SkillFile =
            serde_json::from_str(text).map_err(|error| json_error::in_words(&error.to_string()))?;
        if file.languages.is_empty() || file.expertise.is_empty() {
            return Err("it needs at least one language and one expertise".to_owned());
        }
        let named = |names: &[String]| -> Result<Vec<Skill>, String> {
            let skills = names.iter().map(|name| name.parse::<Skill>());
            skills
                .collect::<Result<_, _>>()
                .map_err(|wrong| wrong.to_string())
        };
        Ok(Self {
            languages: named(&file.languages)?,
            expertise: named(&file.expertise)?,
        })
    }

    /// Returns the same skills with a guest's prefix. A name that gets too long with it is refused:
    /// without it nobody could tell the guest's agents from others.
    pub(super) fn of_guest(&self) -> Result<Self, Invalid> {
        let marked = |skills: &[Skill]| -> Result<Vec<Skill>, Invalid> {
            let prefix = super::guest::SKILLS;
            let named = |skill: &Skill| -> Result<Skill, Invalid> {
                let parsed = format!("{prefix}{skill}").parse();
                parsed.map_err(|refused: Invalid| Invalid {
                    rule: format!("--guest puts {prefix} before each skill; use a shorter name"),
                    ..refused
                })
            };
            skills.iter().map(named).collect()
        };
        Ok(Self {
            languages: marked(&self.languages)?,
            expertise: marked(&self.expertise)?,
        })
    }

    /// Draws a language and an expertise.
    pub(super) fn draw(&self, rng: &mut impl rand::RngExt) -> [Skill; 2] {
        let mut one_of = |skills: &[Skill]| skills[rng.random_range(0..skills.len())].clone();
        [one_of(&self.languages), one_of(&self.expertise)]
    }
}

impl Default for SkillSet {
    fn default() -> Self {
        let read = |names: [&str; 5]| names.iter().filter_map(|name| name.parse().ok()).collect();
        Self {
            languages: read(["English", "Spanish", "French", "German", "Italian"]),
            expertise: read(["Billing", "Sales", "Support", "Returns", "Technical"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_skills_are_all_there() {
        let built_in = SkillSet::default();
        assert_eq!((built_in.languages.len(), built_in.expertise.len()), (5, 5));
    }

    #[test]
    fn a_file_of_skills_is_read() {
        let text = r#"{"languages":["Klingon"],"expertise":["Opera","Honour"]}"#;
        let read = SkillSet::from_json(text).unwrap();
        assert_eq!((read.languages.len(), read.expertise.len()), (1, 2));
    }

    #[test]
    fn a_bad_file_of_skills_is_refused() {
        for (text, says) in [
            ("", "EOF"),
            ("[]", "expected a JSON object at line 1"),
            (r#"{"languages":["English"]}"#, "missing field `expertise`"),
            (r#"{"languages":[],"expertise":["Sales"]}"#, "at least one"),
            (
                r#"{"languages":["a*"],"expertise":["Sales"]}"#,
                "character '*'",
            ),
            (
                r#"{"languages":["a"],"expertise":["b"],"x":1}"#,
                "unknown field",
            ),
        ] {
            let refused = SkillSet::from_json(text).unwrap_err();
            assert!(refused.contains(says), "{text}: {refused}");
        }
    }

    #[test]
    fn a_missing_file_is_named_in_the_refusal() {
        let refused = SkillSet::from_file(Path::new("/nowhere/skills.json")).unwrap_err();
        assert!(
            refused
                .to_string()
                .starts_with("skills file /nowhere/skills.json cannot be used (No such file"),
            "{refused}"
        );
    }
}
