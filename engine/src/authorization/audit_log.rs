//! The audit log: one log line, with the target `audit`, for each change that a token's owner made
//! or attempted, and for each refused caller. When there are many, or the audit file cannot be
//! written, a few lines a second are followed by a sum.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::Value;

use super::Caller;
use super::audited_change::AuditedChange;
use super::refusal_log::Sum;
use crate::audit::{AuditTrail, Change, Content, Intended};

/// The most characters of a subject that are written; a path may be long.
const LONGEST_SUBJECT: usize = 200;

/// A line of the audit log. It is written on drop: a change may have happened even if the caller
/// hung up before the answer.
#[derive(Debug)]
pub(super) struct AuditLine {
    pub(super) method: &'static str,
    pub(super) route: String,
    pub(super) subject: String,
    pub(super) address: Option<IpAddr>,
    pub(super) request_id: String,
    /// The caller, once known.
    pub(super) caller: Option<Caller>,
    /// The status of the answer, once known.
    pub(super) status: Option<StatusCode>,
    /// The change, with the values before and after, if there was one.
    pub(super) audited: Option<AuditedChange>,
    /// Whether it is left to the sum of its caller's refusals in that second.
    pub(super) summed_up: bool,
    /// Whether it is a change that was refused because the audit trail cannot be written.
    pub(super) unwritten: bool,
    /// The audit trail, if there is one.
    pub(super) trail: Option<AuditTrail>,
    /// The change that is written to the trail before it is carried out.
    pub(super) change: Option<Arc<Change>>,
}

impl AuditLine {
    /// Starts the two lines of a change in the audit trail, if there is one.
    pub(super) fn intended(&mut self) -> Option<Intended> {
        let change = Arc::new(self.trail.as_ref()?.change());
        self.change = Some(Arc::clone(&change));
        Some(Intended(change, self.content()))
    }

    fn actor(&self) -> String {
        let caller = self.caller.as_ref();
        let name = caller.and_then(Caller::name);
        name.map_or_else(|| "unknown".to_owned(), ToString::to_string)
    }

    fn role(&self) -> &'static str {
        let caller = self.caller.as_ref();
        caller.map_or("none", |caller| caller.role().word())
    }

    fn subject(&self) -> String {
        self.subject.chars().take(LONGEST_SUBJECT).collect()
    }

    /// Returns the content of its line in the audit trail.
    fn content(&self) -> Content {
        let address = self.address.map(|address| address.to_string());
        let mut content = Content::new();
        let mut add = |name: &str, value: Value| content.insert(name.to_owned(), value);
        add("actor", self.actor().into());
        add("role", self.role().into());
        add("address", address.into());
        add("method", self.method.into());
        add("route", self.route.clone().into());
        add("subject", self.subject().into());
        add("request_id", self.request_id.clone().into());
        if let Some(status) = self.status {
            add("status", status.as_u16().into());
        }
        if let Some((was, now)) = self.audited.as_ref().map(AuditedChange::was_and_now) {
            add("was", was.into());
            add("now", now.into());
        }
        content
    }

    /// Writes it to the audit trail.
    fn write(&self) {
        if let Some(change) = &self.change {
            change.ended(self.content());
        } else if let Some(trail) = self.trail.as_ref().filter(|_| !self.summed_up) {
            trail.refusal(self.content());
        }
    }
}

/// Writes the sum of a caller's refusals in a second that had no lines of their own.
pub(super) fn write_sum(sum: &Sum, trail: Option<&AuditTrail>) {
    let times = sum.times;
    if let Some(trail) = trail {
        trail.refusal(sum.content());
    }
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

impl Drop for AuditLine {
    fn drop(&mut self) {
        self.write();
        if self.summed_up {
            return;
        }
        let (actor, role) = (self.actor(), self.role());
        let address = self.address.map(|address| address.to_string());
        let address = address.as_deref().unwrap_or("unknown");
        let status = self.status.map_or(0, |status| status.as_u16());
        let answered = match status {
            0 => "did not wait for the answer".to_owned(),
            status => format!("was answered {status}"),
        };
        let subject = self.subject();
        let why = if self.unwritten {
            " and not carried out, as the audit file cannot be written"
        } else {
            ""
        };
        let (method, route) = (self.method, &self.route);
        let (was, now) = self
            .audited
            .as_ref()
            .map(AuditedChange::was_and_now)
            .unzip();
        let changed = was.as_ref().zip(now.as_ref());
        let changed = changed.map_or_else(String::new, |(was, now)| format!(": {was} -> {now}"));
        tracing::info!(
            target: "audit",
            actor, role, address, method, route, subject, status, was, now,
            request.id = self.request_id,
            "{actor} {answered}{why}{changed}"
        );
    }
}
