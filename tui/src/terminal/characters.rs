//! The character set of a terminal: Unicode or ASCII. Screens are drawn in Unicode. For ASCII,
//! every other character is replaced here, cell by cell, for all screens.

use std::env;
use std::ffi::OsString;

use clap::ValueEnum;
use ratatui::buffer::{Buffer, Cell};
use serde::Deserialize;
use unicode_width::UnicodeWidthStr as _;

/// Which characters a terminal is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Characters {
    /// All that there are.
    #[default]
    Unicode,
    /// Those of ASCII: `+--+` for frames, `?` for letters that it has not.
    Ascii,
}

impl Characters {
    /// Returns the character set of the locale. The first of `LC_ALL`, `LC_CTYPE` and `LANG` that
    /// is set counts, as for every program.
    pub fn of_locale() -> Self {
        let said = ["LC_ALL", "LC_CTYPE", "LANG"].map(env::var_os);
        Self::of_variables(said)
    }

    /// If no locale is set, the terminal is assumed to support UTF-8.
    fn of_variables(said: [Option<OsString>; 3]) -> Self {
        let mut said = said.into_iter().flatten();
        let locale = said.find(|value| !value.is_empty());
        let unicode = locale.is_none_or(|locale| {
            let locale = locale.to_string_lossy().to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        if unicode { Self::Unicode } else { Self::Ascii }
    }
}

/// Replaces every cell that is not ASCII by its fallback. Cells keep their widths, so nothing
/// moves.
pub(crate) fn fold(buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(width) {
        fold_row(row);
    }
}

fn fold_row(row: &mut [Cell]) {
    let mut compares = false;
    for cell in row {
        // The second character of `<=` and `>=` takes the space that follows the sign.
        if std::mem::take(&mut compares) && cell.symbol() == " " {
            cell.set_char('=');
        }
        let symbol = cell.symbol();
        if symbol.is_ascii() {
            continue;
        }
        compares = matches!(symbol, "≤" | "≥");
        let wide = symbol.width() > 1;
        let folded = symbol.chars().next().map_or(' ', ascii);
        if wide {
            // The second cell of a wide character is already blank.
            cell.set_symbol("?");
        } else {
            cell.set_char(folded);
        }
    }
}

/// Returns the ASCII fallback of a character.
fn ascii(character: char) -> char {
    match character {
        // The thick frame of a focused pane stays distinct.
        '━' | '═' => '=',
        '─' | '–' | '—' | '‐' | '‑' | '◌' => '-',
        '│' | '┃' | '║' | '▏' | '▎' => '|',
        '\u{2500}'..='\u{257f}' | '✓' | '◆' => '+',
        // Bars, lowest first; large figures are made of these too.
        '▁' => '_',
        '▂' | '·' => '.',
        '▃' => ':',
        '▄' | '○' => 'o',
        '▅' => 'x',
        '▆' => 'X',
        '▇' | '◐' => '%',
        '▀' | '“' | '”' => '"',
        '█' | '■' => '#',
        '●' => '*',
        '◎' => '@',
        '▲' | '↑' => '^',
        '▼' | '↓' => 'v',
        '▸' | '»' | '→' | '≥' => '>',
        '«' | '←' | '≤' => '<',
        '…' => '~',
        '‘' | '’' => '\'',
        '\u{a0}' => ' ',
        other if other.is_ascii() => other,
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn the_first_variable_that_says_anything_decides() {
        for (all, ctype, lang, characters) in [
            ("", "", "", Characters::Unicode),
            ("", "", "en_US.UTF-8", Characters::Unicode),
            ("", "", "de_DE.utf8", Characters::Unicode),
            ("", "", "de_DE@euro", Characters::Ascii),
            ("", "", "C", Characters::Ascii),
            ("C", "en_US.UTF-8", "en_US.UTF-8", Characters::Ascii),
            ("C.UTF-8", "C", "C", Characters::Unicode),
            ("", "POSIX", "en_US.UTF-8", Characters::Ascii),
            ("", "en_US.UTF-8", "C", Characters::Unicode),
        ] {
            let said = [all, ctype, lang].map(|value| Some(OsString::from(value)));
            assert_eq!(
                Characters::of_variables(said),
                characters,
                "{all} {ctype} {lang}"
            );
        }
        assert_eq!(
            Characters::of_variables([None, None, None]),
            Characters::Unicode
        );
    }

    #[test]
    fn what_ascii_has_not_gets_a_fallback_of_the_same_width() {
        for (text, folded) in [
            ("┏━┓│┃└─┘", "+=+||+-+"),
            ("▁▂▃▄▅▆▇█▀", "_.:oxX%#\""),
            ("● ■ ○ ▲▼ ▸✓… –", "* # o ^v >+~ -"),
            ("Zoé 日本 e\u{301}", "Zo? ? ?  e"),
            ("◎ ◆ ◌", "@ + -"),
            ("plain", "plain"),
            ("≤ 5 s, ≥ 9", "<=5 s, >=9"),
            ("a≤b≥c", "a<b>c"),
        ] {
            let area = Rect::new(0, 0, 14, 1);
            let mut buffer = Buffer::empty(area);
            buffer.set_string(0, 0, text, Style::new());
            fold(&mut buffer);
            let seen: String = buffer.content.iter().map(Cell::symbol).collect();
            assert_eq!(seen.trim_end(), folded);
            assert!(seen.is_ascii());
            assert_eq!(seen.len(), 14);
        }
    }
}
