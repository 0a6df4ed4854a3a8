//! Writes into the OpenAPI document who may use each route, from the role table itself.

use utoipa::IntoResponses;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, OpenApi};

use super::refusals::TurnedAway;
use crate::authorization::roles::{OPEN, users};

/// The name of the security scheme in the document.
const SCHEME: &str = "token";

/// Adds the security scheme to the document, and to each route the roles that may use it.
pub(super) fn tell(document: &mut OpenApi) {
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme(SCHEME, bearer);
    document.security = Some(vec![SecurityRequirement::new(SCHEME, [""; 0])]);
    for (route, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            if OPEN.contains(&route.as_str()) {
                operation.security = Some(vec![]);
            } else {
                tell_users(operation, &users(method, route));
            }
        }
    }
}

pub(super) fn operations(
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

fn tell_users(operation: &mut Operation, users: &str) {
    let said = operation.description.get_or_insert_default();
    if !said.is_empty() {
        said.push_str("\n\n");
    }
    said.push_str("For tokens of the roles ");
    said.push_str(users);
    said.push('.');
    operation
        .responses
        .responses
        .extend(TurnedAway::responses());
}
