//! The steps that every request passes, from the outside in: it gets an id, a span and a count in
//! the metrics; it is authenticated and authorized (`authorization`); its body is received; it is refused
//! if it has parts that the route does not accept (`request::form`), or over a limit; a panic becomes an
//! answer; and it has a timeout.

use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use futures::FutureExt;
use tokio::time::{Instant, Sleep, sleep};
use tower::layer::layer_fn;
use tower::{Service, service_fn};
use tracing::Instrument;
use uuid::Uuid;

mod body;

use crate::api::request::form::AcceptedInputs;
use crate::audit::{self, Intended};
use crate::authorization::{Caller, EVENT_STREAM, Guard, check_again, guard, roles};
use crate::method::{method_label, routed_method};
use crate::metrics::{self, OverLimit, Requests};
use crate::problem::{Kind, PROBLEM_JSON, Problem};
use crate::quota::{CallerSlot, Capacity, Most, Thing};
use crate::route;
use body::{BODIES, read};

/// How long a body may take to arrive, and then the answer to start.
const LIMIT: Duration = Duration::from_secs(10);
/// Routes that are answered under any load.
const EXEMPT: [&str; 3] = [route::HEALTHZ, route::READYZ, route::METRICS];
/// The longest request id that is accepted from a client.
const LONGEST_REQUEST_ID: usize = 128;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header that tells nginx whether to buffer an answer.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The state shared by the layers.
struct Layers {
    guard_state: Guard,
    forms: AcceptedInputs,
    /// The limits on requests per caller.
    most: Most,
    /// A slot for each request that may be processed at once.
    capacity: Capacity,
    /// Memory for the bodies being received.
    bodies: Capacity,
    requests: Requests,
}

/// Wraps the routes in the layers. `most` limits the requests processed at once.
///
/// To axum they are one layer, in which each step calls the next. As separate layers they would be
/// nested boxes, each copied with its contents at every request: six of them took a quarter of the
/// engine's time. For the same reason this uses a plain function and a route that is copied once,
/// and not axum's middleware from a function.
pub(in crate::api) fn wrap(
    routes: Router,
    forms: AcceptedInputs,
    guard_state: Guard,
    most: Most,
) -> Router {
    let layers = Arc::new(Layers {
        guard_state,
        forms,
        most,
        capacity: Capacity::new(most.all),
        bodies: Capacity::new(BODIES),
        requests: Requests::default(),
    });
    routes.layer(layer_fn(move |route: Route| {
        let (layers, route) = (Arc::clone(&layers), Arc::new(route));
        service_fn(move |request| observe(Arc::clone(&layers), Arc::clone(&route), request))
    }))
}

/// Gives the request its id and its span, and records its result.
async fn observe(
    layers: Arc<Layers>,
    next: Arc<Route>,
    request: Request,
) -> Result<Response, Infallible> {
    let began = Instant::now();
    let id = request_id(request.headers());
    let method = method_label(request.method());
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    // At debug level: logging each request takes 8 % of the engine's time.
    let span = tracing::debug_span!("request", request.id = %id, method, route);

    let response = async {
        // Authentication comes before the body, so that unknown callers cost nothing.
        let admitted = |request| take(&layers, request, &next);
        let mut response = guard(&layers.guard_state, &id, request, admitted).await;
        let problem = add_request_id(&mut response, &id, &path);
        if let Some(fault) = problem.as_ref().and_then(Problem::fault) {
            tracing::error!(request.id = %id, method, route, "{fault}");
        }
        let status = response.status().as_u16();
        let took = began.elapsed();
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(status, duration_ms, "answered {method} {route}");
        layers.requests.count(method, route, status, took);
        response
    }
    .instrument(span);
    Ok(response.await)
}

/// Puts the request's id on the response, and into the problem if it is one. Words errors that did
/// not come from our handlers. Returns the problem.
fn add_request_id(response: &mut Response, id: &str, path: &str) -> Option<Problem> {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let worded = kind.is_some_and(|kind| kind == PROBLEM_JSON);
    if kind.is_some_and(|kind| kind == EVENT_STREAM) {
        pass_at_once(response.headers_mut());
    }
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| {
        let error = status.is_client_error() || status.is_server_error();
        (error && !worded).then(|| Problem::bare(status, path))
    });
    if let Some(problem) = &problem {
        problem.write(response, Some(id));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    problem
}

/// Tells intermediaries not to buffer or compress a stream.
fn pass_at_once(headers: &mut HeaderMap) {
    let plain = HeaderValue::from_static("no-cache, no-transform");
    headers.insert(CACHE_CONTROL, plain);
    headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
}

