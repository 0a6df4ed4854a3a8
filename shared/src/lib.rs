//! The ops layer of Switchboard: what an automatic contact distributor is and does.
//!
//! - The nouns: [`contact`], [`agent`], [`skill`], [`event`], [`view`].
//! - The rules: [`core`], a plain state machine that defines them all.
//! - The operations: the trait [`acd::Acd`], over two stores: [`embedded`], which is the core
//!   behind a mutex.
//!
//! Nothing here knows HTTP or a terminal.

pub mod acd;
pub mod agent;
pub mod contact;
pub mod core;
pub mod embedded;
pub mod error;
pub mod event;
pub mod redis;
pub mod skill;
pub mod store;
pub mod text;
pub mod time;
pub mod view;

pub use crate::acd::Acd;
pub use crate::error::{Error, Result};
