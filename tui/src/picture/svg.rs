//! Renders cells as SVG: text and rectangles at the places of a terminal's cells.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use crate::theme::ThemeName;

const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 18.0;
const MARGIN: f32 = 12.0;

/// The default colours of the terminal.
#[derive(Clone, Copy)]
struct Background {
    ink: &'static str,
    ground: &'static str,
}

impl Background {
    fn of(theme: ThemeName) -> Self {
        match theme {
            ThemeName::Dark | ThemeName::ColourBlind => Self {
                ink: "#d8dee9",
                ground: "#1b1f27",
            },
            ThemeName::Light => Self {
                ink: "#24292f",
                ground: "#ffffff",
            },
        }
    }
}

/// Returns the SVG of the cells, on the background that the theme is made for.
pub(super) fn svg(buffer: &Buffer, title: &str, theme: ThemeName) -> String {
    let background = Background::of(theme);
    let width = f32::from(buffer.area.width) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f32::from(buffer.area.height) * CELL_HEIGHT + 2.0 * MARGIN;
    let ground = background.ground;
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"14\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{ground}\"/>\n"
    );
    for y in 0..buffer.area.height {
        row(&mut picture, buffer, y, background);
    }
    picture.push_str("</svg>\n");
    picture
}

/// Draws a row in runs of cells with the same style. Each run has an explicit width, so that
/// columns are aligned in any font.
fn row(picture: &mut String, buffer: &Buffer, y: u16, background: Background) {
    let width = buffer.area.width;
    let mut x = 0;
    while x < width {
        let (start, style) = (x, CellStyle::of(&buffer[(x, y)]));
        let mut text = String::new();
        while x < width && CellStyle::of(&buffer[(x, y)]) == style {
            let symbol = buffer[(x, y)].symbol();
            text.push_str(symbol);
            // A wide character covers the next cell.
            x += u16::try_from(symbol.width().max(1)).unwrap_or(1);
        }
        let cells = x.min(width) - start;
        run(picture, (start, y), &Run { text, cells, style }, background);
    }
}

fn run(picture: &mut String, (x, y): (u16, u16), text: &Run, background: Background) {
    let Run { text, cells, style } = text;
    let left = MARGIN + f32::from(x) * CELL_WIDTH;
    let top = MARGIN + f32::from(y) * CELL_HEIGHT;
    let width = f32::from(*cells) * CELL_WIDTH;
    let (ink, ground) = style.colours(background);
    if ground != background.ground {
        let _ = writeln!(
            picture,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT}\" fill=\"{ground}\"/>"
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let bottom = top + 13.5;
    let weight = if style.has(Modifier::BOLD) {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let faint = if style.has(Modifier::DIM) {
        " opacity=\"0.6\""
    } else {
        ""
    };
    let underlined = if style.has(Modifier::UNDERLINED) {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        picture,
        "<text x=\"{left:.1}\" y=\"{bottom:.1}\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" fill=\"{ink}\"{weight}{faint}{underlined}>{}</text>",
        escaped(text)
    );
}

/// Cells of a row with the same style.
struct Run {
    text: String,
    cells: u16,
    style: CellStyle,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct CellStyle {
    ink: Color,
    modifier: Modifier,
    /// Wide characters have runs of their own: if a font lacks them, only they are misplaced.
    wide: bool,
}

impl CellStyle {
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

    /// Returns the colours of the text and of the background.
    fn colours(self, background: Background) -> (String, String) {
        let ink = match self.ink {
            // The themes are drawn in true colour.
            Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
            _ => background.ink.to_owned(),
        };
        let ground = background.ground.to_owned();
        if self.has(Modifier::REVERSED) {
            (ground, ink)
        } else {
            (ink, ground)
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
