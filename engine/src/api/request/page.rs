//! The page of a list that a request asks for.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shared::view::Page;

use super::extract::InQuery;
use crate::messages::page::{Cursor, PageQuery};
use crate::problem::Problem;

/// The requested page of a list, validated.
#[derive(Debug)]
pub(crate) struct Paged<C>(pub(crate) Page<C>);

impl<C: Cursor, S: Send + Sync> FromRequestParts<S> for Paged<C> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let InQuery(query) = InQuery::<PageQuery>::from_request_parts(parts, state).await?;
        Ok(Self(query.page()?))
    }
}
