//! Preconditions: what the caller saw of a contact or agent before changing it, from the query and
//! from the tags of `If-Match`. The store makes the change only if it still holds.

use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, HeaderName, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use shared::agent::AgentId;
use shared::seen::{AgentSeen, ContactSeen, Seen, Version};
use shared::text::Invalid;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::extract::InQuery;
use crate::authorization::Caller;
use crate::messages::seen::{AgentQuery, ContactQuery};
use crate::problem::Problem;

/// The precondition on a contact, from the query and from `If-Match`. An agent's token ends only
/// contacts that are with that agent when the change is made, whatever held at authorization.
#[derive(Debug)]
pub(in crate::api) struct SawContact(pub(in crate::api) ContactSeen);

impl<S: Send + Sync> FromRequestParts<S> for SawContact {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let InQuery(query) = InQuery::<ContactQuery>::from_request_parts(parts, state).await?;
        let seen = of_caller(parts, query.seen()?)?;
        Ok(Self(in_version(seen, &parts.headers)?))
    }
}

/// For an agent's token: adds that the contact must be with that agent.
fn of_caller(parts: &Parts, seen: ContactSeen) -> Result<ContactSeen, Problem> {
    let caller = parts.extensions.get::<Caller>();
    let Some(me) = caller.and_then(Caller::agent) else {
        return Ok(seen);
    };
    match seen.seen_standing() {
        Some(standing) if standing.as_ref() != Some(me) => Err(Problem::forbidden(format!(
            "a token of agent {me} may change only what is with {me}"
        ))),
        _ => Ok(ContactSeen::with(me.clone())),
    }
}

/// Adds that the contact must be with an agent whom the body names.
pub(in crate::api) fn with_agent(
    seen: ContactSeen,
    agent: AgentId,
) -> Result<ContactSeen, Problem> {
    match seen.seen_standing() {
        // It was seen in the query, or is what the agent's token permits.
        Some(Some(other)) if *other != agent => Err(Problem::forbidden(format!(
            "the body names agent {agent}, but only what is with {other} may be changed by this \
             request"
        ))),
        Some(None) => Err(Problem::invalid(
            "the body names an agent, and the query says that the contact waits: use one of them",
        )),
        Some(Some(_)) => Ok(seen),
        None => {
            let versions = seen.seen_versions().map(<[Version]>::to_vec);
            Ok(IfMatch(versions).and(ContactSeen::with(agent)))
        }
    }
}

/// The precondition on an agent, from the query and from `If-Match`.
#[derive(Debug)]
pub(in crate::api) struct SawAgent(pub(in crate::api) AgentSeen);

impl<S: Send + Sync> FromRequestParts<S> for SawAgent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let InQuery(query) = InQuery::<AgentQuery>::from_request_parts(parts, state).await?;
        Ok(Self(in_version(query.seen()?, &parts.headers)?))
    }
}

/// The versions in `If-Match`, for routes where the rest of the precondition is in the body.
#[derive(Debug)]
pub(in crate::api) struct IfMatch(Option<Vec<Version>>);

impl IfMatch {
    /// Adds that it must have one of these versions.
    pub(in crate::api) fn and<Standing>(self, seen: Seen<Standing>) -> Seen<Standing> {
        match self.0 {
            Some(versions) => seen.in_version(versions),
            None => seen,
        }
    }
}

impl IntoParams for IfMatch {
    fn into_params(_anywhere: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .description(Some(
                "One or more `ETag`s from GET; the change is made if one of them is current",
            ))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
        vec![header.build()]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Ok(Self(if_match(&parts.headers)?))
    }
}

fn in_version<Standing>(
    seen: Seen<Standing>,
    headers: &HeaderMap,
) -> Result<Seen<Standing>, Invalid> {
    Ok(IfMatch(if_match(headers)?).and(seen))
}

