//! Keys, and the rows of a table that binds actions to them.

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord(pub KeyCode, pub KeyModifiers);

/// A row of a table of keys.
#[derive(Clone, Debug)]
pub struct Binding<Scope, Action> {
    /// The keys; each of them triggers the action.
    pub chords: Cow<'static, [Chord]>,
    /// How the keys are written.
    pub keys: Cow<'static, str>,
    /// Where it applies.
    pub scope: Scope,
    /// The action.
    pub action: Action,
    /// Its description in the help.
    pub help: &'static str,
    /// Its description in the hint row, a word or two; empty if it is not shown there.
    pub hint: &'static str,
}

impl Chord {
    /// Returns the chord of a key event, unless the key was released.
    pub fn of(event: KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        // A capital letter and a back tab already imply shift.
        let modifiers = event.modifiers - KeyModifiers::SHIFT;
        Some(Self(event.code, modifiers))
    }
}

/// Makes the chord of a key without modifiers.
pub(crate) const fn key(code: KeyCode) -> Chord {
    Chord(code, KeyModifiers::NONE)
}

/// Makes the chord of a character without modifiers.
pub(crate) const fn char(c: char) -> Chord {
    key(KeyCode::Char(c))
}

/// Makes the chord of a character with Ctrl.
pub(crate) const fn ctrl(c: char) -> Chord {
    Chord(KeyCode::Char(c), KeyModifiers::CONTROL)
}

/// Makes a row of a key table, with the `Scope` and `Action` in scope where it is used.
macro_rules! binding {
    ($scope:ident, [$($chord:expr),+], $keys:literal, $action:expr, $help:literal, $hint:literal) => {
        Binding {
            chords: std::borrow::Cow::Borrowed(&[$($chord),+]),
            keys: std::borrow::Cow::Borrowed($keys),
            scope: Scope::$scope,
            action: $action,
            help: $help,
            hint: $hint,
        }
    };
}
pub(crate) use binding;
