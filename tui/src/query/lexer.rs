//! Cuts a query into words, parentheses and signs of negation, each with its place. Quotes hold a
//! word with spaces together, and take from a sign its meaning.

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

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A word.
    Word(Word),
    /// `(` at that place.
    Open(usize),
    /// `)` at that place.
    Close(usize),
    /// `!` or `-` before a word or a parenthesis, at that place.
    Not(usize),
}

impl Piece {
    /// Gives where it begins, in characters.
    pub(super) fn at(&self) -> usize {
        match self {
            Self::Word(word) => word.at,
            Self::Open(at) | Self::Close(at) | Self::Not(at) => *at,
        }
    }
}

/// Cuts the text into its pieces.
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
                // Within a word they are letters like any other: c-9f.
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
