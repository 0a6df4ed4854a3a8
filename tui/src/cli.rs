//! The command line.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use engine::argument::{self, listen_address};
use engine::client::{Access, Unusable};
use shared::agent::AgentId;
use shared::redis::{RedisServer, RedisTls};
use shared::secret::Secret;
use shared::service_level::ServiceLevel;
use shared::text::AcdName;

use crate::commands::{AgentVerb, Failure, OneShot};
use crate::config::Flags;
use crate::console::keys::KeyTable;
use crate::dashed_agent::{agent_id, with_marked_agent, without_mark};
use crate::picture::{PictureOf, Size};
use crate::remote::Remote;
use crate::terminal::Characters;
use crate::theme::ThemeName;

const EXAMPLES: &str = "\
Examples:
  switchboard
      A floor in the memory of this process, with a demo session.
  switchboard --redis-url redis://localhost:6379
      The console of the ACD on that Redis.
  REDIS_URL=redis://localhost:6379 switchboard status
      Prints its figures once.
  switchboard --api https://acd.example --token-file ~/.switchboard-token
      The console through the API of an engine; needs no password of the Redis.";

const TIMES: &str = "\
Time zone: times and midnight use the zone in TZ (TZ=Europe/Berlin), or else the system's.";

const AGENT_EXAMPLES: &str = "\
Examples:
  switchboard agent agent:7
      Opens the agent's desk: a small screen with their state and contact, and keys to change them.
  switchboard agent agent:7 unavailable --reason lunch
      Makes the agent unavailable, or once their contact ends if they are on one.
  switchboard agent agent:7 available
  switchboard agent agent:7 complete
      Completes the agent's contact.

Exit codes: 0 done, 1 refused, 2 wrong usage or no usable store, 3 the connection to the store
was lost.";

const WALLBOARD_EXAMPLES: &str = "\
Examples:
  switchboard wallboard
      The wallboard of a floor in the memory of this process, with a demo session.
  switchboard wallboard --redis-url redis://localhost:6379 --theme light

Keys: q quits, r refreshes. From 80 columns and 24 rows on the figures are large, and grow with the
terminal.";

