//! The API without a socket, for who sends it a hundred thousand requests a second.

use std::sync::Arc;

use axum::Router;
use shared::Store;
use tokio_util::sync::CancellationToken;

use crate::doors::Doors;
use crate::limits::Limits;
use crate::{api, metrics};

/// Makes the API of an ACD, with every layer that a request from outside passes.
pub fn router(acd: Arc<dyn Store>) -> Router {
    let token = CancellationToken::new;
    let limits = Limits::default();
    let doors = Doors::open();
    api::router(acd, doors, metrics::recorder(), token(), token(), &limits)
}
