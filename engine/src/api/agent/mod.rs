//! Agents: one file per kind of change, and one for reading.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod read;
pub(super) mod rename;
pub(super) mod skills;
pub(super) mod state;
pub(super) mod wrap_up;
