//! The ACD in this process: the embedded store, its dispatcher, and a demo session that gives it
//! agents and contacts.
//!
//! The demo works on the operations directly and the REST API is not served yet: both are the
//! engine's, which takes their place here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use shared::agent::Presence;
use shared::contact::{ContactId, ContactState, NewContact};
use shared::embedded::EmbeddedAcd;
use shared::skill::Skill;
use shared::text::{AcdName, Invalid};
use shared::time::{Clock as _, SystemClock};
use shared::{Acd, Error};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::sample::{NAMES, agent, skills_of};

/// How far apart the demo's contacts are.
const APART: Duration = Duration::from_millis(500);
/// How long the dispatcher sleeps at most.
const DISPATCHER_PAUSE: Duration = Duration::from_millis(500);

/// An ACD that lives in this process, with what runs it.
#[derive(Debug)]
pub struct Local {
    acd: Arc<dyn Acd>,
    address: Option<SocketAddr>,
    token: CancellationToken,
    tasks: TaskTracker,
}

impl Local {
    /// Gives the ACD.
    pub fn acd(&self) -> Arc<dyn Acd> {
        self.acd.clone()
    }

    /// Gives where the REST API listens, if it does.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Stops everything, waiting a moment for work under way.
    pub async fn stop(self) {
        self.token.cancel();
        self.tasks.close();
        let _ = timeout(Duration::from_secs(1), self.tasks.wait()).await;
    }
}

/// Starts an ACD in this process, with a demo session if that is wanted.
pub async fn start(name: AcdName, _listen: SocketAddr, demo: bool) -> Local {
    let acd: Arc<dyn Acd> = Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)));
    let (token, tasks) = (CancellationToken::new(), TaskTracker::new());
    tasks.spawn(dispatch(acd.clone(), token.child_token()));
    if demo {
        // Before the first frame, so that it shows the floor at work.
        if let Err(error) = staff(acd.as_ref()).await {
            tracing::error!("the demo's agents cannot be created: {error}");
        }
        let inject = inject(acd.clone(), tasks.clone(), token.child_token());
        tasks.spawn(inject);
    }
    Local {
        acd,
        address: None,
        token,
        tasks,
    }
}

async fn dispatch(acd: Arc<dyn Acd>, token: CancellationToken) {
    let dispatching = async {
        loop {
            if let Err(error) = acd.run_due().await {
                tracing::warn!("deadlines not looked at: {error}");
            }
            sleep(DISPATCHER_PAUSE).await;
        }
    };
    token.run_until_cancelled(dispatching).await;
}

async fn staff(acd: &dyn Acd) -> Result<(), Error> {
    for number in 0..NAMES.len() {
        let agent = agent(number)?;
        let id = agent.id.clone();
        acd.create_agent(agent).await?;
        acd.set_presence(&id, Presence::Available).await?;
    }
    Ok(())
}

async fn inject(acd: Arc<dyn Acd>, tasks: TaskTracker, token: CancellationToken) {
    let mut dice = SmallRng::seed_from_u64(SystemClock.now().0);
    let injecting = async {
        loop {
            // Now and then nobody has what a contact needs, as it is on every floor.
            let skills = if dice.random_ratio(1, 40) {
                "Klingon".parse().map(|skill| vec![skill])
            } else {
                skills_of(dice.random_range(0..NAMES.len()))
            };
            let service = Duration::from_millis(dice.random_range(1_000..6_000));
            let patience = Duration::from_millis(dice.random_range(6_000..20_000));
            let life = live(acd.clone(), skills, service, patience);
            let child = token.child_token();
            tasks.spawn(async move { child.run_until_cancelled(life).await });
            sleep(APART).await;
        }
    };
    token.run_until_cancelled(injecting).await;
}

/// Lives a contact's life: it arrives, is served for a while or loses patience, and ends.
async fn live(
    acd: Arc<dyn Acd>,
    skills: Result<Vec<Skill>, Invalid>,
    service: Duration,
    patience: Duration,
) -> Result<(), Error> {
    let id = ContactId::random();
    let mut state = acd
        .create_contact(NewContact::needing(id, skills?)?)
        .await?;
    let left = Instant::now() + patience;
    while state == ContactState::Queued && Instant::now() < left {
        sleep(Duration::from_millis(200)).await;
        state = acd.contact(id).await?.state;
    }
    if matches!(state, ContactState::Assigned { .. }) {
        sleep(service).await;
    }
    acd.complete_contact(id).await.map(|_| ())
}
