//! The routes for load balancers and monitoring.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use shared::figures::Figures;
use shared::time::Millis;

use super::App;
use super::refusals::Refused;
use crate::problem::Problem;
use crate::route;
use crate::{audit, metrics};

/// How long the store may take to answer the readiness check. A load balancer asks often, and an
/// unavailable store must not block its check.
const READY_WITHIN: Duration = Duration::from_millis(300);
/// How long a scrape waits for the figures of the floor.
const FIGURES_WITHIN: Duration = Duration::from_millis(500);

/// Returns that the process is alive, whatever the state of the store.
#[utoipa::path(
    get, path = route::HEALTHZ, tag = "operation", operation_id = "checkAlive",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Returns whether this engine is ready: the store answers, and the engine is not stopping.
#[utoipa::path(
    get, path = route::READYZ, tag = "operation", operation_id = "checkReady",
    responses((status = 200, body = String, content_type = "text/plain"), Refused)
)]
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    if app.draining.is_cancelled() {
        return Err(Problem::stopping());
    }
    if app.authorization.audit_is_up() == Some(false) {
        return Err(Problem::audit_unavailable());
    }
    match tokio::time::timeout(READY_WITHIN, app.acd.ready()).await {
        Ok(answer) => answer?,
        Err(_) => return Err(Problem::store_unavailable()),
    }
    Ok("ready\n")
}

/// Returns the metrics for Prometheus.
#[utoipa::path(
    get, path = route::METRICS, tag = "operation", operation_id = "getMetrics",
    responses((status = 200, body = String, content_type = "text/plain; version=0.0.4"), Refused)
)]
pub(super) async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    // Most metrics are available without the store.
    let overview = tokio::time::timeout(FIGURES_WITHIN, app.acd.overview()).await;
    let overview = overview.ok().and_then(Result::ok);
    let figures = match &overview {
        Some(overview) => last_minutes(&app, overview.now).await,
        None => None,
    };
    metrics::floor(app.acd.name().as_str(), overview.as_ref(), figures.as_ref());
    if let Some(up) = app.authorization.audit_is_up() {
        audit::set_up(up);
    }
    metrics::log_lines_lost(crate::log::lines_lost());
    let keeping = tokio::time::timeout(FIGURES_WITHIN, app.acd.keeping()).await;
    if let Ok(Some(keeping)) = keeping {
        metrics::keeping(app.acd.name().as_str(), &keeping);
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    let mut text = app.recorder.render();
    if let Some(overview) = &overview {
        text.push_str(&metrics::waits(app.acd.name().as_str(), &overview.totals));
    }
    ([(CONTENT_TYPE, kind)], text)
}

/// Returns the figures of the last quarter of an hour, as the console shows them.
async fn last_minutes(app: &App, now: Millis) -> Option<Figures> {
    let since = Millis(now.0.saturating_sub(900_000));
    let figures = tokio::time::timeout(FIGURES_WITHIN, app.acd.figures(since)).await;
    figures.ok().and_then(Result::ok)
}
