//! One-shot commands, for scripts: each sends one request to the ACD, prints the result and returns
//! an exit code. None draws a screen.
//!
//! They need a Redis or an API: an ACD embedded in another process cannot be reached from this one.
//! one.

mod act;
mod failure;
pub mod generate;
mod inject;
mod status;

use std::io::{ErrorKind, Write, stdout};

use clap::{Args, Subcommand};
use shared::Acd;
use shared::agent::AgentId;
use shared::contact::Priority;
use shared::service_level::ServiceLevel;
use shared::skill::Skill;
use shared::text::{Invalid, Reason};

pub use failure::Failure;

use crate::find::ContactName;
use crate::remote::Remote;
use crate::series::{PerMinute, Series};

const INJECT_EXAMPLES: &str = "\
Examples:
  switchboard inject --skills English,Billing
  switchboard inject --skills Sales --priority 0 --count 10 | cut -f 1
      Ten that are served before all others, and their keys alone.
  switchboard inject --skills English --count 20 --per-minute 60 > keys
      One a second, with a bar on the terminal that shows how far it is.
Prints a line for each: its key, `assigned` or `queued`, and its agent or `-`, with tabs between.

Exit codes: 0 done, 1 refused by the rules, 2 wrong usage or no store that can be used,
3 the store went away in the middle.";

const STATUS_EXAMPLES: &str = "\
Examples:
  switchboard status
  switchboard status --json | jq .overview.waiting
  switchboard status --json --watch
      A line of JSON at each change, at most one a second, until Ctrl-C. Times are
      milliseconds since 1970, spans are milliseconds.

Exit codes: 0 done, 2 wrong usage or no store that can be used, 3 the store went away in the
middle.";

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 refused by the rules, 2 wrong usage or no store that can be used,
3 the store went away in the middle.";

/// One thing to ask of the ACD.
#[derive(Debug, Subcommand)]
pub enum OneShot {
    /// Do something for one agent.
    #[command(skip)]
    Agent(AgentId, AgentVerb, bool),
    /// Print the figures of the floor and its skills.
    #[command(after_help = STATUS_EXAMPLES)]
    Status {
        /// As one line of JSON.
        #[arg(long)]
        json: bool,
        /// Again at each change, at most once a second, until Ctrl-C.
        #[arg(long)]
        watch: bool,
    },
    /// Inject contacts.
    #[command(after_help = INJECT_EXAMPLES)]
    Inject {
        /// The skills that a contact needs, with commas; without, any agent can serve it.
        #[arg(long, value_delimiter = ',', value_parser = skill, value_name = "SKILLS")]
        skills: Vec<Skill>,
        /// How urgent: 0 is served before 1, and so on to 255; 5 unless said otherwise.
        #[arg(long, value_name = "N")]
        priority: Option<u8>,
        /// How many.
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        count: u32,
        /// How many in a minute, 1 to 60000; without, as fast as the store takes them.
        #[arg(long, value_name = "N")]
        per_minute: Option<PerMinute>,
        /// A line of JSON for each contact, as the API tells of it.
        #[arg(long)]
        json: bool,
    },
    /// Open or close the ACD.
    #[command(after_help = EXIT_CODES)]
    Acd {
        /// What to do.
        #[command(subcommand)]
        verb: AcdVerb,
        /// As one line of JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Say why a contact stands where it stands.
    #[command(after_help = EXIT_CODES)]
    Explain {
        /// Which contact, and how it is told.
        #[command(flatten)]
        of: Of,
    },
    /// Cancel a contact, whether it waits or an agent is on it.
    #[command(after_help = EXIT_CODES)]
    Cancel {
        /// Which contact, and how it is told.
        #[command(flatten)]
        of: Of,
    },
    /// Take a contact from its agent and put it back to its place in the queue.
    #[command(after_help = EXIT_CODES)]
    Requeue {
        /// Which contact, and how it is told.
        #[command(flatten)]
        of: Of,
    },
    /// Change the priority of a contact.
    #[command(after_help = EXIT_CODES)]
    Priority {
        /// Which contact, and how it is told.
        #[command(flatten)]
        of: Of,
        /// How urgent: 0 is served before 1, and so on to 255.
        priority: u8,
    },
}

/// Which contact a command is about, and how it tells.
#[derive(Debug, Args)]
pub struct Of {
    /// The contact: its key, for example as `inject` printed it, or its short id as the console
    /// shows it, c-1a2b3c4d, where exactly one has it among those that wait, are with an agent, or
    /// are in the newest events.
    #[arg(value_name = "CONTACT")]
    contact: ContactName,
    /// As one line of JSON, as the API tells it.
    #[arg(long)]
    json: bool,
}

impl OneShot {
    /// Returns whether the command changes something.
    pub fn changes_something(&self) -> bool {
        match self {
            Self::Status { .. } | Self::Explain { .. } => false,
            Self::Agent(..)
            | Self::Inject { .. }
            | Self::Acd { .. }
            | Self::Cancel { .. }
            | Self::Requeue { .. }
            | Self::Priority { .. } => true,
        }
    }

