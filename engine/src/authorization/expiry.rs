//! Until when a token is valid, as given on a command line, and short texts for durations.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The largest offset from UTC of any time zone, in seconds: 14 hours.
const LARGEST_OFFSET: i32 = 14 * 60 * 60;
/// The longest validity of a token: a hundred years.
const LONGEST_HOURS: i64 = 100 * 365 * 24;

/// When a token expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expiry {
    /// This long after the token is created.
    After(SignedDuration),
    /// At that moment.
    At(Timestamp),
}

impl Expiry {
    /// Returns the moment, for a token that is created now. The error is a sentence, if the moment
    /// has passed.
    pub(super) fn moment(self, now: Timestamp) -> Result<Timestamp, String> {
        let moment = match self {
            Self::After(time) => now.checked_add(time).map_err(|why| why.to_string())?,
            Self::At(moment) => moment,
        };
        // Whole seconds are precise enough.
        let moment = Timestamp::from_second(moment.as_second()).unwrap_or(moment);
        if moment > now {
            return Ok(moment);
        }
        Err(format!(
            "--expires {moment} is not in the future: it is {now} now"
        ))
    }
}

impl FromStr for Expiry {
    type Err = String;

    /// Parses `90d`, `12h`, `4w`, a date or a date and time. Without an offset they are UTC, so
    /// that a token expires at the same moment wherever it was created.
    fn from_str(text: &str) -> Result<Self, String> {
        let rule = || {
            "use a time like 12h, 90d or 4w, or a moment like 2027-01-31 or \
             2027-01-31T18:00:00+01:00 (UTC if it has no offset)"
                .to_owned()
        };
        if let Ok(moment) = text.parse::<Timestamp>() {
            let offset = Pieces::parse(text)
                .ok()
                .and_then(|it| it.to_numeric_offset());
            // No place on earth has another offset, so it is a slip of the pen.
            if offset.is_some_and(|offset| offset.seconds().abs() > LARGEST_OFFSET) {
                return Err(rule());
            }
            return Ok(Self::At(moment));
        }
        if let Ok(civil) = text.parse::<DateTime>() {
            let moment = civil.to_zoned(TimeZone::UTC).map_err(|_| rule())?;
            return Ok(Self::At(moment.timestamp()));
        }
        let hours = match text.chars().last() {
            Some('h') => 1,
            Some('d') => 24,
            Some('w') => 7 * 24,
            _ => return Err(rule()),
        };
        let number = &text[..text.len() - 1];
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(rule());
        }
        let number: i64 = number.parse().map_err(|_| rule())?;
        match number.checked_mul(hours) {
            Some(hours @ 1..=LONGEST_HOURS) => Ok(Self::After(SignedDuration::from_hours(hours))),
            _ => Err("use a time from an hour to a hundred years".to_owned()),
        }
    }
}

/// Formats a duration in its largest whole unit.
pub(super) fn roughly(time: SignedDuration) -> String {
    let seconds = time.as_secs().max(0);
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("min", 60)] {
        if seconds >= length {
            return format!("{} {unit}", seconds / length);
        }
    }
    format!("{seconds} s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_time_or_a_moment() {
        let now: Timestamp = "2026-11-27T10:00:00Z".parse().unwrap();
        for (text, moment) in [
            ("12h", "2026-11-27T22:00:00Z"),
            ("90d", "2027-02-25T10:00:00Z"),
            ("4w", "2026-12-25T10:00:00Z"),
            ("2027-01-31", "2027-01-31T00:00:00Z"),
            ("2027-01-31T18:00", "2027-01-31T18:00:00Z"),
            ("2027-01-31T18:00:00+01:00", "2027-01-31T17:00:00Z"),
            ("2027-01-31T18:00:00Z", "2027-01-31T18:00:00Z"),
        ] {
            let expiry: Expiry = text.parse().unwrap();
            let moment: Timestamp = moment.parse().unwrap();
            assert_eq!(expiry.moment(now), Ok(moment), "{text}");
        }
        for bad in [
            "",
            "d",
            "0d",
            "-1d",
            "+1d",
            "1.5d",
            "90",
            "90 d",
            "90D",
            "1y",
            "é",
            "1é",
            "never",
            "876001h",
            "99999999999999999999d",
            "2026-13-01",
            "31.01.2027",
            "2027-01-31T18:00:00+25:00",
            "2027-01-31T18:00:00-14:01",
        ] {
            assert!(bad.parse::<Expiry>().is_err(), "{bad:?}");
        }
        let past: Expiry = "2026-11-27T10:00:00Z".parse().unwrap();
        assert!(past.moment(now).unwrap_err().contains("not in the future"));
    }

    #[test]
    fn a_length_of_time_is_told_roughly() {
        for (seconds, said) in [
            (-5, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (7_199, "1 h"),
            (172_800, "2 d"),
        ] {
            assert_eq!(roughly(SignedDuration::from_secs(seconds)), said);
        }
    }
}
