//! Sets up a Redis Enterprise cluster with its database, over its own REST API. Existing nodes
//! become one cluster, and the cluster gets the database if it has none with that name.
//!
//! It checks the state before each step, so it can be run again at any time, also after it was
//! interrupted. It changes nothing that exists already, and it does not start nodes.

mod call;
mod command;
mod node;
mod steps;

use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

pub use command::{ProvisionArgs, command};
pub use steps::run;

/// What to set up, and the timeouts.
#[derive(Clone)]
pub struct Options {
    /// The nodes' REST APIs, the first of which creates the cluster. Never empty.
    pub nodes: Vec<Url>,
    /// The cluster's name, a full domain name.
    pub cluster: String,
    /// The administrator.
    pub user: String,
    /// The administrator's password.
    pub password: String,
    /// The database, as the API expects it.
    pub database: Value,
    /// Whether to accept unverified certificates, as a new node has.
    pub any_certificate: bool,
    /// The timeout of the whole setup.
    pub within: Duration,
    /// The timeout of one answer.
    pub answer_within: Duration,
    /// The time between two checks.
    pub pause: Duration,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Options({} on {} nodes)", self.cluster, self.nodes.len())
    }
}

/// Why the setup failed: one sentence, with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProvisionError {
    /// The options cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// User or password are wrong.
    #[error(
        "{node} refuses the user or password: it was set up with others; use those, or delete its \
         volumes to start again"
    )]
    Password {
        /// The node.
        node: Url,
    },
    /// The cluster rejects a call.
    #[error("{call} was refused with {status} ({said}): correct the request and run this again")]
    Refused {
        /// The call.
        call: String,
        /// The status of the answer.
        status: u16,
        /// The text of the answer.
        said: String,
    },
    /// A node could not join.
    #[error("{node} could not be set up ({why}): see its logs, then run this again")]
    Bootstrap {
        /// The node.
        node: Url,
        /// The node's message.
        why: String,
    },
    /// The database could not be created.
    #[error("the database is in the state {0}: delete it in the admin console and run this again")]
    Database(String),
    /// The timeout has passed.
    #[error("timed out after {seconds} s while {waiting} ({last}): run this again to continue")]
    Late {
        /// After how many seconds.
        seconds: u64,
        /// What was waited for.
        waiting: String,
        /// The last answer.
        last: String,
    },
}
