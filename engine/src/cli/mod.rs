//! The command line of `switchboard-engine`.

mod serve;

use clap::{Parser, Subcommand};

pub(crate) use serve::{LogFormat, Serve};

const EXAMPLES: &str = "\
Examples:
  switchboard-engine
      An ACD in this process's memory, with its API on http://127.0.0.1:8000 (see /docs).
  switchboard-engine --redis-url redis://127.0.0.1:6379
      The same on Redis, where it survives this process and can be shared by many.
  switchboard-engine --listen 0.0.0.0:8000 --tokens tokens.json
      For others than this machine's own programs: whoever asks shows a token, as
      switchboard-engine token makes them.
  switchboard-engine --role api --redis-url redis://db:6379
  switchboard-engine --role dispatcher --dispatchers 4 --redis-url redis://db:6379
      The API and the dispatchers apart: run as many of either as you like.
  switchboard-engine --listen 0.0.0.0:8443 --tls-cert engine.crt --tls-key engine.key \\
      --redis-url rediss://db:6380 --redis-ca ca.crt
      With TLS on either side.
  switchboard-engine serve --acd support --log-format json --log warn,engine=debug
      Another ACD on the same store, with logs for machines.
  switchboard-engine traffic --agents 6 --contacts 60
      Synthetic contacts for a running engine; see switchboard-engine traffic --help.

Times: log lines and midnight are of the zone that TZ names (TZ=Europe/Berlin), else of the
system's.
Signals: on SIGTERM /readyz says no at once while requests are still served for the time of
--drain; then those in flight are finished, for up to 10 s. SIGINT (Ctrl-C) goes without the
drain. A second signal ends it there and then.
Exit codes: 0 stopped when told to, 1 a part of it failed, 2 it could not start as asked.";

const TRAFFIC_EXAMPLES: &str = "\
Examples:
  switchboard-engine traffic
      40 agents and 100 contacts, two a second, against http://127.0.0.1:8000.
  switchboard-engine traffic --agents 6 --contacts 60 --patience 3..8
      Too few agents: some contacts lose patience and are abandoned.
  switchboard-engine traffic --rate 20 --contacts 1000 --hold 0.5..1 --seed 7
      Faster; the same seed gives the same agents, contacts and times again.

Exit codes: 0 no errors, 1 errors (the table lists them), 2 there was no engine to play against.";

const TOKEN_EXAMPLES: &str = "\
Examples:
  switchboard-engine token create --role admin --name ops > admin.token
      Makes tokens.json if there is none, and writes the new token into admin.token.
  switchboard-engine serve --listen 0.0.0.0:8000 --tokens tokens.json
  curl -H \"Authorization: Bearer $(cat admin.token)\" http://host:8000/acd
  switchboard-engine token create --role agent --agent agent:7 --name ada
      For agent:7 alone: his state, his contact.
  switchboard-engine token list
  switchboard-engine token revoke --name ada
      Within a second ada's token opens nothing, and streams that it opened end.

Roles: wallboard looks at everything; integrator creates, follows and ends contacts; agent is
one agent; supervisor runs the floor; admin also creates and deletes agents and skills.
docs/security.md has the whole table.
Exit codes: 0 done, 1 not, and the last line says why.";

const AUDIT_EXAMPLES: &str = "\
Examples:
  switchboard-engine audit verify audit.jsonl
      Says OK and how many lines there are, or the first that is missing or was changed.
  switchboard-engine audit verify audit.jsonl.2 audit.jsonl.1 audit.jsonl --expect HASH/NUMBER
      Files that were moved away first; a line that an earlier check told must be there still.

Exit codes: 0 all lines are there as they were written, 1 not, and the last line says which.";

const ACL_EXAMPLES: &str = "\
Examples:
  REDIS_PASSWORD=... switchboard-engine redis-acl | redis-cli -h db
      Makes the user switchboard, or narrows him, for the ACD acd.
  switchboard-engine redis-acl --acd support --user support
      For another ACD; without REDIS_PASSWORD the user's passwords stay as they are.
  REDIS_URL=redis://switchboard:...@db:6379 switchboard-engine serve

Where several ACDs that do not trust each other share a server, use --shared: see redis-functions.
What is set with ACL SETUSER is kept over a restart by ACL SAVE or CONFIG REWRITE.";

const FUNCTIONS_EXAMPLES: &str = "\
Examples:
  switchboard-engine redis-functions | redis-cli -h db -x FUNCTION LOAD
      As an admin, once for each version: redis-acl --shared makes users who cannot do it.
  switchboard-engine redis-functions --check | redis-cli -h db -x FUNCTION LOAD
      The same for `switchboard-engine check`, before it runs. While they are loaded, every
      operation is up to 4 % slower, so delete them afterwards.
  redis-cli -h db FUNCTION LIST LIBRARYNAME 'switchboard_*'
      Which versions are there. Those that no engine runs any more may go: FUNCTION DELETE.

Where a user may load functions, engine and console do it by themselves.";

