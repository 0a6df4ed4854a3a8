//! The operations of an ACD over the REST API of an engine, for consoles and desks whose users
//! should not have the password of its store.
//!
//! One request per operation. The client has no routing rules and caches nothing. Letting time pass
//! is not an operation of [`shared::Acd`], so it cannot be requested here.

mod access;
mod acd;
mod call;
mod changes;
mod connection;
mod follow;
mod refusal;

use std::fmt;
use std::sync::{Arc, OnceLock};

use shared::text::{AcdName, Invalid};
use shared::view::Overview;
use shared::{Error, Result};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

pub use access::{Access, Unusable};
use call::Call;
use connection::Connection;

use crate::messages::acd::AcdBody;
use crate::route;

/// An ACD that an engine serves.
pub struct ApiAcd {
    name: AcdName,
    connection: Arc<Connection>,
    /// Started when somebody first follows: a one-shot command needs no stream.
    following: OnceLock<Following>,
}

struct Following {
    latest: watch::Receiver<u64>,
    _task: AbortOnDropHandle<()>,
}

impl fmt::Debug for ApiAcd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiAcd({} at {})", self.name, self.connection.address())
    }
}

impl ApiAcd {
    /// Connects to the ACD without a request, under the given name: for an agent's token, which may
    /// not read the floor.
    pub fn unseen(access: &Access, name: AcdName) -> Result<Self, Unusable> {
        Ok(Self {
            name,
            connection: Arc::new(Connection::new(access)?),
            following: OnceLock::new(),
        })
    }

    /// Connects to the ACD and asks its engine for the name, which must be the expected one, if
    /// there is one.
    pub async fn open(access: &Access, expected: Option<&AcdName>) -> Result<Self> {
        let connection = Connection::new(access).map_err(|why| Error::Contract(why.to_string()))?;
        let floor: AcdBody = connection.request(Call::get(route::ACD, &[])).await?;
        if let Some(expected) = expected
            && *expected != floor.name
        {
            let problem = format!("is not what the engine at {} serves", connection.address());
            let rule = format!("use --acd {:?}, or leave it out", floor.name.as_str());
            return Err(Invalid::new(format!("ACD {expected}"), problem, rule).into());
        }
        Ok(Self {
            name: floor.name,
            connection: Arc::new(connection),
            following: OnceLock::new(),
        })
    }

    async fn overview(&self) -> Result<Overview> {
        let floor: AcdBody = self.connection.request(Call::get(route::ACD, &[])).await?;
        Ok(floor.into())
    }

    fn follow(&self) -> watch::Receiver<u64> {
        let following = self.following.get_or_init(|| {
            let (sender, latest) = watch::channel(0);
            let task = tokio::spawn(follow::follow(Arc::clone(&self.connection), sender));
            Following {
                latest,
                _task: AbortOnDropHandle::new(task),
            }
        });
        following.latest.clone()
    }
}
