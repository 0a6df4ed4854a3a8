//! Settings of a whole floor and of contact types. A setting that is absent has its default: a
//! type's is that of the floor, and a floor's is what the floor does without settings.

mod values;

use serde::{Deserialize, Deserializer, Serialize};

use crate::contact::Priority;
use crate::contact_type::TypeName;
use crate::figures::SHORT_ABANDON;
use crate::text::{Invalid, Reason};

pub use values::{
    Between, Dispositions, Misses, Penalty, Reasons, Seconds, Skills, Timeout, WrapUp,
};

/// After how many missed offers in a row an agent is not responding, unless it is set.
pub const MAX_MISSES: u32 = 2;
/// How long an agent who missed or rejected an offer is not routable, in milliseconds, unless it is
/// set.
pub const PENALTY: u64 = 5_000;

/// Defines the settings: their meaning, their name, and the type of their value.
macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        /// The settings of a floor or of a contact type. Stores keep them as this JSON object.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Settings {
            $(
                $(#[$doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $name: Option<$type>,
            )*
        }

        /// A change of settings: a field that is absent keeps its value, `null` removes it.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct SettingsChange {
            $(
                #[doc = concat!("See [`Settings::", stringify!($name), "`].")]
                #[serde(
                    default,
                    deserialize_with = "given",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $name: Option<Option<$type>>,
            )*
        }

        impl Settings {
            /// Returns the settings after a change.
            #[must_use]
            pub fn changed(&self, change: &SettingsChange) -> Self {
                let change = change.clone();
                Self {
                    $($name: change.$name.unwrap_or_else(|| self.$name.clone()),)*
                }
            }
        }
    };
}

settings! {
    /// Whether contacts that need a skill which no agent holds are refused. Of the floor only.
    known_skills_only: bool;
    /// The reasons that an agent may give for being unavailable; any if it is absent. Giving none is
    /// always allowed. Of the floor only.
    reasons: Reasons;
    /// A contact that leaves within so many seconds is a short abandonment;
    /// [`SHORT_ABANDON`] if it is absent.
    short_abandon_s: Seconds;
    /// The skills of a new contact that does not say which it needs.
    skills: Skills;
    /// The priority of a new contact that does not say its own.
    priority: Priority;
    /// How many seconds an agent has to accept a contact that is offered to them. If it is absent,
    /// contacts are not offered but assigned.
    offer_timeout_s: Timeout;
    /// After so many missed offers in a row an agent is not responding; [`MAX_MISSES`] if it is
    /// absent.
    max_misses: Misses;
    /// For so many seconds an agent who missed or rejected an offer is not routable; [`PENALTY`] if
    /// it is absent.
    penalty_s: Penalty;
    /// What follows when a contact ends that an agent was on: nothing, or wrap-up; nothing if it is
    /// absent.
    wrap_up: WrapUp;
    /// The dispositions that an ended contact may get; any if it is absent.
    dispositions: Dispositions;
}

impl Settings {
    /// Returns the longest wait of a short abandonment, in milliseconds.
    pub fn short_abandon(&self) -> u64 {
        self.short_abandon_s.map_or(SHORT_ABANDON, Seconds::millis)
    }

    /// Checks that these can be the settings of a contact type.
    ///
    /// # Errors
    ///
    /// One of them is the floor's only.
    pub fn of_a_type(self) -> Result<Self, Invalid> {
        let of_the_floor = [
            ("known_skills_only", self.known_skills_only.is_some()),
            ("reasons", self.reasons.is_some()),
        ];
        match of_the_floor.into_iter().find(|(_, set)| *set) {
            None => Ok(self),
            Some((name, _)) => Err(Invalid::new(
                name,
                "is a setting of the whole floor and not of a contact type",
                "set it with PATCH /acd/settings",
            )),
        }
    }

    /// Checks that an agent may give this reason, if any.
    ///
    /// # Errors
    ///
    /// There is a list of reasons, and it is not on it.
    pub fn permit(&self, reason: Option<&Reason>) -> Result<(), Invalid> {
        let (Some(known), Some(reason)) = (&self.reasons, reason) else {
            return Ok(());
        };
        let known = known.all();
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

/// The most contact types.
pub const MOST_TYPES: usize = 500;

/// A contact type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactType {
    /// Its name.
    pub name: TypeName,
    /// Its settings. What is absent is as the floor has it.
    pub settings: Settings,
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

    fn read(json: &str) -> SettingsChange {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn absent_fields_keep_their_value_and_null_removes_it() {
        let all = r#"{"known_skills_only":true,"reasons":["lunch","break"],"short_abandon_s":0,"skills":["b","a"],"priority":3}"#;
        let on = Settings::default().changed(&read(all));
        assert_eq!(serde_json::to_string(&on).unwrap(), all);
        assert_eq!(serde_json::from_str::<Settings>(all).unwrap(), on);
        assert_eq!(on.changed(&read("{}")), on);
        let off = r#"{"known_skills_only":null,"reasons":null,"short_abandon_s":null,"skills":null,"priority":null}"#;
        assert_eq!(on.changed(&read(off)), Settings::default());
        let fewer = on.changed(&read(r#"{"reasons":[]}"#));
        assert_eq!(fewer.known_skills_only, Some(true));
        assert_eq!(fewer.reasons.unwrap().all(), []);
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
            (r#"{"short_abandon_s":86401}"#, "use 0 to 86400"),
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
