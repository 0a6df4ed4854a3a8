//! The audit log: one line of the log, with the target `audit`, for each change that somebody
//! with a token made or tried, and for each time that somebody was turned away.

use std::net::IpAddr;

use axum::http::StatusCode;
use shared::contact::ContactId;

use super::Visitor;
use super::refusals::Sum;

/// The most characters of a subject that are written; a path may be long.
const LONGEST_SUBJECT: usize = 200;

/// Which contact a request was about, where its path does not say: a handler leaves it with its
/// answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject(pub(crate) ContactId);

/// A line to be written. It is when this is dropped: what a caller began who hung up before the
/// answer may have happened all the same.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) method: &'static str,
    pub(super) route: String,
    pub(super) subject: String,
    pub(super) address: Option<IpAddr>,
    pub(super) request_id: String,
    /// Who, once that is known.
    pub(super) visitor: Option<Visitor>,
    /// What was answered, once it was.
    pub(super) status: Option<StatusCode>,
    /// Whether it is left to the sum of all that its caller was refused in that second.
    pub(super) summed_up: bool,
}

/// Writes what somebody was refused in a second beyond what has lines of its own.
pub(super) fn tell_sum(sum: &Sum) {
    let times = sum.times;
    let Some((address, name)) = &sum.caller else {
        tracing::info!(
            target: "audit",
            times,
            "others were refused {times} times in the last second"
        );
        return;
    };
    let address = address.map_or_else(|| "unknown".to_owned(), |address| address.to_string());
    let actor = name.as_ref().map(ToString::to_string);
    let actor = actor.as_deref().unwrap_or("unknown");
    let status = sum.status.map_or(0, |status| status.as_u16());
    tracing::info!(
        target: "audit",
        actor, address, times, status,
        "{address} was refused {times} times more in the last second: {status}"
    );
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.summed_up {
            return;
        }
        let visitor = self.visitor.as_ref();
        let actor = visitor
            .and_then(Visitor::name)
            .map_or_else(|| "unknown".to_owned(), ToString::to_string);
        let role = visitor.map_or("none", |visitor| visitor.role().word());
        let address = self.address.map(|address| address.to_string());
        let address = address.as_deref().unwrap_or("unknown");
        let status = self.status.map_or(0, |status| status.as_u16());
        let answered = match status {
            0 => "did not wait for the answer".to_owned(),
            status => format!("was answered {status}"),
        };
        let subject: String = self.subject.chars().take(LONGEST_SUBJECT).collect();
        let (method, route) = (self.method, &self.route);
        tracing::info!(
            target: "audit",
            actor, role, address, method, route, subject, status,
            request.id = self.request_id,
            "{actor} {answered}"
        );
    }
}
