//! The command line of `switchboard-engine`.

mod serve;

use clap::{Parser, Subcommand};

pub(crate) use serve::{LogFormat, Serve};

const EXAMPLES: &str = "\
Examples:
  switchboard-engine
      An ACD in the memory of this process, with its API at http://127.0.0.1:8000 (see /docs).
  switchboard-engine --redis-url redis://127.0.0.1:6379
      An ACD in Redis, which outlives this process and can be shared by many engines.
  switchboard-engine --listen 0.0.0.0:8000 --tokens tokens.json
      For programs on other machines. Every request needs a token; create tokens with
      switchboard-engine token.
  switchboard-engine --role api --redis-url redis://db:6379
  switchboard-engine --role dispatcher --dispatchers 4 --redis-url redis://db:6379
      The API and the dispatchers in separate processes; run any number of each.
  switchboard-engine --listen 0.0.0.0:8443 --tls-cert engine.crt --tls-key engine.key \\
      --redis-url rediss://db:6380 --redis-ca ca.crt
      With TLS for the API and for Redis.
  switchboard-engine serve --acd support --log-format json --log warn,engine=debug
      Another ACD in the same store, with log lines in JSON.
  switchboard-engine traffic --agents 6 --contacts 60
      Synthetic contacts for a running engine; see switchboard-engine traffic --help.

Time zone: log lines and midnight use the zone in TZ (TZ=Europe/Berlin), or else the system's.
Signals: on SIGTERM /readyz reports not ready at once, and requests are served for --drain
seconds more. Then requests in progress may take up to 10 s to finish. SIGINT (Ctrl-C) does the
same without the drain. A second signal ends the process at once.
Exit codes: 0 stopped by a signal, 1 a part failed, 2 it could not start.";

const TRAFFIC_EXAMPLES: &str = "\
Examples:
  switchboard-engine traffic
      40 agents and 100 contacts, two per second, at http://127.0.0.1:8000.
  switchboard-engine traffic --agents 6 --contacts 60 --patience 3..8
      Too few agents, so some contacts are abandoned.
  switchboard-engine traffic --rate 20 --contacts 1000 --hold 0.5..1 --seed 7
      Faster. The same seed gives the same agents, contacts and times.

Exit codes: 0 no errors, 1 errors (the report lists them), 2 the engine could not be reached.";

const TOKEN_EXAMPLES: &str = "\
Examples:
  switchboard-engine token create --role admin --name ops > admin.token
      Creates tokens.json if it does not exist, and writes the new token to admin.token.
  switchboard-engine serve --listen 0.0.0.0:8000 --tokens tokens.json
  curl -H \"Authorization: Bearer $(cat admin.token)\" http://host:8000/acd
  switchboard-engine token create --role agent --agent agent:7 --name ada
      A token for agent:7 only: their own state and contact.
  switchboard-engine token list
  switchboard-engine token revoke --name ada
      Within a second ada's token is refused, and its open event streams end.

Roles: wallboard reads everything; integrator creates, follows and ends contacts; agent acts for
one agent; supervisor runs the floor; admin also creates and deletes agents and skills.
docs/security.md has the complete table.
Exit codes: 0 done, 1 failed; the last line says why.";

const AUDIT_EXAMPLES: &str = "\
Examples:
  switchboard-engine audit verify audit.jsonl
      Prints OK and the number of lines, or the first line that is missing or was changed.
  switchboard-engine audit verify audit.jsonl.2 audit.jsonl.1 audit.jsonl --expect HASH/NUMBER
      Rotated files too, oldest first. The line that an earlier check printed must still exist.

Exit codes: 0 all lines are as they were written, 1 they are not; the last line says which.";

const ACL_EXAMPLES: &str = "\
Examples:
  REDIS_PASSWORD=... switchboard-engine redis-acl | redis-cli -h db
      Creates the user switchboard for the ACD acd, or reduces their permissions to what it needs.
  switchboard-engine redis-acl --acd support --user support
      For another ACD. Without REDIS_PASSWORD the user keeps their passwords.
  REDIS_URL=redis://switchboard:...@db:6379 switchboard-engine serve

