//! Settings of a whole floor. A setting that is absent has its default, which is what the floor does
//! without settings.

use serde::{Deserialize, Deserializer, Serialize};

use crate::figures::SHORT_ABANDON;
use crate::text::{Invalid, Reason};

/// The settings of a floor. Stores keep them as this JSON object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether contacts that need a skill which no agent holds are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_skills_only: Option<bool>,
    /// The reasons that an agent may give for being unavailable; any if it is absent. Giving none is
    /// always allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Reasons>,
    /// A contact that leaves within so many seconds is a short abandonment;
    /// [`SHORT_ABANDON`] if it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_abandon_s: Option<Seconds>,
}

impl Settings {
    /// Returns the settings after a change.
    #[must_use]
    pub fn changed(&self, change: &SettingsChange) -> Self {
        let SettingsChange {
            known_skills_only,
            reasons,
            short_abandon_s,
        } = change;
        Self {
            known_skills_only: known_skills_only.unwrap_or(self.known_skills_only),
            reasons: reasons.clone().unwrap_or_else(|| self.reasons.clone()),
            short_abandon_s: short_abandon_s.unwrap_or(self.short_abandon_s),
        }
    }

    /// Returns the longest wait of a short abandonment, in milliseconds.
    pub fn short_abandon(&self) -> u64 {
        self.short_abandon_s
            .map_or(SHORT_ABANDON, |seconds| u64::from(seconds.0) * 1_000)
    }

    /// Checks that an agent may give this reason, if any.
    ///
    /// # Errors
    ///
    /// There is a list of reasons, and it is not on it.
    pub fn permit(&self, reason: Option<&Reason>) -> Result<(), Invalid> {
        let (Some(Reasons(known)), Some(reason)) = (&self.reasons, reason) else {
            return Ok(());
        };
        if known.contains(reason) {
            return Ok(());
        }
        let names: Vec<&str> = known.iter().map(Reason::as_str).collect();
        let rule = if names.is_empty() {
            "give no reason: this ACD has an empty list of them".to_owned()
        } else {
            format!("give none or one of: {}", names.join(", "))
        };
        let what = format!("the reason {reason}");
        Err(Invalid::new(what, "is not one of this ACD's", rule))
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
    /// See [`Settings::reasons`].
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub reasons: Option<Option<Reasons>>,
    /// See [`Settings::short_abandon_s`].
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub short_abandon_s: Option<Option<Seconds>>,
}

/// Distinguishes a field that is null from one that is absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A time in whole seconds, at most a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Seconds(u32);

impl Seconds {
    /// The most.
    pub const MOST: u64 = 86_400;
}

impl TryFrom<u64> for Seconds {
    type Error = Invalid;
    fn try_from(seconds: u64) -> Result<Self, Invalid> {
        let fits = u32::try_from(seconds)
            .ok()
            .filter(|_| seconds <= Self::MOST);
        fits.map(Self).ok_or_else(|| {
            Invalid::new(
                format!("{seconds} seconds"),
                "are more than a day",
                format!("use 0 to {} seconds", Self::MOST),
            )
        })
    }
}

impl From<Seconds> for u64 {
    fn from(seconds: Seconds) -> Self {
        seconds.0.into()
    }
}

/// A list of different reasons, in the order given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Reasons(Vec<Reason>);

impl Reasons {
    /// The most reasons.
    pub const MOST: usize = 100;

    /// Returns the reasons.
    pub fn all(&self) -> &[Reason] {
        &self.0
    }
}

impl TryFrom<Vec<String>> for Reasons {
    type Error = Invalid;
    /// Drops repeated reasons.
    fn try_from(reasons: Vec<String>) -> Result<Self, Invalid> {
        let mut kept: Vec<Reason> = vec![];
        for reason in reasons {
            let reason = reason.parse()?;
            if !kept.contains(&reason) {
                kept.push(reason);
            }
        }
        if kept.len() > Self::MOST {
            return Err(Invalid::new(
                "the list of reasons",
                format!("has more than {} reasons", Self::MOST),
                format!("use at most {} different reasons", Self::MOST),
            ));
        }
        Ok(Self(kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> SettingsChange {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn absent_fields_keep_their_value_and_null_removes_it() {
        let all = r#"{"known_skills_only":true,"reasons":["lunch","break"],"short_abandon_s":0}"#;
        let on = Settings::default().changed(&read(all));
        assert_eq!(serde_json::to_string(&on).unwrap(), all);
        assert_eq!(serde_json::from_str::<Settings>(all).unwrap(), on);
        assert_eq!(on.changed(&read("{}")), on);
        let off = r#"{"known_skills_only":null,"reasons":null,"short_abandon_s":null}"#;
        assert_eq!(on.changed(&read(off)), Settings::default());
        let fewer = on.changed(&read(r#"{"reasons":[]}"#));
        assert_eq!(fewer.known_skills_only, Some(true));
        assert_eq!(fewer.reasons, Some(Reasons(vec![])));
        for json in ["{}", all, off, r#"{"known_skills_only":false}"#] {
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

    #[test]
    fn a_value_out_of_its_range_is_refused_with_the_range() {
        let many: Vec<String> = (0..101).map(|number| format!("reason {number}")).collect();
        let many = serde_json::json!({ "reasons": many }).to_string();
        for (json, says) in [
            (r#"{"short_abandon_s":86401}"#, "use 0 to 86400 seconds"),
            (r#"{"short_abandon_s":-1}"#, "-1"),
            (r#"{"short_abandon_s":0.5}"#, "0.5"),
            (r#"{"reasons":["a\u0007"]}"#, "reason"),
            (r#"{"reasons":[""]}"#, "reason"),
            (r#"{"reasons":"lunch"}"#, "a sequence"),
            (&many, "use at most 100 different reasons"),
        ] {
            let refused = serde_json::from_str::<SettingsChange>(json);
            let said = refused.unwrap_err().to_string();
            assert!(said.contains(says), "{json}: {said}");
        }
    }

    #[test]
    fn a_repeated_reason_counts_once() {
        let twice = read(r#"{"reasons":["lunch","break","lunch"]}"#);
        assert_eq!(twice, read(r#"{"reasons":["lunch","break"]}"#));
    }
}
