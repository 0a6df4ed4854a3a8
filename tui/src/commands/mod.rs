//! One-shot commands, for scripts: each sends one request to the ACD, prints the result and returns
//! an exit code. None draws a screen.
//!
//! They need a Redis or an API: an ACD embedded in another process cannot be reached from this one.

mod act;
mod failure;
pub mod generate;
mod inject;
mod status;

use std::io::{ErrorKind, Write, stdout};

use clap::{Args, Subcommand};
use engine::argument::between;
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
      Ten contacts that are served before all others; prints only their keys.
  switchboard inject --skills English --count 20 --per-minute 60 > keys
      One contact per second, with a progress bar on the terminal.
Prints a line for each contact, separated by tabs: its key, `assigned` or `queued`, its agent or `-`.

Exit codes: 0 done, 1 refused, 2 wrong usage or no usable store, 3 the connection to the store
was lost.";

const STATUS_EXAMPLES: &str = "\
Examples:
  switchboard status
  switchboard status --json | jq .overview.waiting
  switchboard status --json --watch
      A line of JSON at each change, at most one per second, until Ctrl-C. Times are in
      milliseconds since 1970, durations in milliseconds.

Exit codes: 0 done, 2 wrong usage or no usable store, 3 the connection to the store was lost.";

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 refused, 2 wrong usage or no usable store, 3 the connection to the store
was lost.";

/// One request to the ACD.
#[derive(Debug, Subcommand)]
pub enum OneShot {
    /// Change something for an agent.
    #[command(skip)]
    Agent(AgentId, AgentVerb, bool),
    /// Print the figures of the floor and its skills.
    #[command(after_help = STATUS_EXAMPLES)]
    Status {
        /// Print one line of JSON.
        #[arg(long)]
        json: bool,
        /// Print again at each change, at most once per second, until Ctrl-C.
        #[arg(long)]
        watch: bool,
    },
    /// Inject contacts.
    #[command(after_help = INJECT_EXAMPLES)]
    Inject {
        /// The skills that each contact needs, separated by commas. Without skills any agent can
        /// serve it.
        #[arg(long, value_delimiter = ',', value_parser = skill, value_name = "SKILLS")]
        skills: Vec<Skill>,
        /// The priority, 0 to 255; 0 is served first [default: 5].
        #[arg(long, value_name = "N", value_parser = between(0_u8, 255))]
        priority: Option<u8>,
        /// The number of contacts.
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = between(1_u32, 100_000))]
        count: u32,
        /// How many contacts per minute, 1 to 60000. Without it as fast as possible.
        #[arg(long, value_name = "N")]
        per_minute: Option<PerMinute>,
        /// Print a line of JSON for each contact, as in the API.
        #[arg(long)]
        json: bool,
    },
    /// Open or close the ACD.
    #[command(after_help = EXIT_CODES)]
    Acd {
        /// What to do.
        #[command(subcommand)]
        verb: AcdVerb,
        /// Print one line of JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Explain why a contact waits, or what became of it.
    #[command(after_help = EXIT_CODES)]
    Explain {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
    },
    /// Cancel a contact that waits or is with an agent.
    #[command(after_help = EXIT_CODES)]
    Cancel {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
    },
    /// Take a contact from its agent and put it back in its place in the queue.
    #[command(after_help = EXIT_CODES)]
    Requeue {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
    },
    /// Change the priority of a contact.
    #[command(after_help = EXIT_CODES)]
    Priority {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
        /// The priority, 0 to 255; 0 is served first.
        #[arg(value_parser = between(0_u8, 255))]
        priority: u8,
    },
}

/// The contact that a command is about, and the format of the answer.
#[derive(Debug, Args)]
pub struct Of {
    /// The contact: its key, as `inject` prints it, or its short id, as the console shows it
    /// (c-1a2b3c4d). A short id must be unique among the contacts that wait, are with an agent, or
    /// are in the newest events.
    #[arg(value_name = "CONTACT")]
    contact: ContactName,
    /// Print one line of JSON, as in the API.
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
    /// Make the agent available, or once their contact ends if they are on one.
    Available,
    /// Make the agent unavailable, or once their contact ends if they are on one.
    Unavailable {
        /// The reason. Opening the ACD does not make an agent with a reason available.
        #[arg(long)]
        reason: Option<Reason>,
    },
    /// Complete the agent's contact.
    Complete,
}

/// What can be done with the ACD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum AcdVerb {
    /// Open the ACD. Agents become available, except those who chose to be unavailable.
    Open,
    /// Close the ACD. It takes no new contacts, and agents become unavailable.
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
        "there is no ACD {}{place}: no agent, contact or event is stored under that name. Give \
         another name with --acd or SWITCHBOARD_ACD; the first contact or agent creates this one; \
         use --api for an ACD that an engine serves",
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
            "this needs an ACD on a Redis or behind an API: an ACD in the memory of another \
             process cannot be reached; set REDIS_URL or SWITCHBOARD_API, or give --redis-url or \
             --api"
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
    use super::*;
    use crate::cli::{Arguments, Command};

    fn parsed(line: &str) -> Result<Command, clap::Error> {
        let arguments = Arguments::parsed(line.split(' ').map(Into::into))?;
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
