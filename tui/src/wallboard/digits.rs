//! Large figures made of half blocks: a font of three by five dots, at any scale. A dot is one cell
//! wide and half a cell high, so it is about square.

/// The height of a character in dots.
const HEIGHT: usize = 5;

/// Returns the dots of a character, row by row.
fn dots(character: char) -> [&'static str; HEIGHT] {
    match character {
        '0' => ["###", "# #", "# #", "# #", "###"],
        '1' => [" # ", "## ", " # ", " # ", "###"],
        '2' => ["###", "  #", "###", "#  ", "###"],
        '3' => ["###", "  #", "###", "  #", "###"],
        '4' => ["# #", "# #", "###", "  #", "  #"],
        '5' => ["###", "#  ", "###", "  #", "###"],
        '6' => ["###", "#  ", "###", "# #", "###"],
        '7' => ["###", "  #", "  #", "  #", "  #"],
        '8' => ["###", "# #", "###", "# #", "###"],
        '9' => ["###", "# #", "###", "  #", "###"],
        ':' => [" ", "#", " ", "#", " "],
        'd' => ["  #", "  #", "###", "# #", "###"],
        'k' => ["#  ", "# #", "## ", "# #", "# #"],
        'M' => ["# #", "###", "###", "# #", "# #"],
        '%' => ["# #", "  #", " # ", "#  ", "# #"],
        // The placeholder for no value.
        _ => ["   ", "   ", "###", "   ", "   "],
    }
}

/// Returns the width of a text at that scale, in cells.
pub(super) fn width(text: &str, scale: usize) -> usize {
    let dots: usize = text.chars().map(|c| dots(c)[0].len() + 1).sum();
    dots.saturating_sub(1) * scale
}

/// Returns the height of a text at that scale, in cells.
pub(super) fn height(scale: usize) -> usize {
    (HEIGHT * scale).div_ceil(2)
}

/// Writes a text at that scale, as lines of cells.
pub(super) fn written(text: &str, scale: usize) -> Vec<String> {
    let row = |number: usize| -> Vec<bool> {
        let glyphs: Vec<&str> = text
            .chars()
            .map(|c| dots(c).get(number / scale).copied().unwrap_or(""))
            .collect();
        let line = glyphs.join(" ");
        let scaled = line.chars().flat_map(|dot| std::iter::repeat_n(dot, scale));
        scaled.map(|dot| dot == '#').collect()
    };
    (0..height(scale))
        .map(|line| {
            let (above, below) = (row(2 * line), row(2 * line + 1));
            let cell = |(place, above): (usize, &bool)| {
                // With an odd number of rows, the last ends in the middle of a cell.
                match (above, below.get(place).unwrap_or(&false)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                }
            };
            above.iter().enumerate().map(cell).collect()
        })
        .collect()
}

/// Returns a number in at most four characters.
pub(super) fn number(number: u64) -> String {
    match number {
        0..10_000 => number.to_string(),
        10_000..1_000_000 => format!("{}k", number / 1_000),
        1_000_000..1_000_000_000 => format!("{}M", number / 1_000_000),
        _ => "999M".to_owned(),
    }
}

/// Returns a duration like a clock, `0:12`, `12:34`, `2:04:07`, or in days.
pub(super) fn span(millis: u64) -> String {
    let seconds = millis / 1_000;
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match hours {
        0 => format!("{minutes}:{:02}", seconds % 60),
        1..24 => format!("{hours}:{:02}:{:02}", minutes % 60, seconds % 60),
        _ => format!("{}d", (hours / 24).min(999)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_is_half_a_cell_high() {
        assert_eq!(written("12", 1), ["▄█  ▀▀█", " █  █▀▀", "▀▀▀ ▀▀▀"]);
        assert_eq!(written(":", 2), ["  ", "██", "  ", "██", "  "]);
    }

    #[test]
    fn a_text_is_as_large_as_it_says() {
        for text in ["0", "12:34", "–", "2:04:07", "9999"] {
            for scale in 1..5 {
                let lines = written(text, scale);
                assert_eq!(lines.len(), height(scale));
                for line in lines {
                    assert_eq!(line.chars().count(), width(text, scale), "{text} {scale}");
                }
            }
        }
    }

    #[test]
    fn figures_stay_short() {
        for (given, text) in [
            (0, "0"),
            (9_999, "9999"),
            (12_345, "12k"),
            (3_999_999, "3M"),
            (u64::MAX, "999M"),
        ] {
            assert_eq!(number(given), text);
        }
        for (millis, text) in [
            (0, "0:00"),
            (12_000, "0:12"),
            (754_000, "12:34"),
            (7_447_000, "2:04:07"),
            (90_000_000, "1d"),
        ] {
            assert_eq!(span(millis), text);
        }
    }
}
