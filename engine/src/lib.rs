//! Switchboard's headless engine: the REST API and the dispatchers over the operations of
//! [`shared`], in one process or spread over many.
//!
//! [`serve`] starts and stops both. The engine has no state that a restart could lose, and changes
//! an ACD only through [`shared::Acd`]. [`client`] implements the same operations over the API of
//! another engine; [`traffic`] generates synthetic contacts against one; [`provision`] creates a
//! Redis Enterprise cluster for one; [`check`] audits the data in Redis.

mod api;
pub mod argument;
pub mod audit;
pub mod authorization;
pub mod check;
pub mod client;
mod connection_state;
mod dispatch;
pub mod environment;
pub mod http;
mod json_error;
pub mod json_output;
mod limits;
pub mod log;
mod messages;
mod method;
mod metrics;
pub mod output;
mod problem;
pub mod provision;
pub mod quota;
pub mod redis_files;
mod route;
pub mod serve;
pub mod server;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time_zone;
pub mod traffic;
mod trust;

/// The version with the commit it was built from, as `--version` prints it.
pub const VERSION: &str = env!("SWITCHBOARD_VERSION");
