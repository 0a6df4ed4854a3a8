//! Agents whose id begins with `-`, on the command line: `agent -- -x available`.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};
use shared::agent::AgentId;
use shared::text::Invalid;

/// Marks an agent's id that came after `--`. No argument of a program can hold this character.
const MARK: char = '\0';

/// Takes away the `--` before an agent's id that begins with `-`, and marks that id instead. The
/// parser takes no word after a `--` as a command, so such an agent would have none but their desk.
pub(crate) fn with_marked_agent(mut words: Vec<OsString>) -> Vec<OsString> {
    let Some(at) = words.iter().position(|word| word == "--") else {
        return words;
    };
    let is_of_agent = words[..at].iter().any(|word| word == "agent");
    let id = words.get(at + 1).and_then(|word| word.to_str());
    if let Some(id) = id.filter(|id| is_of_agent && id.starts_with('-')) {
        words[at] = format!("{MARK}{id}").into();
        words.remove(at + 1);
    }
    words
}

/// Parses an agent's id, with or without the mark.
pub(crate) fn agent_id(text: &str) -> Result<AgentId, Invalid> {
    text.trim_start_matches(MARK).parse()
}

/// Removes the mark from what an error says was given.
pub(crate) fn without_mark(mut error: clap::Error) -> clap::Error {
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidArg] {
        if let Some(ContextValue::String(given)) = error.get(kind) {
            let given = given.trim_start_matches(MARK).to_owned();
            error.insert(kind, ContextValue::String(given));
        }
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Arguments, Command};

    #[test]
    fn an_agent_whose_id_begins_with_a_dash_is_named_after_two() {
        let said = |line: &str| Arguments::parsed(line.split(' ').map(OsString::from));
        for (line, id, has_verb, json) in [
            ("switchboard agent -- -x available", "-x", true, false),
            ("switchboard agent -- -x", "-x", false, false),
            ("switchboard agent -- -h complete --json", "-h", true, true),
            (
                "switchboard --acd a agent --json -- --json complete",
                "--json",
                true,
                true,
            ),
            ("switchboard agent -- -1 available", "-1", true, false),
            ("switchboard agent -1 available", "-1", true, false),
            ("switchboard agent -- agent:7", "agent:7", false, false),
        ] {
            let command = said(line).unwrap().command;
            let Some(Command::Agent {
                id: named,
                verb,
                json: as_json,
            }) = command
            else {
                panic!("{line}: {command:?}");
            };
            let got = (named.as_str(), verb.is_some(), as_json);
            assert_eq!(got, (id, has_verb, json), "{line}");
        }
        let said = |line: &str| said(line).unwrap_err().to_string();
        let helps = said("switchboard agent -x available");
        assert!(helps.contains("use '-- -x'"), "{helps}");
        let wrong = said("switchboard agent -- -{ available");
        assert!(wrong.contains("'-{'") && !wrong.contains(MARK), "{wrong}");
    }
}
