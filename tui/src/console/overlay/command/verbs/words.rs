//! Splits a command into words with their positions. Quotes keep a name with spaces together.

use crate::query::Wrong;

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its start, in characters.
    pub(super) at: usize,
    /// Its text, without quotes.
    pub(super) text: String,
    /// Whether any of it was quoted: then it is a name, never a keyword or a number with a prefix.
    pub(super) quoted: bool,
    /// Whether it begins with a quote.
    pub(super) opens_quoted: bool,
}

/// A command split into words.
struct Cut {
    words: Vec<Word>,
    open: Option<usize>,
    /// Whether the last word continues at the end of the text.
    within: bool,
}

fn cut(text: &str) -> Cut {
    let mut words: Vec<Word> = vec![];
    let (mut open, mut within) = (None, false);
    for (at, c) in text.chars().enumerate() {
        if open.is_none() && c.is_whitespace() {
            within = false;
            continue;
        }
        if !within {
            words.push(Word {
                at,
                text: String::new(),
                quoted: false,
                opens_quoted: c == '"',
            });
            within = true;
        }
        // There is a last word: it was begun just now or earlier.
        let Some(word) = words.last_mut() else { break };
        if c == '"' {
            word.quoted = true;
            open = if open.is_some() { None } else { Some(at) };
        } else {
            word.text.push(c);
        }
    }
    Cut {
        words,
        open,
        within,
    }
}

/// Returns the words of a complete command.
pub(super) fn words(text: &str) -> Result<Vec<Word>, Wrong> {
    let cut = cut(text);
    match cut.open {
        Some(at) => Err(Wrong {
            at,
            says: "this quote is not closed: \"Tier 2\"".to_owned(),
        }),
        None => Ok(cut.words),
    }
}

/// Returns the words before the one being typed, and that one as typed, with quotes; it is empty
/// after a space.
pub(super) fn typed(text: &str) -> (Vec<Word>, &str) {
    let mut cut = cut(text);
    if !cut.within {
        return (cut.words, "");
    }
    let at = cut.words.pop().map_or(0, |word| word.at);
    let from = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
    (cut.words, &text[from..])
}

/// Returns the letter of the option that an unquoted word was meant as: `x` for `x5`, `X3`, `x-3` or
/// a lone `x`. A name that merely begins with such a letter is none, like `X-ray`; a lone `p` is one
/// too.
pub(super) fn option_of(word: &str) -> Option<char> {
    let mut characters = word.chars();
    let mark = characters.next()?.to_ascii_lowercase();
    let rest = characters.as_str();
    let number = rest.trim_start_matches(['+', '-', '=', ':']);
    let is_number = number.chars().all(|c| c.is_ascii_digit() || c == '.');
    match mark {
        '@' => Some(mark),
        'x' if rest.is_empty() => Some(mark),
        'x' | 'p' if !rest.is_empty() && is_number => Some(mark),
        _ => None,
    }
}

/// Writes a name as a word of a command. It is quoted if it would otherwise be several words or
/// mean something else, like `x5`, `@60`, `any` or an agent's number. No name contains a quote.
pub(super) fn written(name: &str) -> String {
    let number = name.trim_start_matches(['x', 'p']);
    let means_more = number.chars().all(|c| c.is_ascii_digit())
        || option_of(name).is_some()
        || ["any", "stop"].contains(&name);
    if means_more || name.contains(char::is_whitespace) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_a_name_together_and_may_stand_within_a_word() {
        let words = words("  a English,\"Tier 2\" \"b c\"").unwrap();
        let words: Vec<_> = words
            .iter()
            .map(|word| (word.at, word.text.as_str(), word.quoted))
            .collect();
        assert_eq!(
            words,
            [
                (2, "a", false),
                (4, "English,Tier 2", true),
                (21, "b c", true)
            ]
        );
    }

    #[test]
    fn a_name_is_written_so_that_it_is_read_as_one() {
        for (name, word) in [
            ("French", "French"),
            ("C++", "C++"),
            ("Tier 2", "\"Tier 2\""),
            ("x5", "\"x5\""),
            ("p", "\"p\""),
            ("@60", "\"@60\""),
            ("X3", "\"X3\""),
            ("p-1", "\"p-1\""),
            ("X-ray", "X-ray"),
            ("any", "\"any\""),
            ("7", "\"7\""),
        ] {
            assert_eq!(written(name), word);
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_told_with_its_place() {
        assert_eq!(words("a \"b c").unwrap_err().at, 2);
    }

    #[test]
    fn the_word_that_is_typed_goes_on_to_the_end() {
        for (text, before, word) in [
            ("", 0, ""),
            ("ag", 0, "ag"),
            ("agent ", 1, ""),
            ("delete skill \"Tier ", 2, "\"Tier "),
            ("é x,\"T", 1, "x,\"T"),
        ] {
            let (words, typed) = typed(text);
            assert_eq!((words.len(), typed), (before, word), "{text}");
        }
    }
}