    /// Returns whether the command may create an ACD. Opening or closing one that does not exist is
    /// most likely a mistyped name.
    fn creates(&self) -> bool {
        matches!(self, Self::Inject { .. })
    }
}

/// What can be done for an agent.
#[derive(Clone, Debug, Subcommand)]
pub enum AgentVerb {
    /// Make him ready for contacts; if he is on one, when it ends.
    Available,
    /// Make him not ready; if he is on a contact, when it ends.
    Unavailable {
        /// Why. With a reason it is a break of his own, which opening the ACD leaves alone.
        #[arg(long)]
        reason: Option<Reason>,
    },
    /// Complete the contact he is on.
    Complete,
}

/// What can be done with the ACD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum AcdVerb {
    /// Open it: agents become available who are not on a break of their own.
    Open,
    /// Close it: it takes no new contacts, and agents become unavailable.
    Close,
}

/// Allows a space after the comma. A skill never begins with a space.
fn skill(text: &str) -> Result<Skill, Invalid> {
    text.trim().parse()
}

/// Runs the command, prints its result, and returns the exit code.
pub async fn run(remote: Option<&Remote>, command: &OneShot, level: ServiceLevel) -> u8 {
    let whose = match command {
        OneShot::Agent(..) => Whose::Agents,
        OneShot::Inject { .. }
        | OneShot::Explain { .. }
        | OneShot::Cancel { .. }
        | OneShot::Requeue { .. }
        | OneShot::Priority { .. } => Whose::Contacts,
        OneShot::Status { .. } | OneShot::Acd { .. } => Whose::Floors,
    };
    let done = async {
        let acd = open(remote, whose).await?;
        if !command.creates() {
            expect_there(&*acd, remote).await?;
        }
        perform(&*acd, command, level).await
    };
    exit_code(done.await)
}

/// Refuses an ACD whose store is empty: most likely its name is mistyped. Every change of an ACD
/// adds an event, so one without events does not exist. Behind an API there always is one.
pub async fn expect_there(acd: &dyn Acd, remote: Option<&Remote>) -> Result<(), Failure> {
    if !matches!(remote, Some(Remote::Redis(..))) {
        return Ok(());
    }
    if acd.overview().await?.event > 0 {
        return Ok(());
    }
    let place = remote.map_or_else(String::new, |remote| format!(" at {}", remote.shown()));
    Err(Failure::CannotBegin(format!(
        "there is no ACD {}{place}: no agent, no contact and no event stands there under that \
         name. --acd or SWITCHBOARD_ACD names another; the first contact or agent makes this one, \
         and what an engine serves is reached by --api",
        acd.name()
    )))
}

/// Returns the exit code of a command; prints its error if it failed.
pub fn exit_code(done: Result<(), Failure>) -> u8 {
    match done {
        Ok(()) => 0,
        Err(failure) => end(&failure),
    }
}

/// Prints why a command failed, and returns the exit code.
pub fn end(failure: &Failure) -> u8 {
    if let Some(sentence) = failure.sentence() {
        // If this cannot be printed either, the exit code still tells.
        let _ = writeln!(std::io::stderr(), "switchboard: {sentence}");
    }
    failure.code()
}

/// The part of the ACD that a request concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// One agent only.
    Agents,
    /// Contacts, as for whoever injected them.
    Contacts,
    /// The whole floor.
    Floors,
}

