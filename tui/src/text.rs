//! Short texts for numbers, times and ids; truncating and wrapping texts to a width in cells.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::time::Millis;
use unicode_width::UnicodeWidthStr as _;

/// The placeholder for no value.
pub const NOTHING: &str = "–";

/// Returns a duration in at most seven cells: `12s`, `4:07`, `2:04:07`, `3d 04h`.
pub fn span(millis: u64) -> String {
    let seconds = millis / 1_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if minutes == 0 {
        format!("{seconds}s")
    } else if hours == 0 {
        format!("{minutes}:{:02}", seconds % 60)
    } else if days == 0 {
        format!("{hours}:{:02}:{:02}", minutes % 60, seconds % 60)
    } else {
        format!("{days}d {:02}h", hours % 24)
    }
}

/// Returns a completed wait, with tenths of a second if it was short.
pub fn waited(millis: u64) -> String {
    if millis < 10_000 {
        format!("{}.{}s", millis / 1_000, millis % 1_000 / 100)
    } else {
        span(millis)
    }
}

/// Returns a number with thousands separators: `1,234,567`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number with its noun: `1 agent`, `2 agents`.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count))
}

/// Returns the time of day.
pub fn time_of_day(at: Millis, zone: &TimeZone) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).map_or_else(
        |_| NOTHING.to_owned(),
        |moment| {
            moment
                .to_zoned(zone.clone())
                .strftime("%H:%M:%S")
                .to_string()
        },
    )
}

/// Returns a contact's short id, in ten cells. It is the end of the id, because ids begin with the
/// time, and so contacts of the same minute begin alike.
pub fn short_contact(id: ContactId) -> String {
    let key = id.to_string();
    let start = key.char_indices().rev().nth(7).map_or(0, |(at, _)| at);
    format!("c-{}", &key[start..])
}

/// Returns an agent's id without the usual prefix `agent:`, for use where only agents are listed.
pub fn short_agent(id: &AgentId) -> &str {
    let id = id.as_str();
    match id.strip_prefix("agent:") {
        Some(rest) if !rest.is_empty() => rest,
        _ => id,
    }
}

/// Compares ids by their numbers: `agent:2` before `agent:10`.
pub fn by_number(one: &AgentId, other: &AgentId) -> Ordering {
    fn key(id: &str) -> (&str, usize, &str) {
        let stem = id.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = id[stem.len()..].trim_start_matches('0');
        (stem, digits.len(), digits)
    }
    let (one, other) = (one.as_str(), other.as_str());
    key(one).cmp(&key(other)).then_with(|| one.cmp(other))
}

/// Removes characters that could control a terminal or change the writing direction.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| {
            !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        })
        .collect()
}

/// Wraps a text into lines of at most `width` cells, between words where possible.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        // There is always a last line: the list starts with one and only grows.
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            word.clone_into(line);
        } else if line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Fits a text into at most `most` lines of `width` cells. A text that is too long loses words in its
/// middle: it begins with what happened and ends with the remedy.
pub fn fit(text: &str, width: usize, most: usize) -> Vec<String> {
    let whole = wrap(text, width);
    if whole.len() <= most && whole.iter().all(|line| line.width() <= width) {
        return whole;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let (mut before, mut after) = (words.len() / 2, words.len() / 2);
    let mut shortened = whole;
    while before > 0 || after < words.len() {
        // The end is kept longer than the beginning.
        if before >= words.len() - after {
            before -= 1;
        } else {
            after += 1;
        }
        let kept = [&words[..before], &["…"], &words[after..]].concat();
        shortened = wrap(&kept.join(" "), width);
        if shortened.len() <= most && shortened.iter().all(|line| line.width() <= width) {
            break;
        }
    }
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short() {
        for (millis, text) in [
            (0, "0s"),
            (59_999, "59s"),
            (247_000, "4:07"),
            (7_447_000, "2:04:07"),
            (273_600_000, "3d 04h"),
        ] {
            assert_eq!(span(millis), text);
        }
        assert!(span(u64::MAX).len() < 24);
    }

    #[test]
    fn thousands_stand_apart() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_contact_is_known_by_the_end_of_its_id() {
        let id = "contact:0198f2a4-0000-7000-8000-00001a2b3c4d"
            .parse()
            .unwrap();
        assert_eq!(short_contact(id), "c-1a2b3c4d");
    }

    #[test]
    fn agents_are_ordered_as_people_count() {
        let mut ids: Vec<AgentId> = ["b", "agent:10", "agent:2", "agent:02", "a"]
            .map(|id| id.parse().unwrap())
            .into();
        ids.sort_by(by_number);
        let ids: Vec<&str> = ids.iter().map(AgentId::as_str).collect();
        assert_eq!(ids, ["a", "agent:02", "agent:2", "agent:10", "b"]);
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_shown() {
        assert_eq!(clean("a\u{1b}[31m\nb\u{202e}c"), "a [31m bc");
    }

    #[test]
    fn long_texts_are_broken_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
    }

    #[test]
    fn a_text_that_is_too_long_keeps_its_beginning_and_its_end() {
        assert_eq!(fit("one two three", 7, 2), ["one two", "three"]);
        assert_eq!(fit("one two three four five", 12, 1), ["one … five"]);
        assert_eq!(
            fit("one two three four five six", 9, 2),
            ["one two …", "five six"]
        );
        assert_eq!(fit("", 9, 2), [""]);
        assert_eq!(fit("wide", 0, 1), ["…"]);
    }

    #[test]
    fn the_end_of_time_has_a_time_of_day_or_a_dash() {
        let _ = time_of_day(Millis(u64::MAX), &TimeZone::UTC);
        assert_eq!(time_of_day(Millis(43_200_000), &TimeZone::UTC), "12:00:00");
    }
}
