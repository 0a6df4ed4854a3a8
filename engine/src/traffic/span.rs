//! A range of durations to draw from, `1..3` on a command line.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rand::RngExt;
use shared::text::Invalid;

/// A range of durations, both ends included, with a uniform distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    least: Duration,
    most: Duration,
}

impl Span {
    /// The longest duration of a range, in seconds: a day.
    const LONGEST_SECONDS: f64 = 86_400.0;

    /// Creates a range of whole seconds, in either order.
    pub fn seconds(one: u64, other: u64) -> Self {
        Self {
            least: Duration::from_secs(one.min(other)),
            most: Duration::from_secs(one.max(other)),
        }
    }

    /// Draws a duration.
    pub(super) fn draw(self, rng: &mut impl RngExt) -> Duration {
        let share: f64 = rng.random();
        self.least + self.most.saturating_sub(self.least).mul_f64(share)
    }
}

impl FromStr for Span {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        match (read_seconds(least), read_seconds(most)) {
            (Some(least), Some(most)) if least <= most => Ok(Self { least, most }),
            _ => Err(Invalid::new(
                format!("range {text:?}"),
                "is not a range of seconds",
                "use a range, smaller number first, like 1..3 or 0.5..2, or one number like 2; at most 86400",
            )),
        }
    }
}

fn read_seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    (0.0..=Span::LONGEST_SECONDS)
        .contains(&seconds)
        .then(|| Duration::from_secs_f64(seconds))
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least == self.most {
            return write!(f, "{}", self.least.as_secs_f64());
        }
        let (least, most) = (self.least.as_secs_f64(), self.most.as_secs_f64());
        write!(f, "{least}..{most}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_span_is_read_and_written() {
        for (text, least, most, written) in [
            ("1..3", 1_000, 3_000, "1..3"),
            ("2", 2_000, 2_000, "2"),
            ("0.25..0.5", 250, 500, "0.25..0.5"),
            (" 1 .. 3 ", 1_000, 3_000, "1..3"),
            ("4..4", 4_000, 4_000, "4"),
            ("0", 0, 0, "0"),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.least, Duration::from_millis(least), "{text}");
            assert_eq!(span.most, Duration::from_millis(most), "{text}");
            assert_eq!(span.to_string(), written);
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "", "..", "1..", "..3", "3..1", "-1..2", "a", "1..b", "NaN", "inf", "1...3", "1..1e9",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_drawn_lies_in_the_span() {
        let mut rng = StdRng::seed_from_u64(1);
        let span: Span = "0.5..2".parse().unwrap();
        for _ in 0..1_000 {
            let drawn = span.draw(&mut rng);
            assert!((span.least..=span.most).contains(&drawn), "{drawn:?}");
        }
        assert_eq!(Span::seconds(2, 2).draw(&mut rng), Duration::from_secs(2));
    }

    proptest! {
        #[test]
        fn whatever_is_a_span_is_written_so_that_it_is_read_as_the_same(
            text in "\\PC{0,5}|[0-9.e+-]{0,8}(\\.\\.[0-9.e+-]{0,8})?|(inf|NaN)(\\.\\.NaN)?"
        ) {
            match text.parse::<Span>() {
                Ok(span) => prop_assert_eq!(span.to_string().parse(), Ok(span)),
                Err(refused) => prop_assert_eq!(refused.what, format!("range {:?}", text)),
            }
        }
    }
}
