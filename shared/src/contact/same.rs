//! Compares two pieces of JSON by value. The order of names, white space, escapes in strings and
//! the notation of numbers do not matter. Numbers of any size are compared exactly.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Compares two pieces of well-formed JSON that have no white space around them.
pub(super) fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match (one.as_bytes().first(), other.as_bytes().first()) {
        (Some(b'{'), Some(b'{')) => same_members(one, other).unwrap_or(false),
        (Some(b'['), Some(b'[')) => same_items(one, other).unwrap_or(false),
        (Some(b'"'), Some(b'"')) => same_text(one, other).unwrap_or(false),
        _ => decimal(one).is_some_and(|number| decimal(other) == Some(number)),
    }
}

fn same_members(one: &str, other: &str) -> serde_json::Result<bool> {
    let (Members(mut one), Members(mut other)) =
        (serde_json::from_str(one)?, serde_json::from_str(other)?);
    // The sort is stable, so duplicate names keep their order.
    one.sort_by(|(a, _), (b, _)| a.cmp(b));
    other.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut pairs = one.iter().zip(&other);
    Ok(one.len() == other.len()
        && pairs.all(|((a, one), (b, other))| a == b && same(one.get(), other.get())))
}

fn same_items(one: &str, other: &str) -> serde_json::Result<bool> {
    let one: Vec<&RawValue> = serde_json::from_str(one)?;
    let other: Vec<&RawValue> = serde_json::from_str(other)?;
    let mut pairs = one.iter().zip(&other);
    Ok(one.len() == other.len() && pairs.all(|(one, other)| same(one.get(), other.get())))
}

fn same_text(one: &str, other: &str) -> serde_json::Result<bool> {
    let (one, other): (String, String) = (serde_json::from_str(one)?, serde_json::from_str(other)?);
    Ok(one == other)
}

/// The members of an object, in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = vec![];
                while let Some(member) = map.next_entry::<String, &RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// A number as its sign (true if negative), its digits without leading and trailing zeros, and its
/// power of ten. `None` if the text is not a number.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !rest.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_end_matches('0');
    let cut = i64::try_from(all.len() - digits.len()).ok()?;
    let behind = i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.checked_add(cut)?.checked_sub(behind)?;
    match digits.trim_start_matches('0') {
        "" => Some((false, String::new(), 0)),
        digits => Some((negative, digits.to_owned(), exponent)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_in_another_notation_are_the_same() {
        for (one, other) in [
            (
                r#"{"a":1,"b":[2,{"c":null,"d":"é"}]}"#,
                r#"{"b":[2,{"d":"\u00e9","c":null}],"a":1}"#,
            ),
            (r#"{"a":1,"a":2,"b":3}"#, r#"{"b":3,"a":1,"a":2}"#),
            ("[1.0,1e2,0.10,-0]", "[1,100,1E-1,0.0]"),
            (
                "[123456789012345678901234567890]",
                "[12345678901234567890123456789e1]",
            ),
            ("[1e400]", "[10E+399]"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn different_values_are_not_the_same() {
        for (one, other) in [
            (r#"{"a":1}"#, r#"{"a":1,"b":2}"#),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2,"a":1}"#),
            (r#"{"a":null}"#, "{}"),
            ("[1,2]", "[2,1]"),
            ("[1]", "[1,1]"),
            (r#"["1"]"#, "[1]"),
            ("[true]", "[false]"),
            ("[0]", "[false]"),
            ("[1]", "[-1]"),
            ("[18446744073709551616]", "[18446744073709551617]"),
            ("[1e99999999999999999999]", "[1e99999999999999999998]"),
            ("[]", "{}"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }
}