const CONFIG_EXAMPLES: &str = "\
The file is $XDG_CONFIG_HOME/switchboard/config.toml, or ~/.config/switchboard/config.toml:
  theme = \"light\"    # or dark, or colour-blind: blue and orange, no red and green
  service_level = \"90/10\"
  characters = \"ascii\" # or unicode; the default depends on the locale
  [keys]             # keys of the console; switchboard config lists all names
  inject = \"n\"
  move-down = [\"j\", \"Down\", \"Ctrl-n\"]

A flag overrides the file. COLORTERM and TERM decide how many colours are used; NO_COLOR=1 turns
them off.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  switchboard completions bash > ~/.local/share/bash-completion/completions/switchboard
  switchboard completions zsh > ~/.zfunc/_switchboard
  switchboard completions fish > ~/.config/fish/completions/switchboard.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  switchboard man | man -l -
  switchboard man --dir ~/.local/share/man/man1";

/// Switchboard: the console of an automatic contact distributor (ACD).
///
/// Without a Redis or an API everything runs in this process: the console, an engine with its REST
/// API, and a demo session with agents and contacts. With --redis-url the console shows an ACD on
/// that Redis. With --api it shows the ACD of a running engine through its REST API.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version = engine::VERSION, after_help = after_help())]
pub struct Arguments {
    /// The Redis that holds the ACD, for example `redis://localhost:6379`.
    #[arg(
        long,
        value_name = "URL",
        env = "REDIS_URL",
        hide_env_values = true,
        global = true
    )]
    pub redis_url: Option<Secret>,
    /// For `rediss://`: a PEM file with the CA certificates to trust, instead of the system's.
    #[arg(long, value_name = "FILE", env = "REDIS_CA", global = true)]
    pub redis_ca: Option<PathBuf>,
    /// For `rediss://`: a PEM file with the client certificate, if the Redis asks for one.
    #[arg(long, value_name = "FILE", env = "REDIS_CERT", global = true)]
    pub redis_cert: Option<PathBuf>,
    /// For `rediss://`: a PEM file with the private key of the client certificate.
    #[arg(long, value_name = "FILE", env = "REDIS_KEY", global = true)]
    pub redis_key: Option<PathBuf>,
    /// The address of the engine through whose REST API the ACD is reached, for example
    /// `https://acd.example`. If the environment sets both, it is used instead of the Redis.
    #[arg(long, value_name = "URL", env = "SWITCHBOARD_API", global = true)]
    pub api: Option<String>,
    /// For --api: a file whose first line is the token for the engine.
    #[arg(
        long,
        value_name = "PATH",
        env = "SWITCHBOARD_TOKEN_FILE",
        global = true
    )]
    pub token_file: Option<PathBuf>,
    /// For --api: a PEM file with the CA certificate of the engine, if the system does not trust
    /// it.
    #[arg(long, value_name = "PATH", env = "SWITCHBOARD_API_CA", global = true)]
    pub api_ca: Option<PathBuf>,
    /// The name of the ACD [default: acd]. ACDs with different names can share one Redis. With
    /// --api it must be the name of the engine's ACD, which is the default.
    #[arg(long, value_name = "NAME", env = "SWITCHBOARD_ACD", global = true)]
    pub acd: Option<AcdName>,
    /// Without a Redis: the address of the REST API. If the port is in use, a free one is taken.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8000",
        value_parser = listen_address
    )]
    pub listen: SocketAddr,
    /// Without a Redis: start with an empty floor, without a demo session. Press D to start one.
    #[arg(long)]
    pub no_demo: bool,
    /// The colour theme of all screens. The config file can set it, too.
    #[arg(long, value_name = "THEME", value_enum, global = true)]
    pub theme: Option<ThemeName>,
    /// The characters that screens are drawn with. The default depends on the locale (`LC_ALL`,
    /// `LC_CTYPE`, `LANG`). The config file can set it, too.
    #[arg(long, value_name = "CHARACTERS", value_enum, global = true)]
    pub characters: Option<Characters>,
    /// The service level target [default: 80/20, which is 80 % answered within 20 s]. The time is
    /// 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300 or 600 s. The config file can set it for
    /// screens, but not for status.
    #[arg(
        long,
        value_name = "PERCENT/SECONDS",
        env = "SERVICE_LEVEL",
        global = true
    )]
    pub service_level: Option<ServiceLevel>,
    /// Refuse keys and commands that change something.
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Write a log to this file. `RUST_LOG` sets the level.
    #[arg(long, value_name = "PATH")]
    pub log_file: Option<PathBuf>,
    /// Panic a second after the start, so that tests can check that the terminal is restored.
    #[arg(long, hide = true)]
    pub panic: bool,
    /// A command to run instead of the console.
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Arguments {
    /// Parses the command line and the environment; ends the program if they are invalid.
    pub fn read() -> Self {
        Self::parsed(std::env::args_os()).unwrap_or_else(|error| error.exit())
    }

    /// Parses a command line, the first word of which is the program.
    pub(crate) fn parsed(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let words = with_marked_agent(words.into_iter().collect());
        let matches = argument::read(Self::command(), &words).map_err(without_mark)?;
        Self::of(&matches)
    }

    /// Converts the parsed arguments. The command line takes precedence over the environment. If
    /// both a Redis and an API are named in the same place, the API is used: it grants less access.
    fn of(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut arguments = Self::from_arg_matches(matches)?;
        let none = |said: &Option<String>| said.as_ref().is_none_or(String::is_empty);
        if none(&arguments.api) || arguments.redis().is_none() {
            return Ok(arguments);
        }
        let typed = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        match (typed("api"), typed("redis_url")) {
            (true, true) => {
                let why = "--api and --redis-url are both given: use one of them";
                return Err(Self::command().error(ErrorKind::ArgumentConflict, why));
            }
            (false, true) => arguments.api = None,
            _ => arguments.redis_url = None,
        }
        Ok(arguments)
    }

    /// Returns where the ACD is, unless it is in this process. An empty variable counts as unset,
    /// as many scripts expect.
    pub fn remote(&self) -> Result<Option<Remote>, Failure> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(url) = said(&self.api) {
            let access = self.access(&url);
            let access = access.map_err(|why| Failure::CannotBegin(why.to_string()))?;
            return Ok(Some(Remote::Api(access, self.acd.clone())));
        }
        let tls = RedisTls {
            ca: self.redis_ca.clone(),
            cert: self.redis_cert.clone(),
            key: self.redis_key.clone(),
        };
        let redis = |url: &str| {
            let url = url.to_owned();
            Remote::Redis(
                RedisServer { url, tls },
                self.acd.clone().unwrap_or_default(),
            )
        };
        Ok(self.redis().map(redis))
    }

    /// Returns the URL of the Redis; an empty one counts as none.
    fn redis(&self) -> Option<&str> {
        let url = self.redis_url.as_ref().map(Secret::reveal);
        url.filter(|url| !url.is_empty())
    }

    fn access(&self, url: &str) -> Result<Access, Unusable> {
        let mut access = Access::to(url)?;
        let said =
            |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
        if let Some(path) = said(&self.token_file) {
            access = access.with_token_file(&path)?;
        }
        match said(&self.api_ca) {
            Some(path) => access.with_authority(&path),
            None => Ok(access),
        }
    }

    /// Returns the settings that override the config file.
    pub fn flags(&self) -> Flags {
        Flags {
            theme: self.theme,
            service_level: self.service_level,
            characters: self.characters,
        }
    }
}

