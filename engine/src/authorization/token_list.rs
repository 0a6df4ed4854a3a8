//! The content of a token file, and what is said of one that is none: which token, which field.

use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::{Deserializer, Value};
use serde_path_to_error::{Path, Segment};

use super::token::{Token, TokenName};
use crate::json_error;

/// The content of the file.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenList {
    pub(super) tokens: Vec<Token>,
}

/// Parses the content of a token file; the error says what is wrong with it, and where.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Token>, String> {
    if text.trim_ascii().is_empty() {
        return Err("it is empty".to_owned());
    }
    let mut json = Deserializer::from_slice(text);
    let content: TokenList = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let place = place(error.path(), text);
        let error = error.into_inner();
        match error.classify() {
            Category::Data => {
                let error = json_error::in_words(&error.to_string());
                format!("its JSON does not hold tokens: {place}{error}")
            }
            _ => not_json(&error),
        }
    })?;
    json.end().map_err(|error| not_json(&error))?;
    if let Some((token, field)) = unknown_field(text) {
        return Err(format!("{}: unknown field {field:?}", named(token, text)));
    }
    let mut names: Vec<&TokenName> = content.tokens.iter().map(|token| &token.name).collect();
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("two tokens have the name {}", pair[0])),
        None => Ok(content.tokens),
    }
}

fn not_json(error: &serde_json::Error) -> String {
    format!("it is not JSON: {error}")
}

/// Returns the place of a value as the beginning of a sentence, as in `token 2 ("ada"), sha256: `.
/// Nothing for the file as a whole.
fn place(path: &Path, text: &[u8]) -> String {
    let mut place = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => place = named(*index, text),
            Segment::Map { key } if !place.is_empty() => {
                place.push_str(", ");
                place.push_str(key);
            }
            _ => {}
        }
    }
    if place.is_empty() {
        return place;
    }
    place + ": "
}

/// Returns a token by its number, from 1 on, and its name if that can be read.
fn named(index: usize, text: &[u8]) -> String {
    let number = index + 1;
    let given: Value = serde_json::from_slice(text).unwrap_or_default();
    let name = given["tokens"][index]["name"].as_str().unwrap_or_default();
    match name.parse::<TokenName>() {
        Ok(name) => format!("token {number} (\"{name}\")"),
        Err(_) => format!("token {number}"),
    }
}

/// Returns a field that the parser would ignore, such as a misspelt expiry, and the index of its
/// token: the token parses whatever its value.
fn unknown_field(text: &[u8]) -> Option<(usize, String)> {
    let given: Value = serde_json::from_slice(text).ok()?;
    let tokens = given["tokens"].as_array()?.iter().enumerate();
    let mut tokens = tokens.filter_map(|(index, token)| Some((index, token.as_object()?)));
    tokens.find_map(|(index, token)| {
        let unread = |name: &&String| {
            let mut spoilt = token.clone();
            spoilt.insert((*name).clone(), serde_json::json!({"?": 0}));
            serde_json::from_value::<Token>(spoilt.into()).is_ok()
        };
        Some((index, token.keys().find(unread)?.clone()))
    })
}