const PROVISION_EXAMPLES: &str = "\
Examples:
  CLUSTER_PASSWORD=... switchboard-engine provision --user admin@example.com --any-certificate \\
      --nodes https://192.168.20.2:9443,https://192.168.20.3:9443,https://192.168.20.4:9443 \\
      --database redb.json
      A cluster of three new nodes, with the database of that file.
  switchboard-engine provision ... --dry-run
      Only prints the calls, without secrets.

It looks before each step and leaves alone what is there.
Exit codes: 0 the database is active, 1 it is not, and the last line says why.";

const CHECK_EXAMPLES: &str = "\
Examples:
  REDIS_URL=redis://127.0.0.1:6379 switchboard-engine check
      Only looks, in small steps that a live floor does not feel.
  REDIS_URL=redis://127.0.0.1:6379 switchboard-engine check --acd support --repair
      Mends as well, each subject in one step with all that belongs to it.

Exit codes: 0 all is well (or mended), 1 something is wrong, 2 it could not look.";

/// The headless engine of Switchboard, an automatic contact distributor: REST API and
/// dispatchers.
#[derive(Debug, Parser)]
#[command(name = "switchboard-engine", version = engine::VERSION, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Without a subcommand it serves.
    #[command(flatten)]
    pub(crate) serve: Serve,
}

/// What it does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API and run dispatchers (this is what happens without a subcommand).
    #[command(after_help = EXAMPLES)]
    Serve(Serve),
    /// Play a floor against an engine: agents, contacts and their patience, over REST.
    #[command(after_help = TRAFFIC_EXAMPLES)]
    Traffic(engine::traffic::TrafficArgs),
    /// Make, list and revoke the tokens that open the API.
    #[command(after_help = TOKEN_EXAMPLES)]
    Token(engine::authorization::command::TokenArgs),
    /// Check the file that `serve --audit` writes: whether a line is missing or was changed.
    #[command(after_help = AUDIT_EXAMPLES)]
    Audit(engine::audit::command::AuditArgs),
    /// Print the command that makes a user of Redis who may do what Switchboard does, and nothing
    /// else.
    #[command(after_help = ACL_EXAMPLES)]
    RedisAcl(engine::authorization::redis_acl::RedisAclArgs),
    /// Print the functions that Redis runs for Switchboard: for a user who may not load them.
    #[command(after_help = FUNCTIONS_EXAMPLES)]
    RedisFunctions {
        /// Print those that `switchboard-engine check` runs, which are a library of their own.
        #[arg(long)]
        check: bool,
    },
    /// Bring up a Redis Enterprise cluster with its database; safe to run again.
    #[command(after_help = PROVISION_EXAMPLES)]
    Provision(engine::provision::ProvisionArgs),
    /// Audit what stands in Redis, on a live floor too: every contact in one state and place, every
    /// agent with what his document says.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(engine::check::CheckArgs),
    /// Ask a running engine whether it is ready: exit code 0 if it is, 1 if not.
    Health {
        /// Where it listens.
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000")]
        url: reqwest::Url,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_flags_of_serve_work_without_the_word() {
        let bare = parse("engine --listen 127.0.0.1:0").unwrap();
        assert!(bare.command.is_none());
        assert_eq!(bare.serve.listen.port(), 0);
        let named = parse("engine serve --listen 127.0.0.1:0").unwrap();
        let Some(Command::Serve(serve)) = named.command else {
            panic!("serve was named");
        };
        assert_eq!(serve.listen.port(), 0);
    }

    #[test]
    fn bad_flags_are_refused() {
        for bad in [
            "engine --dispatchers 0",
            "engine --dispatchers 65",
            "engine --listen nowhere",
            "engine --role both",
            "engine --drain -1",
            "engine --drain 61",
            "engine --acd {x}",
            "engine --log =",
            "engine --listen 127.0.0.1:0 serve",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_role_starts_its_parts() {
        for (line, api, dispatchers) in [
            ("engine", true, 1),
            ("engine --dispatchers 3", true, 3),
            ("engine --role api --redis-url redis://x", true, 0),
            ("engine --role dispatcher --redis-url redis://x", false, 1),
        ] {
            let options = parse(line).unwrap().serve.options().unwrap();
            let parts = (options.listen.is_some(), options.dispatchers);
            assert_eq!(parts, (api, dispatchers), "{line}");
        }
    }

    #[test]
    fn an_acd_in_memory_has_no_replica() {
        let serve = parse("engine --durability replicated").unwrap().serve;
        let serve = Serve {
            redis_url: None,
            ..serve
        };
        assert!(serve.options().unwrap_err().contains("--redis-url"));
    }

    #[test]
    fn parts_of_an_acd_in_memory_cannot_run_apart() {
        for role in ["api", "dispatcher"] {
            let serve = parse(&format!("engine --role {role}")).unwrap().serve;
            // The test's environment may name a Redis.
            let serve = Serve {
                redis_url: None,
                ..serve
            };
            assert!(serve.options().unwrap_err().contains("--redis-url"));
        }
    }
}
