//! The scripts: one file an operation, and before it what that uses of the pieces they share.

use std::collections::HashSet;
use std::sync::LazyLock;

use redis::Script;

macro_rules! pieces {
    ($($name:literal)*) => {
        concat!($(include_str!(concat!("scripts/pieces/", $name, ".lua"))),*)
    };
}

/// What scripts share, each piece on those before it.
const PIECES: &str = pieces! {
    "base" "profile" "write" "count" "commit" "waiting" "available" "contact" "route" "floor" "sweep" "page" "check"
};

/// Names each script: its flags, its own file.
macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $flags:literal $file:literal;)*) => {
        $(
            $(#[$doc])*
            pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
                let own = include_str!(concat!("scripts/", $file, ".lua"));
                Script::new(&assembled($flags, own))
            });
        )*

        /// The files that are assembled, for the test that finds a file nobody uses.
        #[cfg(test)]
        const FILES: &[&str] = &[$($file),*];
    };
}

scripts! {
    CREATE_CONTACT = "" "create_contact";
    // What drains a full server may run on it.
    END_CONTACT = " flags=allow-oom" "end_contact";
    REQUEUE_CONTACT = "" "requeue_contact";
    SET_PRIORITY = "" "set_priority";
    CREATE_AGENT = "" "create_agent";
    RENAME_AGENT = "" "rename_agent";
    SET_PRESENCE = "" "set_presence";
    ADD_SKILL = "" "add_skill";
    REMOVE_SKILL = " flags=allow-oom" "remove_skill";
    DELETE_AGENT = " flags=allow-oom" "delete_agent";
    SET_OPEN = "" "set_open";
    DELETE_SKILL = "" "delete_skill";
    CONTINUE_FLOOR = "" "continue_floor";
    RUN_DUE = " flags=allow-oom" "run_due";
    READY = " flags=allow-oom" "ready";
    OVERVIEW = " flags=no-writes" "overview";
    FIGURES = " flags=no-writes" "figures";
    QUEUE = " flags=no-writes" "queue";
    AGENTS = " flags=no-writes" "agents";
    SKILLS = " flags=no-writes" "skills";
    EXPLAIN = " flags=no-writes" "explain";
    // The same twice: the server itself sees to it that a check writes nothing.
    CHECK_LIST = " flags=no-writes" "check_list";
    REPAIR_LIST = "" "check_list";
    CHECK_AGENTS = " flags=no-writes" "check_agents";
    REPAIR_AGENTS = "" "check_agents";
    CHECK_CONTACTS = " flags=no-writes" "check_contacts";
    REPAIR_CONTACTS = "" "check_contacts";
    CHECK_FLOOR = " flags=no-writes" "check_floor";
    REPAIR_FLOOR = "" "check_floor";
}

/// Gives the scripts by which a floor lives, for a server to know them before they are needed. The
/// others it is told at their first use: whatever it knows, its collector of garbage goes through
/// again and again, and with all of them a contact takes a third more of its time.
pub(super) fn usual() -> [&'static Script; 5] {
    [
        &CREATE_CONTACT,
        &END_CONTACT,
        &SET_PRESENCE,
        &RUN_DUE,
        &READY,
    ]
    .map(|script| &**script)
}

/// Puts a script together from its own text and what that uses of the pieces.
fn assembled(flags: &str, own: &str) -> String {
    let own = if flags.contains("no-writes") {
        own.to_owned()
    } else {
        format!(
            "local function operation()\n{own}end\nlocal reply = operation()\ncommit()\nreturn reply\n"
        )
    };
    // The shebang lets the server refuse a script that it could not finish (out of memory,
    // read-only) before the first write instead of at it.
    format!("#!lua{flags}\n{}{own}", used(PIECES, &own))
}

/// Gives those statements of the pieces that a script uses, itself or through others, in their
/// order. The server makes every function of a script anew at each call, at a tenth of a
/// microsecond each, so those that are not called are left out.
fn used(pieces: &str, script: &str) -> String {
    let mut words: HashSet<&str> = code(script).flat_map(words).collect();
    let mut kept = vec![];
    for statement in statements(pieces).into_iter().rev() {
        let names = declared(statement[0]);
        if names.is_empty() || names.iter().any(|name| words.contains(name)) {
            words.extend(statement.iter().flat_map(|line| self::words(line)));
            kept.push(statement);
        }
    }
    let lines = kept.into_iter().rev().flatten();
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Parts a text into its outermost statements, without its comments. They begin at the left
/// margin, and all that belongs to them is indented, but for the word or brace that closes them.
fn statements(text: &str) -> Vec<Vec<&str>> {
    let mut statements: Vec<Vec<&str>> = vec![];
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    for line in lines.filter(|line| !line.is_empty()) {
        let goes_on = line.starts_with([' ', '}', ')']) || line == "end";
        match statements.last_mut() {
            Some(statement) if goes_on => statement.push(line),
            _ => statements.push(vec![line]),
        }
    }
    statements
}

/// Gives the lines that are not comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines();
    lines.filter(|line| !line.trim_start().starts_with("--"))
}

/// Gives the names that a statement declares, from its first line.
fn declared(line: &str) -> Vec<&str> {
    let Some(rest) = line.strip_prefix("local ") else {
        return vec![];
    };
    match rest.strip_prefix("function ") {
        Some(function) => words(function).take(1).collect(),
        None => words(rest.split('=').next().unwrap_or(rest)).collect(),
    }
}

/// Gives the words of a text: every name that it uses is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    parts.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_file_is_used() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/redis/scripts");
        let mut found = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "lua") {
                let name = path.file_stem().unwrap().to_str().unwrap();
                assert!(FILES.contains(&name), "{name}.lua is in nobody's use");
                found += 1;
            }
        }
        let files: HashSet<_> = FILES.iter().collect();
        assert_eq!(found, files.len());
    }

    #[test]
    fn a_script_carries_what_it_uses_and_nothing_else() {
        let pieces = "\
-- Says what it is for; useless.
local A, B = 1, 2
local C = 3
local function useless() return A end
local function inner()
  return C
end
if not C then
  C = 4
end
local function outer(x) return inner() + x end
";
        let kept = "\
local C = 3
local function inner()
  return C
end
if not C then
  C = 4
end
local function outer(x) return inner() + x end
";
        assert_eq!(used(pieces, "return outer(1)"), kept);
        assert_eq!(
            used(pieces, "return B"),
            "local A, B = 1, 2\nlocal C = 3\nif not C then\n  C = 4\nend\n"
        );
    }
}
