//! Tests that the pieces declare what they use of each other, and that no file is unused.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use regex_lite::{Captures, Regex};

use super::*;

#[test]
fn every_script_file_is_used() {
    let files: HashSet<_> = [ALL, ALL_OF_THE_AUDIT]
        .concat()
        .iter()
        .map(|it| it.file)
        .collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/redis/scripts");
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "lua") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(files.contains(name), "{name}.lua is in nobody's use");
            found += 1;
        }
    }
    assert_eq!(found, files.len());
}

/// Returns the names that a text declares at its top level.
fn declared(text: &str) -> BTreeSet<String> {
    let declaration = Regex::new(r"(?m)^local (?:function )?([\w, ]+)").unwrap();
    let names = declaration.captures_iter(text);
    names
        .flat_map(|found| {
            found[1]
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Returns Lua code without comments, strings, field names and what follows a dot.
fn bare(text: &str) -> String {
    let other = Regex::new(r#"--[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*""#).unwrap();
    let bare = other.replace_all(text, "''");
    let behind_a_dot = Regex::new(r"([\w\])])\.\w+").unwrap();
    let mut bare = bare.into_owned();
    loop {
        let shorter = behind_a_dot.replace_all(&bare, "$1").into_owned();
        if shorter == bare {
            break;
        }
        bare = shorter;
    }
    let field = Regex::new(r"([{,]\s*)\w+ = ").unwrap();
    let table = Regex::new(r"\{[^{}]*\}").unwrap();
    table
        .replace_all(&bare, |found: &Captures<'_>| {
            field.replace_all(&found[0], "$1").into_owned()
        })
        .into_owned()
}

/// Returns the names that are local to functions, where they hide the shared ones.
fn declared_inside(bare: &str) -> BTreeSet<String> {
    let inside = Regex::new(r"(?m)^\s+local (?:function )?([\w, ]+)|function[^(\n]*\(([^)]*)\)|\bfor ([\w, ]+?) (?:in|=)").unwrap();
    let names = inside.captures_iter(bare).flat_map(|found| {
        let list = found
            .iter()
            .skip(1)
            .flatten()
            .next()
            .map_or("", |list| list.as_str());
        list.split(',')
            .map(|name| name.trim().to_owned())
            .collect::<Vec<_>>()
    });
    names.collect()
}

/// Parses the declaration of what a piece uses: names, by the piece that has them.
fn said(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let said = Regex::new(r"(?m)^-- Uses (\w+): ([^.]*)\.$").unwrap();
    let parts = said.captures_iter(text).map(|found| {
        let names = found[2].replace("\n-- ", "");
        let names = names.split(',').map(|name| name.trim().to_owned());
        (found[1].to_owned(), names.collect())
    });
    parts.collect()
}

#[test]
fn each_piece_declares_what_it_uses_of_earlier_ones() {
    let word = Regex::new(r"\b[A-Za-z_]\w*\b").unwrap();
    let constants = constants::lua();
    let mut before: Vec<(&str, BTreeSet<String>)> = vec![("constants", declared(&constants))];
    for (piece, text) in PIECES.iter().chain(PIECES_OF_THE_AUDIT) {
        let bare = bare(text);
        let own = declared(text);
        let inside = declared_inside(&bare);
        let words: BTreeSet<_> = word
            .find_iter(&bare)
            .map(|it| it.as_str().to_owned())
            .collect();
        let mut uses = BTreeMap::new();
        for (other, names) in &before {
            let of_other: BTreeSet<String> = words
                .intersection(names)
                .filter(|name| !own.contains(*name) && !inside.contains(*name))
                .cloned()
                .collect();
            if !of_other.is_empty() {
                uses.insert((*other).to_owned(), of_other);
            }
        }
        assert_eq!(
            said(text),
            uses,
            "what pieces/{piece}.lua says that it uses"
        );
        before.push((piece, own));
    }
}
