//! Queries and answers about events.

use serde::{Deserialize, Serialize};
use shared::event::Event;
use shared::text::Invalid;
use shared::view::LONGEST_PAGE;
use utoipa::ToSchema;

use super::query::{GREATEST, limit, quoted, whole};

/// The events to return.
#[derive(Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PastQuery {
    /// The number after which they begin. The default is 0.
    #[param(value_type = Option<u64>)]
    pub(crate) after: Option<String>,
    /// The most events: 1 to 500. The default is 100.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500)]
    pub(crate) limit: Option<String>,
}

impl PastQuery {
    /// Builds a query for this many events after that number.
    pub(crate) fn of(after: u64, limit: usize) -> Self {
        Self {
            after: Some(after.min(GREATEST).to_string()),
            limit: Some(limit.clamp(1, LONGEST_PAGE).to_string()),
        }
    }

    pub(crate) fn read(&self) -> Result<(u64, usize), Invalid> {
        let after = self.after.as_deref().unwrap_or("0");
        let number = whole(after).ok_or_else(|| {
            let what = quoted("after", after);
            Invalid::new(what, "is not the number of an event", "use 0 or more")
        })?;
        Ok((number, limit(self.limit.as_deref())?))
    }
}

/// Events, oldest first.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct PastEvents {
    /// Each event as in the stream: its number, time and type, and the fields of its type.
    #[schema(value_type = Vec<Object>)]
    pub(crate) items: Vec<Event>,
}

/// The number of the newest event.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Newest {
    pub(crate) number: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_asked_for_in_bounds() {
        assert_eq!(PastQuery::of(7, 900).read(), Ok((7, LONGEST_PAGE)));
        let bad = |after: &str, limit: &str| PastQuery {
            after: Some(after.to_owned()),
            limit: Some(limit.to_owned()),
        };
        for (after, limit) in [("-1", "9"), ("x", "9"), ("1", "0"), ("1", "501"), ("1", "")] {
            assert!(bad(after, limit).read().is_err(), "{after:?} {limit:?}");
        }
    }
}
