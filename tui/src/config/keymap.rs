//! The section `[keys]` of the config file: the names of actions, the notation for keys, and the
//! resulting key table. Only keys on the panes can be changed; Ctrl-C always quits.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crossterm::event::{KeyCode, KeyModifiers};
use serde::Deserialize;
use serde_json::json;
use toml::Spanned;

use crate::console::keys::{Action, KeyTable, Scope, TABLE};
use crate::parts::binding::{Binding, Chord};

/// The section of the file: each action's name with its keys.
pub(super) type KeySettings = BTreeMap<String, Spanned<KeySetting>>;

/// The keys of an action.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum KeySetting {
    /// A single key.
    One(String),
    /// Several keys, any of which triggers the action.
    Many(Vec<String>),
}

impl KeySetting {
    fn keys(&self) -> &[String] {
        match self {
            Self::One(key) => std::slice::from_ref(key),
            Self::Many(keys) => keys,
        }
    }
}

/// Why a setting is rejected, and its position in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) at: usize,
    pub(super) why: String,
}

/// Returns the key table with these settings applied.
pub(super) fn with_settings(settings: &KeySettings) -> Result<KeyTable, Refused> {
    let mut table = TABLE.to_vec();
    for (name, setting) in settings {
        let refused = |why| Refused {
            at: setting.span().start,
            why,
        };
        let Some(row) = table.iter_mut().find(|row| named(row, name)) else {
            let why = format!("no action is called {name:?}; switchboard config lists them all");
            return Err(refused(why));
        };
        let keys = setting.get_ref().keys();
        let chords: Result<Vec<Chord>, String> = keys.iter().map(|key| read(key)).collect();
        row.chords = chords.map_err(refused)?.into();
        row.keys = keys.join(" ").into();
        if keys.is_empty() {
            // An action without keys has no hint.
            row.hint = "";
        }
    }
    match clash(&table, settings) {
        Some(refused) => Err(refused),
        None => Ok(KeyTable::new(table)),
    }
}

fn named(row: &Binding<Scope, Action>, name: &str) -> bool {
    row.scope == Scope::Panes && name_of(row.action) == name
}

/// Finds a key with two meanings; the error is at the setting that caused it.
fn clash(table: &[Binding<Scope, Action>], settings: &KeySettings) -> Option<Refused> {
    for (name, setting) in settings {
        let row = table.iter().find(|row| named(row, name))?;
        let others = table.iter().filter(|other| {
            matches!(other.scope, Scope::Panes | Scope::Anywhere) && other.action != row.action
        });
        for other in others {
            if let Some(key) = row.chords.iter().find(|key| other.chords.contains(key)) {
                let (key, taken) = (written(*key), name_of(other.action));
                return Some(Refused {
                    at: setting.span().start,
                    why: format!("the key {key:?} of {name} is already used by {taken}"),
                });
            }
        }
    }
    None
}

/// Lists the configurable actions with their keys, as lines of TOML.
pub(super) fn listed(table: &KeyTable, settings: &KeySettings) -> String {
    // Without control characters, a JSON list of strings is also valid TOML.
    let mut text = "[keys]\n".to_owned();
    for row in table.rows().iter().filter(|row| row.scope == Scope::Panes) {
        let name = name_of(row.action);
        let keys: Vec<String> = row.chords.iter().map(|chord| written(*chord)).collect();
        let source = if settings.contains_key(&name) {
            "from the file"
        } else {
            "by default"
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name} = {}  # {source}", json!(keys));
    }
    text
}

/// Returns the name of an action, from that of its variant, so that new actions have names
/// automatically.
fn name_of(action: Action) -> String {
    let mut name = String::new();
    for c in format!("{action:?}").chars() {
        match c {
            ')' => {}
            '(' | ' ' => name.push('-'),
            c if c.is_uppercase() => {
                if !name.is_empty() && !name.ends_with('-') {
                    name.push('-');
                }
                name.extend(c.to_lowercase());
            }
            c => name.push(c),
        }
    }
    name
}

/// The keys with names.
const NAMED: &[(&str, KeyCode)] = &[
    ("Space", KeyCode::Char(' ')),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("S-Tab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("Del", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
];

const CTRL: &str = "Ctrl-";

/// Parses a key in the notation of `written`.
fn read(text: &str) -> Result<Chord, String> {
    let (modifiers, key) = match text.strip_prefix(CTRL) {
        Some(key) => (KeyModifiers::CONTROL, key),
        None => (KeyModifiers::NONE, text),
    };
    let mut characters = key.chars();
    let code = match (characters.next(), characters.next()) {
        (Some(c), None) if c.is_control() || c == ' ' => None,
        // With Ctrl, terminals do not distinguish upper and lower case.
        (Some(c), None) if !modifiers.is_empty() => Some(KeyCode::Char(c.to_ascii_lowercase())),
        (Some(c), None) => Some(KeyCode::Char(c)),
        (Some('F'), Some(_)) => key[1..]
            .parse()
            .ok()
            .filter(|number| (1..=12).contains(number))
            .map(KeyCode::F),
        _ => NAMED
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, code)| *code),
    };
    code.map(|code| Chord(code, modifiers)).ok_or_else(|| {
        format!(
            "{text:?} is not a key: use a character, Space, Enter, Esc, Tab, S-Tab, Up, Down, \
             Left, \
             Right, PgUp, PgDn, Home, End, Del, Backspace, F1 to F12, or Ctrl- before one"
        )
    })
}

