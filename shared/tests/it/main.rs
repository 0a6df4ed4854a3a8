//! The stores against what they promise.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod model;
mod support;
