//! Requests and answers about the ACD as a whole.

use serde::{Deserialize, Serialize};
use shared::settings::{Reasons, Seconds, Settings};
use shared::text::AcdName;
use shared::time::Millis;
use shared::view::Overview;
use utoipa::ToSchema;

use super::counts::FiguresBody;

/// The state that the ACD shall have.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"state": 1}))]
pub(crate) struct SetAcd {
    /// 1 opens the ACD, 0 closes it.
    #[schema(minimum = 0, maximum = 1, example = 1)]
    pub(crate) state: i64,
}

/// The state of the ACD now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcdState {
    /// 1 open, 0 closed.
    pub(crate) acd_state: u8,
}

/// Whether the ACD was open.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WasOpen {
    /// 1 open, 0 closed.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) acd_state: u8,
}

/// The figures of the floor, all of one moment.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Floor)]
pub(crate) struct AcdBody {
    /// The ACD's name.
    #[schema(value_type = String, example = "acd")]
    pub(crate) name: AcdName,
    /// 1 open, 0 closed.
    pub(crate) acd_state: u8,
    /// The number of the newest event.
    pub(crate) event: u64,
    #[serde(flatten)]
    pub(crate) present: Present,
    /// Counts since the ACD began. `assigned_in_time` is within 20 s; `GET /stats` has other times.
    pub(crate) totals: FiguresBody,
}

impl From<AcdBody> for Overview {
    fn from(floor: AcdBody) -> Self {
        let present = floor.present;
        Self {
            open: floor.acd_state == 1,
            now: Millis(present.now_ms),
            event: floor.event,
            waiting: present.waiting,
            oldest: present.oldest_ms.map(Millis),
            agents: present.agents,
            available: present.available,
            busy: present.busy,
            totals: floor.totals.into(),
        }
    }
}

/// The present figures.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Present {
    /// The time of the figures, in milliseconds since 1970, by the store's clock.
    pub(crate) now_ms: u64,
    /// Waiting contacts.
    pub(crate) waiting: u64,
    /// When the contact that has waited longest arrived, in milliseconds since 1970.
    #[schema(required)]
    pub(crate) oldest_ms: Option<u64>,
    /// All agents.
    pub(crate) agents: u64,
    /// Agents who are available and idle.
    pub(crate) available: u64,
    /// Agents on a contact.
    pub(crate) busy: u64,
    /// Agents who are unavailable.
    pub(crate) unavailable: u64,
}

impl From<&Overview> for Present {
    fn from(overview: &Overview) -> Self {
        Self {
            now_ms: overview.now.0,
            waiting: overview.waiting,
            oldest_ms: overview.oldest.map(|oldest| oldest.0),
            agents: overview.agents,
            available: overview.available,
            busy: overview.busy,
            unavailable: overview.unavailable(),
        }
    }
}

/// The settings of the floor. A setting that is absent has its default.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = Settings)]
pub(crate) struct SettingsBody {
    /// Whether contacts that need a skill which no agent holds are refused (422 `unknown_skill`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) known_skills_only: Option<bool>,
    /// The reasons that an agent may give for being unavailable, at most 100; any if it is absent.
    /// Another is refused (422 `unknown_reason`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<String>>, max_items = 100)]
    pub(crate) reasons: Option<Reasons>,
    /// A contact that leaves within so many seconds is a short abandonment, which the service level
    /// does not count; 5 if it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<u32>, maximum = 86400)]
    pub(crate) short_abandon_s: Option<Seconds>,
}

impl From<Settings> for SettingsBody {
    fn from(settings: Settings) -> Self {
        let Settings {
            known_skills_only,
            reasons,
            short_abandon_s,
        } = settings;
        Self {
            known_skills_only,
            reasons,
            short_abandon_s,
        }
    }
}

impl From<SettingsBody> for Settings {
    fn from(body: SettingsBody) -> Self {
        let SettingsBody {
            known_skills_only,
            reasons,
            short_abandon_s,
        } = body;
        Self {
            known_skills_only,
            reasons,
            short_abandon_s,
        }
    }
}

/// A change of settings. A setting that is absent stays; null restores its default.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SettingsChange, example = json!({"known_skills_only": true}))]
#[expect(dead_code, reason = "it is only there to be described")]
pub(crate) struct ChangeBody {
    /// Whether contacts that need a skill which no agent holds are refused.
    pub(crate) known_skills_only: Option<bool>,
    /// The reasons that an agent may give for being unavailable.
    #[schema(max_items = 100)]
    pub(crate) reasons: Option<Vec<String>>,
    /// A contact that leaves within so many seconds is a short abandonment.
    #[schema(maximum = 86400)]
    pub(crate) short_abandon_s: Option<u32>,
}
