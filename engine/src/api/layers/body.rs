//! Receives bodies: each whole, and all bodies being received within a memory bound.

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::header::{CONNECTION, CONTENT_LENGTH};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;

use crate::metrics::{self, OverLimit};
use crate::problem::Problem;
use crate::quota::Capacity;

/// The most bytes of a body.
const LONGEST_BODY: usize = 64 * 1024;
/// The most bytes that are still read of a body that is too long, so that the client gets the
/// answer instead of a connection reset.
const MOST_DRAINED: usize = 16 * 1024 * 1024;
/// The most bytes of all bodies being received at the same time.
pub(in crate::api) const BODIES: usize = 16 * 1024 * 1024;
/// Memory per body beside its bytes, in the buffers of its connection.
const BESIDE: usize = 8 * 1024;

/// Reads a body whole, if there is memory for it.
pub(in crate::api) async fn read(
    bodies: &Capacity,
    headers: &HeaderMap,
    body: Body,
    runs_the_floor: bool,
) -> Result<Bytes, Response> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let too_many = || {
        metrics::refused(OverLimit::Body);
        Problem::too_many_bodies().into_response()
    };
    let capacity = BESIDE + announced.unwrap_or_default().min(LONGEST_BODY);
    let mut held = bodies.take(capacity, runs_the_floor).ok_or_else(too_many)?;
    let mut chunks = body.into_data_stream();
    // Nearly every body comes in one piece, which need not be copied.
    let mut first = Bytes::new();
    let mut taken = Vec::new();
    let mut length = 0;
    // A body announced as longer than that is not read at all.
    while announced.is_none_or(|announced| announced <= MOST_DRAINED) && length <= MOST_DRAINED {
        match chunks.next().await {
            Some(Ok(chunk)) => {
                length += chunk.len();
                let keeps = length <= LONGEST_BODY;
                if keeps && announced.is_none() && !held.grow(chunk.len()) {
                    return Err(too_many());
                }
                if first.is_empty() {
                    first = chunk;
                } else if keeps {
                    if taken.is_empty() {
                        taken.extend_from_slice(&first);
                    }
                    taken.extend_from_slice(&chunk);
                }
            }
            Some(Err(reason)) => {
                let detail = format!("the body broke off: {reason}");
                return Err(Problem::invalid(detail).into_response());
            }
            None if length > LONGEST_BODY => {
                return Err(Problem::too_large(LONGEST_BODY).into_response());
            }
            None if taken.is_empty() => return Ok(first),
            None => return Ok(taken.into()),
        }
    }
    Err(too_large())
}

/// Refuses a body that is not even drained.
fn too_large() -> Response {
    let mut refused = Problem::too_large(LONGEST_BODY).into_response();
    let close = HeaderValue::from_static("close");
    refused.headers_mut().insert(CONNECTION, close);
    refused
}
