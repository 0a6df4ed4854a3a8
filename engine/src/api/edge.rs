//! Where requests become values: bodies, path segments, headers, pages. Past this file nothing
//! is checked again.

use std::str::FromStr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::text::Invalid;
use shared::view::{LONGEST_PAGE, Page};
use utoipa::IntoParams;

use super::problem::Problem;

/// How many items a page has if nobody says.
const PAGE: usize = 100;

/// A JSON object as the body of a request, whatever its content type says.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|broken| Problem::invalid(broken.body_text()))?;
        parse_body(&bytes).map(Self)
    }
}

fn parse_body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => {
            return Err(Problem::invalid("the body is missing; send a JSON object"));
        }
        // A derived structure would take a list of its fields' values too.
        Some(b'[') => return Err(Problem::invalid("the body is a list; send a JSON object")),
        Some(_) => {}
    }
    Json::from_bytes(bytes)
        .map(|Json(value)| value)
        .map_err(|refused| Problem::invalid(said(&refused)))
}

/// Says what is wrong with a body and where, without the framework's own words around it.
fn said(refused: &JsonRejection) -> String {
    let cause = std::error::Error::source(refused).map(ToString::to_string);
    let cause = cause.unwrap_or_else(|| refused.body_text());
    match refused {
        JsonRejection::JsonDataError(_) => format!("the body does not fit: {cause}"),
        _ => format!("the body is not JSON: {cause}"),
    }
}

/// The one segment of the path that varies.
#[derive(Debug)]
pub(crate) struct InPath<T>(pub(crate) T);

impl<T: FromStr<Err = Invalid>, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(segment) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|refused| Problem::invalid(refused.body_text()))?;
        Ok(Self(segment.parse()?))
    }
}

/// The two segments of the path that vary.
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
            .map_err(|refused| Problem::invalid(refused.body_text()))?;
        Ok(Self(first.parse()?, second.parse()?))
    }
}

/// Which part of a list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many items at most: 1 to 500, else 100.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500)]
    limit: Option<String>,
    /// Where the page starts: `next` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    /// Reads the wanted part of a list whose cursor this parses.
    fn page<C>(&self, cursor: impl Fn(&str) -> Result<C, Invalid>) -> Result<Page<C>, Invalid> {
        let limit = match &self.limit {
            None => PAGE,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=LONGEST_PAGE).contains(limit))
                .ok_or_else(|| {
                    let shown: String = text.chars().take(40).collect();
                    let rule = format!("use a whole number from 1 to {LONGEST_PAGE}");
                    Invalid::new(format!("limit {shown:?}"), "is not a limit", rule)
                })?,
        };
        Ok(match &self.cursor {
            None => Page::first(limit),
            Some(text) => Page::after(cursor(text)?, limit),
        })
    }
}

/// The wanted part of a list, checked.
#[derive(Debug)]
pub(crate) struct Paged<C>(pub(crate) Page<C>);

impl<C: Cursor, S: Send + Sync> FromRequestParts<S> for Paged<C> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(query) = Query::<PageQuery>::from_request_parts(parts, state)
            .await
            .map_err(|refused| Problem::invalid(refused.body_text()))?;
        Ok(Self(query.page(C::read)?))
    }
}

/// What says where a page starts.
pub(crate) trait Cursor: Sized {
    /// Reads it as the page before wrote it.
    fn read(text: &str) -> Result<Self, Invalid>;
}

impl Cursor for shared::agent::AgentId {
    fn read(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl Cursor for shared::skill::Skill {
    fn read(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl Cursor for shared::contact::Rank {
    fn read(text: &str) -> Result<Self, Invalid> {
        text.parse()
            .ok()
            // Past 53 bits it would be another number in a Redis score.
            .filter(|rank| *rank < 1 << 53)
            .map(Self)
            .ok_or_else(|| {
                let shown: String = text.chars().take(40).collect();
                let rule = "use `next` of the page before";
                Invalid::new(format!("cursor {shown:?}"), "is not a rank", rule)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::contact::Rank;

    fn query(limit: Option<&str>, cursor: Option<&str>) -> PageQuery {
        PageQuery {
            limit: limit.map(str::to_owned),
            cursor: cursor.map(str::to_owned),
        }
    }

    #[test]
    fn a_page_is_bounded() {
        for (limit, expected) in [
            (None, Some(100)),
            (Some("1"), Some(1)),
            (Some("500"), Some(500)),
        ] {
            let page = query(limit, None).page(Rank::read).ok();
            assert_eq!(page.map(|page| page.limit), expected);
        }
        for bad in ["0", "501", "-1", "1.5", "", "ten", "99999999999999999999"] {
            assert!(query(Some(bad), None).page(Rank::read).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_cursor_that_no_page_gave_is_refused() {
        assert_eq!(
            query(None, Some("7")).page(Rank::read).unwrap().after,
            Some(Rank(7))
        );
        for bad in ["", "-1", "x", "9007199254740992"] {
            assert!(query(None, Some(bad)).page(Rank::read).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_body_that_does_not_fit_is_told_where() {
        #[derive(Debug, Deserialize)]
        struct Needs {
            #[expect(dead_code, reason = "only its parsing is looked at")]
            skills: Vec<String>,
        }
        for (body, said) in [
            ("", "missing"),
            ("  ", "missing"),
            (r#"[["a"]]"#, "list"),
            (r#"{"skills":["a",1]}"#, "skills[1]"),
            (r#"{"skills":"a"}"#, "skills"),
            ("{}", "`skills`"),
            ("7", "expected struct"),
            ("null", "expected struct"),
            (r#"{"skills":[]} x"#, "line 1 column 15"),
            (r#"{"skills":["#, "not JSON"),
        ] {
            let refused = format!("{:?}", parse_body::<Needs>(body.as_bytes()).unwrap_err());
            assert!(refused.contains(said), "{body}: {refused}");
        }
    }
}
