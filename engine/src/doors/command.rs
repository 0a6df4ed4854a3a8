//! `switchboard-engine token`: makes tokens, lists them, revokes them.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use shared::agent::AgentId;

use super::file;
use super::rule::{Role, RoleName};
use super::token::{Token, TokenName};
use crate::say;

/// Which tokens, and what is done to them.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// The file that holds them. An engine that serves with it sees a change within a second.
    #[arg(
        long,
        env = "SWITCHBOARD_TOKENS",
        value_name = "FILE",
        global = true,
        default_value = "tokens.json"
    )]
    tokens: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

/// What is done.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a token and print it: this once, as only its fingerprint is kept. A file that is not
    /// there is made.
    Create {
        /// What it is for.
        #[arg(long, value_enum)]
        role: RoleName,
        /// For the role agent: who.
        #[arg(long, value_name = "ID", required_if_eq("role", "agent"))]
        agent: Option<AgentId>,
        /// By what name it is listed, revoked, and known in the audit log.
        #[arg(long)]
        name: TokenName,
    },
    /// List the tokens: name, role, when it was made.
    List,
    /// Take a token out of force.
    Revoke {
        /// Which.
        #[arg(long)]
        name: TokenName,
    },
}

/// Does what was asked; fails with a sentence.
pub fn command(args: TokenArgs) -> Result<(), String> {
    let file = args.tokens;
    match args.verb {
        Verb::Create { role, agent, name } => {
            let (token, secret) = Token::create(name, role_of(role, agent)?);
            let said = format!(
                "token {} is in force for whoever serves with {}; it is shown this once",
                token.name,
                file.display()
            );
            file::add(&file, token).map_err(|error| error.to_string())?;
            say::err(said);
            // A token that nobody received is worth a word; the next one needs another name.
            say::out(format_args!("{}\n", secret.reveal()))
        }
        Verb::List => {
            let tokens = file::read(&file).map_err(|error| error.to_string())?;
            say::out(tokens.iter().map(line).collect::<String>())
        }
        Verb::Revoke { name } => {
            file::remove(&file, &name).map_err(|error| error.to_string())?;
            say::err(format_args!("token {name} is revoked"));
            Ok(())
        }
    }
}

fn role_of(name: RoleName, agent: Option<AgentId>) -> Result<Role, String> {
    Ok(match (name, agent) {
        (RoleName::Agent, Some(agent)) => Role::Agent { agent },
        (RoleName::Agent, None) => return Err("--role agent needs --agent ID".to_owned()),
        (_, Some(_)) => return Err("--agent goes with --role agent only".to_owned()),
        (RoleName::Wallboard, None) => Role::Wallboard,
        (RoleName::Integrator, None) => Role::Integrator,
        (RoleName::Supervisor, None) => Role::Supervisor,
        (RoleName::Admin, None) => Role::Admin,
    })
}

/// Writes a token as a line of the list.
fn line(token: &Token) -> String {
    let Token {
        name,
        role,
        created,
        ..
    } = token;
    let agent = role.agent().map(|agent| format!(" {agent}"));
    let role = format!("{}{}", role.word(), agent.unwrap_or_default());
    format!("{name:<32}  {role:<24}  {created}\n")
}
