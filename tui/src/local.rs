//! The ACD in this process: the embedded store and an engine for it.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use engine::serve::{self, Running};
use shared::embedded::EmbeddedAcd;
use shared::text::AcdName;
use shared::time::SystemClock;
use shared::{Acd, Store};
use tokio::time::timeout;

/// How long to wait at the end for running tasks.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);

/// An ACD in this process, with its engine.
#[derive(Debug)]
pub struct Local {
    acd: Arc<dyn Acd>,
    engine: Running,
}

impl Local {
    /// Returns the ACD.
    pub fn acd(&self) -> Arc<dyn Acd> {
        self.acd.clone()
    }

    /// Returns the address of the REST API, if it is running.
    pub fn address(&self) -> Option<SocketAddr> {
        self.engine.address()
    }

    /// Stops everything. The ACD ends with this process, so open contacts are not waited for.
    pub async fn stop(self) {
        let _ = timeout(STOP_TIMEOUT, self.engine.stop()).await;
    }
}

/// Starts an ACD in this process.
pub async fn start(name: AcdName, listen: SocketAddr) -> io::Result<Local> {
    let acd: Arc<dyn Store> = Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)));
    let engine = serve_near(&acd, listen).await?;
    Ok(Local { acd, engine })
}

/// Listens at that address, or at another port if that one is in use.
async fn serve_near(acd: &Arc<dyn Store>, listen: SocketAddr) -> io::Result<Running> {
    let at = |listen| {
        let options = serve::Options {
            listen: Some(listen),
            dispatchers: 1,
            ..serve::Options::default()
        };
        serve::start(acd.clone(), options)
    };
    match at(listen).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            at(SocketAddr::new(listen.ip(), 0)).await
        }
        served => served,
    }
}
