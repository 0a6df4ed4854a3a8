//! Draws a question with its two answers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Asked;
use crate::console::overlay::Target;
use crate::parts::input::after;
use crate::parts::paint::{cells_of, indented, put_lines};
use crate::parts::popup::{inside, middle, popup};
use crate::text::{clean, wrap};
use crate::theme::{Role, Theme};

const YES: &str = "y  yes, do it";

const NO: &str = "n  no, leave it";

/// The distance between the answers.
const APART: u16 = 6;

/// Returns the frame of a question and the lines inside it; the last line has the answers.
fn lines_of(area: Rect, text: &str) -> (Rect, Vec<String>) {
    let width = area.width.min(66);
    let mut lines = wrap(&clean(text), usize::from(width.saturating_sub(4)));
    lines.push(String::new());
    lines.push(format!("{YES}{}{NO}", " ".repeat(usize::from(APART))));
    let height = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let frame = middle(area, width, height);
    // The answers matter more than the end of the text.
    let hidden = lines
        .len()
        .saturating_sub(usize::from(inside(frame).height));
    lines.drain(..hidden);
    (frame, lines)
}

/// Draws a question with its two answers.
pub(crate) fn draw(theme: Theme, buffer: &mut Buffer, area: Rect, asked: &Asked) {
    let Asked { title, text } = asked;
    let (frame, lines) = lines_of(area, text);
    let inside = popup(theme, buffer, frame, title);
    put_lines(buffer, indented(inside), &lines, theme.style(Role::Text));
}

/// Returns the places of a question's answers: yes, then no.
fn answers(area: Rect, text: &str) -> [Rect; 2] {
    let (frame, lines) = lines_of(area, text);
    let last = inside(frame).rows().take(lines.len()).last();
    let line = after(last.unwrap_or_default(), 1);
    let yes = cells_of(YES);
    let no = after(line, yes + APART);
    let narrowed = |place: Rect, width: u16| Rect {
        width: place.width.min(width),
        ..place
    };
    [narrowed(line, yes), narrowed(no, cells_of(NO))]
}

/// Returns the answer that is `under` the mouse.
pub(crate) fn target_at(area: Rect, asked: &Asked, under: impl Fn(Rect) -> bool) -> Option<Target> {
    let [yes, no] = answers(area, &asked.text);
    if under(yes) {
        return Some(Target::Yes);
    }
    under(no).then_some(Target::No)
}
