//! What goes on in this process besides the looking: the demo session, a series of injections.

use super::Place;
use crate::series::Series;

/// The demo session of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoState {
    /// There is none.
    Off,
    /// It plays.
    On,
    /// It was told to stop and takes back its contacts.
    Stopping,
    /// It has ended, and agents of it are there still, or may be.
    Left,
}

impl DemoState {
    /// Gives how it is at the beginning.
    pub(super) fn at_first(place: &Place) -> Self {
        if place.demo { Self::On } else { Self::Off }
    }
}

/// A series of contacts that is being injected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    /// What is injected.
    pub series: Series,
    /// How many contacts were made by now.
    pub made: u32,
    /// Whether it was told to stop.
    pub stopped: bool,
}

impl Injection {
    /// Says how far it is.
    pub fn progress(&self) -> String {
        format!("{} of {}", self.made, self.series.count)
    }
}

/// How many agents a demo session brings.
pub const DEMO_AGENTS: u64 = 40;

impl super::Model {
    /// Tells whether leaving ends a floor with something to lose: it lives in this process, and
    /// contacts are live there, or agents whom the demo session did not bring.
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

    /// Tells whether others may be on the floor: it is shared, or agents are there already.
    pub fn floor_is_in_use(&self) -> bool {
        let agents = self
            .newest
            .as_ref()
            .map_or(0, |floor| floor.overview.agents);
        self.place.is_shared() || agents > 0
    }
}

impl Place {
    /// Tells whether others may use the floor too: it does not live in this process.
    pub fn is_shared(&self) -> bool {
        self.rest.is_none()
    }
}