/// Returns the id that the request carries, or creates one.
fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(X_REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| (1..=LONGEST_REQUEST_ID).contains(&id.len()))
        .filter(|id| id.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
        .map_or_else(new_request_id, str::to_owned)
}

fn new_request_id() -> String {
    let id = Uuid::now_v7().hyphenated();
    id.encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// Processes an admitted request, if its caller is within its limits and there is capacity.
async fn take(layers: &Layers, request: Request, next: &Route) -> Response {
    if is_known(&request) {
        return receive_body(layers, request, next).await;
    }
    let _taken = match take_slot(layers, request.extensions(), Thing::Request) {
        Ok(taken) => taken,
        Err(refused) => return refused.into_response(),
    };
    // A "not found" needs no body. hyper drains the rest of a body if it has arrived already, and
    // closes the connection otherwise.
    let limit = pin!(sleep(LIMIT));
    answer(request.map(|_unread| Body::empty()), next, limit).await
}

/// Counts one more for the caller of a request, if its limits allow.
fn take_slot(
    layers: &Layers,
    of: &Extensions,
    thing: Thing,
) -> Result<Option<CallerSlot>, Problem> {
    let Some(caller) = of.get::<Caller>() else {
        return Ok(None);
    };
    let mut most = layers.most;
    if thing == Thing::Body && caller.runs_the_floor() {
        // Slow senders at their address must not lock them out. Memory is reserved for their
        // bodies.
        most.address = usize::MAX;
    }
    caller.take(thing, most).map_err(|whose| {
        metrics::refused(OverLimit::RequestOf(whose));
        Problem::too_many_requests_of(whose)
    })
}

/// Returns whether the path and the method of a request exist.
fn is_known(request: &Request) -> bool {
    let method = routed_method(request.method());
    let route = request.extensions().get::<MatchedPath>();
    route.is_some_and(|route| roles::is_known(method, route.as_str()))
}

/// Reads the whole body before the request is processed.
async fn receive_body(layers: &Layers, request: Request, next: &Route) -> Response {
    let (parts, body) = request.into_parts();
    let caller = parts.extensions.get::<Caller>();
    let runs_the_floor = caller.is_some_and(Caller::runs_the_floor);
    let checked = layers.forms.check_query(&parts);
    if let Err(refused) = checked.and_then(|()| layers.forms.check_precondition(&parts)) {
        return refused.into_response();
    }
    let arrives = !body.is_end_stream();
    let arriving = arrives.then(|| take_slot(layers, &parts.extensions, Thing::Body));
    let arriving = match arriving.transpose() {
        Ok(arriving) => arriving,
        Err(refused) => return refused.into_response(),
    };
    // One timer for both waits: resetting it costs almost nothing, a second one as much again.
    let mut limit = pin!(sleep(LIMIT));
    let reading = read(&layers.bodies, &parts.headers, body, runs_the_floor);
    let read = within(limit.as_mut(), pin!(reading)).await;
    match read {
        // A request takes its slot only once the body has arrived.
        Some(Ok(bytes)) => {
            drop(arriving);
            let _taken = match take_slot(layers, &parts.extensions, Thing::Request) {
                Ok(taken) => taken,
                Err(refused) => return refused.into_response(),
            };
            if let Err(refused) = layers.forms.check_body(&parts, &bytes) {
                return refused.into_response();
            }
            limit.as_mut().reset(Instant::now() + LIMIT);
            // A request without a body was authorized a moment ago.
            let looked = if arrives {
                within(
                    limit.as_mut(),
                    pin!(check_again(&layers.guard_state, &parts)),
                )
                .await
            } else {
                Some(Ok(()))
            };
            match looked {
                Some(Ok(())) => {}
                Some(Err(refused)) => return refused.into_response(),
                None => return Problem::timed_out(LIMIT.as_secs()).into_response(),
            }
            let request = Request::from_parts(parts, bytes.into());
            limit_requests(&layers.capacity, request, next, limit, runs_the_floor).await
        }
        Some(Err(refused)) => refused,
        None => Problem::body_too_slow(LIMIT.as_secs()).into_response(),
    }
}

/// Returns the output of a future, or `None` after the time limit. Both are pinned in place: a
/// future passed by value is copied each time.
async fn within<T>(
    limit: Pin<&mut Sleep>,
    something: Pin<&mut impl Future<Output = T>>,
) -> Option<T> {
    tokio::select! {
        biased;
        done = something => Some(done),
        () = limit => None,
    }
}

/// Refuses a request at once if there is no capacity: a queue would help nobody, as more requests
/// keep coming. Load balancers and monitoring are always answered.
async fn limit_requests(
    capacity: &Capacity,
    request: Request,
    next: &Route,
    limit: Pin<&mut Sleep>,
    runs_the_floor: bool,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let intended = request.extensions().get::<Intended>().cloned();
    let exempt = route.is_some_and(|route| EXEMPT.contains(&route.as_str()));
    if exempt {
        return answer(request, next, limit).await;
    }
    let Some(_held) = capacity.take(1, runs_the_floor) else {
        metrics::refused(OverLimit::Request);
        return Problem::overloaded().into_response();
    };
    // The last check: from here on the change is carried out.
    if let Some(Intended(change, content)) = intended
        && change.intend(content).await.is_err()
    {
        audit::change_refused();
        return Problem::audit_unavailable().into_response();
    }
    answer(request, next, limit).await
}

/// Calls the handler. Ends a request whose answer does not start in time, or whose handler panics.
/// Streams start at once and continue.
async fn answer(request: Request, next: &Route, limit: Pin<&mut Sleep>) -> Response {
    let mut next = next.clone();
    let called = async { next.call(request).await };
    // Nothing of a request is used again after a panic.
    let called = pin!(AssertUnwindSafe(called).catch_unwind());
    match within(limit, called).await {
        Some(Ok(Ok(response))) => response,
        Some(Err(panic)) => fault(panic.as_ref()),
        None => Problem::timed_out(LIMIT.as_secs()).into_response(),
    }
}

/// Returns the answer for a handler that panicked.
fn fault(panic: &(dyn Any + Send)) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a word");
    Problem::internal(
        Kind::Panic,
        format!("a request made the engine panic: {said}"),
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::Authorization;
    use crate::limits::Limits;
    use axum::routing::{get, post};
    use shared::embedded::EmbeddedAcd;
    use shared::time::SystemClock;
    use std::sync::Arc;
    use tower::ServiceExt;

    async fn answer(routes: Router, request: Request) -> (u16, HeaderMap, serde_json::Value) {
        let acd = EmbeddedAcd::new("acd".parse().unwrap(), Arc::new(SystemClock));
        let guard_state = Guard {
            authorization: Authorization::local_only(),
            store: Arc::new(acd),
        };
        let most = Limits::default().requests();
        let routes = wrap(routes, AcceptedInputs::default(), guard_state, most);
        let response = routes.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap();
        (parts.status.as_u16(), parts.headers, json)
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_does_not_come_is_given_up() {
        let routes = Router::new().route("/", get(std::future::pending::<()>));
        let (status, headers, problem) = answer(routes, Request::default()).await;
        assert_eq!((status, &problem["code"]), (503, &"timed_out".into()));
        assert_eq!(headers["retry-after"], "1");
        assert_eq!(headers["content-type"], "application/problem+json");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_given_up() {
        let never = futures::stream::pending::<Result<axum::body::Bytes, std::io::Error>>();
        let request = Request::post("/contact")
            .body(Body::from_stream(never))
            .unwrap();
        let routes = Router::new().route("/contact", post(async || ()));
        let (status, _, problem) = answer(routes, request).await;
        assert_eq!((status, &problem["code"]), (408, &"body_too_slow".into()));
    }

    #[tokio::test]
    async fn a_panic_is_answered_without_its_words() {
        async fn handler() {
            panic!("the secret inside");
        }
        let routes = Router::new().route("/", get(handler));
        let request = Request::get("/").header("x-request-id", "seven");
        let request = request.body(Body::empty()).unwrap();
        let (status, headers, problem) = answer(routes, request).await;
        assert_eq!((status, &problem["code"]), (500, &"panic".into()));
        assert_eq!(headers["x-request-id"], "seven");
        assert_eq!(problem["instance"], "seven");
        assert!(!problem.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn a_bare_error_of_somebody_elses_handler_becomes_a_problem() {
        let bare = async || axum::http::StatusCode::NOT_FOUND;
        let routes = Router::new().route("/", get(bare));
        let (status, _, problem) = answer(routes, Request::default()).await;
        assert_eq!((status, &problem["code"]), (404, &"unknown_route".into()));
    }

    #[test]
    fn an_id_that_would_break_a_log_is_replaced() {
        let with = |id: &str| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_bytes(id.as_bytes()).unwrap();
            headers.insert(X_REQUEST_ID, value);
            request_id(&headers)
        };
        assert_eq!(with("abc 1~"), "abc 1~");
        for bad in ["", "a\tb", "é", &"x".repeat(129)] {
            assert_ne!(with(bad), bad);
            assert_eq!(with(bad).len(), 36);
        }
    }
}
