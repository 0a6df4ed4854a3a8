//! Synthetic traffic: plays customers and agents against an engine, and tells how they fared.
//!
//! It speaks REST only, like any other client, so it works against one engine, a load balancer
//! in front of many, or the console's own. Contacts arrive when the plan says, whether or not
//! the server has answered the ones before (an open loop): a slow server is seen as slow.
//!
//! - [`run`] is the traffic; it prints nothing. [`command`] is the same for a command line.
//! - `plan` is what a seed stands for, `visit` one contact's life, `staff` the agents,
//!   `client` the calls, `tally` and `report` the figures.
//!
//! On a floor of its own it leaves its agents and the open ACD behind: they are what a next run, or
//! a person at the console, goes on with. On a floor that others use it is a guest (`guest`): what
//! it brought is marked, and leaves with it.

mod args;
mod client;
mod command;
mod guest;
mod names;
mod plan;
mod report;
mod session;
mod skills;
mod span;
mod staff;
mod tally;
mod trouble;
mod visit;

pub use args::{Args, Cast, Options, Rate};
pub use command::command;
pub use guest::{AGENTS as GUEST_AGENTS, MARK as GUEST_MARK, SKILLS as GUEST_SKILLS, Taken};
pub use report::{Errors, Progress, Report, Spread};
pub use session::run;
pub use skills::SkillSet;
pub use span::Span;

use reqwest::Url;
use shared::text::Invalid;

use self::trouble::Trouble;

/// Why there was no traffic at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody answers there, or the engine has no store.
    #[error("no engine can be reached at {url} ({reason}): start one, or name another with --url")]
    Unreachable {
        /// Where it was looked for.
        url: String,
        /// What happened.
        reason: String,
    },
    /// Somebody answers there who does not speak Switchboard's API, or who refuses.
    #[error(
        "{url} takes no synthetic traffic ({reason}): is this the API of a Switchboard engine?"
    )]
    Refused {
        /// Where it was tried.
        url: String,
        /// What was answered.
        reason: String,
    },
    /// The engine wants another token.
    #[error(
        "{url} does not let it in ({reason}): give the file of an admin's token with --token-file"
    )]
    TurnedAway {
        /// Where it was tried.
        url: String,
        /// What was answered.
        reason: String,
    },
    /// A guest opens no floor that others have closed.
    #[error("the ACD is closed: open it first, for a guest leaves that to its people")]
    Closed,
    /// Another guest plays there.
    #[error(
        "a demo session plays on this floor already ({agents} agents of one, the last change \
         {still} s ago): stop it first; if it has died, try again in {again} s"
    )]
    Occupied {
        /// How many agents of it there are.
        agents: usize,
        /// How many seconds ago one of them changed.
        still: u64,
        /// In how many seconds it counts as dead.
        again: u64,
    },
    /// The floor has agents, and nobody said what is to become of them.
    #[error(
        "the floor has {agents} already: --guest plays beside them, with agents and skills of its \
         own that leave at the end; --reuse gives agent:0 and on the skills it needs, as a repeated \
         run does"
    )]
    InUse {
        /// How many, with their noun.
        agents: String,
    },
    /// Its agents could not all be brought in, and those who came were taken away again.
    #[error("{reason}; {left}")]
    HalfWay {
        /// What happened.
        reason: String,
        /// What became of the agents who had come.
        left: String,
    },
    /// The options cannot be used.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The HTTP client could not be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    /// The histograms could not be made.
    #[error("the histograms cannot be made: {0}")]
    Histogram(#[from] hdrhistogram::CreationError),
}

impl Error {
    /// Says what became of the agents of a run that failed while they were brought in.
    fn half_way(error: &Self, left: Option<usize>) -> Self {
        let reason = error.to_string();
        let left = match left {
            Some(0) => "the agents who had come were taken away again".to_owned(),
            Some(left) => format!("agents who had come are there still: {left}"),
            None => "agents who had come may be there still".to_owned(),
        };
        Self::HalfWay { reason, left }
    }

    fn at_the_start(url: &Url, trouble: Trouble) -> Self {
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

    /// Gives the exit code for a shell: always 2, as nothing was tried.
    pub fn exit_code(&self) -> u8 {
        2
    }
}
