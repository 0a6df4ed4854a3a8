//! The numbers that scripts share with the rest of the program. The library begins with them.

use crate::contact::{Priority, Rank};
use crate::core::{EXPIRE_AFTER, MINUTE_PLACES, MOST_DEADLINES, QUARTER_PLACES, SWEEP_EVERY};
use crate::event;
use crate::figures::{QUARTER, SHORT_ABANDON};
use crate::service_level::BOUNDS;
use crate::settings::{MAX_MISSES, PENALTY};
use crate::time::{PLAUSIBLY_AHEAD, Tick};

/// Defines the numbers: those that every contact needs as local variables of Lua, under their names
/// here, and all others as fields of the table `FIXED`. A function of Lua has 200 local variables at
/// most.
pub(super) fn lua() -> String {
    let local = [
        // Microseconds in a tick, and the last tick.
        ("TICK", Tick::MICROS),
        ("LAST_TICK", Tick::LATEST),
        // A rank is the priority times this, plus the tick of arrival.
        ("BAND", Rank::BAND),
    ];
    let local = local.map(|(name, number)| format!("local {name} = {number}\n"));
    let fixed = [
        // Milliseconds until an ended contact expires.
        ("EXPIRE_AFTER", EXPIRE_AFTER),
        // Milliseconds from one round of the safety sweep to the next.
        ("SWEEP_EVERY", SWEEP_EVERY),
        // The most deadlines that one call applies.
        ("MOST_DEADLINES", MOST_DEADLINES as u64),
        // The longest wait, in seconds, of a short abandonment if it is not set.
        ("SHORT_ABANDON", SHORT_ABANDON / 1_000),
        // How far ahead of the clock a stored time may be, in milliseconds.
        ("PLAUSIBLY_AHEAD", PLAUSIBLY_AHEAD),
        // The priority of a contact if none is said or set.
        ("DEFAULT_PRIORITY", Priority::default().0.into()),
        // After how many missed offers an agent is not responding, and for how many seconds one who
        // missed or rejected an offer is not routable, if it is not set.
        ("MAX_MISSES", MAX_MISSES.into()),
        ("PENALTY_AFTER_OFFER", PENALTY / 1_000),
        // Minutes in a quarter of an hour, and the slots for snapshots of the counters.
        ("QUARTER", QUARTER),
        ("QUARTER_PLACES", QUARTER_PLACES),
        ("MINUTE_PLACES", MINUTE_PLACES),
    ];
    let fixed = fixed.map(|(name, number)| format!("{name} = {number}"));
    let fixed = fixed.join(", ");
    // The bounds of the buckets for waits, in seconds.
    let bounds = BOUNDS.map(|bound| bound.to_string()).join(", ");
    // How many events the stream keeps, as text, since formatting a number takes Redis longer.
    let kept = event::KEPT;
    format!(
        "{}local FIXED = {{ {fixed} }}\nlocal WAIT_BOUNDS = {{ {bounds} }}\nlocal EVENTS_KEPT = '{kept}'\n",
        local.concat()
    )
}
