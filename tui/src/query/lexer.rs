//! Splits a query into words, parentheses and negation signs, each with its position. Quotes keep a
//! word with spaces together, and make a sign an ordinary character.

use super::Wrong;

/// A word, delimited by spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its start, in characters.
    pub(super) at: usize,
    /// Its characters, without quotes. Each records whether it was quoted, because quoted
    /// characters are never operators.
    pub(super) letters: Vec<Letter>,
}

/// A character of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) is: char,
    pub(super) quoted: bool,
    /// Its position, in characters.
    pub(super) at: usize,
}

/// A token of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A word.
    Word(Word),
    /// `(`, with its position.
    Open(usize),
    /// `)`, with its position.
    Close(usize),
    /// `!` or `-` before a word or a parenthesis, with its position.
    Not(usize),
}

impl Piece {
    /// Returns its start, in characters.
    pub(super) fn at(&self) -> usize {
        match self {
            Self::Word(word) => word.at,
            Self::Open(at) | Self::Close(at) | Self::Not(at) => *at,
        }
    }
}

/// Splits the text into tokens.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Wrong> {
    let mut pieces: Vec<Piece> = vec![];
    let mut open: Option<usize> = None;
    let mut within = false;
    for (at, c) in text.chars().enumerate() {
        if open.is_none() {
            let sign = match c {
                c if c.is_whitespace() => None,
                '(' => Some(Piece::Open(at)),
                ')' => Some(Piece::Close(at)),
                // Within a word they are ordinary characters: c-9f.
                '!' | '-' if !within => Some(Piece::Not(at)),
                _ => None,
            };
            if c.is_whitespace() || sign.is_some() {
                pieces.extend(sign);
                within = false;
                continue;
            }
        }
        if !within {
            let letters = vec![];
            pieces.push(Piece::Word(Word { at, letters }));
            within = true;
        }
        if c == '"' {
            open = if open.is_some() { None } else { Some(at) };
            continue;
        }
        if let Some(Piece::Word(word)) = pieces.last_mut() {
            let quoted = open.is_some();
            word.letters.push(Letter { is: c, quoted, at });
        }
    }
    match open {
        Some(at) => Err(Wrong {
            at,
            says: "this quote is not closed: \"two words\"".to_owned(),
        }),
        None => Ok(pieces),
    }
}
