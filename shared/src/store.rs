//! Operations that need direct access to an ACD's store.

use async_trait::async_trait;

use crate::acd::Acd;
use crate::agent::AgentId;
use crate::error::Result;
use crate::time::Millis;
use crate::view::Due;

/// An ACD with direct access to its store, on which due deadlines can be run.
///
/// These methods are not part of [`Acd`], because no user asks for them: the engine's dispatchers
/// call them, next to the store. The API does not offer them.
#[async_trait]
pub trait Store: Acd {
    /// Applies what is due: a bounded number of deadlines, and one step of the safety sweep. Any
    /// number of processes may do this at any time.
    async fn run_due(&self) -> Result<Due>;

    /// Returns, for each id, when an agent with that id was last deleted, or `None` if none ever
    /// was. Authentication needs this: an older token was issued to a different agent.
    async fn last_deletions(&self, ids: &[AgentId]) -> Result<Vec<Option<Millis>>>;
}
