//! Who is let in: looks at the token, the rule and whose the subject is, before anything else is
//! done with a request.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts as _, MatchedPath, RawPathParams, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use jiff::Timestamp;
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::skill::Skill;
use shared::{Error, Store};

use super::audit::Line;
use super::deed::Deed;
use super::lock::Lock;
use super::near;
use super::rule::{Access, OPEN};
use super::visitor::Known;
use super::{Doors, Visitor};
use crate::method::{method_label, routed_method};
use crate::problem::{Problem, is_turned_away};
use crate::seat::Seat;

/// The media type of server-sent events.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// What the guard looks at.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) doors: Doors,
    /// Knows whose a contact is, and since when an agent is the one of that id.
    pub(crate) store: Arc<dyn Store>,
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
    if let Some(visitor) = &mut visitor {
        visitor.comes_from(lock.usage(address));
    }
    let subject = subject(&mut parts, route).await;
    let about = (route, request_id, subject);
    let begin = line(lock, &parts, about, visitor.clone(), address);
    // Whoever only looks and is let in is not written down.
    let mut line = (!parts.method.is_safe()).then(&begin);
    let admitted = admit(guard.store.as_ref(), visitor, &mut parts, route).await;
    let mut response = match admitted {
        Ok(visitor) => {
            let_in();
            let known = visitor.known().cloned();
            parts.extensions.insert(visitor);
            if let Some(intended) = line.as_mut().and_then(Line::intended) {
                parts.extensions.insert(intended);
            }
            let response = inside(Request::from_parts(parts, body)).await;
            match known {
                Some(known) => until_revoked(response, known),
                None => response,
            }
        }
        Err(problem) => problem.into_response(),
    };
    let status = response.status();
    let unwritten = Problem::is_not_audited(&response);
    if is_turned_away(status) || unwritten {
        let line = line.get_or_insert_with(begin);
        let name = line.visitor.as_ref().and_then(Visitor::name);
        line.summed_up = !lock.refusals.count(address, name, status);
    }
    if let Some(line) = &mut line {
        line.status = Some(status);
        line.unwritten = unwritten;
        line.deed = response.extensions_mut().remove::<Deed>();
        if let Some(subject) = line.deed.as_ref().and_then(Deed::subject) {
            line.subject = subject.into();
        }
    }
    response
}

/// Lets an answer that goes on end with the token that it was given to. For as long as it goes on
/// it holds the token, by which it is known that there is something to end.
fn until_revoked(response: Response, known: Arc<Known>) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    if kind.is_none_or(|kind| kind != EVENT_STREAM) {
        return response;
    }
    response.map(|body| {
        let stream = body.into_data_stream();
        let revoked = async move { known.revoked.cancelled().await };
        Body::from_stream(stream.take_until(Box::pin(revoked)))
    })
}

/// Makes what begins the line of a request.
fn line(
    lock: &Lock,
    parts: &Parts,
    (route, request_id, subject): (&str, &str, String),
    visitor: Option<Visitor>,
    address: Option<IpAddr>,
) -> impl Fn() -> Line + use<> {
    let [route, request_id] = [route, request_id].map(str::to_owned);
    let (method, trail) = (method_label(&parts.method), lock.trail.get().cloned());
    move || Line {
        method,
        route: route.clone(),
        subject: subject.clone(),
        address,
        request_id: request_id.clone(),
        visitor: visitor.clone(),
        status: None,
        deed: None,
        summed_up: false,
        unwritten: false,
        trail: trail.clone(),
        change: None,
    }
}

/// Gives what a path is about, without the word for its kind: /agent/agent:7/state is about
/// agent:7/state. A name stands there as it is, however the path wrote it, so that one search finds
/// all that is about it. What is the name of nothing stays as it came, in the path's own signs.
async fn subject(parts: &mut Parts, route: &str) -> String {
    let path = parts.uri.path().trim_start_matches('/');
    let path = path.split_once('/').map_or("", |(_, subject)| subject);
    let path = path.to_owned();
    let Ok(named) = RawPathParams::from_request_parts(parts, &()).await else {
        return path;
    };
    let kind = route.trim_start_matches('/');
    let mut subject = kind.split_once('/').map_or("", |(_, rest)| rest).to_owned();
    for (name, value) in &named {
        let Some(canonical) = canonical(kind, name, value) else {
            return path;
        };
        subject = subject.replace(&format!("{{{name}}}"), &canonical);
    }
    subject
}

