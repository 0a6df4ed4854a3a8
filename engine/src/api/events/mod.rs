//! Events of the floor: followed as a stream, read from the past, or only their newest number
//! followed.

pub(super) mod newest;
pub(super) mod past;
mod recent;
pub(super) mod stream;
