//! Attributes that integrators attach to a contact, kept as the original text.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;

use super::same::same;
use crate::text::Invalid;

/// Attributes of a contact: any JSON object. The ACD keeps it and never uses its contents.
///
/// It is the original text without white space between tokens. A parser would change numbers that
/// do not fit in 64 bits, and drop duplicate names. So `==` compares how they are written; whether
/// the values are equal is a different question.
#[derive(Clone, Default)]
pub struct Attributes(Option<Arc<RawValue>>);

impl Attributes {
    const EMPTY: &'static str = "{}";

    /// Returns empty attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns whether nothing is attached.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the object as JSON, without white space between tokens.
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or(Self::EMPTY, |json| json.get())
    }

    /// Returns names and values for display: a string without quotes, everything else as JSON.
    pub fn fields(&self) -> Vec<(String, String)> {
        // Only objects are accepted, so this does not fail.
        let fields = serde_json::from_str(self.as_str());
        fields.map(|Fields(fields)| fields).unwrap_or_default()
    }

    /// Returns whether both have equal values, however they are written.
    pub(super) fn say_the_same(&self, other: &Self) -> bool {
        same(self.as_str(), other.as_str())
    }

    /// Returns the nesting depth: 1 for an object of strings and numbers only.
    pub(super) fn depth(&self) -> usize {
        let (mut depth, mut deepest) = (0_usize, 0);
        for part in Parts(self.as_str()) {
            match part.as_bytes() {
                b"{" | b"[" => depth += 1,
                b"}" | b"]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        deepest
    }

    /// Takes well-formed JSON. Fails, with its type, if it is not an object.
    fn of(json: &RawValue) -> Result<Self, Unfit> {
        let json = json.get();
        match json.as_bytes().first() {
            Some(b'{') => {}
            Some(b'[') => return Err(Unfit::Other(Unexpected::Seq)),
            Some(b'"') => return Err(Unfit::Other(Unexpected::Other("a string"))),
            Some(b'n') => return Err(Unfit::Other(Unexpected::Unit)),
            Some(b't' | b'f') => return Err(Unfit::Other(Unexpected::Other("a boolean"))),
            _ => return Err(Unfit::Other(Unexpected::Other("a number"))),
        }
        let mut compact = String::with_capacity(json.len());
        for part in Parts(json) {
            // Well-formed JSON can still hold half of a surrogate pair, which is not valid text.
            if part.contains("\\u") && serde_json::from_str::<String>(part).is_err() {
                return Err(Unfit::HalfCharacter);
            }
            compact.push_str(part);
        }
        if compact == Self::EMPTY {
            return Ok(Self(None));
        }
        let json = RawValue::from_string(compact).map_err(|_| Unfit::HalfCharacter)?;
        Ok(Self(Some(json.into())))
    }
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Attributes {}

/// Why JSON cannot be the attributes of a contact.
enum Unfit {
    Other(Unexpected<'static>),
    HalfCharacter,
}

/// The tokens of well-formed JSON, without white space: each bracket, comma and colon by itself, a
/// string with its quotes, a number or literal as a whole.
struct Parts<'a>(&'a str);

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0.trim_start_matches([' ', '\t', '\n', '\r']);
        let end = match rest.as_bytes().first()? {
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            b'"' => {
                let mut escaped = false;
                let close = rest.bytes().skip(1).position(|byte| {
                    let closes = byte == b'"' && !escaped;
                    escaped = byte == b'\\' && !escaped;
                    closes
                });
                close.map_or(rest.len(), |close| close + 2)
            }
            _ => rest
                .find(['{', '}', '[', ']', ',', ':', '"', ' ', '\t', '\n', '\r'])
                .unwrap_or(rest.len()),
        };
        let (part, rest) = rest.split_at(end);
        self.0 = rest;
        Some(part)
    }
}

/// The names and values of an object, in their order.
struct Fields(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = vec![];
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    let text = serde_json::from_str(value.get());
                    fields.push((name, text.unwrap_or_else(|_| value.get().to_owned())));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

impl FromStr for Attributes {
    type Err = Invalid;

    fn from_str(json: &str) -> Result<Self, Invalid> {
        serde_json::from_str(json).map_err(|why| {
            let problem = format!("are not a JSON object ({why})");
            Invalid::new(
                "attributes",
                problem,
                "use an object, as {\"caller\":\"Ada\"}",
            )
        })
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Self::of(&json).map_err(|unfit| match unfit {
            Unfit::Other(found) => D::Error::invalid_type(found, &"a JSON object"),
            Unfit::HalfCharacter => D::Error::custom("\\u escapes half of a character"),
        })
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(json) => json.serialize(serializer),
            None => serializer.serialize_map(Some(0))?.end(),
        }
    }
}

impl fmt::Debug for Attributes {
    // They hold phone numbers and other personal data, which stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attributes({} bytes)", self.as_str().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_kept_as_written() {
        for (came, kept) in [
            ("{}", "{}"),
            (" {\n} ", "{}"),
            (r#"{"a":18446744073709551616}"#, ""),
            (r#"{"a":123456789012345678901234567890}"#, ""),
            (r#"{"a":[1.0,1,1e400,-0,-0.0,0.10,1E+2]}"#, ""),
            (r#"{"a":1,"a":2}"#, ""),
            (r#"{"b":1,"a":2}"#, ""),
            (r#"{"a":"\u0041 \/ \ud83d\ude00 \"{[,:"}"#, ""),
            (r#"{"a":"\\","b":"\\\"","c":"é日本"}"#, ""),
            (
                "\t{ \"a b\" : [ 1 ,\r\n {} , null , true ] }",
                r#"{"a b":[1,{},null,true]}"#,
            ),
        ] {
            let attributes: Attributes = came.parse().unwrap();
            let kept = if kept.is_empty() { came } else { kept };
            assert_eq!(attributes.as_str(), kept);
            assert_eq!(serde_json::to_string(&attributes).unwrap(), kept);
            assert_eq!(kept.parse::<Attributes>().unwrap(), attributes);
        }
    }

    #[test]
    fn json_that_is_not_an_object_is_refused_with_its_type() {
        for (json, said) in [
            ("[]", "invalid type: sequence, expected a JSON object"),
            ("\"{}\"", "invalid type: a string"),
            ("null", "invalid type: null"),
            ("true", "invalid type: a boolean"),
            ("-7", "invalid type: a number"),
            ("{\"a\":01}", "invalid number"),
            ("{\"a\":\"\\ud800\"}", "half of a character"),
            ("{\"\\udc00\":1}", "half of a character"),
            ("", "EOF"),
        ] {
            let refused = json.parse::<Attributes>().unwrap_err().to_string();
            assert!(refused.contains(said), "{json}: {refused}");
        }
    }

    #[test]
    fn fields_are_shown_in_order_and_strings_without_quotes() {
        let json = r#"{"b":"a \"b\"","a":{"n":[1.0]},"b":1e400}"#;
        let fields = json.parse::<Attributes>().unwrap().fields();
        let said = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            fields,
            [
                said("b", "a \"b\""),
                said("a", r#"{"n":[1.0]}"#),
                said("b", "1e400")
            ]
        );
    }

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        for (json, depth) in [
            ("{}", 1),
            (r#"{"a":"[[[{{{"}"#, 1),
            (r#"{"a":[],"b":{"c":[[]]}}"#, 4),
        ] {
            assert_eq!(json.parse::<Attributes>().unwrap().depth(), depth, "{json}");
        }
    }
}
