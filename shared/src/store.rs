//! What only those can do who have an ACD's store at hand.

use async_trait::async_trait;

use crate::acd::Acd;
use crate::agent::AgentId;
use crate::error::Result;
use crate::time::Millis;
use crate::view::Due;

/// An ACD whose store is at hand, so that time can be let pass on it.
///
/// This is apart from [`Acd`], because it is nobody's wish but the passing of time itself: the
/// engine's dispatchers see to it, next to the store. Over the API it can be asked by nobody.
#[async_trait]
pub trait Store: Acd {
    /// Applies what is due by now: a bounded number of deadlines, and a step of the safety sweep.
    /// Any number of processes may do this at any time.
    async fn run_due(&self) -> Result<Due>;

    /// Tells of each of these ids when an agent who had it was last deleted; none if no agent ever
    /// was. A token that is older was made for somebody else, and who lets callers in must know.
    async fn last_deletions(&self, ids: &[AgentId]) -> Result<Vec<Option<Millis>>>;
}
