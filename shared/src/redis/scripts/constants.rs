//! The numbers that scripts share with the rest of the program. The library begins with them.

use crate::contact::Rank;
use crate::core::{EXPIRE_AFTER, MINUTE_PLACES, MOST_DEADLINES, QUARTER_PLACES, SWEEP_EVERY};
use crate::event;
use crate::figures::{QUARTER, SHORT_ABANDON};
use crate::service_level::BOUNDS;
use crate::time::{PLAUSIBLY_AHEAD, Tick};

/// Writes each number as a local variable of Lua, under its name here.
pub(super) fn lua() -> String {
    let numbers = [
        // Milliseconds until a contact that is over is forgotten.
        ("EXPIRE_AFTER", EXPIRE_AFTER),
        // Milliseconds from one round of the safety sweep to the next.
        ("SWEEP_EVERY", SWEEP_EVERY),
        // The most deadlines that one call applies.
        ("MOST_DEADLINES", MOST_DEADLINES as u64),
        // Milliseconds within which an abandonment is a short one.
        ("SHORT_ABANDON", SHORT_ABANDON),
        // Milliseconds that a written time may be ahead of the clock.
        ("PLAUSIBLY_AHEAD", PLAUSIBLY_AHEAD),
        // Microseconds of a tick, and the last tick.
        ("TICK", Tick::MICROS),
        ("LAST_TICK", Tick::LATEST),
        // A rank is the priority times this, and the tick of arrival.
        ("BAND", Rank::BAND),
        // Minutes of a quarter of an hour; how many places there are for copies of the counts.
        ("QUARTER", QUARTER),
        ("QUARTER_PLACES", QUARTER_PLACES),
        ("MINUTE_PLACES", MINUTE_PLACES),
    ];
    let numbers = numbers.map(|(name, number)| format!("local {name} = {number}\n"));
    // The seconds up to which waits are counted by themselves.
    let bounds = BOUNDS.map(|bound| bound.to_string()).join(", ");
    // How many events the log keeps, as a text: Redis takes longer to write a number.
    let kept = event::KEPT;
    format!(
        "{}local WAIT_BOUNDS = {{ {bounds} }}\nlocal EVENTS_KEPT = '{kept}'\n",
        numbers.concat()
    )
}