/// Gives the one form of a name that a path holds.
fn canonical(kind: &str, name: &str, value: &str) -> Option<String> {
    match name {
        "skill" => Some(value.parse::<Skill>().ok()?.to_string()),
        "key" if kind.starts_with("agent/") => Some(value.parse::<AgentId>().ok()?.to_string()),
        "key" if kind.starts_with("contact/") => Some(value.parse::<ContactId>().ok()?.to_string()),
        _ => None,
    }
}

/// Lets in whom the rule lets in.
async fn admit(
    store: &dyn Store,
    visitor: Option<Visitor>,
    parts: &mut Parts,
    route: &str,
) -> Result<Visitor, Problem> {
    let mut visitor = visitor.ok_or_else(Problem::unauthorized)?;
    check_expiry(&visitor)?;
    check_agent(store, &mut visitor).await?;
    let method = routed_method(&parts.method);
    let role = visitor.role().word();
    let only = match visitor.role().access(method, route) {
        Access::Yes => return Ok(visitor),
        Access::Own if is_own(store, &visitor, parts, route).await? => return Ok(visitor),
        Access::Own => ", but for its own",
        Access::No => "",
    };
    let detail = format!("a token of role {role} may not {method} {route}{only}");
    Err(Problem::forbidden(detail))
}

/// Looks once more whether somebody may do what they were let in for, once their body is there:
/// it may have taken seconds to come, and their token may have ceased to open meanwhile.
pub(crate) async fn still(guard: &Guard, parts: &Parts) -> Result<(), Problem> {
    let visitor = parts.extensions.get::<Visitor>();
    let Some(visitor) = visitor.filter(|_| !parts.method.is_safe()) else {
        return Ok(());
    };
    check_expiry(visitor)?;
    check_agent(guard.store.as_ref(), &mut visitor.clone()).await?;
    match visitor.known() {
        Some(known) if known.revoked.is_cancelled() => Err(Problem::unauthorized()),
        _ => Ok(()),
    }
}

/// Refuses a token that has expired.
fn check_expiry(visitor: &Visitor) -> Result<(), Problem> {
    match visitor.known() {
        Some(known) if known.token.is_over(Timestamp::now()) => Err(Problem::token_expired()),
        _ => Ok(()),
    }
}

/// Refuses the token of an agent who was deleted: whoever has that id now is somebody else.
async fn check_agent(store: &dyn Store, visitor: &mut Visitor) -> Result<(), Problem> {
    let (Some(known), Some(agent)) = (visitor.known(), visitor.role().agent()) else {
        return Ok(());
    };
    let deletions = store.last_deletions(std::slice::from_ref(agent)).await?;
    let last = deletions.into_iter().next().flatten();
    if known.token.is_older_than(last) {
        return Err(deleted_since(agent));
    }
    visitor.came_after(last);
    Ok(())
}

fn deleted_since(agent: &AgentId) -> Problem {
    Problem::forbidden(format!(
        "this token was made for an agent {agent} who has been deleted since: whoever has that id \
         now needs a new token, which `switchboard-engine token create` makes"
    ))
}

/// Tells whether what the path names is the visitor's own.
async fn is_own(
    acd: &dyn Store,
    visitor: &Visitor,
    parts: &mut Parts,
    route: &str,
) -> Result<bool, Problem> {
    // The stream itself leaves out what is not.
    if route == "/events" {
        return Ok(true);
    }
    let Ok(named) = RawPathParams::from_request_parts(parts, &()).await else {
        return Ok(false);
    };
    let Some((_, key)) = named.iter().find(|(name, _)| *name == "key") else {
        return Ok(false);
    };
    let me = visitor.role().agent();
    if route.starts_with("/agent/") {
        return Ok(key.parse::<AgentId>().is_ok_and(|agent| Some(&agent) == me));
    }
    let Ok(id) = key.parse::<ContactId>() else {
        // An integrator is told what is wrong with the key, by who reads it.
        return Ok(me.is_none());
    };
    let own = match acd.contact(id).await {
        Ok(contact) => visitor.owns(&contact),
        Err(Error::UnknownContact(_)) => false,
        Err(away) => return Err(away.into()),
    };
    // Whether there is another's is not for them to know: it is as if there were none.
    match me {
        None if !own => Err(Error::UnknownContact(id).into()),
        _ => Ok(own),
    }
}
