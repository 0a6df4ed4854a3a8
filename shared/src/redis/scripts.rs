//! The scripts: one file per operation, all functions of one library that the server keeps.

mod constants;

use std::fmt::Write as _;
use std::sync::LazyLock;

use redis::Script as Text;

macro_rules! pieces {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("scripts/pieces/", $name, ".lua")))),*]
    };
}

/// The shared parts of scripts, name and text. Each may use those before it.
const PIECES: &[(&str, &str)] = pieces! {
    "base" "call" "profile" "write" "count" "commit" "waiting" "available" "contact" "route" "seen" "floor" "sweep" "page" "check" "script"
};

/// A script of the library, which is one operation.
#[derive(Clone, Copy)]
pub(super) struct Script {
    name: &'static str,
    flags: &'static str,
    own: &'static str,
    function: fn() -> &'static str,
}

/// Defines each script: its flags and its file.
macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $flags:literal $file:literal;)*) => {
        $(
            $(#[$doc])*
            pub(super) const $name: Script = Script {
                name: stringify!($name),
                flags: $flags,
                own: include_str!(concat!("scripts/", $file, ".lua")),
                function: || {
                    static NAME: LazyLock<String> = LazyLock::new(|| function(stringify!($name)));
                    &NAME
                },
            };
        )*

        const ALL: &[Script] = &[$($name),*];

        /// The files in use, for the test that finds unused ones.
        #[cfg(test)]
        const FILES: &[&str] = &[$($file),*];
    };
}

scripts! {
    CREATE_CONTACT = "" "create_contact";
    // Operations that free memory may run on a full server.
    END_CONTACT = "allow-oom" "end_contact";
    REQUEUE_CONTACT = "" "requeue_contact";
    SET_PRIORITY = "" "set_priority";
    CREATE_AGENT = "" "create_agent";
    RENAME_AGENT = "" "rename_agent";
    SET_PRESENCE = "" "set_presence";
    ADD_SKILL = "" "add_skill";
    REMOVE_SKILL = "allow-oom" "remove_skill";
    DELETE_AGENT = "allow-oom" "delete_agent";
    SET_OPEN = "" "set_open";
    CHANGE_SETTINGS = "" "change_settings";
    DELETE_SKILL = "" "delete_skill";
    CONTINUE_FLOOR = "" "continue_floor";
    RUN_DUE = "allow-oom" "run_due";
    READY = "allow-oom" "ready";
    OVERVIEW = "no-writes" "overview";
    FIGURES = "no-writes" "figures";
    QUEUE = "no-writes" "queue";
    AGENTS = "no-writes" "agents";
    SKILLS = "no-writes" "skills";
    EXPLAIN = "no-writes" "explain";
    // Each twice, so that the server itself ensures that a check without repair writes nothing.
    CHECK_KEYS = "no-writes" "check_keys";
    REPAIR_KEYS = "" "check_keys";
    CHECK_META = "no-writes" "check_meta";
    REPAIR_META = "" "check_meta";
    CHECK_LIST = "no-writes" "check_list";
    REPAIR_LIST = "" "check_list";
    CHECK_COUNTS = "no-writes" "check_counts";
    REPAIR_COUNTS = "" "check_counts";
    CHECK_AGENTS = "no-writes" "check_agents";
    REPAIR_AGENTS = "" "check_agents";
    CHECK_CONTACTS = "no-writes" "check_contacts";
    REPAIR_CONTACTS = "" "check_contacts";
    CHECK_FLOOR = "no-writes" "check_floor";
    REPAIR_FLOOR = "" "check_floor";
}

impl Script {
    /// Returns the name of its function, which is built once.
    pub(super) fn function(self) -> &'static str {
        (self.function)()
    }
}

/// Makes the name of a script's function. It includes the version of the text, so that processes of
/// two versions do not disturb each other.
fn function(script: &str) -> String {
    format!("{}_{}", script.to_lowercase(), LIBRARY.version)
}

/// All scripts, in the form in which they are loaded into the server.
pub(super) struct Library {
    version: String,
    pub(super) text: String,
}

pub(super) static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let mut scripts = constants::lua();
    scripts.extend(PIECES.iter().map(|(_, text)| *text));
    for Script {
        name, flags, own, ..
    } in ALL
    {
        let name = name.to_lowercase();
        let flag = if flags.is_empty() {
            String::new()
        } else {
            format!("'{flags}'")
        };
        let many = ["check_", "repair_", "continue_floor", "run_due"];
        let many = many.iter().any(|many| name.starts_with(many));
        let _ = write!(
            scripts,
            "script('{name}', {{ {flag} }}, {many}, function()\n{own}end)\n"
        );
    }
    let mut version = Text::new(&scripts).get_hash().to_owned();
    version.truncate(12);
    // The flags make the server refuse a script that it could not finish (out of memory, read-only)
    // before its first write instead of during it.
    let text = format!("#!lua name=switchboard_{version}\nlocal VERSION = '{version}'\n{scripts}");
    Library { version, text }
});

#[cfg(test)]
mod tests;
