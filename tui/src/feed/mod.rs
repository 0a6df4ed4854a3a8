//! Keeps the model fed: looks at what is wanted of the floor when something happened there, when
//! the operator turns to what was not read, and now and then to see that the store is there; goes
//! on trying while it is away.

mod open;
mod read;
mod reasons;

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use shared::agent::Agent;
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
use crate::message::Message;
use crate::model::floor::{Floor, Look};
use crate::model::wanted::Wanted;
use crate::text::clean;

/// How far apart two looks are at least: what happens in between is seen in one.
const APART: Duration = Duration::from_millis(100);
/// How far apart they are if the operator turns to something else.
const APART_AT_LEAST: Duration = Duration::from_millis(15);
/// While nothing happens, so often is the store asked whether that is so, in seconds.
const CHECKED_EVERY: u32 = 2;
/// While nothing happens, so often is the floor looked at all the same.
const AT_LEAST_EVERY: Duration = Duration::from_secs(30);
/// How long a look may take until the store counts as away.
const PATIENCE: Duration = Duration::from_secs(3);
/// The longest time between two tries while the store is away.
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);
/// How many events the first look takes in.
const EVENTS_AT_FIRST: usize = 200;
/// How many events any other takes in. When more happened in a tenth of a second than this, nobody
/// reads them as they pass.
const EVENTS_SHOWN: usize = 60;

/// What the console and its feed share.
#[derive(Clone, Debug)]
pub struct Feeding {
    /// Where looks go.
    pub messages: mpsc::Sender<Message>,
    /// What is wanted of the floor.
    pub wanted: watch::Receiver<Wanted>,
    /// Told when a look should not be waited for.
    pub look_now: Arc<Notify>,
    /// Told when a second begins: the store is checked while the console is awake anyway.
    pub second: Arc<Notify>,
}

/// Feeds for as long as somebody takes in what is seen; gives nothing then.
pub async fn run(acd: &dyn Acd, feeding: Feeding) -> Option<()> {
    let Feeding {
        messages,
        wanted,
        look_now,
        second,
    } = feeding;
    let mut latest = acd.latest_event();
    let mut looker = Looker::default();
    let mut failures = 0;
    loop {
        // Marked before the look, so that what happens during it brings another.
        latest.mark_unchanged();
        let begun = Instant::now();
        let now_wanted = Arc::new(wanted.borrow().clone());
        let message = match in_time(looker.look(acd, now_wanted)).await {
            Ok(look) => {
                failures = 0;
                Message::Looked(Box::new(look))
            }
            Err(why) => away(&mut failures, &why),
        };
        messages.send(message).await.ok()?;
        if failures > 0 {
            let _ = timeout(backoff(failures), look_now.notified()).await;
            continue;
        }
        let rest = async {
            sleep_until(begun + APART).await;
            let mut seconds = 0;
            while begun.elapsed() < AT_LEAST_EVERY {
                tokio::select! {
                    // A sender that is gone says nothing new; the checks go on.
                    Ok(()) = latest.changed() => break,
                    () = second.notified() => seconds += 1,
                }
                if seconds % CHECKED_EVERY == 0
                    && in_time(acd.overview()).await?.event != looker.seen
                {
                    break;
                }
            }
            Ok(())
        };
        let rested: Result<(), String> = tokio::select! {
            rested = rest => rested,
            () = look_now.notified() => {
                sleep_until(begun + APART_AT_LEAST).await;
                Ok(())
            }
        };
        if let Err(why) = rested {
            messages.send(away(&mut failures, &why)).await.ok()?;
        }
    }
}

/// Waits for the store no longer than [`PATIENCE`]. Says why it did not answer.
async fn in_time<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
    match timeout(PATIENCE, asked).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer in {} s", PATIENCE.as_secs())),
    }
}

fn away(failures: &mut u32, why: &str) -> Message {
    Message::StoreAway {
        at: SystemClock.now().millis(),
        why: failed(failures, why),
    }
}

/// Counts a failure, and gives what can be shown of its reason.
pub(crate) fn failed(failures: &mut u32, why: &str) -> String {
    *failures = failures.saturating_add(1);
    tracing::warn!(failures = *failures, "the store is away: {why}");
    clean(why)
}

/// Gives how long to wait after that many failures: doubling from a quarter of a second, with a
/// ceiling, and a little apart for each process so that they do not all come at once.
pub(crate) fn backoff(failures: u32) -> Duration {
    let doubled =
        Duration::from_millis(250) * 2_u32.saturating_pow(failures.saturating_sub(1).min(6));
    let apart = Duration::from_millis(u64::from(std::process::id() % 100));
    doubled.min(LONGEST_BACKOFF) + apart
}

/// Looks at the floor, and remembers of one look what helps the next.
#[derive(Debug, Default)]
pub struct Looker {
    queue: Reader<Contact>,
    skills: Reader<SkillView>,
    agents: Reader<Agent>,
    reasons: Reasons,
    /// The number of the newest event that was taken in.
    seen: u64,
    /// The ACD's time at the last look, and that by this machine's clock.
    then: Option<(Millis, Millis)>,
}

impl Looker {
    /// Looks once. The lists are asked for at the same time, so they may differ by what happened
    /// between them; the next look is not far off.
    pub async fn look(&mut self, acd: &dyn Acd, wanted: Arc<Wanted>) -> Result<Look, Error> {
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
        let events = self.news(acd, &overview).await?;
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
        Ok(Look { floor, events })
    }

    /// Gives what happened since the last look.
    async fn news(&self, acd: &dyn Acd, overview: &Overview) -> Result<Vec<Event>, Error> {
        // At the start, or after a time away, there may be thousands: only the newest are of
        // interest. A number that went back is that of a store which lost something or began anew.
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
