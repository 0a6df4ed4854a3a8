//! Dispatchers: they apply what becomes due as time passes. Each checks what is due, has the store
//! apply it, and sleeps until the next deadline.
//!
//! They do not assign contacts: that happens in the operations themselves, in the same step that
//! makes it possible. Any number of dispatchers, in any number of processes, may check at any time;
//! none is special and none holds a lock.

mod next;

use std::sync::Arc;

use shared::backoff::Backoff;
use shared::view::Due;
use shared::{Result, Store};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::metrics;
use next::{FIRST_BACK_OFF, LEAST, LONGEST_BACK_OFF, Next, Notice, next, notice};

/// Applies what becomes due until the token is cancelled; a check in progress is finished.
pub(crate) async fn run(acd: Arc<dyn Store>, token: CancellationToken) {
    let mut latest = acd.latest_event();
    let (mut failures, mut newest) = (0, 0);
    let mut backoff = Backoff::new(FIRST_BACK_OFF, LONGEST_BACK_OFF);
    while !token.is_cancelled() {
        // Before the check, so that an event during the check is not missed.
        newest = went_on(newest, *latest.borrow_and_update());
        let began = Instant::now();
        let looked = acd.run_due().await;
        log_outcome(&looked, failures);
        if looked.is_ok() {
            failures = 0;
            backoff.reset();
        } else {
            failures += 1;
        }
        let wait = async {
            match next(&looked) {
                Next::LookAgain => tokio::task::yield_now().await,
                Next::BackOff => sleep(backoff.next_wait()).await,
                Next::Wait(wait) => {
                    tokio::select! {
                        () = sleep(wait) => {}
                        () = happened(&mut latest) => sleep_until(began + LEAST).await,
                    }
                }
            }
        };
        tokio::select! {
            () = token.cancelled() => {}
            () = wait => {}
        }
    }
}

/// Waits for the next event. If no more notifications can come, only time passes.
async fn happened(latest: &mut watch::Receiver<u64>) {
    if latest.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Returns the number of the newest event, and logs if it has decreased.
fn went_on(before: u64, now: u64) -> u64 {
    if now < before {
        let events = before - now;
        metrics::rollback();
        tracing::warn!(
            before,
            now,
            "the store has gone back by {events} events or more: it failed over and lost what was \
             not replicated, or began anew; event streams tell their \
             clients to read the state again, and requests that are sent again may be carried \
             out again (see --durability)"
        );
    }
    now
}

fn log_outcome(looked: &Result<Due>, failures: u32) {
    if let Ok(due) = looked
        && due.repaired > 0
    {
        let repaired = due.repaired;
        tracing::warn!(repaired, "the safety sweep repaired {repaired} agents");
    }
    let reason = looked.as_ref().err().map(ToString::to_string);
    match notice(looked, failures) {
        Notice::None => {}
        Notice::Lost => tracing::warn!(
            reason,
            "the dispatcher cannot reach the store and keeps trying"
        ),
        Notice::Back => tracing::info!(failures, "the dispatcher reaches the store again"),
        Notice::Broken => tracing::error!(reason, "the dispatcher cannot apply what is due"),
    }
}
