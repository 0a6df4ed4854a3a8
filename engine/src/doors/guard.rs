//! Who is let in: looks at the token, the rule and whose the subject is, before anything else is
//! done with a request.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts as _, MatchedPath, RawPathParams, Request};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::{Acd, Error};
use tokio_util::sync::CancellationToken;

use super::audit::{Line, Subject};
use super::near;
use super::rule::{Access, OPEN};
use super::{Doors, Visitor};
use crate::api::method_label;
use crate::api::problem::{Problem, is_turned_away};
use crate::server::Seat;

/// The media type of server-sent events.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// What the guard looks at.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) doors: Doors,
    /// Knows whose a contact is.
    pub(crate) acd: Arc<dyn Acd>,
}

/// Lets a request in, which is then answered by `inside`, or turns it away, and writes down what
/// has to be.
pub(crate) async fn guard<Answer: Future<Output = Response>>(
    guard: &Guard,
    request_id: &str,
    mut request: Request,
    inside: impl FnOnce(Request) -> Answer,
) -> Response {
    let seat = request.extensions().get::<Arc<Seat>>().cloned();
    let let_in = || {
        if let Some(seat) = &seat {
            seat.let_in();
        }
    };
    let Some(lock) = &guard.doors.0 else {
        if let Err(refused) = near::check(&request) {
            return refused.into_response();
        }
        let_in();
        request.extensions_mut().insert(Visitor::anybody());
        return inside(request).await;
    };
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = match &route {
        // There is nothing at such a path, and whoever asks for it is told so.
        None => return inside(request).await,
        Some(route) if OPEN.contains(&route.as_str()) => return inside(request).await,
        Some(route) => route.as_str(),
    };
    let (mut parts, body) = request.into_parts();
    let address = lock.address(&parts);
    let mut visitor = lock.visitor(&parts.headers);
    if let Some(caller) = visitor.as_mut().and_then(|visitor| visitor.caller.as_mut()) {
        caller.address = lock.usage(address);
    }
    let begin = line(&parts, (route, request_id), visitor.clone(), address);
    // Whoever only looks and is let in is not written down.
    let mut line = (!parts.method.is_safe()).then(&begin);
    let admitted = admit(guard.acd.as_ref(), visitor, &mut parts, route).await;
    let mut response = match admitted {
        Ok(visitor) => {
            let_in();
            let revoked = visitor.revoked.clone();
            parts.extensions.insert(visitor);
            let response = inside(Request::from_parts(parts, body)).await;
            match revoked {
                Some(revoked) => until_revoked(response, revoked),
                None => response,
            }
        }
        Err(problem) => problem.into_response(),
    };
    let status = response.status();
    if is_turned_away(status) {
        let line = line.get_or_insert_with(begin);
        let name = line
            .visitor
            .as_ref()
            .and_then(|visitor| visitor.name.as_ref());
        line.summed_up = !lock.refusals.count(address, name, status);
    }
    if let Some(line) = &mut line {
        line.status = Some(status);
        if let Some(Subject(subject)) = response.extensions_mut().remove() {
            line.subject = subject.into();
        }
    }
    response
}

/// Lets an answer that goes on end with the token that it was given to.
fn until_revoked(response: Response, revoked: CancellationToken) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    if kind.is_none_or(|kind| kind != EVENT_STREAM) {
        return response;
    }
    response.map(|body| {
        let stream = body.into_data_stream();
        Body::from_stream(stream.take_until(revoked.cancelled_owned()))
    })
}

/// Makes what begins the line of a request.
fn line(
    parts: &Parts,
    (route, request_id): (&str, &str),
    visitor: Option<Visitor>,
    address: Option<IpAddr>,
) -> impl Fn() -> Line + use<> {
    // The path without the word for its kind: /agent/agent:7/state is about agent:7/state.
    let path = parts.uri.path().trim_start_matches('/');
    let subject = path.split_once('/').map_or("", |(_, subject)| subject);
    let [subject, route, request_id] = [subject, route, request_id].map(str::to_owned);
    let method = method_label(&parts.method);
    move || Line {
        method,
        route: route.clone(),
        subject: subject.clone(),
        address,
        request_id: request_id.clone(),
        visitor: visitor.clone(),
        status: None,
        summed_up: false,
    }
}

/// Lets in whom the rule lets in.
async fn admit(
    acd: &dyn Acd,
    visitor: Option<Visitor>,
    parts: &mut Parts,
    route: &str,
) -> Result<Visitor, Problem> {
    let visitor = visitor.ok_or_else(Problem::unauthorized)?;
    // The router answers HEAD as it would GET.
    let method = match parts.method {
        Method::HEAD => "GET",
        _ => method_label(&parts.method),
    };
    let role = visitor.role.word();
    let only = match visitor.role.access(method, route) {
        Access::Yes => return Ok(visitor),
        Access::Own if is_own(acd, &visitor, parts, route).await? => return Ok(visitor),
        Access::Own => ", but for its own",
        Access::No => "",
    };
    let detail = format!("a token of role {role} may not {method} {route}{only}");
    Err(Problem::forbidden(detail))
}

/// Tells whether what the path names is the visitor's own.
async fn is_own(
    acd: &dyn Acd,
    visitor: &Visitor,
    parts: &mut Parts,
    route: &str,
) -> Result<bool, Problem> {
    // The stream itself leaves out what is not.
    if route == "/events" {
        return Ok(true);
    }
    let Some(me) = visitor.role.agent() else {
        return Ok(false);
    };
    let Ok(named) = RawPathParams::from_request_parts(parts, &()).await else {
        return Ok(false);
    };
    let Some((_, key)) = named.iter().find(|(name, _)| *name == "key") else {
        return Ok(false);
    };
    if route.starts_with("/agent/") {
        return Ok(key.parse::<AgentId>().is_ok_and(|agent| agent == *me));
    }
    let Ok(contact) = key.parse::<ContactId>() else {
        return Ok(false);
    };
    match acd.contact(contact).await {
        // Also the one that he was on last: completing it can be repeated.
        Ok(contact) => Ok(contact.state.agent() == Some(me)),
        // Whether there is another's is not for him to know.
        Err(Error::UnknownContact(_)) => Ok(false),
        Err(away) => Err(away.into()),
    }
}
