//! The scripts: one file per operation, all functions of a library that the server keeps.
//!
//! The scripts of the audit are a second library, which the server has only during an audit. Lua's
//! garbage collector goes through everything that is loaded, so they would make every operation up
//! to 4 % slower.

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
    "base" "call" "profile" "write" "count" "commit" "waiting" "idle" "available" "contact" "agent" "offer" "wrap_up" "route" "seen" "floor" "sweep" "page" "script"
};

/// The parts that only scripts of the audit use.
const PIECES_OF_THE_AUDIT: &[(&str, &str)] = pieces! { "check" };

/// A script of the library, which is one operation.
#[derive(Clone, Copy)]
pub(super) struct Script {
    name: &'static str,
    flags: &'static str,
    #[cfg(test)]
    file: &'static str,
    own: &'static str,
    function: fn() -> &'static str,
}

/// Defines the scripts of a library: the flags and the file of each.
macro_rules! scripts {
    ($all:ident in $library:ident: $($name:ident = $flags:literal $file:literal;)*) => {
        $(
            pub(super) const $name: Script = Script {
                name: stringify!($name),
                flags: $flags,
                #[cfg(test)]
                file: $file,
                own: include_str!(concat!("scripts/", $file, ".lua")),
                function: || {
                    static NAME: LazyLock<String> = LazyLock::new(|| $library.function(stringify!($name)));
                    &NAME
                },
            };
        )*

        const $all: &[Script] = &[$($name),*];
    };
}

scripts! {
    ALL in LIBRARY:
    CREATE_CONTACT = "" "create_contact";
    // Operations that free memory may run on a full server.
    END_CONTACT = "allow-oom" "end_contact";
    ACCEPT_OFFER = "allow-oom" "accept_offer";
    REJECT_OFFER = "allow-oom" "reject_offer";
    REQUEUE_CONTACT = "" "requeue_contact";
    SET_DISPOSITION = "" "set_disposition";
    WRAP_UP = "allow-oom" "wrap_up";
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
    SET_TYPE = "" "set_type";
    DELETE_TYPE = "allow-oom" "delete_type";
    CONTINUE_FLOOR = "" "continue_floor";
    RUN_DUE = "allow-oom" "run_due";
    READY = "allow-oom" "ready";
    OVERVIEW = "no-writes" "overview";
    FIGURES = "no-writes" "figures";
    QUEUE = "no-writes" "queue";
    AGENTS = "no-writes" "agents";
    SKILLS = "no-writes" "skills";
    EXPLAIN = "no-writes" "explain";
}

// Each twice, so that the server itself ensures that a check without repair writes nothing.
scripts! {
    ALL_OF_THE_AUDIT in LIBRARY_OF_THE_AUDIT:
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

/// Some of the scripts, in the form in which they are loaded into the server.
pub(super) struct Library {
    /// The digest of the text. Names include it, so that processes of two versions do not disturb
    /// each other.
    version: String,
    /// The name under which the server keeps it.
    pub(super) name: String,
    pub(super) text: String,
}

/// The scripts of all operations. The server keeps them.
pub(super) static LIBRARY: LazyLock<Library> =
    LazyLock::new(|| Library::new("switchboard", &[PIECES], ALL));

/// The scripts of the audit. The server has them only while an audit runs.
pub(super) static LIBRARY_OF_THE_AUDIT: LazyLock<Library> = LazyLock::new(|| {
    let pieces = [PIECES, PIECES_OF_THE_AUDIT];
    Library::new("switchboard_audit", &pieces, ALL_OF_THE_AUDIT)
});

impl Library {
    fn new(name: &str, pieces: &[&[(&str, &str)]], all: &[Script]) -> Self {
        let mut scripts = constants::lua();
        scripts.extend(pieces.iter().copied().flatten().map(|(_, text)| *text));
        for Script {
            name, flags, own, ..
        } in all
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
        let name = format!("{name}_{version}");
        // The flags make the server refuse a script that it could not finish (out of memory,
        // read-only) before its first write instead of during it.
        let text = format!("#!lua name={name}\nlocal VERSION = '{version}'\n{scripts}");
        Self {
            version,
            name,
            text,
        }
    }

    /// Returns the name of a script's function.
    fn function(&self, script: &str) -> String {
        format!("{}_{}", script.to_lowercase(), self.version)
    }
}

#[cfg(test)]
mod tests;
