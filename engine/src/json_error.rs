//! Messages of the JSON parser in words for people: it names Rust types.

/// Replaces the types in a message, as in `invalid type: map, expected i64 at line 1 column 2`.
pub(crate) fn in_words(said: &str) -> String {
    said_as(said, |_| None)
}

/// Does the same for a message that begins with the path of a field, as in `seen.state: invalid
/// type...`. `rule` returns what is expected of the field with that name, if that is known better.
pub(crate) fn said_as(said: &str, rule: impl Fn(&str) -> Option<&'static str>) -> String {
    // The last one: a value in the message may have the same words.
    let Some((found, expected)) = said.rsplit_once(", expected ") else {
        return said.to_owned();
    };
    let (expected, place) = match expected.find(" at line ") {
        Some(at) => expected.split_at(at),
        None => (expected, ""),
    };
    let path = found.split(": invalid ").next().unwrap_or_default();
    let field = path.rsplit('.').next().unwrap_or_default();
    let expected = rule(field).unwrap_or_else(|| kind(expected));
    let found = found
        .replacen("invalid type: map", "invalid type: object", 1)
        .replacen("invalid type: sequence", "invalid type: list", 1);
    format!("{found}, expected {expected}{place}")
}

/// Removes the place from a message about a text of one line.
pub(crate) fn without_place(said: &str) -> &str {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match said.rsplit_once(" at line ") {
        Some((before, place))
            if place
                .split_once(" column ")
                .is_some_and(|(line, column)| number(line) && number(column)) =>
        {
            before
        }
        _ => said,
    }
}

/// Returns the words for an expected type; other words of the parser are kept.
fn kind(expected: &str) -> &str {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number from 0 on",
        "f32" | "f64" => "a number",
        "a string" | "a borrowed string" => "text in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a JSON object",
        _ if expected.starts_with("struct ") || expected.starts_with("internally tagged ") => {
            "a JSON object"
        }
        _ => expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its parsing is looked at")]
    struct Thing {
        signed: i64,
        small: u8,
        share: f64,
        text: String,
        yes: bool,
        list: Vec<String>,
        map: std::collections::BTreeMap<String, String>,
        inner: Option<Box<Thing>>,
    }

    #[test]
    fn no_type_of_rust_is_in_a_message() {
        let right = serde_json::json!({"signed": 1, "small": 1, "share": 0.5, "text": "a",
            "yes": true, "list": [], "map": {}, "inner": null});
        for (field, says) in [
            ("signed", "a whole number"),
            ("small", "a whole number from 0 on"),
            ("share", "a number"),
            ("text", "text in quotes"),
            ("yes", "true or false"),
            ("list", "a list"),
            ("map", "a JSON object"),
            ("inner", "a JSON object"),
        ] {
            let mut wrong = right.clone();
            wrong[field] = if field == "text" {
                1.into()
            } else {
                ", expected x".into()
            };
            let error = serde_json::from_str::<Thing>(&wrong.to_string()).unwrap_err();
            let said = in_words(&error.to_string());
            let said = without_place(&said);
            assert!(said.ends_with(&format!(", expected {says}")), "{said}");
        }
        let error = serde_json::from_str::<Thing>("7").unwrap_err();
        assert_eq!(
            in_words(&error.to_string()),
            "invalid type: integer `7`, expected a JSON object at line 1 column 1"
        );
    }

    #[test]
    fn only_a_place_at_the_end_is_removed() {
        for (said, expected) in [
            ("x at line 1 column 4", "x"),
            ("\"y at line 7\" is wrong", "\"y at line 7\" is wrong"),
            ("x", "x"),
        ] {
            assert_eq!(without_place(said), expected);
        }
    }
}
