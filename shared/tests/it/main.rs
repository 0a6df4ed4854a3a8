//! Integration tests of the stores.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod acl;
mod check;
mod check_lost;
mod check_pauses;
mod check_unreadable;
mod conformance;
mod connecting;
mod cost;
mod credentials;
mod durable;
mod failover;
mod former_counts;
mod idle;
mod model;
mod names;
mod outage;
mod parsers;
mod race;
mod support;
mod sweep;
mod unreadable;
mod wrong_type;
