//! Settings, as the OpenAPI document describes them. Requests and answers are (de)serialized as
//! [`shared::settings`]; the structs here are only described, from one list.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use shared::settings::{Settings, SettingsChange};
use utoipa::ToSchema;

macro_rules! described {
    (
        floor { $($(#[$of_floor:meta])* $floor:ident: $floor_type:ty;)* }
        floor and types { $($(#[$of_both:meta])* $both:ident: $both_type:ty;)* }
    ) => {
        /// The settings of the floor. A setting that is absent has its default.
        #[derive(ToSchema)]
        #[schema(as = Settings)]
        #[expect(dead_code, reason = "it is only there to be described")]
        pub(crate) struct SettingsBody {
            $($(#[$of_floor])* #[schema(nullable = false)] $floor: Option<$floor_type>,)*
            $($(#[$of_both])* #[schema(nullable = false)] $both: Option<$both_type>,)*
        }

        /// A change of settings. A setting that is absent stays; null restores its default.
        #[derive(ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(as = SettingsChange, example = json!({"known_skills_only": true}))]
        #[expect(dead_code, reason = "it is only there to be described")]
        pub(crate) struct ChangeBody {
            $($(#[$of_floor])* $floor: Option<$floor_type>,)*
            $($(#[$of_both])* $both: Option<$both_type>,)*
        }

        /// The settings of a contact type. A setting that is absent is as the floor has it.
        #[derive(ToSchema)]
        #[schema(as = TypeSettings)]
        #[expect(dead_code, reason = "it is only there to be described")]
        pub(crate) struct TypeSettingsBody {
            $($(#[$of_both])* #[schema(nullable = false)] $both: Option<$both_type>,)*
        }

        /// All settings of a contact type. A setting that is absent or null is as the floor has it.
        #[derive(ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(as = SetType, example = json!({"skills": ["Billing"], "priority": 3}))]
        #[expect(dead_code, reason = "it is only there to be described")]
        pub(crate) struct SetTypeBody {
            $($(#[$of_both])* $both: Option<$both_type>,)*
        }

        /// The settings that a contact type can have.
        const OF_TYPES: &[&str] = &[$(stringify!($both)),*];
    };
}

described! {
    floor {
        /// Whether contacts that need a skill which no agent holds are refused (422
        /// `unknown_skill`).
        known_skills_only: bool;
        /// The reasons that an agent may give for being unavailable; any if it is absent. Another
        /// is refused (422 `unknown_reason`).
        #[schema(max_items = 100)]
        reasons: Vec<String>;
    }
    floor and types {
        /// A contact that leaves within so many seconds is a short abandonment, which the service
        /// level does not count; 5 if nothing is set.
        #[schema(maximum = 86400)]
        short_abandon_s: u32;
        /// The skills of a new contact that does not say which it needs. Without them each contact
        /// must say its skills.
        #[schema(max_items = 16)]
        skills: Vec<String>;
        /// The priority of a new contact that does not say its own, 0 to 255; 5 if nothing is set.
        priority: u8;
        /// How many seconds an agent has to accept a contact that is offered to them. If nothing is
        /// set, contacts are not offered but assigned at once.
        #[schema(minimum = 1, maximum = 3600)]
        offer_timeout_s: u32;
        /// After so many missed offers in a row an agent is not responding; 2 if nothing is set.
        #[schema(minimum = 1, maximum = 100)]
        max_misses: u32;
        /// For so many seconds an agent who missed or rejected an offer is not routable; 5 if
        /// nothing is set.
        #[schema(maximum = 3600)]
        penalty_s: u32;
        /// What follows when a contact ends that an agent was on: nothing, or wrap-up. Nothing if it
        /// is not set.
        #[schema(inline = false)]
        wrap_up: WrapUpSetting;
        /// The dispositions that an ended contact may get; any if it is absent. Another is refused
        /// (422 `unknown_disposition`).
        #[schema(max_items = 100)]
        dispositions: Vec<String>;
    }
}

/// What an agent does after a contact.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WrapUp, example = json!({"mode": "timed", "seconds": 30}))]
#[expect(dead_code, reason = "it is only there to be described")]
pub(crate) struct WrapUpSetting {
    /// `none`: the agent is free at once. `timed`: in wrap-up for so many seconds, or until they say
    /// that they are done. `manual`: in wrap-up until they say that they are done or available.
    mode: String,
    /// How many seconds; with `timed` only.
    #[schema(nullable = false, minimum = 1, maximum = 3600)]
    seconds: Option<u32>,
}

/// The settings of a contact type as a request has them.
#[derive(Debug)]
pub(crate) struct SetType(pub(crate) Settings);

impl<'de> Deserialize<'de> for SetType {
    /// Reads a setting of the floor only, too: the store says why a type cannot have it. A refusal
    /// of an unknown one lists only those of a type.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = SettingsChange;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SettingsChange, A::Error> {
                SettingsChange::deserialize(MapAccessDeserializer::new(map))
            }
        }

        let change = deserializer.deserialize_struct("SetType", OF_TYPES, Fields)?;
        Ok(Self(Settings::default().changed(&change)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// Returns the settings that a schema describes.
    fn described<Body: utoipa::PartialSchema>() -> Vec<String> {
        let schema = serde_json::to_value(Body::schema()).unwrap();
        let fields = schema["properties"].as_object().unwrap();
        fields.keys().cloned().collect()
    }

    #[test]
    fn every_setting_is_described_where_it_can_be_set() {
        let refused = serde_json::from_str::<SettingsChange>(r#"{"?":1}"#).unwrap_err();
        let refused = refused.to_string();
        let (_, listed) = refused.split_once("expected one of").unwrap();
        let mut known: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
        known.sort_unstable();
        for mut all in [described::<SettingsBody>(), described::<ChangeBody>()] {
            all.sort_unstable();
            assert_eq!(all, known);
        }
        let of_types = described::<TypeSettingsBody>();
        assert_eq!(described::<SetTypeBody>(), of_types);
        for name in known {
            // Any value that the setting takes.
            let mode = serde_json::json!({"mode": "none"});
            let values = [Value::from(1), true.into(), Value::Array(vec![]), mode];
            let change = values
                .into_iter()
                .find_map(|value| serde_json::from_value(serde_json::json!({ name: value })).ok());
            let set = Settings::default().changed(&change.unwrap());
            let of_a_type = of_types.iter().any(|of_type| of_type == name);
            assert_eq!(set.of_a_type().is_ok(), of_a_type, "{name}");
        }
    }
}
