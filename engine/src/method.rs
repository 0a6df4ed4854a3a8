//! Names of HTTP methods, from a closed set: for labels and for rules.

use axum::http::Method;

/// Gives the method as a label from a closed set.
pub(crate) fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Gives the method that the router answers by, as such a label: it answers HEAD as it would GET.
pub(crate) fn routed_method(method: &Method) -> &'static str {
    match *method {
        Method::HEAD => "GET",
        _ => method_label(method),
    }
}
