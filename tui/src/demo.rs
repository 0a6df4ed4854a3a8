//! The demo session of this process: synthetic traffic that uses an engine's API like any other
//! client. For an ACD without an engine in this process, the session starts one on a free loopback
//! port and stops it at the end.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use engine::serve::{self, Running};
use engine::traffic::{self, Cast};
use shared::redis::RedisServer;
use shared::text::AcdName;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::console::message::{DemoEnd, Message};
use crate::remote::Remote;
use crate::text::counted;

/// How long the program waits at its end for the session to remove its contacts, if they would
/// remain otherwise.
const CLEAN_UP_TIMEOUT: Duration = Duration::from_secs(5);

/// The ACD on which the session runs.
#[derive(Clone, Debug)]
pub enum DemoTarget {
    /// One in this process, with a REST API.
    ThisProcess {
        /// The address of the API.
        address: Option<String>,
        /// Whether the ACD was started for the session. Then the first session need not consider
        /// others.
        begun_for_it: bool,
    },
    /// One elsewhere: on a Redis, with an engine of the session's own because there may be no
    /// other.
    Remote(Remote),
}

/// The demo session, running or not.
#[derive(Debug)]
pub struct Demo {
    target: DemoTarget,
    token: CancellationToken,
    tasks: TaskTracker,
    /// The cast of the last session.
    cast: Option<Cast>,
}

impl Demo {
    /// Makes a session that is not running yet.
    pub fn new(target: DemoTarget) -> Self {
        Self {
            target,
            token: CancellationToken::new(),
            tasks: TaskTracker::new(),
            cast: None,
        }
    }

    /// Starts the session, and sends a message when it ends.
    pub fn start(&mut self, ended: mpsc::Sender<Message>) {
        // A cancelled token stays cancelled, so each session gets a new one.
        self.token = CancellationToken::new();
        // Others may have added agents since the first session.
        let cast = match (&self.target, self.cast) {
            (DemoTarget::ThisProcess { begun_for_it, .. }, None) if *begun_for_it => Cast::Leaves,
            _ => Cast::Guest,
        };
        self.run(cast, ended);
    }

    fn run(&mut self, cast: Cast, ended: mpsc::Sender<Message>) {
        self.cast = Some(cast);
        let (target, token) = (self.target.clone(), self.token.clone());
        self.tasks.spawn(async move {
            let end = play(target, cast, token).await;
            if let Err(why) = &end {
                tracing::error!("the demo session ended: {why}");
            }
            // Sending fails only if the console has quit.
            let _ = ended.send(Message::DemoEnded(end)).await;
        });
    }

    /// Stops new arrivals; open contacts are completed or abandoned. If the session has already
    /// ended, removes its remaining agents.
    pub fn stop(&mut self, ended: mpsc::Sender<Message>) {
        self.token.cancel();
        if let Some(cast) = self.cast.filter(|_| self.tasks.is_empty()) {
            // With a cancelled token, a session only cleans up.
            self.run(cast, ended);
        }
    }

    /// Stops the session when the program ends. Does not wait if the ACD is in this process.
    pub async fn end(self) {
        self.token.cancel();
        self.tasks.close();
        if matches!(self.target, DemoTarget::Remote(_)) {
            let _ = timeout(CLEAN_UP_TIMEOUT, self.tasks.wait()).await;
        }
    }
}

/// Runs until the token is cancelled, and returns how the session ended. Errors are sentences for
/// the operator.
async fn play(target: DemoTarget, cast: Cast, token: CancellationToken) -> Result<DemoEnd, String> {
    let (address, engine) = match target {
        DemoTarget::ThisProcess {
            address: Some(address),
            ..
        } => (address, None),
        DemoTarget::ThisProcess { address: None, .. } => {
            return Err("this process serves no API".to_owned());
        }
        DemoTarget::Remote(Remote::Redis(redis, name)) => {
            let (address, engine) = engine_for(&redis, name).await?;
            (address, Some(engine))
        }
        DemoTarget::Remote(Remote::Api(access, _)) => {
            let address = access.address();
            return Err(format!(
                "for an ACD behind an API, use `switchboard-engine traffic --guest --url {address}`"
            ));
        }
    };
    let played = match format!("http://{address}").parse() {
        Ok(url) => traffic::run(traffic::Options::demo(url, cast), token, |_| {})
            .await
            .map(|report| DemoEnd {
                left: report.left,
                taken: report.taken,
            })
            .map_err(|error| why_not(&error)),
        Err(error) => Err(format!("it cannot reach {address}: {error}")),
    };
    if let Some(engine) = engine {
        engine.stop().await;
    }
    played
}

/// Says why a session did not run. The remedy is before the details.
fn why_not(error: &traffic::Error) -> String {
    match error {
        traffic::Error::Occupied { agents, again, .. } => format!(
            "a demo session is already running on this floor: stop it first, or if it has crashed, \
             try again in {again} s ({})",
            counted(*agents as u64, "agent")
        ),
        other => other.to_string(),
    }
}

async fn engine_for(redis: &RedisServer, name: AcdName) -> Result<(String, Running), String> {
    let store = shared::open(Some(redis), name).await;
    let store = store.map_err(|error| error.to_string())?;
    let options = serve::Options {
        listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        dispatchers: 1,
        ..serve::Options::default()
    };
    let engine = serve::start(store, options).await;
    let engine = engine.map_err(|error| format!("its engine cannot be started: {error}"))?;
    match engine.address() {
        Some(address) => Ok((address.to_string(), engine)),
        None => Err("its engine does not listen".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_demo_is_told_what_to_do_before_the_details() {
        let error = traffic::Error::Occupied {
            agents: 1,
            still: 2,
            again: 28,
        };
        assert_eq!(
            why_not(&error),
            "a demo session is already running on this floor: stop it first, or if it has crashed, \
             try again in 28 s (1 agent)"
        );
    }
}
