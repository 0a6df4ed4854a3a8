//! Completions of the word being typed.

use super::words::{Word, typed, written};
use super::{VERBS, known};
use crate::console::Model;
use crate::console::sort::Column;
use crate::console::window::Window;

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// How many characters before the cursor it replaces.
    pub typed: usize,
    /// The whole word.
    pub word: String,
    /// What the word is; for a verb, its arguments.
    pub note: &'static str,
}

/// Returns the completions of what is being typed.
pub fn candidates(before_cursor: &str, model: &Model) -> Vec<Candidate> {
    let (before, word) = typed(before_cursor);
    let listed: Vec<(String, &'static str)> = known_after(&before, word, model);
    let piece = piece(&before, word);
    let begun = piece.trim_start_matches('"').to_lowercase();
    let count = piece.chars().count();
    listed
        .into_iter()
        .map(|(name, note)| {
            // A word of the language stays as it is; a skill of the same name is quoted.
            let word = if note.is_empty() {
                written(&name)
            } else {
                name.clone()
            };
            (name.to_lowercase(), word, note)
        })
        .filter(|(name, word, _)| name.starts_with(&begun) && word != piece)
        .map(|(_, word, note)| Candidate {
            typed: count,
            word,
            note,
        })
        .collect()
}

/// Returns the completion for Tab: how many typed characters it replaces, and the whole word.
pub fn completion(before_cursor: &str, model: &Model) -> Option<(usize, String)> {
    let found = candidates(before_cursor, model).into_iter().next()?;
    // With nothing typed, there is nothing to complete.
    (found.typed > 0).then_some((found.typed, found.word))
}

/// Returns the part of the word that is a name of its own: in a list, the text after the last
/// comma; in a change of skills, the text after the sign.
fn piece<'a>(before: &[Word], word: &'a str) -> &'a str {
    match before.first().map(|verb| verb.text.as_str()) {
        Some("inject" | "add") => word.rsplit(',').next().unwrap_or_default(),
        Some("skills") if before.len() > 1 => word.strip_prefix(['+', '-']).unwrap_or(word),
        _ => word,
    }
}

fn known_after(before: &[Word], word: &str, model: &Model) -> Vec<(String, &'static str)> {
    let texts: Vec<&str> = before.iter().map(|word| word.text.as_str()).collect();
    let said = |words: &[&'static str]| words.iter().map(|word| ((*word).to_owned(), "")).collect();
    let each = |names: Vec<String>| names.into_iter().map(|name| (name, "")).collect();
    match texts.as_slice() {
        [] => VERBS
            .iter()
            .map(|(verb, usage)| ((*verb).to_owned(), *usage))
            .collect(),
        ["acd"] => said(&["open", "close"]),
        ["demo"] => said(&["start", "stop"]),
        ["delete"] => said(&["agent", "skill", "type"]),
        ["agent" | "rename" | "skills" | "wrap-up"]
        | ["accept" | "reject", _]
        | ["delete", "agent"] => each(known::agents(model)),
        ["agent", _] => said(&["available", "unavailable"]),
        ["agent", _, "unavailable"] => said(&["break", "lunch", "meeting", "training", "wrap-up"]),
        ["accept" | "cancel" | "complete" | "contact" | "disposition" | "reject" | "requeue"]
        | ["priority", _] => each(known::contacts(model)),
        ["sort"] => {
            let columns = Column::of(model.focus).iter();
            columns
                .map(|column| (column.word().to_owned(), ""))
                .collect()
        }
        ["sort", _] => said(&["up", "down"]),
        ["window"] => Window::ALL.map(|window| (window.to_string(), "")).into(),
        ["inject", rest @ ..] => {
            let mut names: Vec<(String, &str)> = each(known::skills(model));
            if rest.is_empty() && !word.contains(',') {
                names.push(("stop".to_owned(), "end the series"));
            }
            names
        }
        ["delete", "skill"] | ["add", _, _, _] | ["skills", _, ..] => each(known::skills(model)),
        _ => vec![],
    }
}
