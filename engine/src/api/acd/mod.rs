//! The ACD as a whole: open or closed, settings, figures.

pub(super) mod settings;
pub(super) mod state;
pub(super) mod stats;
