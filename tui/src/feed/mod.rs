//! Polls the ACD for the model: when something happened, when the operator scrolls to rows that
//! were not read, and from time to time to check the connection. Retries while the store is
//! unavailable.

mod open;
mod read;
mod reasons;

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use shared::agent::Agent;
use shared::backoff::Backoff;
use shared::contact::Contact;
use shared::event::Event;
use shared::time::{Clock, Millis, SystemClock};
use shared::view::{Overview, SkillView};
use shared::{Acd, Error};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

pub use self::open::open;
use self::read::Reader;
use self::reasons::Reasons;
use crate::console::floor::{Floor, Poll};
use crate::console::message::Message;
use crate::console::wanted::Wanted;
use crate::text::clean;

/// The least time between two polls; one poll reports everything that happened in between.
const APART: Duration = Duration::from_millis(100);
/// The least time between them when the operator scrolls to something else.
const APART_AT_LEAST: Duration = Duration::from_millis(15);
/// How often the store is asked whether something happened, in seconds.
const CHECKED_EVERY: u32 = 2;
/// How often the floor is read even if nothing happened.
const AT_LEAST_EVERY: Duration = Duration::from_secs(30);
/// The timeout of a poll, after which the store counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(3);
/// The same for the one short request that asks whether something happened. An engine whose Redis is
/// down answers within a second.
const CHECK_PATIENCE: Duration = Duration::from_millis(1_500);
/// The longest backoff while the store is unavailable.
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);
/// The most events that the first poll reads.
const EVENTS_AT_FIRST: usize = 200;
/// The most events that any other poll reads. If more happened in a tenth of a second, nobody can
/// read them as they scroll by.
const EVENTS_SHOWN: usize = 60;

/// The channels between the console and its feed.
#[derive(Clone, Debug)]
pub struct Feeding {
    /// Receives the snapshots.
    pub messages: mpsc::Sender<Message>,
    /// What the console needs of the lists.
    pub wanted: watch::Receiver<Wanted>,
    /// Requests a poll at once.
    pub poll_now: Arc<Notify>,
    /// Signals each second: the store is checked when the console is awake anyway.
    pub second: Arc<Notify>,
}

/// Polls until the receiver is dropped; then returns none.
pub async fn run(acd: &dyn Acd, feeding: Feeding) -> Option<()> {
    let Feeding {
        messages,
        wanted,
        poll_now,
        second,
    } = feeding;
    let mut latest = acd.latest_event();
    let mut poller = Poller::default();
    let mut backoff = retries();
    // When the store last answered.
    let mut answered = None;
    loop {
        // Marked before the poll, so that a change during it triggers another.
        latest.mark_unchanged();
        let begun = Instant::now();
        let now_wanted = Arc::new(wanted.borrow().clone());
        match in_time(PATIENCE, poller.poll(acd, now_wanted)).await {
            Ok(poll) => {
                backoff.reset();
                answered = Some(poll.floor.taken);
                let seen = Message::Polled(Box::new(poll));
                messages.send(seen).await.ok()?;
            }
            Err(why) => {
                messages.send(unavailable(answered, &why)).await.ok()?;
                let _ = timeout(backoff.next_wait(), poll_now.notified()).await;
                continue;
            }
        }
        let rest = async {
            sleep_until(begun + APART).await;
            let mut seconds = 0;
            while begun.elapsed() < AT_LEAST_EVERY {
                tokio::select! {
                    // After the sender is dropped no changes are signalled; the checks continue.
                    Ok(()) = latest.changed() => break,
                    () = second.notified() => seconds += 1,
                }
                if seconds % CHECKED_EVERY == 0 {
                    let overview = in_time(CHECK_PATIENCE, acd.overview()).await?;
                    answered = Some(SystemClock.now().millis());
                    if overview.event != poller.seen {
                        break;
                    }
                }
            }
            Ok(())
        };
        let rested: Result<(), String> = tokio::select! {
            rested = rest => rested,
            () = poll_now.notified() => {
                sleep_until(begun + APART_AT_LEAST).await;
                Ok(())
            }
        };
        if let Err(why) = rested {
            messages.send(unavailable(answered, &why)).await.ok()?;
        }
    }
}

/// Waits for the store, up to a timeout. Returns why it did not answer.
async fn in_time<T>(
    patience: Duration,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, String> {
    match timeout(patience, asked).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer in {} s", patience.as_secs_f32())),
    }
}

/// Makes the message that the store is unavailable: since it last answered, or since now if it never
/// did.
fn unavailable(answered: Option<Millis>, why: &str) -> Message {
    Message::StoreUnavailable {
        since: answered.unwrap_or_else(|| SystemClock.now().millis()),
        why: failed(why),
    }
}

/// Logs a failure, and returns its reason in a form that can be shown.
pub(crate) fn failed(why: &str) -> String {
    tracing::warn!("the store is unavailable: {why}");
    clean(why)
}

/// Returns the waits between attempts while the store is unavailable.
pub(crate) fn retries() -> Backoff {
    Backoff::new(Duration::from_millis(250), LONGEST_BACKOFF)
}

/// Polls the floor, and keeps from one poll what helps the next.
#[derive(Debug, Default)]
pub struct Poller {
    queue: Reader<Contact>,
    skills: Reader<SkillView>,
    agents: Reader<Agent>,
    reasons: Reasons,
    /// The number of the newest event received.
    seen: u64,
    /// The ACD's time and this machine's time at the last poll.
    then: Option<(Millis, Millis)>,
}

impl Poller {
    /// Polls once. The lists are requested concurrently, so they can differ by what happened in
    /// between; the next poll follows soon.
    pub async fn poll(&mut self, acd: &dyn Acd, wanted: Arc<Wanted>) -> Result<Poll, Error> {
        let begun = SystemClock.now().millis();
        let now = self
            .then
            .map_or(begun, |(its, ours)| Millis(its.0 + begun.since(ours)));
        let (overview, queue, skills, agents) = tokio::try_join!(
            acd.overview(),
            self.queue.read(acd, &wanted.queue, now),
            self.skills.read(acd, &wanted.skills, now),
            self.agents.read(acd, &wanted.agents, now),
        )?;
        let events = self.new_events(acd, &overview).await?;
        self.seen = overview.event;
        let mut floor = Floor {
            overview,
            queue,
            skills,
            agents,
            wanted,
            taken: SystemClock.now().millis(),
            ..Floor::default()
        };
        self.then = Some((floor.overview.now, floor.taken));
        if !floor.knows_all_agents() {
            floor.reasons = self.reasons.of(acd, &floor.queue).await?;
        }
        Ok(Poll { floor, events })
    }

    /// Returns the events since the last poll.
    async fn new_events(&self, acd: &dyn Acd, overview: &Overview) -> Result<Vec<Event>, Error> {
        // At the start, or after an outage, there can be thousands; only the newest matter. If the
        // number went back, the store lost data or was reset.
        let most = if self.then.is_some() {
            EVENTS_SHOWN
        } else {
            EVENTS_AT_FIRST
        };
        let newest_few = overview.event.saturating_sub(most as u64);
        match overview.event.cmp(&self.seen) {
            Ordering::Equal => Ok(vec![]),
            Ordering::Greater => {
                let after = self.seen.max(newest_few);
                acd.events_after(after, most).await
            }
            Ordering::Less => acd.events_after(newest_few, most).await,
        }
    }
}
