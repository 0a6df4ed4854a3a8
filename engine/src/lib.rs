//! Switchboard's headless engine: the REST API and the dispatchers over the operations of
//! [`shared`], in one process or spread over many.
//!
//! [`serve`] starts and stops both. There is no state here that a restart could lose, and no
//! way to change an ACD but through [`shared::Acd`]. [`client`] is that again, over the API of an
//! engine elsewhere; [`traffic`] plays a floor against one; [`provision`] brings up a Redis
//! Enterprise for one; [`check`] audits what stands in Redis.

mod api;
pub mod check;
pub mod client;
mod dispatch;
pub mod doors;
pub mod http;
mod limits;
pub mod log;
mod method;
mod metrics;
mod problem;
pub mod provision;
pub mod quota;
pub mod redis_files;
pub mod say;
mod seat;
pub mod serve;
pub mod server;
pub mod surroundings;
#[cfg(feature = "testing")]
pub mod testing;
pub mod told;
pub mod traffic;
pub mod trail;
mod trust;
pub mod zone;

/// The version with the commit that was built, as `--version` says it.
pub const VERSION: &str = env!("SWITCHBOARD_VERSION");
