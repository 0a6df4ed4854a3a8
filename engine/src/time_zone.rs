//! The time zone of this process, for displayed times and the start of the day: the zone that `TZ`
//! names, or else the system's.

use std::env;

use jiff::tz::{self, TimeZone};
use jiff::{Timestamp, Zoned};
use shared::nearest::nearest;
use shared::text::Invalid;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// Checks that the zone named by `TZ` exists; otherwise all times would silently be in UTC. The
/// zone rules are compiled in, for systems without them.
pub fn check() -> Result<(), Invalid> {
    let Some(said) = env::var_os("TZ") else {
        // A system without a zone uses UTC.
        return Ok(());
    };
    match TimeZone::try_system() {
        Ok(_) => Ok(()),
        Err(_) => Err(unknown(&said.to_string_lossy())),
    }
}

fn unknown(said: &str) -> Invalid {
    let names: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
    let meant = nearest(said, names.iter().map(String::as_str));
    let rule = match meant {
        Some(meant) => format!("did you mean {meant}?"),
        None => "use a name like Europe/Berlin, or unset TZ to take the system's".to_owned(),
    };
    Invalid::new(format!("TZ {said:?}"), "is not a time zone", rule)
}

/// Returns the zone of this process; follows a change of the system's.
pub fn local() -> TimeZone {
    TimeZone::system()
}

/// Formats the times of log lines in the zone of this process.
#[derive(Clone, Copy, Debug)]
pub struct LocalTime;

impl FormatTime for LocalTime {
    fn format_time(&self, line: &mut Writer<'_>) -> std::fmt::Result {
        line.write_str(&stamp(Timestamp::now()))
    }
}

/// Formats a time as at the start of a log line.
pub(crate) fn stamp(moment: Timestamp) -> String {
    written(&moment.to_zoned(local()))
}

/// Formats a time to the microsecond, with its offset from UTC.
fn written(time: &Zoned) -> String {
    let form = if time.offset().is_zero() {
        "%Y-%m-%dT%H:%M:%S%.6fZ"
    } else {
        "%Y-%m-%dT%H:%M:%S%.6f%:z"
    };
    time.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_its_zone() {
        let time = Timestamp::from_microsecond(1_767_270_896_000_007).unwrap();
        for (zone, said) in [
            ("UTC", "2026-01-01T12:34:56.000007Z"),
            ("Europe/Berlin", "2026-01-01T13:34:56.000007+01:00"),
            ("Asia/Kolkata", "2026-01-01T18:04:56.000007+05:30"),
            ("America/St_Johns", "2026-01-01T09:04:56.000007-03:30"),
        ] {
            let zone = TimeZone::get(zone).unwrap();
            assert_eq!(written(&time.to_zoned(zone)), said);
        }
    }

    #[test]
    fn a_zone_that_there_is_not_is_told_with_the_nearest() {
        for (said, remedy) in [
            ("Europe/Berln", "did you mean Europe/Berlin?"),
            ("Nowhere/At_All", "use a name like Europe/Berlin"),
        ] {
            let refused = unknown(said).to_string();
            assert!(refused.contains(remedy), "{refused}");
        }
    }
}
