//! Authentication and authorization: checks the token, the role table and the owner of the subject,
//! before a request is processed.

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
use shared::contact_type::TypeName;
use shared::skill::Skill;
use shared::{Error, Store};

use super::audit_log::AuditLine;
use super::audited_change::AuditedChange;
use super::caller::TokenState;
use super::local;
use super::roles::{OPEN, Permission};
use super::token_table::TokenTable;
use super::{Authorization, Caller};
use crate::connection_state::ConnectionState;
use crate::method::{method_label, routed_method};
use crate::problem::{Problem, is_turned_away};

/// The media type of server-sent events.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// What the checks need.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) authorization: Authorization,
    /// Knows the owner of a contact, and when an agent's id was last deleted.
    pub(crate) store: Arc<dyn Store>,
}

/// Has an authorized request answered by `inside`, refuses any other, and writes the audit line.
pub(crate) async fn guard<Answer: Future<Output = Response>>(
    guard: &Guard,
    request_id: &str,
    mut request: Request,
    inside: impl FnOnce(Request) -> Answer,
) -> Response {
    let connection = request.extensions().get::<Arc<ConnectionState>>().cloned();
    let record_admission = || {
        if let Some(connection) = &connection {
            connection.record_admission();
        }
    };
    let Some(tokens) = &guard.authorization.0 else {
        if let Err(refused) = local::check(&request) {
            return refused.into_response();
        }
        record_admission();
        request.extensions_mut().insert(Caller::anybody());
        return inside(request).await;
    };
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = match &route {
        // There is no such path; the router answers that.
        None => return inside(request).await,
        Some(route) if OPEN.contains(&route.as_str()) => return inside(request).await,
        Some(route) => route.as_str(),
    };
    let (mut parts, body) = request.into_parts();
    let address = tokens.address(&parts);
    let mut caller = tokens.caller(&parts.headers);
    if let Some(caller) = &mut caller {
        caller.counts_under(tokens.usage(address));
    }
    let subject = subject(&mut parts, route).await;
    let about = (route, request_id, subject);
    let begin = begin_line(tokens, &parts, about, caller.clone(), address);
    // Authorized reads are not audited.
    let mut line = (!parts.method.is_safe()).then(&begin);
    let admitted = admit(guard.store.as_ref(), caller, &mut parts, route).await;
    let mut response = match admitted {
        Ok(caller) => {
            record_admission();
            let token = caller.token().cloned();
            parts.extensions.insert(caller);
            if let Some(intended) = line.as_mut().and_then(AuditLine::intended) {
                parts.extensions.insert(intended);
            }
            let response = inside(Request::from_parts(parts, body)).await;
            match token {
                Some(token) => until_revoked(response, token),
                None => response,
            }
        }
        Err(problem) => problem.into_response(),
    };
    let status = response.status();
    let unwritten = Problem::is_not_audited(&response);
    if is_turned_away(status) || unwritten {
        let line = line.get_or_insert_with(begin);
        let name = line.caller.as_ref().and_then(Caller::name);
        line.summed_up = !tokens.refusals.count(address, name, status);
    }
    if let Some(line) = &mut line {
        line.status = Some(status);
        line.unwritten = unwritten;
        line.audited = response.extensions_mut().remove::<AuditedChange>();
        if let Some(subject) = line.audited.as_ref().and_then(AuditedChange::subject) {
            line.subject = subject.into();
        }
    }
    response
}

/// Ends a streamed answer when its token is revoked. The stream holds the token, which also shows
/// that there is a stream to end.
fn until_revoked(response: Response, token: Arc<TokenState>) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    if kind.is_none_or(|kind| kind != EVENT_STREAM) {
        return response;
    }
    response.map(|body| {
        let stream = body.into_data_stream();
        let revoked = async move { token.revoked.cancelled().await };
        Body::from_stream(stream.take_until(Box::pin(revoked)))
    })
}

/// Returns a function that begins the audit line of a request.
fn begin_line(
    tokens: &TokenTable,
    parts: &Parts,
    (route, request_id, subject): (&str, &str, String),
    caller: Option<Caller>,
    address: Option<IpAddr>,
) -> impl Fn() -> AuditLine + use<> {
    let [route, request_id] = [route, request_id].map(str::to_owned);
    let (method, trail) = (method_label(&parts.method), tokens.trail.get().cloned());
    move || AuditLine {
        method,
        route: route.clone(),
        subject: subject.clone(),
        address,
        request_id: request_id.clone(),
        caller: caller.clone(),
        status: None,
        audited: None,
        summed_up: false,
        unwritten: false,
        trail: trail.clone(),
        change: None,
    }
}

