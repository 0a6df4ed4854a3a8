//! Work that takes too long for one script: the caller goes on with it, or else any dispatcher.

use super::{RedisAcd, scripts};
use crate::error::Result;

/// Completes the search for a contact's agent if its script stopped before it knew, in bounded steps.
/// The contact is queued meanwhile. If this fails, dispatchers complete it.
pub(super) async fn finish_search(acd: &RedisAcd, answer: &str) {
    if answer.starts_with(r#"{"searching":true"#)
        && let Err(error) = finish_floor(acd, true).await
    {
        tracing::warn!(%error, "the search for a contact's agent goes on in the next step of a dispatcher");
    }
}

/// Completes an operation on the whole floor, in bounded steps.
pub(super) async fn finish_floor(acd: &RedisAcd, mut more: bool) -> Result<()> {
    while more {
        more = acd.change(&acd.script(scripts::CONTINUE_FLOOR)).await?;
    }
    Ok(())
}
