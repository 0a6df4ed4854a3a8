//! The REST API over the operations of an ACD.
//!
//! One file per subject, with only its bodies and handlers. `edge` parses requests,
//! `crate::problem` words the refusals, and `layers` has the steps that every request passes.

mod access;
pub(crate) mod acd;
mod agent;
pub(crate) mod agent_view;
pub(crate) mod contact;
mod counted;
mod document;
mod edge;
mod event_schema;
mod events;
pub(crate) mod explain;
mod form;
mod intake;
mod layers;
pub(crate) mod news;
mod operation;
mod overload;
pub(crate) mod page;
mod queue;
mod refusals;
pub(crate) mod replaced;
mod seen;
pub(crate) mod settings;
pub(crate) mod skill;
pub(crate) mod standing;
pub(crate) mod stats;
mod steer;
mod tail;
mod version;

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
use events::Streams;
use form::Forms;
use version::Version;
pub(crate) use version::settle as settle_version;

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
        (url = "/v1", description = "This version, which stays as it is"),
        (url = "/", description = "The same, as clients of before ask for it")
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "contact", description = "What waits, and what becomes of it"),
        (name = "agent", description = "Who serves, what they can, whether they are ready"),
        (name = "skill", description = "What contacts need and agents hold"),
        (name = "acd", description = "The whole floor: open or closed, figures, events"),
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
    let keeper = Guard {
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
    access::tell(&mut document);
    let forms = Forms::of(&mut document);
    let document = document::finished(&document);
    let routes = routes
        .with_state(Arc::new(app))
        .merge(SwaggerUi::new("/docs").external_url_unchecked("/openapi.json", document))
        .fallback(async |version: Version, uri: Uri| {
            Problem::unknown_route(&version.written(uri.path()))
        })
        .method_not_allowed_fallback(async |method: Method| {
            Problem::method_not_allowed(method.as_str())
        });
    layers::wrap(routes, forms, keeper, limits.requests())
}

/// Returns a router that answers every request with this refusal, for connections over a limit.
pub(crate) fn refusing(problem: Problem) -> Router {
    let refuse = move || std::future::ready(problem.clone().refusing_all());
    Router::new().fallback(refuse)
}

fn documented() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(acd::floor, acd::set_state))
        .routes(routes!(settings::read, settings::change))
        .routes(routes!(stats::stats))
        .routes(routes!(contact::create))
        .routes(routes!(contact::read, contact::complete, steer::cancel))
        .routes(routes!(explain::explain))
        .routes(routes!(steer::requeue))
        .routes(routes!(steer::set_priority))
        .routes(routes!(queue::list))
        .routes(routes!(agent_view::list))
        .routes(routes!(
            agent_view::read,
            agent::create,
            agent::rename,
            agent::delete
        ))
        .routes(routes!(agent::set_state))
        .routes(routes!(agent::add_skill))
        .routes(routes!(agent::remove_skill))
        .routes(routes!(skill::list))
        .routes(routes!(skill::delete))
        .routes(routes!(events::follow))
        .routes(routes!(news::past))
        .routes(routes!(news::newest))
        .routes(routes!(operation::alive))
        .routes(routes!(operation::ready))
        .routes(routes!(operation::metrics))
}
