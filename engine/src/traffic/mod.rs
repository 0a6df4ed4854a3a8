//! Synthetic traffic: simulates customers and agents against an engine, and reports the results.
//!
//! It uses only the REST API, like any other client, so it works against one engine, a load
//! balancer in front of many, or the engine in the console. Contacts arrive as planned, whether or
//! not the server has answered the earlier ones (an open loop): a slow server is seen as slow.
//!
//! - [`run`] is the traffic; it prints nothing. [`command`] is the same for a command line.
//! - `plan` is what follows from a seed, `visit` the lifetime of one contact, `desk` what its agent
//!   does, `staff` the agents of the floor, `client` the calls, `tally` and `report` the figures.
//!
//! On a floor of its own it leaves its agents and the open ACD behind, for the next run or a person
//! at the console. On a floor that others use it is a guest (`guest`): what it created is marked,
//! and removed at the end.

mod args;
mod call_error;
mod client;
mod command;
mod desk;
mod guest;
mod names;
mod plan;
mod report;
mod session;
mod skills;
mod span;
mod staff;
mod step;
mod tally;
mod visit;

pub use args::{Cast, Habits, Options, Rate, Share, TrafficArgs};
pub use command::command;
pub use guest::{AGENTS as GUEST_AGENTS, MARK as GUEST_MARK, SKILLS as GUEST_SKILLS, Taken};
pub use report::{Errors, Progress, Report, Spread};
pub use session::run;
pub use skills::SkillSet;
pub use span::Span;

use reqwest::Url;
use shared::text::Invalid;

use self::call_error::CallError;

/// Why a run could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no answer, or the engine has no store.
    #[error("no engine can be reached at {url} ({reason}): start one, or name another with --url")]
    Unreachable {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// The server does not speak Switchboard's API, or refuses.
    #[error("{url} refuses the test traffic ({reason}): is this the API of a Switchboard engine?")]
    Refused {
        /// The address.
        url: String,
        /// The answer.
        reason: String,
    },
    /// The engine needs another token.
    #[error(
        "{url} does not permit the test traffic ({reason}): name the file of an admin's token with \
         --token-file"
    )]
    TurnedAway {
        /// The address.
        url: String,
        /// The answer.
        reason: String,
    },
    /// The floor is closed, and a guest does not open it.
    #[error("the ACD is closed: open it first; test traffic on a shared floor does not open it")]
    Closed,
    /// Another guest is running.
    #[error(
        "a demo session is already running on this floor ({agents} agents, the last change {still} s \
         ago): stop it first; if it has crashed, try again in {again} s"
    )]
    Occupied {
        /// How many agents it has.
        agents: usize,
        /// How many seconds ago one of them changed.
        still: u64,
        /// In how many seconds it counts as dead.
        again: u64,
    },
    /// The floor has agents, and no flag says how to treat them.
    #[error(
        "the floor already has {agents}: --guest runs beside them, with agents and skills of its own \
         that it removes at the end; --reuse takes agent:0, agent:1 and so on, creates those that \
         are missing, and gives them the skills it needs"
    )]
    InUse {
        /// How many, with their noun.
        agents: String,
    },
    /// Not all agents could be created, and those that were are removed again.
    #[error("{reason}; {left}")]
    HalfWay {
        /// What happened.
        reason: String,
        /// What became of the created agents.
        left: String,
    },
    /// The options cannot be used.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The HTTP client could not be created.
    #[error("the HTTP client cannot be created: {0}")]
    Client(#[from] reqwest::Error),
    /// The histograms could not be created.
    #[error("the histograms cannot be created: {0}")]
    Histogram(#[from] hdrhistogram::CreationError),
}

impl Error {
    /// Adds to an error what became of the agents created before it.
    fn half_way(error: &Self, left: Option<usize>) -> Self {
        let reason = error.to_string();
        let left = match left {
            Some(0) => "the agents created so far were removed again".to_owned(),
            Some(left) => format!("of the agents created so far, {left} could not be removed"),
            None => "agents created so far may remain".to_owned(),
        };
        Self::HalfWay { reason, left }
    }

    fn at_the_start(url: &Url, trouble: CallError) -> Self {
        let (url, may_pass) = (url.to_string(), trouble.may_pass());
        let reason = trouble.message;
        if may_pass {
            Self::Unreachable { url, reason }
        } else if ["unauthorized", "forbidden"].contains(&trouble.kind.as_str()) {
            Self::TurnedAway { url, reason }
        } else {
            Self::Refused { url, reason }
        }
    }

    /// Returns the exit code: always 2, as nothing was run.
    pub fn exit_code(&self) -> u8 {
        2
    }
}
