//! The refusals of what is no request.

use axum::http::StatusCode;

use super::{Kind, Problem};
use crate::limits::LONGEST_HEAD;

impl Problem {
    /// The HTTP parser refuses the head of a request with this status.
    pub(crate) fn no_request(status: StatusCode) -> Self {
        let detail = match status {
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => format!(
                "the head of the request has more than {LONGEST_HEAD} bytes or more than 100 \
                 headers; nothing was done"
            ),
            StatusCode::URI_TOO_LONG => "the path is too long; nothing was done".to_owned(),
            _ => "the request line or a header is not valid HTTP/1.1; nothing was done".to_owned(),
        };
        let problem = Self::new(Kind::Refused, detail);
        Self { status, ..problem }
    }
}
