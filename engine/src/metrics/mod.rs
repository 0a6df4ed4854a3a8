//! The Prometheus metrics: names, meaning, and the recorder.
//!
//! Labels come from closed sets only. The recorder is global to the process: several engines in one
//! process share it, so the figures of a floor carry their ACD's name.

mod floor;

use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Duration;

use metrics::{Counter, Histogram, Unit, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use shared::keeping::Keeping;

pub(crate) use floor::{floor, waits};

use crate::audit;
use crate::quota::Whose;

/// How often the recorder processes what it has collected, whether or not anybody scrapes.
pub(crate) const UPKEEP_EVERY: Duration = Duration::from_secs(5);

const REQUESTS: &str = "switchboard_http_requests_total";
const REQUEST_SECONDS: &str = "switchboard_http_request_duration_seconds";
const CONNECTIONS: &str = "switchboard_http_connections";
const STREAMS: &str = "switchboard_event_streams";
const REFUSED: &str = "switchboard_http_refused_total";
const DROPPED: &str = "switchboard_event_streams_dropped_total";
const DISMISSED: &str = "switchboard_http_connections_dismissed_total";
const LOG_LOST: &str = "switchboard_log_lines_lost_total";
const ROLLBACKS: &str = "switchboard_store_rollbacks_total";
const TOKENS_EXPIRING: &str = "switchboard_tokens_expiring";
const STORE_EVICTS: &str = "switchboard_store_evicts";
const STORE_APPENDS: &str = "switchboard_store_append_only";

/// Upper bounds of the buckets of request durations, in seconds.
const BUCKETS: [f64; 12] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0,
];

/// Returns the process's recorder, installed at the first call.
pub(crate) fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(install).clone()
}

fn install() -> PrometheusHandle {
    let builder = PrometheusBuilder::new();
    let recorder = builder
        .set_buckets(&BUCKETS)
        .expect("the list of buckets is not empty")
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another metrics recorder is installed, so /metrics stays empty");
    }
    describe();
    handle
}

fn describe() {
    metrics::describe_counter!(REQUESTS, "Requests answered, by method, route and status");
    metrics::describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "Time from a request's head to its answer's head"
    );
    metrics::describe_gauge!(CONNECTIONS, "Connections that are open");
    metrics::describe_gauge!(STREAMS, "Event streams that are open");
    metrics::describe_counter!(
        REFUSED,
        "Refused because a limit was exceeded: connection, request, stream or body, \
         or too much of one token or address"
    );
    metrics::describe_counter!(
        DROPPED,
        "Event streams ended because their reader was too slow"
    );
    audit::describe();
    metrics::describe_counter!(
        DISMISSED,
        "Idle connections closed because another connection needed their place"
    );
    metrics::describe_counter!(
        LOG_LOST,
        "Log lines that could not be written, or for which the buffer was full"
    );
    metrics::describe_counter!(
        ROLLBACKS,
        "How often a dispatcher saw that the store had lost its newest events"
    );
    metrics::describe_gauge!(
        TOKENS_EXPIRING,
        "Valid tokens that expire within seven days"
    );
    metrics::describe_gauge!(
        STORE_EVICTS,
        "1 if Redis evicts contacts when its memory is full, else 0"
    );
    metrics::describe_gauge!(
        STORE_APPENDS,
        "1 if Redis keeps an append-only file, else 0"
    );
    floor::describe();
}

/// Counts answered requests. Created after the recorder is installed.
///
/// It keeps handles to the series it has used: building the labels for a lookup in the recorder
/// took a tenth of the engine's time.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    by_route: RwLock<HashMap<String, Vec<Series>>>,
}

/// The requests of one route with the same method and status.
#[derive(Debug)]
struct Series {
    method: &'static str,
    status: u16,
    answered: Counter,
    seconds: Histogram,
}

impl Requests {
    /// Counts an answered request.
    pub(crate) fn count(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        if !self.count_in_kept(method, route, status, took) {
            let series = Series::of(method, route, status);
            series.count(took);
            let mut kept = self
                .by_route
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            // Another request may have added the same series meanwhile; either will do.
            kept.entry(route.to_owned()).or_default().push(series);
        }
    }