/// Returns the subject of a path, without the word for its kind: the subject of
/// /agent/agent:7/state is agent:7/state. Names are decoded to their one form, so that one search
/// finds everything about them. A value that is not a valid name stays as it was sent.
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

/// Returns the canonical form of a name in a path.
fn canonical(kind: &str, name: &str, value: &str) -> Option<String> {
    match name {
        "skill" => Some(value.parse::<Skill>().ok()?.to_string()),
        "name" => Some(value.parse::<TypeName>().ok()?.to_string()),
        "key" if kind.starts_with("agent/") => Some(value.parse::<AgentId>().ok()?.to_string()),
        "key" if kind.starts_with("contact/") => Some(value.parse::<ContactId>().ok()?.to_string()),
        _ => None,
    }
}

/// Applies the role table.
async fn admit(
    store: &dyn Store,
    caller: Option<Caller>,
    parts: &mut Parts,
    route: &str,
) -> Result<Caller, Problem> {
    let mut caller = caller.ok_or_else(Problem::unauthorized)?;
    check_expiry(&caller)?;
    check_agent(store, &mut caller).await?;
    let method = routed_method(&parts.method);
    let role = caller.role().word();
    let only = match caller.role().access(method, route) {
        Permission::Yes => return Ok(caller),
        Permission::Own if is_own(store, &caller, parts, route).await? => return Ok(caller),
        Permission::Own => ", except for its own",
        Permission::No => "",
    };
    let detail = format!(
        "a token of role {role} may not {method} {route}{only}: use a token whose role permits it"
    );
    Err(Problem::forbidden(detail))
}

/// Checks the permission again once the body has arrived: that may have taken seconds, and the
/// token may have expired or been revoked meanwhile.
pub(crate) async fn check_again(guard: &Guard, parts: &Parts) -> Result<(), Problem> {
    let caller = parts.extensions.get::<Caller>();
    let Some(caller) = caller.filter(|_| !parts.method.is_safe()) else {
        return Ok(());
    };
    check_expiry(caller)?;
    check_agent(guard.store.as_ref(), &mut caller.clone()).await?;
    match caller.token() {
        Some(token) if token.revoked.is_cancelled() => Err(Problem::unauthorized()),
        _ => Ok(()),
    }
}

/// Refuses an expired token.
fn check_expiry(caller: &Caller) -> Result<(), Problem> {
    match caller.token() {
        Some(token) if token.record.is_over(Timestamp::now()) => Err(Problem::token_expired()),
        _ => Ok(()),
    }
}

/// Refuses the token of a deleted agent: the present agent with that id is another person.
async fn check_agent(store: &dyn Store, caller: &mut Caller) -> Result<(), Problem> {
    let (Some(token), Some(agent)) = (caller.token(), caller.role().agent()) else {
        return Ok(());
    };
    let deletions = store.last_deletions(std::slice::from_ref(agent)).await?;
    let last = deletions.into_iter().next().flatten();
    if token.record.is_older_than(last) {
        return Err(deleted_since(agent));
    }
    caller.set_last_deletion(last);
    Ok(())
}

fn deleted_since(agent: &AgentId) -> Problem {
    Problem::forbidden(format!(
        "this token is for an agent {agent} who has been deleted since: an agent who has that id now \
         needs a new token from `switchboard-engine token create`"
    ))
}

/// Returns whether what the path names belongs to the caller.
async fn is_own(
    acd: &dyn Store,
    caller: &Caller,
    parts: &mut Parts,
    route: &str,
) -> Result<bool, Problem> {
    use crate::route::{CONTACT_ACCEPT, CONTACT_REJECT, EVENTS};
    // The stream itself filters the events. The body of an answer to an offer names its agent, and
    // the handler compares it.
    if [EVENTS, CONTACT_ACCEPT, CONTACT_REJECT].contains(&route) {
        return Ok(true);
    }
    let Ok(named) = RawPathParams::from_request_parts(parts, &()).await else {
        return Ok(false);
    };
    let Some((_, key)) = named.iter().find(|(name, _)| *name == "key") else {
        return Ok(false);
    };
    let me = caller.role().agent();
    if route.starts_with("/agent/") {
        return Ok(key.parse::<AgentId>().is_ok_and(|agent| Some(&agent) == me));
    }
    let Ok(id) = key.parse::<ContactId>() else {
        // For an integrator, the handler reports what is wrong with the key.
        return Ok(me.is_none());
    };
    let own = match acd.contact(id).await {
        Ok(contact) => caller.owns(&contact),
        Err(Error::UnknownContact(_)) => false,
        Err(unavailable) => return Err(unavailable.into()),
    };
    // Integrators must not learn of contacts of others: the answer is as if there were none.
    match me {
        None if !own => Err(Error::UnknownContact(id).into()),
        _ => Ok(own),
    }
}
