//! Cuts a query into words with their places. Quotes hold a word with spaces together.

use super::Wrong;

/// A word, as it stands between two spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it begins, in characters.
    pub(super) at: usize,
    /// Its letters, without quotes; each knows whether it was quoted, for what is quoted is
    /// never a mark of the language.
    pub(super) letters: Vec<Letter>,
}

/// A letter of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) is: char,
    pub(super) quoted: bool,
    /// Where it stands, in characters.
    pub(super) at: usize,
}

/// Cuts the text into its words.
pub(super) fn words(text: &str) -> Result<Vec<Word>, Wrong> {
    let mut words: Vec<Word> = vec![];
    let mut open: Option<usize> = None;
    let mut within = false;
    for (at, c) in text.chars().enumerate() {
        if open.is_none() && c.is_whitespace() {
            within = false;
            continue;
        }
        if !within {
            let letters = vec![];
            words.push(Word { at, letters });
            within = true;
        }
        if c == '"' {
            open = if open.is_some() { None } else { Some(at) };
            continue;
        }
        if let Some(word) = words.last_mut() {
            let quoted = open.is_some();
            word.letters.push(Letter { is: c, quoted, at });
        }
    }
    match open {
        Some(at) => Err(Wrong {
            at,
            says: "this quote is not closed: \"two words\"".to_owned(),
        }),
        None => Ok(words),
    }
}
