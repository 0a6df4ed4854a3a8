//! The REST API over the operations of an ACD.
//!
//! The handlers are in folders by subject: `contact`, `contact_type`, `agent`, `skill`, `acd`, `events` and
//! `monitoring`. What they receive and answer is declared in `crate::messages`. `request` parses
//! what is common to all requests, `refusals` and `document` describe the API (OpenAPI), `layers`
//! has the steps that every request passes, and `crate::problem` words the refusals.

mod acd;
mod agent;
mod contact;
mod contact_type;
mod document;
mod events;
mod layers;
mod monitoring;
mod refusals;
mod request;
mod skill;

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, Uri};
use metrics_exporter_prometheus::PrometheusHandle;
use shared::{Acd, Store};
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::authorization::{Authorization, Guard};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemBody};
pub(crate) use request::version::remove_prefix as remove_version;

use events::stream::Streams;
use request::form::AcceptedInputs;
use request::version::ApiVersion;

/// The handlers' shared state, behind one `Arc`: axum clones a handler's state at every request,
/// and cloning tokens takes locks.
#[derive(Debug)]
struct App {
    acd: Arc<dyn Acd>,
    recorder: PrometheusHandle,
    /// Cancelled first: the engine is no longer ready.
    draining: CancellationToken,
    /// Cancelled second: streams end.
    stopping: CancellationToken,
    streams: Arc<Streams>,
    authorization: Authorization,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Switchboard",
        description = "An automatic contact distributor: each contact goes to the longest \
                       available agent who holds every skill it needs, first in, first out \
                       within a priority. Every call can be repeated with the same ids.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers(
        (url = "/v1", description = "This version, which stays compatible"),
        (url = "/", description = "The same without the prefix, for older clients")
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "contact", description = "Contacts: create, read, end and requeue them"),
        (name = "type", description = "Contact types: lines of business with their settings"),
        (name = "agent", description = "Agents: their skills and states"),
        (name = "skill", description = "Skills that contacts need and agents hold"),
        (name = "acd", description = "The whole floor: opening and closing, figures, events"),
        (name = "operation", description = "For load balancers and monitoring")
    )
)]
struct Document;

/// Returns the API of an ACD with this access control. It is ready until `draining` is cancelled,
/// and its streams end with `stopping`.
pub(crate) fn router(
    acd: Arc<dyn Store>,
    authorization: Authorization,
    recorder: PrometheusHandle,
    draining: CancellationToken,
    stopping: CancellationToken,
    limits: &Limits,
) -> Router {
    let guard = Guard {
        authorization: authorization.clone(),
        store: Arc::clone(&acd),
    };
    let acd = acd as Arc<dyn Acd>;
    let app = App {
        streams: Arc::new(Streams::new(Arc::clone(&acd), limits.streams())),
        acd,
        recorder,
        draining,
        stopping,
        authorization,
    };
    let (routes, mut document) = documented().split_for_parts();
    document::add_access(&mut document);
    let accepted = AcceptedInputs::of(&mut document);
    let document = document::finished(&document);
    let routes = routes
        .with_state(Arc::new(app))
        .merge(SwaggerUi::new("/docs").external_url_unchecked("/openapi.json", document))
        .fallback(async |version: ApiVersion, uri: Uri| {
            Problem::unknown_route(&version.written(uri.path()))
        })
        .method_not_allowed_fallback(async |method: Method| {
            Problem::method_not_allowed(method.as_str())
        });
    layers::wrap(routes, accepted, guard, limits.requests())
}

/// Returns a router that answers every request with this refusal, for connections over a limit.
pub(crate) fn refusing(problem: Problem) -> Router {
    let refuse = move || std::future::ready(problem.clone().refusing_all());
    Router::new().fallback(refuse)
}

fn documented() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(acd::state::read, acd::state::set_state))
        .routes(routes!(acd::settings::read, acd::settings::change))
        .routes(routes!(acd::stats::stats))
        .routes(routes!(contact::create::create))
        .routes(routes!(
            contact::read::read,
            contact::end::complete,
            contact::end::cancel
        ))
        .routes(routes!(contact::explain::explain))
        .routes(routes!(contact::requeue::requeue))
        .routes(routes!(contact::priority::set_priority))
        .routes(routes!(contact::offer::accept))
        .routes(routes!(contact::offer::reject))
        .routes(routes!(contact::end::complete_with))
        .routes(routes!(contact::disposition::set))
        .routes(routes!(contact::queue::list))
        .routes(routes!(contact_type::list))
        .routes(routes!(
            contact_type::read,
            contact_type::put,
            contact_type::delete
        ))
        .routes(routes!(agent::read::list))
        .routes(routes!(
            agent::read::read,
            agent::create::create,
            agent::rename::rename,
            agent::delete::delete
        ))
        .routes(routes!(agent::state::set_state))
        .routes(routes!(agent::wrap_up::change))
        .routes(routes!(agent::skills::add_skill))
        .routes(routes!(agent::skills::remove_skill))
        .routes(routes!(skill::list))
        .routes(routes!(skill::delete))
        .routes(routes!(events::stream::follow))
        .routes(routes!(events::past::past))
        .routes(routes!(events::newest::newest))
        .routes(routes!(monitoring::alive))
        .routes(routes!(monitoring::ready))
        .routes(routes!(monitoring::metrics))
}
