//! Contacts: one file per route.

pub(super) mod create;
pub(super) mod disposition;
pub(super) mod end;
pub(super) mod explain;
pub(super) mod offer;
pub(super) mod priority;
pub(super) mod queue;
pub(super) mod read;
pub(super) mod requeue;
