//! The scripts: one file an operation, assembled from the pieces it names.

use std::sync::LazyLock;

use redis::Script;

/// Assembles a script: its flags, the pieces it stands on, its own file.
macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $flags:literal [$($piece:literal),*] $file:literal;)*) => {
        $(
            $(#[$doc])*
            pub(super) static $name: LazyLock<Script> = LazyLock::new(|| Script::new(concat!(
                // The shebang lets the server refuse a script that it could not finish (out of
                // memory, read-only) before the first write instead of at it.
                "#!lua", $flags, "\n",
                include_str!("scripts/pieces/base.lua"),
                $(include_str!(concat!("scripts/pieces/", $piece, ".lua")),)*
                include_str!(concat!("scripts/", $file, ".lua")),
            )));
        )*

        /// Gives every script, to load them all at once.
        pub(super) fn all() -> Vec<&'static Script> {
            vec![$(&*$name),*]
        }

        /// The files that are assembled, for the test that finds a file nobody uses.
        #[cfg(test)]
        const FILES: &[&str] = &[$($file),*];
    };
}

scripts! {
    CREATE_CONTACT = "" ["profile", "write", "count", "waiting", "available", "contact", "route"] "create_contact";
    // What drains a full server may run on it.
    END_CONTACT = " flags=allow-oom" ["profile", "write", "count", "waiting", "available", "contact", "route"] "end_contact";
    REQUEUE_CONTACT = "" ["profile", "write", "count", "waiting", "available", "contact", "route"] "requeue_contact";
    SET_PRIORITY = "" ["profile", "write", "waiting", "contact"] "set_priority";
    CREATE_AGENT = "" ["profile", "write", "waiting"] "create_agent";
    RENAME_AGENT = "" ["write"] "rename_agent";
    SET_PRESENCE = "" ["profile", "write", "count", "waiting", "available", "contact", "route"] "set_presence";
    ADD_SKILL = "" ["profile", "write", "count", "waiting", "available", "contact", "route"] "add_skill";
    REMOVE_SKILL = " flags=allow-oom" ["profile", "write", "count", "waiting", "available", "contact", "route", "floor"] "remove_skill";
    DELETE_AGENT = " flags=allow-oom" ["profile", "write", "count", "waiting", "available", "contact", "route"] "delete_agent";
    SET_OPEN = "" ["profile", "write", "count", "waiting", "available", "contact", "route", "floor"] "set_open";
    DELETE_SKILL = "" ["profile", "write", "count", "waiting", "available", "contact", "route", "floor"] "delete_skill";
    CONTINUE_FLOOR = "" ["profile", "write", "count", "waiting", "available", "contact", "route", "floor"] "continue_floor";
    RUN_DUE = " flags=allow-oom" ["profile", "write", "count", "waiting", "available", "contact", "route", "floor", "sweep"] "run_due";
    READY = " flags=allow-oom" [] "ready";
    OVERVIEW = " flags=no-writes" [] "overview";
    FIGURES = " flags=no-writes" [] "figures";
    QUEUE = " flags=no-writes" ["page"] "queue";
    AGENTS = " flags=no-writes" ["page"] "agents";
    SKILLS = " flags=no-writes" ["page"] "skills";
    EXPLAIN = " flags=no-writes" ["profile", "waiting"] "explain";
    // The same twice: the server itself sees to it that a check writes nothing.
    CHECK_LIST = " flags=no-writes" ["profile", "write", "count", "waiting", "available", "contact", "route", "sweep", "check"] "check_list";
    REPAIR_LIST = "" ["profile", "write", "count", "waiting", "available", "contact", "route", "sweep", "check"] "check_list";
    CHECK_AGENTS = " flags=no-writes" ["profile", "write", "count", "waiting", "available", "contact", "route", "sweep", "check"] "check_agents";
    REPAIR_AGENTS = "" ["profile", "write", "count", "waiting", "available", "contact", "route", "sweep", "check"] "check_agents";
    CHECK_CONTACTS = " flags=no-writes" ["profile", "write", "count", "waiting", "available", "contact", "route", "sweep", "check"] "check_contacts";
    REPAIR_CONTACTS = "" ["profile", "write", "count", "waiting", "available", "contact", "route", "sweep", "check"] "check_contacts";
    CHECK_FLOOR = " flags=no-writes" ["profile", "write", "count", "waiting", "available", "contact", "route", "sweep", "check"] "check_floor";
    REPAIR_FLOOR = "" ["profile", "write", "count", "waiting", "available", "contact", "route", "sweep", "check"] "check_floor";
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
        let files: std::collections::BTreeSet<_> = FILES.iter().collect();
        assert_eq!(found, files.len());
    }
}
