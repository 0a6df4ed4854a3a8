//! A busy floor: contacts that are served, contacts that are cancelled, and agents whose presence
//! changes, at a fixed rate, beside the million contacts that wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, WrapErr as _};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use shared::Acd;
use shared::agent::Presence;
use shared::contact::{Attributes, ContactId, NewContact, Priority};
use shared::redis::RedisAcd;
use shared::seen::{AgentSeen, ContactSeen};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use super::options::Options;
use super::seed;

/// How many events a round writes: four for the contact that is served, two for the one that comes
/// and goes, and two for the agent.
const CHANGES: u32 = 8;
const AT_ONCE: usize = 64;

/// A load that runs until it is stopped.
pub(crate) struct Load {
    handle: Handle,
    acd: Arc<RedisAcd>,
    token: CancellationToken,
    rounds: JoinHandle<Result<()>>,
    begun: Instant,
    first_event: u64,
}

impl Load {
    /// Starts the load.
    pub(crate) fn start(handle: &Handle, acd: &Arc<RedisAcd>, options: &Options) -> Result<Self> {
        let token = CancellationToken::new();
        let first_event = handle.block_on(acd.overview())?.event;
        let apart = Duration::from_secs(1) * CHANGES / options.rate;
        let rounds = rounds(acd.clone(), apart, seed::helpers(options), token.clone());
        Ok(Self {
            handle: handle.clone(),
            acd: acd.clone(),
            token,
            rounds: handle.spawn(rounds),
            begun: Instant::now(),
            first_event,
        })
    }

    /// Stops, and returns the state changes a second, as counted by the store.
    pub(crate) fn stop(self) -> Result<f64> {
        let lasted = self.begun.elapsed();
        let event = self.handle.block_on(self.acd.overview())?.event;
        self.token.cancel();
        self.handle
            .block_on(self.rounds)?
            .wrap_err("the load broke off")?;
        let changes = u32::try_from(event.saturating_sub(self.first_event)).unwrap_or(u32::MAX);
        Ok(f64::from(changes) / lasted.as_secs_f64())
    }
}

/// Starts a round at each tick. A started round is always finished; otherwise agents would stay on
/// contacts that nothing completes.
async fn rounds(
    acd: Arc<RedisAcd>,
    apart: Duration,
    agents: u64,
    token: CancellationToken,
) -> Result<()> {
    stream::unfold((interval(apart), 0), |(mut ticks, number)| async move {
        ticks.tick().await;
        Some((Ok(number), (ticks, number + 1)))
    })
    .take_until(token.cancelled_owned())
    .try_for_each_concurrent(AT_ONCE, |number| round(&acd, number, agents))
    .await
}

async fn round(acd: &RedisAcd, number: u64, agents: u64) -> Result<()> {
    let served = NewContact::needing(ContactId::random(), vec![seed::SERVED.parse()?])?;
    let id = served.id;
    acd.create_contact(served).await?;
    acd.complete_contact(id, &ContactSeen::ANYTHING).await?;

    let agent = seed::id(agents + 1 + number % agents)?;
    let unavailable = Presence::Unavailable(Some("break".parse()?));
    acd.set_presence(&agent, unavailable, &AgentSeen::ANYTHING)
        .await?;
    acd.set_presence(&agent, Presence::Available, &AgentSeen::ANYTHING)
        .await?;

    // Behind all others, so that the rows on the screen stay where they are.
    let waits = NewContact::new(
        ContactId::random(),
        seed::profile(number)?,
        Priority(9),
        Attributes::new(),
    )?;
    let id = waits.id;
    acd.create_contact(waits).await?;
    acd.cancel_contact(id, &ContactSeen::ANYTHING).await?;
    Ok(())
}
