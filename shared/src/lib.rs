//! The rules, operations and stores of Switchboard, an automatic contact distributor.
//!
//! - Domain types: [`contact`], [`agent`], [`skill`], [`event`], [`view`], and [`seen`] for
//!   preconditions on changes.
//! - Rules: [`core`], a plain state machine that defines all behaviour.
//! - Operations: the trait [`acd::Acd`], implemented by two stores: [`embedded`], the core behind a
//!   mutex, and [`redis`], where each operation is one atomic script.
//!
//! Nothing here knows HTTP or a terminal.

pub mod acd;
pub mod agent;
pub mod backoff;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod contact;
pub mod contact_type;
pub mod core;
pub mod embedded;
pub mod error;
pub mod event;
pub mod explanation;
pub mod figures;
pub mod keeping;
mod letters;
pub mod nearest;
mod open;
pub mod operation;
pub mod redis;
pub mod secret;
pub mod seen;
pub mod service_level;
pub mod settings;
pub mod skill;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
pub mod time;
pub mod view;

pub use crate::acd::Acd;
pub use crate::error::{Error, Result};
pub use crate::open::{open, open_durable};
pub use crate::operation::{Answer, Operation};
pub use crate::store::Store;
