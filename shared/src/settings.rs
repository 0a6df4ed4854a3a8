//! Settings of a whole floor. A setting that is absent has no effect.

use serde::{Deserialize, Deserializer, Serialize};

/// The settings of a floor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether contacts that need a skill which no agent holds are refused.
    pub known_skills_only: Option<bool>,
}

impl Settings {
    /// The names of the settings, as stores and the API write them.
    pub const NAMES: [&str; 1] = ["known_skills_only"];

    /// Returns the settings after a change.
    #[must_use]
    pub fn changed(&self, change: &SettingsChange) -> Self {
        let Self { known_skills_only } = *self;
        Self {
            known_skills_only: change.known_skills_only.unwrap_or(known_skills_only),
        }
    }
}

/// A change of settings: a field that is absent keeps its value, `null` removes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// See [`Settings::known_skills_only`].
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub known_skills_only: Option<Option<bool>>,
}

/// Distinguishes a field that is null from one that is absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_fields_keep_their_value_and_null_removes_it() {
        let read = |json| serde_json::from_str::<SettingsChange>(json).unwrap();
        let on = Settings {
            known_skills_only: Some(true),
        };
        assert_eq!(on.changed(&read("{}")), on);
        let off = on.changed(&read(r#"{"known_skills_only":null}"#));
        assert_eq!(off, Settings::default());
        let on_again = off.changed(&read(r#"{"known_skills_only":true}"#));
        assert_eq!(on_again, on);
        for json in [
            "{}",
            r#"{"known_skills_only":null}"#,
            r#"{"known_skills_only":false}"#,
        ] {
            assert_eq!(serde_json::to_string(&read(json)).unwrap(), json);
        }
    }

    #[test]
    fn an_unknown_setting_is_refused_with_the_known_ones() {
        let refused = serde_json::from_str::<SettingsChange>(r#"{"known_skill_only":true}"#);
        let said = refused.unwrap_err().to_string();
        assert!(
            said.contains("known_skill_only") && said.contains("known_skills_only"),
            "{said}"
        );
    }
}