    /// Counts in a kept series, and returns whether there was one.
    fn count_in_kept(&self, method: &str, route: &str, status: u16, took: Duration) -> bool {
        let kept = self.by_route.read().unwrap_or_else(PoisonError::into_inner);
        let series = kept.get(route).and_then(|series| {
            let mut series = series.iter();
            series.find(|series| (series.method, series.status) == (method, status))
        });
        series.map(|series| series.count(took)).is_some()
    }
}

impl Series {
    fn of(method: &'static str, route: &str, status: u16) -> Self {
        let labels = [
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.to_string()),
        ];
        Self {
            method,
            status,
            answered: counter!(REQUESTS, &labels),
            seconds: histogram!(REQUEST_SECONDS, &labels),
        }
    }

    fn count(&self, took: Duration) {
        self.answered.increment(1);
        self.seconds.record(took.as_secs_f64());
    }
}

/// What is refused over a limit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OverLimit {
    /// A connection.
    Connection,
    /// A request.
    Request,
    /// An event stream.
    Stream,
    /// A body, because all bodies being received are too large together.
    Body,
    /// A connection from an address over its limit.
    ConnectionOfAddress,
    /// A request of a caller over a limit.
    RequestOf(Whose),
    /// An event stream of a caller over a limit.
    StreamOf(Whose),
}

/// Counts a refusal over a limit.
pub(crate) fn refused(what: OverLimit) {
    let what = match what {
        OverLimit::Connection => "connection",
        OverLimit::Request => "request",
        OverLimit::Stream => "stream",
        OverLimit::Body => "body",
        OverLimit::ConnectionOfAddress => "connection_of_address",
        OverLimit::RequestOf(Whose::Token) => "request_of_token",
        OverLimit::RequestOf(_) => "request_of_address",
        OverLimit::StreamOf(Whose::Token) => "stream_of_token",
        OverLimit::StreamOf(_) => "stream_of_address",
    };
    counter!(REFUSED, "what" => what).increment(1);
}

/// Counts an idle connection that was closed to make room.
pub(crate) fn dismissed() {
    counter!(DISMISSED).increment(1);
}

/// Counts an event stream that was ended because its reader was too slow.
pub(crate) fn stream_dropped() {
    counter!(DROPPED).increment(1);
}

/// Counts a connection as open until the returned value is dropped.
pub(crate) fn connection() -> OpenCount {
    OpenCount::one(CONNECTIONS)
}

/// Counts an event stream as open until the returned value is dropped.
pub(crate) fn stream() -> OpenCount {
    OpenCount::one(STREAMS)
}

/// One counted open connection or stream.
#[derive(Debug)]
pub(crate) struct OpenCount(&'static str);

impl OpenCount {
    fn one(name: &'static str) -> Self {
        gauge!(name).increment(1.0);
        Self(name)
    }
}

impl Drop for OpenCount {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1.0);
    }
}

/// Sets how many lines of the log were lost.
pub(crate) fn log_lines_lost(lines: u64) {
    counter!(LOG_LOST).absolute(lines);
}

/// Sets how many tokens expire soon.
pub(crate) fn tokens_expiring(tokens: u32) {
    gauge!(TOKENS_EXPIRING).set(f64::from(tokens));
}

/// Counts that the store has lost its latest events (a rollback).
pub(crate) fn rollback() {
    counter!(ROLLBACKS).increment(1);
}

/// Sets the metrics on whether the store keeps its data; what it does not report is `NaN`.
pub(crate) fn keeping(acd: &str, keeping: &Keeping) {
    let known = |known: Option<bool>| known.map_or(f64::NAN, |it| if it { 1.0 } else { 0.0 });
    let evicts = keeping.policy.is_some().then(|| keeping.evicts());
    gauge!(STORE_EVICTS, "acd" => acd.to_owned()).set(known(evicts));
    gauge!(STORE_APPENDS, "acd" => acd.to_owned()).set(known(keeping.append_only));
}
