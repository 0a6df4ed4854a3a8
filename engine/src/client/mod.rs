//! The operations of an ACD over the REST API of an engine, for consoles and desks whose people
//! are not to hold the password of its store.
//!
//! One request an operation. It knows no rule of routing and keeps nothing of what it saw: what
//! the engine answers is what there is. Letting time pass is not among the operations, and so
//! there is no way to ask for it from here.

mod access;
mod call;
mod door;
mod follow;
mod operations;
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
use door::Door;

use crate::api::acd::Floor;

/// An ACD that an engine serves.
pub struct ApiAcd {
    name: AcdName,
    door: Arc<Door>,
    /// Begun when somebody first follows: a command that asks once needs no stream.
    following: OnceLock<Following>,
}

struct Following {
    latest: watch::Receiver<u64>,
    _task: AbortOnDropHandle<()>,
}

impl fmt::Debug for ApiAcd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiAcd({} at {})", self.name, self.door.address())
    }
}

impl ApiAcd {
    /// Comes to the ACD without asking anything of it, and calls it by that name: for an agent's
    /// token, which does not let him see the floor.
    pub fn unseen(access: &Access, name: AcdName) -> Result<Self, Unusable> {
        Ok(Self {
            name,
            door: Arc::new(Door::new(access)?),
            following: OnceLock::new(),
        })
    }

    /// Comes to the ACD, and learns its name from its engine; that must be the one that is
    /// expected, if one is.
    pub async fn open(access: &Access, expected: Option<&AcdName>) -> Result<Self> {
        let door = Door::new(access).map_err(|why| Error::Contract(why.to_string()))?;
        let floor: Floor = door.ask(Call::get(["acd"])).await?;
        if let Some(expected) = expected
            && *expected != floor.name
        {
            let problem = format!("is not what the engine at {} serves", door.address());
            let rule = format!("use --acd {:?}, or leave it out", floor.name.as_str());
            return Err(Invalid::new(format!("ACD {expected}"), problem, rule).into());
        }
        Ok(Self {
            name: floor.name,
            door: Arc::new(door),
            following: OnceLock::new(),
        })
    }

    async fn overview(&self) -> Result<Overview> {
        let floor: Floor = self.door.ask(Call::get(["acd"])).await?;
        Ok(floor.into())
    }

    fn follow(&self) -> watch::Receiver<u64> {
        let following = self.following.get_or_init(|| {
            let (sender, latest) = watch::channel(0);
            let task = tokio::spawn(follow::follow(Arc::clone(&self.door), sender));
            Following {
                latest,
                _task: AbortOnDropHandle::new(task),
            }
        });
        following.latest.clone()
    }
}