fn written(Chord(code, modifiers): Chord) -> String {
    let ctrl = if modifiers.contains(KeyModifiers::CONTROL) {
        CTRL
    } else {
        ""
    };
    let named = NAMED.iter().find(|(_, named)| *named == code);
    match (named, code) {
        (Some((name, _)), _) => format!("{ctrl}{name}"),
        (None, KeyCode::Char(c)) => format!("{ctrl}{c}"),
        (None, code) => format!("{ctrl}{code}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settings(text: &str) -> KeySettings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_key_is_read_back_as_it_was_written() {
        for row in TABLE {
            for chord in row.chords.iter() {
                assert_eq!(read(&written(*chord)), Ok(*chord));
            }
        }
        for bad in ["", "ab", "F0", "F13", "Ctrl-", "Hyper-x", " ", "Fé"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_action_gets_the_keys_that_were_wished_and_no_others() {
        let table =
            with_settings(&settings("quit = \"Q\"\nmove-down = [\"n\", \"Ctrl-n\"]")).unwrap();
        let keys = |action| {
            let mut rows = table.rows().iter();
            let row = rows.find(|row| row.action == action).unwrap();
            (row.chords.to_vec(), row.keys.as_ref())
        };
        let q = Chord(KeyCode::Char('Q'), KeyModifiers::NONE);
        assert_eq!(keys(Action::Quit), (vec![q], "Q"));
        assert_eq!(table.rows().len(), TABLE.len());
        let down = Action::Move(crate::parts::cursor::Motion::Down);
        assert_eq!(keys(down).1, "n Ctrl-n");
    }

    #[test]
    fn an_action_without_a_key_is_no_hint() {
        let table = with_settings(&settings("inject = []")).unwrap();
        let row = table.rows().iter().find(|row| row.action == Action::Inject);
        let row = row.unwrap();
        assert!(row.chords.is_empty() && row.hint.is_empty());
    }

    #[test]
    fn two_actions_may_swap_their_keys() {
        assert!(with_settings(&settings("inject = \"c\"\ncomplete = \"i\"")).is_ok());
    }

    #[test]
    fn what_cannot_be_is_refused_where_it_stands() {
        for (text, at, words) in [
            ("fly = \"x\"", 6, "no action is called \"fly\""),
            ("quit = \"Hyper-x\"", 7, "\"Hyper-x\" is not a key"),
            (
                "inject = \"q\"",
                9,
                "the key \"q\" of inject is already used by quit",
            ),
            (
                "inject = \"Ctrl-C\"",
                9,
                "of inject is already used by leave",
            ),
        ] {
            let refused = with_settings(&settings(text)).unwrap_err();
            assert_eq!(refused.at, at, "{text}");
            assert!(refused.why.contains(words), "{}", refused.why);
        }
    }

    #[test]
    fn what_is_listed_can_be_a_file() {
        let none = KeySettings::new();
        let text = listed(&KeyTable::default(), &none);
        assert!(
            text.contains("toggle-agent = [\"a\"]  # by default"),
            "{text}"
        );
        assert!(text.contains("focus-queue = "), "{text}");
        let file: BTreeMap<String, KeySettings> = toml::from_str(&text).unwrap();
        assert_eq!(listed(&with_settings(&file["keys"]).unwrap(), &none), text);
    }

    proptest! {
        #[test]
        fn whatever_is_a_key_is_listed_so_that_it_is_read_as_the_same(
            text in "(Ctrl-)?(\\PC|.|\\p{M}|F[0-9]{1,3}|Space|S-Tab|PgUp|[A-Z][a-z]{2,5})"
        ) {
            let setting = |text: &str| {
                let mut settings = KeySettings::new();
                let keys = KeySetting::Many(vec![text.to_owned()]);
                settings.insert("quit".to_owned(), Spanned::new(3..9, keys));
                settings
            };
            match with_settings(&setting(&text)) {
                Ok(table) => {
                    let written = listed(&table, &KeySettings::new());
                    let file: BTreeMap<String, KeySettings> = toml::from_str(&written).unwrap();
                    let again = with_settings(&file["keys"]).unwrap();
                    prop_assert_eq!(listed(&again, &KeySettings::new()), written);
                }
                Err(refused) => {
                    prop_assert_eq!(refused.at, 3);
                    prop_assert!(!refused.why.is_empty());
                }
            }
        }
    }
}
