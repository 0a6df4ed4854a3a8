//! The service figures of a time window: their state, requesting them, drawing them.

mod update;
mod view;

pub(crate) use self::update::{measured, next_window, request, to_window};
pub(crate) use self::view::draw;

use shared::figures::{Figures, SHORT_ABANDON};
use shared::service_level::ServiceLevel;
use shared::time::Millis;

use super::window::Window;

/// The service figures.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// Their time window.
    pub window: Window,
    /// The service level target.
    pub level: ServiceLevel,
    /// The figures; none until the first answer.
    pub figures: Option<Figures>,
    /// The newest event and the time at the last request.
    pub of: (u64, Millis),
    /// Whether a request is in flight.
    pub asked: bool,
}

impl Service {
    /// Returns the longest wait of a short abandonment in milliseconds, as far as is known.
    fn short_abandon(&self) -> u64 {
        let figures = self.figures.as_ref();
        figures.map_or(SHORT_ABANDON, |figures| figures.short_abandon)
    }
}
