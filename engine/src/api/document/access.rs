//! Writes into the OpenAPI document who may use each route, from the role table itself.

use utoipa::IntoResponses;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, OpenApi};

use crate::api::refusals::TurnedAway;
use crate::authorization::roles::{OPEN, users};

/// The name of the security scheme in the document.
const SCHEME: &str = "token";

/// Adds the security scheme to the document, and to each route the roles that may use it.
pub(in crate::api) fn add_access(document: &mut OpenApi) {
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme(SCHEME, bearer);
    document.security = Some(vec![SecurityRequirement::new(SCHEME, [""; 0])]);
    for (route, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            if OPEN.contains(&route.as_str()) {
                operation.security = Some(vec![]);
            } else {
                add_users(operation, &users(method, route));
            }
        }
    }
}

pub(in crate::api) fn operations(
    item: &mut PathItem,
) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn add_users(operation: &mut Operation, users: &str) {
    let description = operation.description.get_or_insert_default();
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str("For tokens of the roles ");
    description.push_str(users);
    description.push('.');
    operation
        .responses
        .responses
        .extend(TurnedAway::responses());
}
