//! A picture of the console as SVG: the same cells that a terminal would show, as text.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use crate::cli::Size;
use crate::model::Model;
use crate::view;

const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 18.0;
const MARGIN: f32 = 12.0;
const TEXT: &str = "#d8dee9";
const GROUND: &str = "#1b1f27";

/// Draws the model at that size, as the text of an SVG file.
pub fn svg(model: &Model, size: Size) -> String {
    let area = Rect::new(0, 0, size.width, size.height);
    let mut buffer = Buffer::empty(area);
    view::draw(model, &mut buffer, area);
    let width = f32::from(size.width) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f32::from(size.height) * CELL_HEIGHT + 2.0 * MARGIN;
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"14\">\n<title>The console of Switchboard</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{GROUND}\"/>\n"
    );
    for y in 0..size.height {
        row(&mut picture, &buffer, y, size.width);
    }
    picture.push_str("</svg>\n");
    picture
}

/// Draws a row in runs of cells that look alike. A run says how wide it is, so that the columns
/// stand straight in whatever font the reader has.
fn row(picture: &mut String, buffer: &Buffer, y: u16, width: u16) {
    let mut x = 0;
    while x < width {
        let (start, look) = (x, Look::of(&buffer[(x, y)]));
        let mut text = String::new();
        while x < width && Look::of(&buffer[(x, y)]) == look {
            let symbol = buffer[(x, y)].symbol();
            text.push_str(symbol);
            // The cell after a wide character is covered by it.
            x += u16::try_from(symbol.width().max(1)).unwrap_or(1);
        }
        run(picture, (start, y), x.min(width) - start, &text, look);
    }
}

fn run(picture: &mut String, (x, y): (u16, u16), cells: u16, text: &str, look: Look) {
    let left = MARGIN + f32::from(x) * CELL_WIDTH;
    let top = MARGIN + f32::from(y) * CELL_HEIGHT;
    let width = f32::from(cells) * CELL_WIDTH;
    let (ink, ground) = look.colours();
    if ground != GROUND {
        let _ = writeln!(
            picture,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT}\" fill=\"{ground}\"/>"
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let bottom = top + 13.5;
    let weight = if look.has(Modifier::BOLD) {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let faint = if look.has(Modifier::DIM) {
        " opacity=\"0.6\""
    } else {
        ""
    };
    let under = if look.has(Modifier::UNDERLINED) {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        picture,
        "<text x=\"{left:.1}\" y=\"{bottom:.1}\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" fill=\"{ink}\"{weight}{faint}{under}>{}</text>",
        escaped(text)
    );
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    ink: Color,
    modifier: Modifier,
    /// Wide characters run by themselves: where a font lacks them, only they are out of place.
    wide: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        Self {
            ink: cell.fg,
            modifier: cell.modifier,
            wide: cell.symbol().width() > 1,
        }
    }

    fn has(self, modifier: Modifier) -> bool {
        self.modifier.contains(modifier)
    }

    fn colours(self) -> (&'static str, &'static str) {
        let ink = match self.ink {
            Color::Cyan => "#7fd1de",
            Color::Green => "#8fce7f",
            Color::Blue => "#82aaff",
            Color::Yellow => "#f0c674",
            Color::Red => "#ff6f7d",
            _ => TEXT,
        };
        if self.has(Modifier::REVERSED) {
            (GROUND, ink)
        } else {
            (ink, GROUND)
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