/// Opens the ACD.
pub async fn open(
    remote: Option<&Remote>,
    whose: Whose,
) -> Result<std::sync::Arc<dyn Acd>, Failure> {
    let Some(remote) = remote else {
        return Err(Failure::CannotBegin(
            "this needs an ACD on a Redis or behind an API, for one that is embedded in another \
             process cannot be reached from here: set REDIS_URL or SWITCHBOARD_API, or give \
             --redis-url or --api"
                .to_owned(),
        ));
    };
    let opened = match whose {
        Whose::Agents => remote.open_for_agent().await,
        Whose::Contacts => remote.open_for_contacts().await,
        Whose::Floors => remote.open().await,
    };
    opened.map_err(|closed| Failure::CannotBegin(closed.why()))
}

async fn perform(acd: &dyn Acd, command: &OneShot, level: ServiceLevel) -> Result<(), Failure> {
    match command {
        OneShot::Agent(agent, verb, json) => {
            print(&act::for_agent(acd, agent, verb).await?.written(*json))
        }
        OneShot::Status { json, watch } => {
            let form = if *json {
                status::Form::Json
            } else {
                status::Form::Plain
            };
            if *watch {
                return status::watch(acd, form, level).await;
            }
            print(&status::Status::of(acd, level).await?.written(form))
        }
        OneShot::Inject {
            skills,
            priority,
            count,
            per_minute,
            json,
        } => {
            let series = Series {
                skills: skills.clone(),
                priority: priority.map_or_else(Priority::default, Priority),
                count: *count,
                per_minute: *per_minute,
            };
            inject::inject(acd, &series, *json).await
        }
        OneShot::Acd { verb, json } => print(&act::open_or_close(acd, *verb).await?.written(*json)),
        OneShot::Explain { of } => {
            let contact = act::named(acd, &of.contact).await?;
            print(&act::explain(acd, contact).await?.written(of.json))
        }
        OneShot::Cancel { of } => {
            let contact = act::named(acd, &of.contact).await?;
            print(&act::cancel(acd, contact).await?.written(of.json))
        }
        OneShot::Requeue { of } => {
            let contact = act::named(acd, &of.contact).await?;
            print(&act::requeue(acd, contact).await?.written(of.json))
        }
        OneShot::Priority { of, priority } => {
            let contact = act::named(acd, &of.contact).await?;
            let done = act::priority(acd, contact, Priority(*priority)).await?;
            print(&done.written(of.json))
        }
    }
}

/// Prints whole lines at once, so that the reader of a pipe never sees half a report.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        // `head` and the like close the pipe early; that is not an error.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::NobodyReads),
        Err(error) => Err(Failure::CannotBegin(format!(
            "the answer cannot be written: {error}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Arguments, Command};

    fn parsed(line: &str) -> Result<Command, clap::Error> {
        let arguments = Arguments::try_parse_from(line.split(' '))?;
        Ok(arguments.command.unwrap())
    }

    #[test]
    fn every_command_is_understood() {
        for line in [
            "switchboard agent agent:7 available",
            "switchboard agent agent:7 unavailable",
            "switchboard agent agent:7 unavailable --reason lunch",
            "switchboard agent agent:7 complete --redis-url redis://h --acd other",
            "switchboard --redis-url redis://h status --json --watch",
            "switchboard inject --skills English,Billing --priority 0 --count 10",
            "switchboard inject",
            "switchboard inject --count 20 --per-minute 60",
            "switchboard acd open",
            "switchboard explain contact:0192f3c4-0000-7000-8000-000000000000",
            "switchboard explain c-5e3d2e39 --json",
            "switchboard cancel c-5e3d2e39",
            "switchboard requeue 5e3d2e39 --json",
            "switchboard priority c-5e3d2e39 0",
            "switchboard agent agent:7 available --json",
            "switchboard acd open --json",
            "switchboard inject --json",
        ] {
            assert!(parsed(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_as_usage() {
        for line in [
            "switchboard agent a{b} available",
            "switchboard agent agent:7 asleep",
            "switchboard agent agent:7 available --reason lunch",
            "switchboard inject --skills a,,b",
            "switchboard inject --priority 256",
            "switchboard inject --count 0",
            "switchboard inject --per-minute 0",
            "switchboard inject --per-minute 60001",
            "switchboard acd",
            "switchboard acd shut",
            "switchboard explain agent:7",
            "switchboard priority c-5e3d2e39",
            "switchboard priority c-5e3d2e39 256",
            "switchboard cancel",
        ] {
            assert_eq!(parsed(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn a_space_after_the_comma_is_forgiven() {
        assert_eq!(skill(" Billing").unwrap().as_str(), "Billing");
        assert!(skill("  ").is_err());
    }
}
