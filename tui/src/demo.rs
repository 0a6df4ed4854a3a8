//! The demo session of this process: synthetic traffic that speaks to an engine's API as any
//! client does. On a floor that has no engine in this process, one is started for it on a free
//! loopback port, and ends with it.

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

use crate::message::{DemoEnd, Message};
use crate::remote::Remote;

/// How long the end of the program waits for the traffic to take back its contacts, where they
/// would stay behind.
const FAREWELL: Duration = Duration::from_secs(5);

/// Where the session plays.
#[derive(Clone, Debug)]
pub enum Ground {
    /// In this process, which serves the REST API there.
    Here {
        /// Where.
        address: Option<String>,
        /// Whether the floor was begun for the session: then it is nobody's guest at first.
        begun_for_it: bool,
    },
    /// Elsewhere: on a Redis with an engine of the session's own, for the floor may have none.
    There(Remote),
}

/// The demo session, running or not.
#[derive(Debug)]
pub struct Demo {
    ground: Ground,
    token: CancellationToken,
    tasks: TaskTracker,
    /// Who played last.
    cast: Option<Cast>,
}

impl Demo {
    /// Makes a session that does not run yet.
    pub fn new(ground: Ground) -> Self {
        Self {
            ground,
            token: CancellationToken::new(),
            tasks: TaskTracker::new(),
            cast: None,
        }
    }

    /// Starts it, and sends word when it ends.
    pub fn start(&mut self, ended: mpsc::Sender<Message>) {
        // A token that was cancelled stays so: each session has one of its own.
        self.token = CancellationToken::new();
        // Later others may have brought agents to that floor.
        let cast = match (&self.ground, self.cast) {
            (Ground::Here { begun_for_it, .. }, None) if *begun_for_it => Cast::Leaves,
            _ => Cast::Guest,
        };
        self.run(cast, ended);
    }

    fn run(&mut self, cast: Cast, ended: mpsc::Sender<Message>) {
        self.cast = Some(cast);
        let (ground, token) = (self.ground.clone(), self.token.clone());
        self.tasks.spawn(async move {
            let end = play(ground, cast, token).await;
            if let Err(why) = &end {
                tracing::error!("the demo session ended: {why}");
            }
            // The only way to fail is that the console has left meanwhile.
            let _ = ended.send(Message::DemoEnded(end)).await;
        });
    }

    /// Lets no more contacts arrive; those that are open are completed or hang up. Of a session
    /// that has ended, the agents who are there still are taken away.
    pub fn stop(&mut self, ended: mpsc::Sender<Message>) {
        self.token.cancel();
        if let Some(cast) = self.cast.filter(|_| self.tasks.is_empty()) {
            // With its token cancelled a session does no more than leave.
            self.run(cast, ended);
        }
    }

    /// Stops it with the program. On a floor that ends with this process nothing is waited for.
    pub async fn end(self) {
        self.token.cancel();
        self.tasks.close();
        if matches!(self.ground, Ground::There(_)) {
            let _ = timeout(FAREWELL, self.tasks.wait()).await;
        }
    }
}

/// Plays until the token is cancelled, and gives how it ended. Fails in words for the operator.
async fn play(ground: Ground, cast: Cast, token: CancellationToken) -> Result<DemoEnd, String> {
    let (address, engine) = match ground {
        Ground::Here {
            address: Some(address),
            ..
        } => (address, None),
        Ground::Here { address: None, .. } => return Err("this process serves no API".to_owned()),
        Ground::There(Remote::Redis(redis, name)) => {
            let (address, engine) = engine_for(&redis, name).await?;
            (address, Some(engine))
        }
        Ground::There(Remote::Api(access, _)) => {
            let address = access.address();
            return Err(format!(
                "a floor behind an API has `switchboard-engine traffic --guest --url {address}` for that"
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
            .map_err(|error| error.to_string()),
        Err(error) => Err(format!("it cannot reach {address}: {error}")),
    };
    if let Some(engine) = engine {
        engine.stop().await;
    }
    played
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
    let engine = engine.map_err(|error| format!("no engine can be started for it: {error}"))?;
    match engine.address() {
        Some(address) => Ok((address.to_string(), engine)),
        None => Err("its engine does not listen".to_owned()),
    }
}