/// What else the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the desk of an agent, or change something for them.
    #[command(after_help = AGENT_EXAMPLES)]
    Agent {
        /// The agent's key, for example `agent:7`. One that begins with `-` comes after `--`: `agent
        /// -- -x available`.
        #[arg(value_parser = agent_id)]
        id: AgentId,
        /// What to do. Without it the agent's desk opens.
        #[command(subcommand)]
        verb: Option<AgentVerb>,
        /// With a verb: print the result as one line of JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// One request to the ACD.
    #[command(flatten)]
    OneShot(OneShot),
    /// Show large figures, for a screen on the wall. No key changes anything.
    #[command(after_help = WALLBOARD_EXAMPLES)]
    Wallboard,
    /// Print the settings that are in effect, and where each one comes from.
    #[command(after_help = CONFIG_EXAMPLES)]
    Config,
    /// Print the completions for a shell.
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, or write one for each command.
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// Write switchboard.1, switchboard-agent.1 and so on into this folder.
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Print a picture of a screen as SVG, drawn from a short session of a made-up floor.
    #[command(hide = true)]
    Picture {
        /// The screen.
        #[arg(long, value_name = "SCREEN", value_enum, default_value = "console")]
        of: PictureOf,
        /// The columns and rows. The default fits the screen.
        #[arg(long, value_name = "COLUMNSxROWS")]
        size: Option<Size>,
    },
}

fn after_help() -> String {
    format!("{EXAMPLES}\n\n{TIMES}\n\n{}", KeyTable::default().listed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::parsed(line.split(' ').map(OsString::from))
    }

    #[test]
    fn an_api_and_a_redis_are_two_places() {
        let shown = |line: &str| {
            let remote = said(line).unwrap().remote().unwrap();
            remote.map(|remote| remote.shown())
        };
        for (line, place) in [
            ("switchboard --redis-url redis://h:1", Some("h:1")),
            ("switchboard --api https://h", Some("https://h")),
            (
                "switchboard status --api https://h/floor/",
                Some("https://h/floor"),
            ),
        ] {
            assert_eq!(shown(line).as_deref(), place);
        }
        let both = said("switchboard status --api https://h --redis-url redis://h");
        assert_eq!(both.unwrap_err().exit_code(), 2);
        let wrong = said("switchboard --api h:8000").unwrap().remote();
        assert_eq!(wrong.unwrap_err().code(), 2);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (line, says) in [
            (
                "switchboard priority c-12345678 -1",
                "'-1' for '<PRIORITY>': must be 0 to 255",
            ),
            ("switchboard priority c-12345678 256", "must be 0 to 255"),
            ("switchboard inject --count -1", "must be 1 to 100000"),
            ("switchboard inject --per-minute -1", "use 1 to 60000"),
            ("switchboard --listen foo", "like 127.0.0.1:8000"),
            (
                "switchboard agent agent:7 available --reason lunch",
                "'--reason' is an option of 'switchboard agent unavailable'",
            ),
            (
                "switchboard agent agent:7 available --reson lunch",
                "'--reason' is an option of 'switchboard agent unavailable'",
            ),
            ("switchboard --jsno status", "'status --json' exists"),
            ("switchboard status --jsno", "'--json'"),
        ] {
            let said = said(line).unwrap_err().to_string();
            assert!(
                said.contains(says) && !said.contains("--read-only"),
                "{line}: {said}"
            );
        }
    }

    #[test]
    fn the_command_line_is_sound_and_teaches_the_keys() {
        Arguments::command().debug_assert();
        let help = Arguments::command().render_long_help().to_string();
        assert!(help.contains("inject a contact"), "{help}");
    }

    #[test]
    fn the_files_for_tls_go_with_the_redis_whatever_is_done_there() {
        let line = "switchboard status --redis-url rediss://db --redis-ca ca.crt --redis-cert a.crt \
                    --redis-key a.key";
        let arguments = Arguments::parse_from(line.split_whitespace());
        let Ok(Some(Remote::Redis(redis, _))) = arguments.remote() else {
            panic!("a Redis is named");
        };
        assert_eq!(redis.url, "rediss://db");
        let files = [redis.tls.ca, redis.tls.cert, redis.tls.key];
        let named = ["ca.crt", "a.crt", "a.key"];
        assert_eq!(files, named.map(|file| Some(PathBuf::from(file))));
    }
}
