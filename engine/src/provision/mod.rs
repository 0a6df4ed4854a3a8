//! Brings up a Redis Enterprise cluster with its database, over its own REST API: nodes that are
//! there become one cluster, which gets the database if it has none of that name.
//!
//! It looks before each step, so it can be run again at any time, also after it was broken off.
//! It changes nothing that is there already, and it does not start nodes.

mod call;
mod command;
mod node;
mod steps;

use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

pub use command::{Args, command};
pub use steps::run;

/// What is brought up, and how patiently.
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
    /// The database, as the API takes it.
    pub database: Value,
    /// Whether certificates are taken that nobody vouches for, as a new node's is.
    pub any_certificate: bool,
    /// How long all of it may take.
    pub within: Duration,
    /// How long one answer may take.
    pub answer_within: Duration,
    /// The time between two looks.
    pub pause: Duration,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Options({} on {} nodes)", self.cluster, self.nodes.len())
    }
}

/// Why it did not come up: one sentence, with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// What was asked for cannot be.
    #[error("{0}")]
    Unusable(String),
    /// User or password are wrong.
    #[error(
        "{node} refuses the user or password: it was set up with others; give those, or empty \
         its volumes to begin anew"
    )]
    Password {
        /// Which node.
        node: Url,
    },
    /// A call that makes no sense to the cluster.
    #[error("{call} was refused with {status} ({said}): mend what was asked and run it again")]
    Refused {
        /// Which call.
        call: String,
        /// With which status.
        status: u16,
        /// In which words.
        said: String,
    },
    /// A node could not be made a member.
    #[error("{node} could not be set up ({why}): see its logs, then run this again")]
    Bootstrap {
        /// Which node.
        node: Url,
        /// What it says.
        why: String,
    },
    /// The database could not be created.
    #[error(
        "the database came to the state {0}: delete it in the admin console, and run this again"
    )]
    Database(String),
    /// It took too long.
    #[error(
        "gave up after {seconds} s, while {waiting} ({last}): run it again to go on from there"
    )]
    Late {
        /// After how many seconds.
        seconds: u64,
        /// What was waited for.
        waiting: String,
        /// What was heard last.
        last: String,
    },
}
