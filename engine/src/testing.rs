//! The API without a socket, for a benchmark that sends it a hundred thousand requests a second.

use std::sync::Arc;

use axum::Router;
use shared::Store;
use tokio_util::sync::CancellationToken;

use crate::authorization::Authorization;
use crate::limits::Limits;
use crate::{api, metrics};

/// Returns the API of an ACD, with every layer that an outside request passes.
pub fn router(acd: Arc<dyn Store>) -> Router {
    let token = CancellationToken::new;
    let limits = Limits::default();
    let authorization = Authorization::local_only();
    api::router(
        acd,
        authorization,
        metrics::recorder(),
        token(),
        token(),
        &limits,
    )
}
