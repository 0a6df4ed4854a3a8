//! The numbers that scripts share with the rest of the program. The library begins with them.

use crate::contact::Rank;
use crate::core::{EXPIRE_AFTER, MINUTE_PLACES, MOST_DEADLINES, QUARTER_PLACES, SWEEP_EVERY};
use crate::event;
use crate::figures::{QUARTER, SHORT_ABANDON};
use crate::service_level::BOUNDS;
use crate::time::{PLAUSIBLY_AHEAD, Tick};

/// Defines each number as a local variable of Lua, under its name here.
pub(super) fn lua() -> String {
    let numbers = [
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
        // Microseconds in a tick, and the last tick.
        ("TICK", Tick::MICROS),
        ("LAST_TICK", Tick::LATEST),
        // A rank is the priority times this, plus the tick of arrival.
        ("BAND", Rank::BAND),
        // Minutes in a quarter of an hour, and the slots for snapshots of the counters.
        ("QUARTER", QUARTER),
        ("QUARTER_PLACES", QUARTER_PLACES),
        ("MINUTE_PLACES", MINUTE_PLACES),
    ];
    let numbers = numbers.map(|(name, number)| format!("local {name} = {number}\n"));
    // The bounds of the buckets for waits, in seconds.
    let bounds = BOUNDS.map(|bound| bound.to_string()).join(", ");
    // How many events the stream keeps, as text, since formatting a number takes Redis longer.
    let kept = event::KEPT;
    format!(
        "{}local WAIT_BOUNDS = {{ {bounds} }}\nlocal EVENTS_KEPT = '{kept}'\n",
        numbers.concat()
    )
}
