//! Environment variables with our prefix that no command reads: a misspelt one would otherwise be
//! ignored silently.

use std::env;

use clap::Command;
use shared::nearest::nearest;

/// The prefix of our variables.
const PREFIX: &str = "SWITCHBOARD_";

/// Returns a warning for each variable that is set, that no command of this program reads, and
/// whose name is close to one that is read.
pub fn misspelt_variables(command: &Command) -> Vec<String> {
    let known = known(command);
    let set = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    set.filter_map(|name| warning(&name, &known)).collect()
}

/// Returns the variables that a command and its subcommands read, without the prefix.
fn known(command: &Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|argument| {
        let name = argument.get_env()?.to_str()?;
        name.strip_prefix(PREFIX).map(str::to_owned)
    });
    own.chain(command.get_subcommands().flat_map(known))
        .collect()
}

fn warning(name: &str, known: &[String]) -> Option<String> {
    let rest = name.strip_prefix(PREFIX)?;
    if known.iter().any(|known| known == rest) {
        return None;
    }
    let meant = nearest(rest, known.iter().map(String::as_str))?;
    Some(format!(
        "{name} is set, and nothing reads it; did you mean {PREFIX}{meant}?"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_variable_gives_a_warning() {
        let known = ["TOKENS", "ACD", "LISTEN", "TOKEN_FILE"].map(str::to_owned);
        for (name, meant) in [
            ("SWITCHBOARD_TOKNES", Some("SWITCHBOARD_TOKENS?")),
            ("SWITCHBOARD_TOKEN", Some("SWITCHBOARD_TOKENS?")),
            ("SWITCHBOARD_TOKENS", None),
            ("SWITCHBOARD_API", None),
            ("SWITCHBOARD_REDIS_DIR", None),
            ("TOKNES", None),
        ] {
            let warning = warning(name, &known);
            assert_eq!(warning.is_some(), meant.is_some(), "{warning:?}");
            assert!(
                warning
                    .unwrap_or_default()
                    .ends_with(meant.unwrap_or_default())
            );
        }
    }
}
