//! `switchboard-engine audit`: commands on the audit file.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::verify::{KnownLine, Sound, verify};
use crate::output;

/// What is done.
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Check that no line is missing or changed.
    Verify {
        /// The files of one audit log, oldest first.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A line that must still exist: its hash and number, as an earlier check printed them.
        /// Without it, lines cut off at the end are not noticed.
        #[arg(long, value_name = "HASH/NUMBER", value_parser = known)]
        expect: Option<KnownLine>,
    },
}

/// Runs the command; the error is a sentence.
pub fn command(args: AuditArgs) -> Result<(), String> {
    let Verb::Verify { files, expect } = args.verb;
    let sound = verify(&files, expect)?;
    output::print(report(&sound))
}

fn report(sound: &Sound) -> String {
    let Sound {
        lines,
        first,
        torn,
        whole,
        last_is_proven,
    } = sound;
    let last = whole.line;
    let unchanged = if *last_is_proven {
        ", none missing or changed.".to_owned()
    } else {
        format!(
            ": none is missing, and none before line {last} was changed.\nLine {last} may have been \
             changed: only the next line, or --expect, can prove that it was not."
        )
    };
    let cut = if *first > 1 {
        format!("\nThe lines before {first} are not in these files.")
    } else {
        String::new()
    };
    let torn = if *torn {
        "\nThe line after it is incomplete and not counted: an engine died while it wrote it, or is \
         writing it now."
    } else {
        ""
    };
    format!(
        "OK: {lines} lines, {first} to {last}{unchanged}{torn}{cut}\n\
         The file alone does not show whether lines after it were cut off. Keep this, and give it \
         with the next check:\n--expect {hash}/{last}\n",
        hash = whole.hash,
    )
}

fn known(text: &str) -> Result<KnownLine, String> {
    let rule =
        || "use the hash of a line, a slash and its number, as a check printed them".to_owned();
    let (hash, line) = text.split_once('/').ok_or_else(rule)?;
    let sound = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let line = line.parse().map_err(|_| rule())?;
    sound
        .then(|| KnownLine {
            line,
            hash: hash.to_lowercase(),
        })
        .ok_or_else(rule)
}
