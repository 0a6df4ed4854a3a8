//! `switchboard-engine token`: creates, lists and revokes tokens.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use shared::agent::AgentId;

use super::expiry::{Expiry, roughly};
use super::last_use::{self, Uses};
use super::roles::{Role, RoleName, Scope};
use super::token::{Token, TokenName};
use super::token_file;
use crate::output;

/// Which tokens, and what is done to them.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// The token file. An engine that uses it sees a change within a second.
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
    /// Create a token and print it. It cannot be shown again, because only its hash is stored.
    /// Creates the file if it does not exist.
    Create {
        /// What the token's holder may do.
        #[arg(long, value_enum)]
        role: RoleName,
        /// For the role agent: the agent that the token is for.
        #[arg(long, value_name = "ID", required_if_eq("role", "agent"))]
        agent: Option<AgentId>,
        /// For the role integrator: the contacts that it may follow and end, its own or all
        /// [default: own].
        #[arg(long, value_enum)]
        scope: Option<Scope>,
        /// The name of the token in lists and in the audit log. An integrator's contacts belong to
        /// this name, and stay with it if the token is replaced.
        #[arg(long)]
        name: TokenName,
        /// When the token expires: after a time (12h, 90d, 4w) or at a moment (2027-01-31 or
        /// 2027-01-31T18:00:00+01:00; UTC without an offset). Without it the token does not expire.
        #[arg(long, value_name = "WHEN")]
        expires: Option<Expiry>,
    },
    /// List the tokens: name, role, age, expiry and last use.
    List,
    /// Revoke a token.
    Revoke {
        /// The name of the token.
        #[arg(long)]
        name: TokenName,
    },
}

/// Runs the command; the error is a sentence.
pub fn command(args: TokenArgs) -> Result<(), String> {
    let file = args.tokens;
    match args.verb {
        Verb::Create {
            role,
            agent,
            scope,
            name,
            expires,
        } => {
            let role = role_of(role, agent, scope)?;
            let now = Timestamp::now();
            let expires = expires.map(|expires| expires.moment(now)).transpose()?;
            let (token, secret) = Token::create(name, role, expires);
            let until = expires.map(|moment| format!(" until {moment}"));
            let said = format!(
                "token {} is valid{} for engines that use {}; it is not shown again",
                token.name,
                until.unwrap_or_default(),
                file.display()
            );
            token_file::add(&file, token.clone()).map_err(|error| error.to_string())?;
            output::print_required(format_args!("{}\n", secret.reveal()))
                .map_err(|why| not_printed(&file, &token, &why))?;
            output::print_error(said);
            Ok(())
        }
        Verb::List => {
            let tokens =
                token_file::read_for_its_owner(&file).map_err(|error| error.to_string())?;
            output::print(list(
                &tokens,
                last_use::read(&file).as_ref(),
                Timestamp::now(),
            ))
        }
        Verb::Revoke { name } => {
            token_file::remove(&file, &name).map_err(|error| error.to_string())?;
            output::print_error(format_args!("token {name} is revoked"));
            Ok(())
        }
    }
}

/// Revokes a token whose secret could not be printed, and returns a message about it.
fn not_printed(file: &Path, token: &Token, why: &str) -> String {
    let name = &token.name;
    match token_file::take_back(file, token) {
        Ok(()) => format!(
            "token {name} was not created, because it could not be printed: {why}. Redirect standard \
             output to where it can be written, and run this again"
        ),
        Err(left) => format!(
            "token {name} is valid, but could not be printed: {why}; it could not be removed \
             either ({left}). Revoke it with `switchboard-engine token revoke --tokens {} --name NAME`",
            file.display()
        ),
    }
}

fn role_of(name: RoleName, agent: Option<AgentId>, scope: Option<Scope>) -> Result<Role, String> {
    if scope.is_some() && name != RoleName::Integrator {
        return Err("--scope is only for --role integrator".to_owned());
    }
    Ok(match (name, agent) {
        (RoleName::Agent, Some(agent)) => Role::Agent { agent },
        (RoleName::Agent, None) => return Err("--role agent needs --agent ID".to_owned()),
        (_, Some(_)) => return Err("--agent is only for --role agent".to_owned()),
        (RoleName::Wallboard, None) => Role::Wallboard,
        (RoleName::Integrator, None) => Role::Integrator {
            scope: scope.unwrap_or_default(),
        },
        (RoleName::Supervisor, None) => Role::Supervisor,
        (RoleName::Admin, None) => Role::Admin,
    })
}

/// Formats the list, one line per token. Without `uses`, the last uses are unknown.
fn list(tokens: &[Token], uses: Option<&Uses>, now: Timestamp) -> String {
    let mut lines = vec![["NAME", "ROLE", "CREATED", "EXPIRES", "LAST USED"].map(str::to_owned)];
    for token in tokens {
        let ago = |moment: Timestamp| format!("{} ago", roughly(now.duration_since(moment)));
        let expires = match token.expires {
            None => "never".to_owned(),
            Some(_) if token.is_over(now) => "expired".to_owned(),
            Some(moment) => format!("in {}", roughly(moment.duration_since(now))),
        };
        let last_used = match uses {
            None => "not known".to_owned(),
            // A use before the token was created was of another token with this name.
            Some(uses) => uses
                .get(&token.name)
                .filter(|at| **at >= token.created)
                .map_or("never".to_owned(), |at| ago(*at)),
        };
        let name = token.name.to_string();
        lines.push([
            name,
            role(&token.role),
            ago(token.created),
            expires,
            last_used,
        ]);
    }
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    let lines = lines.iter().map(|line| {
        let cells = line.iter().zip(widths);
        let cells = cells.map(|(cell, width)| format!("{cell:<width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    });
    lines.collect()
}

fn role(role: &Role) -> String {
    match role {
        Role::Agent { agent } => format!("{} {agent}", role.word()),
        Role::Integrator { scope: Scope::All } => format!("{}, all contacts", role.word()),
        role => role.word().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_tells_age_expiry_and_use() {
        let now = Timestamp::now();
        let at = |hours: i64| now + jiff::SignedDuration::from_hours(hours);
        let made = |name: &str, role, made, expires: Option<i64>| {
            let expires = expires.map(at);
            let (mut token, _) = Token::create(name.parse().unwrap(), role, expires);
            token.created = at(made);
            token
        };
        let agent = Role::Agent {
            agent: "agent:7".parse().unwrap(),
        };
        let all = Role::Integrator { scope: Scope::All };
        let tokens = [
            made("ada", agent, -49, Some(25)),
            made("shop", all, -3, Some(-1)),
            made("ops", Role::Admin, 0, None),
        ];
        // The use of ops is that of a former token with this name.
        let uses = [("ada", at(-1)), ("ops", at(-1))];
        let uses = Uses::from(uses.map(|(name, at)| (name.parse().unwrap(), at)));
        let listed = list(&tokens, Some(&uses), now);
        assert_eq!(
            listed,
            "NAME  ROLE                      CREATED  EXPIRES  LAST USED\n\
             ada   agent agent:7             2 d ago  in 1 d   1 h ago\n\
             shop  integrator, all contacts  3 h ago  expired  never\n\
             ops   admin                     0 s ago  never    never\n"
        );
        assert!(list(&tokens, None, now).contains("not known"));
    }
}
