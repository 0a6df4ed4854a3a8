//! What goes on in this process besides the looking: the demo session, a series of injections.

use super::Place;
use crate::pace::Series;

/// The demo session of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoState {
    /// There is none.
    Off,
    /// It plays.
    On,
    /// It was told to stop and takes back its contacts.
    Stopping,
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

impl Place {
    /// Tells whether others may use the floor too: it does not live in this process.
    pub fn is_shared(&self) -> bool {
        self.rest.is_none()
    }
}
