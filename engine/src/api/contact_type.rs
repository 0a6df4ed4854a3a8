//! Contact types: their settings.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use shared::Error;
use shared::contact_type::TypeName;
use shared::settings::ContactType;
use shared::settings::Settings;

use super::App;
use super::refusals::{Conflict, Refused, Unknown};
use super::request::extract::{Body, InPath};
use super::request::prefer::Preference;
use super::request::version::{ApiVersion, Location};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::change::Replaced;
use crate::messages::contact_type::{TypeBody, TypesBody};
use crate::messages::settings::{SetType, SetTypeBody, TypeSettingsBody};
use crate::problem::Problem;
use crate::route;

/// Lists the contact types, by name.
#[utoipa::path(
    get, path = route::TYPES, tag = "type", operation_id = "listContactTypes",
    responses((status = 200, body = TypesBody), Refused)
)]
pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Json<TypesBody>, Problem> {
    let types = app.acd.types().await?;
    Ok(Json(TypesBody { types }))
}

/// Returns a contact type.
#[utoipa::path(
    get, path = route::TYPE, tag = "type", operation_id = "getContactType",
    params(("name" = String, Path, description = "The name of the type")),
    responses((status = 200, body = TypeBody), Unknown, Refused)
)]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    InPath(name): InPath<TypeName>,
) -> Result<Json<ContactType>, Problem> {
    let mut types = app.acd.types().await?.into_iter();
    let found = types.find(|found| found.name == name);
    Ok(Json(found.ok_or(Error::UnknownType(name))?))
}

/// Creates a contact type, or replaces all its settings.
///
/// What the body leaves out is as the floor has it. Contacts take skills and priority from their
/// type when they are created; all other settings apply from the next operation on.
#[utoipa::path(
    put, path = route::TYPE, tag = "type", operation_id = "putContactType",
    params(("name" = String, Path, description = "The name of the type")),
    request_body = SetTypeBody,
    responses(
        (status = 200, description = "The type existed: its settings now",
         body = Replaced<TypeSettingsBody, Option<TypeSettingsBody>>),
        (status = 201, description = "The type is new: its settings",
         body = Replaced<TypeSettingsBody, Option<TypeSettingsBody>>,
         headers(("Location" = String, description = "The path of the type"))),
        Refused,
    )
)]
pub(super) async fn put(
    State(app): State<Arc<App>>,
    InPath(name): InPath<TypeName>,
    preference: Preference,
    version: ApiVersion,
    Body(SetType(now)): Body<SetType>,
) -> Result<Response, Problem> {
    let was = app.acd.set_type(&name, now.clone()).await?;
    let before = preference.before(|| was.clone());
    let answer = Json(Replaced::new(now.clone(), before));
    let created = was.is_none();
    let audited = Extension(AuditedChange::TypeSet { was, now });
    if !created {
        return Ok((audited, answer).into_response());
    }
    let location = Location::of_type(version, &name);
    Ok((StatusCode::CREATED, audited, location, answer).into_response())
}

/// Deletes a contact type. Contacts of it must have ended.
#[utoipa::path(
    delete, path = route::TYPE, tag = "type", operation_id = "deleteContactType",
    params(("name" = String, Path, description = "The name of the type")),
    responses(
        (status = 200, description = "The settings that it had", body = TypeSettingsBody),
        Unknown, Conflict, Refused
    )
)]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    InPath(name): InPath<TypeName>,
) -> Result<(Audited, Json<Settings>), Problem> {
    let was = app.acd.delete_type(&name).await?;
    let audited = Extension(AuditedChange::TypeDeleted(was.clone()));
    Ok((audited, Json(was)))
}