/// Parses the tags of `If-Match` (RFC 9110, 13.1.1). `None` allows any version, as does `*`,
/// because the thing to change must exist anyway. A weak tag never matches.
fn if_match(headers: &HeaderMap) -> Result<Option<Vec<Version>>, Invalid> {
    let mut given = headers.get_all(IF_MATCH).iter().peekable();
    if given.peek().is_none() {
        return Ok(None);
    }
    let (mut versions, mut any, mut so_many) = (vec![], false, 0);
    for value in given {
        let mut rest = value.as_bytes();
        while let Some(tag) = next_tag(&mut rest)? {
            so_many += 1;
            match tag {
                Tag::Any => any = true,
                Tag::Strong(text) => versions.push(Version::named(text)),
                Tag::Weak => {}
            }
        }
    }
    match (any, so_many) {
        (true, 1) => Ok(None),
        (true, _) | (false, 0) => Err(no_tag()),
        (false, _) => Ok(Some(versions)),
    }
}

enum Tag {
    Any,
    Strong(String),
    Weak,
}

/// Takes the next tag off a list of them.
fn next_tag(rest: &mut &[u8]) -> Result<Option<Tag>, Invalid> {
    // A list may have empty elements.
    while let [b' ' | b'\t' | b',', behind @ ..] = rest {
        *rest = behind;
    }
    let (weak, opened) = match rest {
        [] => return Ok(None),
        [b'*', behind @ ..] => {
            *rest = behind_tag(behind)?;
            return Ok(Some(Tag::Any));
        }
        [b'W', b'/', b'"', behind @ ..] => (true, behind),
        [b'"', behind @ ..] => (false, behind),
        _ => return Err(no_tag()),
    };
    let end = opened
        .iter()
        .position(|byte| *byte == b'"')
        .ok_or_else(no_tag)?;
    let (text, behind) = opened.split_at(end);
    // The grammar allows no space or control character.
    if text.iter().any(|byte| matches!(byte, 0..=b' ' | 0x7f)) {
        return Err(no_tag());
    }
    *rest = behind_tag(&behind[1..])?;
    Ok(Some(if weak {
        Tag::Weak
    } else {
        Tag::Strong(String::from_utf8_lossy(text).into_owned())
    }))
}

/// Checks that nothing but a separator follows a tag.
fn behind_tag(behind: &[u8]) -> Result<&[u8], Invalid> {
    match behind {
        [] | [b' ' | b'\t' | b',', ..] => Ok(behind),
        _ => Err(no_tag()),
    }
}

fn no_tag() -> Invalid {
    Invalid::new(
        "If-Match",
        "is not an entity tag",
        "use the ETag from GET, with its quotes; several separated by commas; or only *",
    )
}

/// Returns the header `ETag` for a version.
pub(in crate::api) fn etag(version: &Version) -> [(HeaderName, HeaderValue); 1] {
    let quoted = format!("\"{version}\"");
    // Only letters and digits, so it is always a valid header value.
    let value = HeaderValue::from_str(&quoted).unwrap_or(HeaderValue::from_static("\"\""));
    [(ETAG, value)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_is_a_list_of_tags_or_a_star() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(IF_MATCH, HeaderValue::from_str(value).unwrap());
            }
            if_match(&headers)
        };
        let versions = |texts: &[&str]| {
            Ok(Some(
                texts.iter().map(|text| Version::named(*text)).collect(),
            ))
        };
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["*"]), Ok(None));
        assert_eq!(read(&[r#""a""#]), versions(&["a"]));
        assert_eq!(read(&[r#""a", "b,c" ,"d""#]), versions(&["a", "b,c", "d"]));
        assert_eq!(read(&[r#""a""#, r#""b""#]), versions(&["a", "b"]));
        assert_eq!(read(&[r#""""#]), versions(&[""]));
        assert_eq!(read(&[r#"W/"a""#]), versions(&[]));
        assert_eq!(read(&[r#"W/"a", "b""#]), versions(&["b"]));
        for wrong in [
            "",
            " ",
            ",",
            "a",
            r#""a"#,
            r#"a""#,
            r#""a""b""#,
            r#"w/"a""#,
            r#""a b""#,
            r#"*, "a""#,
            r#""a", *"#,
            "**",
            r#""a" b"#,
            "W/a",
        ] {
            assert!(read(&[wrong]).is_err(), "{wrong:?}");
        }
        assert!(read(&["*", "*"]).is_err());
    }
}
