//! What is measured: a file a part.

pub(crate) mod drain;
pub(crate) mod growth;
pub(crate) mod idle;
pub(crate) mod memory;
pub(crate) mod occupancy;
pub(crate) mod search;
pub(crate) mod steps;
pub(crate) mod throughput;
pub(crate) mod wait;
pub(crate) mod ways;
pub(crate) mod wire;
pub(crate) mod yardstick;
