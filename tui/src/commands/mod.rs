//! One-shot commands, for scripts: each sends one request to the ACD, prints the result and returns
//! an exit code. None draws a screen.
//!
//! They need a Redis or an API: an ACD embedded in another process cannot be reached from this one.

mod act;
mod examples;
mod failure;
pub mod generate;
mod inject;
mod offers;
mod perform;
mod settings;
mod status;

use std::io::{ErrorKind, Write, stdout};

use clap::{Args, Subcommand};
use engine::argument::between;
use shared::Acd;
use shared::agent::AgentId;
use shared::contact_type::TypeName;
use shared::service_level::ServiceLevel;
use shared::settings::Timeout;
use shared::skill::Skill;
use shared::text::{Disposition, Invalid, Note, Reason};

use examples::{EXIT_CODES, INJECT_EXAMPLES, SET_EXAMPLES, STATUS_EXAMPLES, TYPE_EXAMPLES};
pub use failure::Failure;

use crate::find::ContactName;
use crate::remote::Remote;
use crate::series::PerMinute;

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
        /// The contact type, from which each contact takes what is not said here.
        #[arg(long = "type", value_name = "NAME")]
        contact_type: Option<TypeName>,
        /// The skills that each contact needs, separated by commas. Without skills it needs those of
        /// its type; without a type any agent can serve it.
        #[arg(long, value_delimiter = ',', value_parser = skill, value_name = "SKILLS")]
        skills: Option<Vec<Skill>>,
        /// The priority, 0 to 255; 0 is served first [default: that of the type, of the floor, or 5].
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
    /// Show or change the settings of the floor.
    #[command(after_help = SET_EXAMPLES)]
    Set {
        /// The settings to change: name=value, or name= to remove one. Without any, print what is set.
        #[arg(value_name = "NAME=VALUE")]
        settings: Vec<String>,
        /// Print one line of JSON, as in the API.
        #[arg(long)]
        json: bool,
    },
    /// Show, create, change or delete a contact type.
    #[command(after_help = TYPE_EXAMPLES)]
    Type {
        /// The name of the type.
        name: TypeName,
        /// The settings to change: name=value, or name= for what the floor has. Others stay.
        /// Without any, print what is set.
        #[arg(value_name = "NAME=VALUE", conflicts_with = "delete")]
        settings: Vec<String>,
        /// Create the type if there is none, also without settings.
        #[arg(long, conflicts_with = "delete")]
        create: bool,
        /// Delete the type.
        #[arg(long)]
        delete: bool,
        /// Print one line of JSON, as in the API.
        #[arg(long)]
        json: bool,
    },
    /// List the contact types with their settings.
    #[command(after_help = EXIT_CODES)]
    Types {
        /// Print one line of JSON, as in the API.
        #[arg(long)]
        json: bool,
    },
    /// Explain why a contact waits, or what became of it.
    #[command(after_help = EXIT_CODES)]
    Explain {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
    },
    /// Accept a contact that is offered to an agent.
    #[command(after_help = EXIT_CODES)]
    Accept {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
        /// The agent to whom it is offered.
        agent: AgentId,
    },
    /// Reject a contact that is offered to an agent. It goes to another agent.
    #[command(after_help = EXIT_CODES)]
    Reject {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
        /// The agent to whom it is offered.
        agent: AgentId,
        /// Why.
        #[arg(long)]
        reason: Option<Reason>,
    },
    /// Complete a contact that is with an agent.
    #[command(after_help = EXIT_CODES)]
    Complete {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
        /// What became of it.
        #[arg(long)]
        disposition: Option<Disposition>,
        /// A note about it.
        #[arg(long)]
        note: Option<Note>,
    },
    /// Say what became of a contact that its agent is in wrap-up for.
    #[command(after_help = EXIT_CODES)]
    Disposition {
        /// The contact, and the format of the answer.
        #[command(flatten)]
        of: Of,
        /// What became of it.
        #[arg(required_unless_present = "note")]
        disposition: Option<Disposition>,
        /// A note about it.
        #[arg(long)]
        note: Option<Note>,
    },
    /// End or extend the wrap-up of an agent.
    #[command(after_help = EXIT_CODES)]
    WrapUp {
        /// The agent.
        agent: AgentId,
        /// Extend it by so many seconds, 1 to 3600. Without this it ends.
        #[arg(long, value_name = "SECONDS", value_parser = offers::extension)]
        extend: Option<Timeout>,
        /// Print one line of JSON, as in the API.
        #[arg(long)]
        json: bool,
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
            Self::Status { .. } | Self::Explain { .. } | Self::Types { .. } => false,
            Self::Set { settings, .. } => !settings.is_empty(),
            Self::Type {
                settings,
                create,
                delete,
                ..
            } => *create || *delete || !settings.is_empty(),
            Self::Agent(..)
            | Self::Inject { .. }
            | Self::Acd { .. }
            | Self::Accept { .. }
            | Self::Reject { .. }
            | Self::Complete { .. }
            | Self::Disposition { .. }
            | Self::WrapUp { .. }
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
        OneShot::Agent(..)
        | OneShot::Accept { .. }
        | OneShot::Reject { .. }
        | OneShot::Complete { .. }
        | OneShot::Disposition { .. }
        | OneShot::WrapUp { .. } => Whose::Agents,
        OneShot::Inject { .. }
        | OneShot::Explain { .. }
        | OneShot::Cancel { .. }
        | OneShot::Requeue { .. }
        | OneShot::Priority { .. } => Whose::Contacts,
        OneShot::Status { .. }
        | OneShot::Acd { .. }
        | OneShot::Set { .. }
        | OneShot::Type { .. }
        | OneShot::Types { .. } => Whose::Floors,
    };
    let done = async {
        let words = match command {
            OneShot::Set { settings, .. } | OneShot::Type { settings, .. } => &settings[..],
            _ => &[],
        };
        // What makes no sense is refused before anything is asked.
        settings::change(words)?;
        let acd = open(remote, whose).await?;
        if !command.creates() {
            expect_there(&*acd, remote).await?;
        }
        perform::perform(&*acd, command, level).await
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

    #[test]
    fn a_space_after_the_comma_is_forgiven() {
        assert_eq!(skill(" Billing").unwrap().as_str(), "Billing");
        assert!(skill("  ").is_err());
    }
}
