//! The demo session of this process: synthetic traffic that speaks to an engine's API as any
//! client does. On a floor that has no engine in this process, one is started for it on a free
//! loopback port, and ends with it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use engine::doors::Doors;
use engine::serve::{self, Running};
use engine::traffic;
use shared::Acd;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::message::Message;

/// How long the end of the program waits for the traffic to take back its contacts, where they
/// would stay behind.
const FAREWELL: Duration = Duration::from_secs(3);

/// The demo session, running or not.
#[derive(Debug)]
pub struct Demo {
    /// Where this process serves the REST API anyway.
    rest: Option<String>,
    token: CancellationToken,
    tasks: TaskTracker,
}

impl Demo {
    /// Makes a session that does not run yet; `rest` is where this process serves the REST API,
    /// if it does.
    pub fn new(rest: Option<String>) -> Self {
        Self {
            rest,
            token: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// Starts it, and sends word when it ends.
    pub fn start(&mut self, acd: Arc<dyn Acd>, ended: mpsc::Sender<Message>) {
        // A token that was cancelled stays so: each session has one of its own.
        self.token = CancellationToken::new();
        let (rest, token) = (self.rest.clone(), self.token.clone());
        self.tasks.spawn(async move {
            let why = play(acd, rest, token).await.err();
            if let Some(why) = &why {
                tracing::error!("the demo session ended: {why}");
            }
            // The only way to fail is that the console has left meanwhile.
            let _ = ended.send(Message::DemoEnded(why)).await;
        });
    }

    /// Lets no more contacts arrive; those that are open are completed or hang up.
    pub fn stop(&self) {
        self.token.cancel();
    }

    /// Stops it with the program. On a floor that ends with this process nothing is waited for.
    pub async fn end(self) {
        self.stop();
        self.tasks.close();
        if self.rest.is_none() {
            let _ = timeout(FAREWELL, self.tasks.wait()).await;
        }
    }
}

/// Plays until the token is cancelled. Fails in words for the operator.
async fn play(
    acd: Arc<dyn Acd>,
    rest: Option<String>,
    token: CancellationToken,
) -> Result<(), String> {
    let (address, engine) = match rest {
        Some(address) => (address, None),
        None => {
            let (address, engine) = engine_for(acd).await?;
            (address, Some(engine))
        }
    };
    let played = match format!("http://{address}").parse() {
        Ok(url) => traffic::run(traffic::Options::demo(url), token, |_| {})
            .await
            .map(drop)
            .map_err(|error| error.to_string()),
        Err(error) => Err(format!("it cannot reach {address}: {error}")),
    };
    if let Some(engine) = engine {
        engine.stop().await;
    }
    played
}

async fn engine_for(acd: Arc<dyn Acd>) -> Result<(String, Running), String> {
    let options = serve::Options {
        listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        dispatchers: 1,
        doors: Doors::open(),
    };
    let engine = serve::start(acd, options).await;
    let engine = engine.map_err(|error| format!("no engine can be started for it: {error}"))?;
    match engine.address() {
        Some(address) => Ok((address.to_string(), engine)),
        None => Err("its engine does not listen".to_owned()),
    }
}
