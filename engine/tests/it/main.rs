//! The engine from outside: its API over a real socket, its dispatchers, its binary.
//!
//! Each test of the API runs over the embedded store and, if `TEST_REDIS_URL` names a Redis, also
//! over that one, in an ACD of its own.

#![allow(clippy::unwrap_used, reason = "in a test that is how it fails")]

mod agents;
mod audit_file;
mod audit_log;
mod authorization;
mod binary;
mod client;
mod contact_changes;
mod contact_types;
mod contacts;
mod dispatchers;
mod document;
mod events;
mod faulty;
mod floor;
mod guest;
mod https;
mod identity;
mod limits;
mod local_callers;
mod log;
mod offers;
mod operation;
mod outage;
mod paths;
mod quotas;
mod redis_acl;
mod refusals;
mod seen;
mod silence;
mod tls;
mod token;
mod traffic_offers;
mod traffic_stop;
mod unsupported;
mod views;
mod wrap_up;
