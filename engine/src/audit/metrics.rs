//! The Prometheus metrics of the audit file.

use ::metrics::{counter, gauge};

const UP: &str = "switchboard_audit_up";
const REFUSED_CHANGES: &str = "switchboard_audit_refused_changes_total";
const REFUSALS_LOST: &str = "switchboard_audit_refusals_lost_total";

/// Registers the descriptions.
pub(crate) fn describe() {
    metrics::describe_gauge!(
        UP,
        "1 if changes can be written to the audit file, 0 if they are refused; absent without one"
    );
    metrics::describe_counter!(
        REFUSED_CHANGES,
        "Changes that were refused because the audit file could not be written"
    );
    metrics::describe_counter!(
        REFUSALS_LOST,
        "Lines about refusals missing from the audit file, because it could not be written or too many came"
    );
}

/// Sets whether changes can be written to the file.
pub(crate) fn set_up(up: bool) {
    gauge!(UP).set(f64::from(u8::from(up)));
}

/// Counts a change that was refused because it could not be written.
pub(crate) fn change_refused() {
    counter!(REFUSED_CHANGES).increment(1);
}

/// Counts a line about a refusal that was dropped from the file.
pub(super) fn refusal_lost() {
    counter!(REFUSALS_LOST).increment(1);
}
