//! Starts the API and the dispatchers over an ACD, and stops them in order.
//!
//! Everything started here belongs to a [`Running`]: nothing outlives it, and none of it ends
//! unnoticed.

use std::io::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use shared::Store;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::authorization::Authorization;
use crate::server::{Limits, Server, Tls, follow_certificate, listen};
use crate::{api, dispatch, metrics};

/// How long requests in flight may take to finish when the engine stops.
pub const GRACE: Duration = Duration::from_secs(10);

/// What to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the API listens; `None` for no API.
    pub listen: Option<SocketAddr>,
    /// The API's certificate; `None` for plain HTTP.
    pub tls: Option<Tls>,
    /// The limits of the API.
    pub limits: Limits,
    /// How many dispatchers run.
    pub dispatchers: usize,
    /// How callers of the API authenticate.
    pub authorization: Authorization,
}

/// An engine that runs until it is stopped. Dropping it aborts its work.
#[derive(Debug)]
pub struct Running {
    address: Option<SocketAddr>,
    draining: CancellationToken,
    stopping: CancellationToken,
    // A `JoinSet` and not a tracker, because it shows how a task ended, a panic above all.
    tasks: JoinSet<&'static str>,
    // Ends streams and connections if the engine is dropped without being stopped.
    _dropped: DropGuard,
}

/// Starts what the options name over this ACD. On return the API accepts connections.
#[expect(
    clippy::unused_async,
    reason = "its tasks need a runtime, and a caller that awaits it has one"
)]
pub async fn start(acd: Arc<dyn Store>, options: Options) -> std::io::Result<Running> {
    let draining = CancellationToken::new();
    let stopping = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let mut address = None;
    if let Some(at) = options.listen {
        options.authorization.check(at).map_err(Error::other)?;
        let listener = listen(at)?;
        address = Some(listener.local_addr()?);
        let recorder = metrics::recorder();
        let router = api::router(
            Arc::clone(&acd),
            options.authorization.clone(),
            recorder.clone(),
            draining.clone(),
            stopping.clone(),
            &options.limits,
        );
        let tls = options.tls.map(|tls| {
            let (current, tls) = watch::channel(tls);
            tasks.spawn(follow_certificate(current, stopping.clone()));
            tls
        });
        let server = Server {
            router,
            limits: options.limits,
            authorization: options.authorization.clone(),
            tls,
        };
        let stopped = stopping.clone();
        tasks.spawn(async move {
            server.run(listener, stopped).await;
            "API"
        });
        tasks.spawn(upkeep(recorder, stopping.clone()));
        if options.authorization.uses_tokens() {
            let (authorization, stopping) = (options.authorization, stopping.clone());
            let store = Arc::clone(&acd);
            tasks.spawn(async move {
                authorization.watch(store, stopping).await;
                "task that follows the tokens"
            });
        }
    }
    for _ in 0..options.dispatchers {
        let dispatcher = dispatch::run(Arc::clone(&acd), stopping.clone());
        tasks.spawn(async move {
            dispatcher.await;
            "dispatcher"
        });
    }
    Ok(Running {
        address,
        draining,
        _dropped: stopping.clone().drop_guard(),
        stopping,
        tasks,
    })
}

impl Running {
    /// Returns the address the API listens on.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Waits until a part of the engine ends by itself, which should never happen, and returns
    /// which.
    pub async fn stopped(&mut self) -> String {
        match self.tasks.join_next().await {
            Some(Ok(part)) => format!("the {part} ended by itself"),
            Some(Err(panic)) => format!("a task of the engine failed: {panic}"),
            None => std::future::pending().await,
        }
    }

    /// Drains: the engine reports that it is not ready but keeps serving, for as long as load
    /// balancers need to notice and to send new requests elsewhere. Without an API it returns at
    /// once.
    pub async fn drain(&self, how_long: Duration) {
        self.draining.cancel();
        if self.address.is_some() {
            let seconds = how_long.as_secs_f32();
            // Logged after the switch, so that a reader of the log finds the engine already not
            // ready.
            tracing::info!("draining for {seconds} s: not ready, but still serving");
            tokio::time::sleep(how_long).await;
        }
    }

    /// Stops: accepts no more connections, and finishes the requests in flight and the dispatchers'
    /// current rounds, for [`GRACE`] at most.
    pub async fn stop(mut self) {
        self.draining.cancel();
        // From here on streams end, and nothing new begins.
        self.stopping.cancel();
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            let grace = GRACE.as_secs();
            tracing::warn!("requests were still in progress after {grace} s and are aborted");
        }
    }
}

/// Keeps the recorder's collected data from growing while nobody scrapes.
async fn upkeep(
    recorder: metrics_exporter_prometheus::PrometheusHandle,
    stopping: CancellationToken,
) -> &'static str {
    let mut turns = tokio::time::interval(metrics::UPKEEP_EVERY);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return "task that maintains the metrics",
            _ = turns.tick() => recorder.run_upkeep(),
        }
    }
}
