//! Keeps the model fed: looks at the floor when something happened and at least once a second,
//! at most ten times a second, and goes on trying while the store is away.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use shared::time::{Clock, SystemClock};
use shared::view::Page;
use shared::{Acd, Error};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::message::Message;
use crate::model::floor::{Floor, Look};
use crate::text::{by_number, clean};

/// How far apart two looks are at least: what happens in between is seen in one.
const APART: Duration = Duration::from_millis(100);
/// How far apart two looks are at most.
const AT_LEAST_EVERY: Duration = Duration::from_secs(1);
/// How long a look may take until the store counts as away.
const PATIENCE: Duration = Duration::from_secs(3);
/// The longest time between two tries while the store is away.
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);

/// How many waiting contacts a look takes in.
pub const QUEUE_SHOWN: usize = 200;
/// How many skills a look takes in.
pub const SKILLS_SHOWN: usize = 200;
/// How many agents a look takes in.
pub const AGENTS_SHOWN: usize = 500;
/// How many events a look takes in.
const EVENTS_SHOWN: usize = 200;

/// Feeds until the token is cancelled. The channel holds one look: a console that is slow to
/// draw gets fewer looks, never old ones.
pub async fn run(
    acd: Arc<dyn Acd>,
    messages: mpsc::Sender<Message>,
    look_now: Arc<Notify>,
    token: CancellationToken,
) {
    let feeding = feed(acd.as_ref(), &messages, &look_now);
    token.run_until_cancelled(feeding).await;
}

async fn feed(acd: &dyn Acd, messages: &mpsc::Sender<Message>, look_now: &Notify) {
    let mut latest = acd.latest_event();
    let mut seen = 0;
    let mut failures = 0;
    loop {
        // Marked before the look, so that what happens during it brings another.
        latest.mark_unchanged();
        let message = match timeout(PATIENCE, look(acd, seen)).await {
            Ok(Ok(look)) => {
                failures = 0;
                seen = look.events.last().map_or(seen, |event| event.number);
                Message::Looked(Box::new(look))
            }
            Ok(Err(error)) => away(&mut failures, &error.to_string()),
            Err(_) => away(
                &mut failures,
                &format!("no answer in {} s", PATIENCE.as_secs()),
            ),
        };
        if messages.send(message).await.is_err() {
            return;
        }
        if failures == 0 {
            sleep(APART).await;
            let something = async {
                tokio::select! {
                    // A sender that is gone says nothing new; the timeout goes on.
                    Ok(()) = latest.changed() => {}
                    () = look_now.notified() => {}
                }
            };
            let _ = timeout(AT_LEAST_EVERY.saturating_sub(APART), something).await;
        } else {
            let _ = timeout(backoff(failures), look_now.notified()).await;
        }
    }
}

fn away(failures: &mut u32, why: &str) -> Message {
    *failures = failures.saturating_add(1);
    tracing::warn!(failures = *failures, "the store is away: {why}");
    Message::StoreAway {
        at: SystemClock.now().millis(),
        why: clean(why),
    }
}

/// Gives how long to wait after that many failures: doubling from a quarter of a second, with a
/// ceiling, and a little apart for each process so that they do not all come at once.
pub(crate) fn backoff(failures: u32) -> Duration {
    let doubled =
        Duration::from_millis(250) * 2_u32.saturating_pow(failures.saturating_sub(1).min(6));
    let apart = Duration::from_millis(u64::from(std::process::id() % 100));
    doubled.min(LONGEST_BACKOFF) + apart
}

/// Looks at the floor once: the first page of every list, and the events after `seen`.
pub async fn look(acd: &dyn Acd, seen: u64) -> Result<Look, Error> {
    let (overview, queue, skills, agents) = tokio::try_join!(
        acd.overview(),
        acd.queue(Page::first(QUEUE_SHOWN)),
        acd.skills(Page::first(SKILLS_SHOWN)),
        acd.agents(Page::first(AGENTS_SHOWN)),
    )?;
    // At the start, or after a time away, there may be thousands: only the newest are of
    // interest. A number that went back is that of a store which lost something or began anew.
    let newest_few = overview.event.saturating_sub(EVENTS_SHOWN as u64);
    let events = match overview.event.cmp(&seen) {
        Ordering::Equal => vec![],
        Ordering::Greater => acd.events_after(seen.max(newest_few), EVENTS_SHOWN).await?,
        Ordering::Less => acd.events_after(newest_few, EVENTS_SHOWN).await?,
    };
    let mut agents = agents.items;
    agents.sort_by(|one, other| by_number(&one.id, &other.id));
    let floor = Floor {
        overview,
        queue: queue.items,
        skills: skills.items,
        agents,
        taken: SystemClock.now().millis(),
    };
    Ok(Look { floor, events })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_grows_to_a_ceiling() {
        assert!(backoff(1) < backoff(2));
        assert!(backoff(3) < backoff(4));
        assert!(backoff(u32::MAX) <= LONGEST_BACKOFF + Duration::from_millis(100));
    }
}
