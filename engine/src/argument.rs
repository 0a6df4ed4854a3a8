//! Values on the command line of every program: what they are read as, and what is said of wrong
//! ones. The parser's own messages name ranges and types of Rust, or options of other commands.

use std::ffi::OsString;
use std::fmt::Display;
use std::net::SocketAddr;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, Error};
use shared::nearest::nearest;

/// Returns a parser of whole numbers from `least` to `most`.
pub fn between<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync
where
    T: TryFrom<i128> + PartialOrd + Copy + Display + Send + Sync + 'static,
{
    move |text| whole(text, least, Some(most), &format!("{least} to {most}"))
}

/// Returns a parser of whole numbers from `least` on.
pub fn at_least<T>(least: T) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync
where
    T: TryFrom<i128> + PartialOrd + Copy + Display + Send + Sync + 'static,
{
    move |text| whole(text, least, None, &format!("{least} or more"))
}

fn whole<T>(text: &str, least: T, most: Option<T>, right: &str) -> Result<T, String>
where
    T: TryFrom<i128> + PartialOrd + Copy,
{
    let number: i128 = text
        .parse()
        .map_err(|_| format!("must be a whole number, {right}"))?;
    T::try_from(number)
        .ok()
        .filter(|number| *number >= least && most.is_none_or(|most| *number <= most))
        .ok_or_else(|| format!("must be {right}"))
}

/// Parses the address that a server listens at.
pub fn listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "must be an IP address and a port, like 127.0.0.1:8000, [::1]:8000, or 0.0.0.0:8000 for \
         all addresses of this machine"
            .to_owned()
    })
}

/// Parses the words of a command line, the first of which is the program.
pub fn read(command: Command, words: &[OsString]) -> Result<ArgMatches, Error> {
    let mut command = negative_numbers_are_values(command);
    let matches = command.try_get_matches_from_mut(words);
    matches.map_err(|error| {
        // The full names of all subcommands are known only now.
        command.build();
        with_its_command(error, &command, words)
    })
}

/// Takes `-1` as a value wherever one is expected. Otherwise it counts as an unknown option, and
/// the message does not say which values are right.
fn negative_numbers_are_values(command: Command) -> Command {
    command
        .mut_args(|argument| {
            let takes = argument.get_action().takes_values();
            argument.allow_negative_numbers(takes)
        })
        .mut_subcommands(negative_numbers_are_values)
}

/// Says of an unknown option which command has it, or one like it. The parser knows only the
/// options of the command that was given, and suggests one of them that has little to do with it.
fn with_its_command(mut error: Error, command: &Command, words: &[OsString]) -> Error {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let Some(name) = given.strip_prefix("--") else {
        return error;
    };
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let reached = reached(command, words);
    let known = options(command);
    let names = known.iter().map(|(name, _)| name.as_str());
    let Some(meant) = nearest(name, names) else {
        return error;
    };
    if options_of(reached).any(|own| own == meant) {
        return error;
    }
    let mut homes: Vec<&str> = known
        .iter()
        .filter(|(name, _)| name == meant)
        .map(|(_, home)| home.as_str())
        .collect();
    homes.dedup();
    let tip = StyledStr::from(format!("'--{meant}' is an option of {}", list(&homes)));
    let usage = reached.clone().render_usage();
    error.remove(ContextKind::SuggestedArg);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
    error
}

/// Returns the command that the words lead to.
fn reached<'a>(command: &'a Command, words: &[OsString]) -> &'a Command {
    words.iter().skip(1).fold(command, |command, word| {
        command.find_subcommand(word).unwrap_or(command)
    })
}

fn options_of(command: &Command) -> impl Iterator<Item = &str> {
    let shown = command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set());
    shown.filter_map(clap::Arg::get_long)
}

/// Returns the options of a command and its subcommands, each with its command.
fn options(command: &Command) -> Vec<(String, String)> {
    let home = command.get_bin_name().unwrap_or(command.get_name());
    let own = options_of(command).map(|name| (name.to_owned(), format!("'{home}'")));
    own.chain(command.get_subcommands().flat_map(options))
        .collect()
}

/// Returns some of the commands as a list; more than a few say nothing.
fn list(homes: &[&str]) -> String {
    match homes {
        [first, second, _, ..] => format!("{first}, {second} and others"),
        few => few.join(" and "),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Arg, ArgAction};

    use super::*;

    fn program() -> Command {
        let number = |name: &'static str| {
            Arg::new(name)
                .long(name)
                .value_parser(between(1_u8, 64))
                .action(ArgAction::Set)
        };
        Command::new("program")
            .arg(Arg::new("read-only").long("read-only").global(true))
            .subcommand(Command::new("on").arg(number("count")))
            .subcommand(Command::new("off").arg(Arg::new("reason").long("reason")))
    }

    fn refused(line: &str) -> String {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        read(program(), &words).unwrap_err().to_string()
    }

    #[test]
    fn a_number_out_of_its_range_is_answered_with_the_range() {
        for wrong in ["0", "65", "-1", "300"] {
            let said = refused(&format!("program on --count {wrong}"));
            assert!(said.contains(": must be 1 to 64\n"), "{said}");
        }
        let said = refused("program on --count many");
        assert!(said.contains("must be a whole number, 1 to 64"), "{said}");
        assert_eq!(at_least(1_u64)("0").unwrap_err(), "must be 1 or more");
        assert_eq!(at_least(1_u64)("7"), Ok(7));
        assert_eq!(between(0_u8, 255)("255"), Ok(255));
    }

    #[test]
    fn an_option_of_another_command_is_named_with_that_command() {
        for line in ["program on --reason x", "program on --reson x"] {
            let said = refused(line);
            assert!(
                said.contains("'--reason' is an option of 'program off'"),
                "{said}"
            );
            assert!(!said.contains("--read-only"), "{said}");
        }
        let said = refused("program off --read-onli");
        assert!(said.contains("'--read-only'"), "{said}");
    }

    #[test]
    fn what_an_address_to_listen_at_looks_like_is_said() {
        for wrong in ["foo", "localhost:8000", "127.0.0.1", ":8000"] {
            let said = listen_address(wrong).unwrap_err();
            assert!(said.contains("like 127.0.0.1:8000"), "{said}");
        }
        assert!(listen_address("[::1]:0").is_ok());
    }
}
