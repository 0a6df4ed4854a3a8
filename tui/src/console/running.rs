//! What runs in this process besides polling: the demo session and a series of injected contacts.

use super::Place;
use crate::series::Series;

/// The demo session of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoState {
    /// Not running.
    Off,
    /// Running.
    On,
    /// Stopping: it is removing its contacts.
    Stopping,
    /// Ended, but some of its agents are or may be still there.
    Left,
}

impl DemoState {
    /// Returns the state when the console starts.
    pub(super) fn at_first(place: &Place) -> Self {
        if place.demo { Self::On } else { Self::Off }
    }
}

/// A running series of injected contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    /// What is being injected.
    pub series: Series,
    /// The number of contacts created so far.
    pub made: u32,
    /// Whether it is being stopped.
    pub stopped: bool,
}

impl Injection {
    /// Describes its progress.
    pub fn progress(&self) -> String {
        format!("{} of {}", self.made, self.series.count)
    }
}

/// The number of agents that a demo session adds.
pub const DEMO_AGENTS: u64 = 40;

impl super::Model {
    /// Returns whether quitting ends an ACD with something to lose: one in this process with live
    /// contacts, or with agents that the demo session did not add.
    pub fn ends_a_floor(&self) -> bool {
        let Some(floor) = self.newest.as_ref().filter(|_| !self.place.is_shared()) else {
            return false;
        };
        let figures = &floor.overview;
        let brought = match self.demo {
            DemoState::Off => 0,
            DemoState::On | DemoState::Stopping | DemoState::Left => DEMO_AGENTS,
        };
        figures.waiting > 0 || figures.busy > 0 || figures.agents > brought
    }

    /// Returns whether others may use the floor: it is shared, or has agents already.
    pub fn floor_is_in_use(&self) -> bool {
        let agents = self
            .newest
            .as_ref()
            .map_or(0, |floor| floor.overview.agents);
        self.place.is_shared() || agents > 0
    }
}

impl Place {
    /// Returns whether others can use the floor: it is not in this process.
    pub fn is_shared(&self) -> bool {
        self.rest.is_none()
    }
}
