//! HTTP methods as a closed set of names, for labels and for access rules.

use axum::http::Method;

/// Returns the method as a label from a closed set.
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

/// Returns the label of the method that the router uses: HEAD is answered as GET.
pub(crate) fn routed_method(method: &Method) -> &'static str {
    match *method {
        Method::HEAD => "GET",
        _ => method_label(method),
    }
}
