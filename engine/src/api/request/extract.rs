//! Parses requests into values: bodies and path segments here, pages of lists in `page`. Code
//! behind this does not check them again.

use std::str::FromStr;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use futures::StreamExt as _;
use serde::de::value::Error as NoValue;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};
use shared::text::Invalid;

use super::form::unknown;
use crate::json_error;
use crate::problem::Problem;

/// A JSON object as the body of a request. Each type read this way has
/// `#[serde(deny_unknown_fields)]`; a test checks that on every route in the document.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        // The layers have read it whole, so it comes in one piece, if there is one.
        let whole = request.into_body().into_data_stream().next().await;
        let bytes = whole
            .transpose()
            .map_err(|broken| Problem::invalid(broken.to_string()))?;
        parse_body(&bytes.unwrap_or_default()).map(Self)
    }
}

fn parse_body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(no_object::<T>("the body is missing")),
        Some(b'{') => {}
        // A derived struct would also accept a list of its fields' values.
        Some(b'[') => return Err(no_object::<T>("the body does not fit: it is a list")),
        Some(_) => {
            return Err(match serde_json::from_slice::<Value>(bytes) {
                Ok(value) => no_object::<T>(&format!("the body does not fit: it is {value}")),
                Err(why) => Problem::invalid(format!("the body is not JSON: {why}")),
            });
        }
    }
    // Finding the place of an error takes as long as parsing, so it is done only after an error.
    serde_json::from_slice(bytes).or_else(|_| parse_with_place(bytes))
}

/// Returns the problem for a body that is not an object.
fn no_object<T: DeserializeOwned>(wrong: &str) -> Problem {
    let fields = fields::<T>().join(", ");
    let field = if fields.contains(',') {
        "fields"
    } else {
        "field"
    };
    Problem::invalid(format!(
        "{wrong}; send a JSON object with the {field} {fields}"
    ))
}

/// Returns the problem for the first field that the struct does not have.
fn unknown_field<T: DeserializeOwned>(bytes: &[u8]) -> Option<Problem> {
    let known = fields::<T>();
    let given: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
    let mut others: Vec<&String> = given.keys().collect();
    others.retain(|name| !known.contains(&name.as_str()));
    others.sort();
    let name = others.first()?;
    Some(Problem::invalid(unknown("field", name, known)))
}

/// Returns the names of the fields of a struct.
fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut found = &[][..];
    // It always fails: only the requested field names are of interest.
    let _ = T::deserialize(Asked(&mut found));
    found
}

/// A deserializer that records which fields a struct requests, and returns none.
struct Asked<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = NoValue;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, NoValue> {
        Err(NoValue::custom("there is nothing to read"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NoValue> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn parse_with_place<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    Json::from_bytes(bytes)
        .map(|Json(value)| value)
        .map_err(|refused| {
            unknown_field::<T>(bytes).unwrap_or_else(|| Problem::invalid(message(&refused)))
        })
}

/// Returns what is expected of the fields of bodies, where that is more than a type. A name has the
/// same meaning in every body.
fn rule(field: &str) -> Option<&'static str> {
    match field {
        "priority" => Some("a whole number from 0 to 255"),
        "state" => Some("1 or 0"),
        "skills" => Some("a list of names"),
        _ => None,
    }
}

/// Returns what is wrong with a body and where, without the framework's own words.
fn message(refused: &JsonRejection) -> String {
    let cause = std::error::Error::source(refused).map(ToString::to_string);
    let cause = cause.unwrap_or_else(|| refused.body_text());
    match refused {
        JsonRejection::JsonDataError(_) => {
            // The field is named, which says more than its place.
            let cause = json_error::said_as(json_error::without_place(&cause), rule);
            format!("the body does not fit: {cause}")
        }
        _ => format!("the body is not JSON: {cause}"),
    }
}

/// The parameters of the query.
#[derive(Debug)]
pub(crate) struct InQuery<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for InQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        let Query(query) = read.map_err(|refused| Problem::invalid(refused.body_text()))?;
        Ok(Self(query))
    }
}

/// Returns the problem for a path that is not UTF-8, the only possible error on a matched route.
fn no_text(parts: &Parts) -> Problem {
    Problem::invalid(format!(
        "the path {} is not UTF-8 when its percent signs are decoded; write each byte of the UTF-8 \
         of a name as % and two hexadecimal digits, for example %C3%A9 for \u{e9}",
        parts.uri.path()
    ))
}

/// The one variable segment of the path.
#[derive(Debug)]
pub(crate) struct InPath<T>(pub(crate) T);

impl<T: FromStr<Err = Invalid>, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(segment) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| no_text(parts))?;
        Ok(Self(segment.parse()?))
    }
}

/// The two variable segments of the path.
#[derive(Debug)]
pub(crate) struct BothInPath<A, B>(pub(crate) A, pub(crate) B);

impl<A, B, S> FromRequestParts<S> for BothInPath<A, B>
where
    A: FromStr<Err = Invalid>,
    B: FromStr<Err = Invalid>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((first, second)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| no_text(parts))?;
        Ok(Self(first.parse()?, second.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[test]
    fn a_body_that_does_not_fit_is_refused_with_its_place() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Needs {
            #[expect(dead_code, reason = "only its parsing is looked at")]
            skills: Vec<String>,
        }
        for (body, said) in [
            ("", "missing"),
            ("  ", "missing"),
            (r#"[["a"]]"#, "list"),
            (
                r#"{"skills":["a",1]}"#,
                "skills[1]: invalid type: integer `1`, expected text in quotes\"",
            ),
            (r#"{"skills":"a"}"#, "expected a list of names\""),
            ("{}", "`skills`"),
            ("7", "it is 7; send a JSON object with the field skills"),
            ("null", "it is null; send a JSON object"),
            ("7 x", "not JSON"),
            (r#"{"skills":[]} x"#, "line 1 column 15"),
            (r#"{"skills":["#, "not JSON"),
            (
                r#"{"skils":[]}"#,
                "there is no field skils; did you mean skills? fields: skills",
            ),
            (
                r#"{"skills":[],"zzz":[[1]]}"#,
                "there is no field zzz; fields",
            ),
            (r#"{"skills":[],"skills":[]}"#, "duplicate field `skills`"),
        ] {
            let refused = format!("{:?}", parse_body::<Needs>(body.as_bytes()).unwrap_err());
            assert!(refused.contains(said), "{body}: {refused}");
        }
    }
}