If ACDs that do not trust each other share a server, use --shared; see redis-functions.
ACL SAVE or CONFIG REWRITE keeps what ACL SETUSER sets over a restart.";

const FUNCTIONS_EXAMPLES: &str = "\
Examples:
  switchboard-engine redis-functions | redis-cli -h db -x FUNCTION LOAD
      As an admin, once per version, because users of redis-acl --shared may not load functions.
  switchboard-engine redis-functions --check | redis-cli -h db -x FUNCTION LOAD
      Before an audit (check), if its user may not load functions. Delete them afterwards: while
      they are loaded, every operation is up to 4 % slower.
  redis-cli -h db FUNCTION LIST LIBRARYNAME 'switchboard_*'
      Lists the loaded versions. Delete those that no engine uses any more with FUNCTION DELETE.

If their user may load functions, engine and console load them by themselves.";

const PROVISION_EXAMPLES: &str = "\
Examples:
  CLUSTER_PASSWORD=... switchboard-engine provision --user admin@example.com --any-certificate \\
      --nodes https://192.168.20.2:9443,https://192.168.20.3:9443,https://192.168.20.4:9443 \\
      --database redb.json
      Creates a cluster of three new nodes, and the database that the file describes.
  switchboard-engine provision ... --dry-run
      Only prints the requests, without secrets.

Steps that are already done are skipped.
Exit codes: 0 the database is active, 1 it is not; the last line says why.";

const CHECK_EXAMPLES: &str = "\
Examples:
  REDIS_URL=redis://127.0.0.1:6379 switchboard-engine check
      Only reads, in small steps that do not slow a live floor down.
  REDIS_URL=redis://127.0.0.1:6379 switchboard-engine check --acd support --repair
      Also repairs, each contact, agent or list in one atomic step.

Exit codes: 0 everything is consistent or was repaired, 1 something is wrong, 2 it could not check.";

/// The engine of Switchboard, an automatic contact distributor: its REST API and its dispatchers.
#[derive(Debug, Parser)]
#[command(name = "switchboard-engine", version = engine::VERSION, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Used without a subcommand.
    #[command(flatten)]
    pub(crate) serve: Serve,
}

/// What it does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API and run dispatchers (the default without a subcommand).
    #[command(after_help = EXAMPLES)]
    Serve(Serve),
    /// Send test traffic to an engine over REST: contacts arrive, agents serve them, some hang up.
    #[command(after_help = TRAFFIC_EXAMPLES)]
    Traffic(engine::traffic::TrafficArgs),
    /// Create, list and revoke tokens for the API.
    #[command(after_help = TOKEN_EXAMPLES)]
    Token(engine::authorization::command::TokenArgs),
    /// Check whether a line of a file that `serve --audit` writes is missing or was changed.
    #[command(after_help = AUDIT_EXAMPLES)]
    Audit(engine::audit::command::AuditArgs),
    /// Print the command that creates a Redis user with only the permissions that Switchboard
    /// needs.
    #[command(after_help = ACL_EXAMPLES)]
    RedisAcl(engine::authorization::redis_acl::RedisAclArgs),
    /// Print the functions that Redis runs for Switchboard, to load them as an admin.
    #[command(after_help = FUNCTIONS_EXAMPLES)]
    RedisFunctions {
        /// Print the functions of `switchboard-engine check`, which are a library of their own.
        #[arg(long)]
        check: bool,
    },
    /// Create a Redis Enterprise cluster and its database; can be repeated.
    #[command(after_help = PROVISION_EXAMPLES)]
    Provision(engine::provision::ProvisionArgs),
    /// Check the data in Redis for consistency, also on a live floor: contacts, agents, lists and
    /// counts.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(engine::check::CheckArgs),
    /// Ask a running engine whether it is ready: exit code 0 if it is, 1 if it is not.
    Health {
        /// The address of its API.
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
