//! A table that makes only the visible rows.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::console::sort::{Column as Key, Sort};
use crate::console::{Model, Pane};
use crate::parts::cursor::Cursor;
use crate::parts::paint::{Align, put_aligned};
use crate::theme::{Role, Theme};

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableColumn {
    /// What it shows.
    pub(crate) key: Key,
    /// Its heading.
    pub(crate) title: &'static str,
    /// Its width in cells; 0 shares what the others leave.
    pub(crate) width: u16,
    /// The alignment of its texts.
    pub(crate) align: Align,
    /// The least width of the table at which the column is shown.
    pub(crate) from: u16,
}

impl TableColumn {
    /// Makes a left-aligned column of that width.
    pub(crate) const fn left(key: Key, title: &'static str, width: u16, from: u16) -> Self {
        Self {
            key,
            title,
            width,
            align: Align::Left,
            from,
        }
    }

    /// Makes a right-aligned column of that width.
    pub(crate) const fn right(key: Key, title: &'static str, width: u16, from: u16) -> Self {
        Self {
            key,
            title,
            width,
            align: Align::Right,
            from,
        }
    }
}

/// A cell of a table.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// Its text.
    pub(crate) text: String,
    /// What it is, for its style.
    pub(crate) role: Role,
}

impl Cell {
    /// Makes a cell.
    pub(crate) fn new(text: impl Into<String>, role: Role) -> Self {
        Self {
            text: text.into(),
            role,
        }
    }
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its cells.
    pub(crate) cells: Vec<Cell>,
    /// Whether it is marked.
    pub(crate) marked: bool,
}

/// What part of a list a table shows, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// The number of rows in the list.
    pub(crate) rows: usize,
    /// The row to keep visible.
    pub(crate) at: usize,
    /// Whether that row is selected.
    pub(crate) selected: bool,
    /// Whether this table has the focus.
    pub(crate) focused: bool,
    /// Whether any row is marked; then there is a column for the marks.
    pub(crate) marks: bool,
    /// The sort of the list; none is its own order.
    pub(crate) sort: Option<Sort>,
}

impl Shape {
    /// Returns the shape for a pane with `rows` rows.
    pub(crate) fn of<Id>(model: &Model, pane: Pane, cursor: &Cursor<Id>, rows: usize) -> Self {
        Self {
            rows: cursor.rows_shown(rows),
            at: cursor.index,
            selected: cursor.selected.is_some(),
            focused: model.focus == pane,
            marks: model.marks.count(pane) > 0,
            sort: model.sorts.of(pane),
        }
    }
}

/// Returns the rows visible in a window of that height: the row `at` stays visible, in the middle
/// if possible.
pub(crate) fn window(rows: usize, at: usize, height: usize) -> Range<usize> {
    let last_start = rows.saturating_sub(height);
    let start = at.saturating_sub(height / 2).min(last_start);
    start..rows.min(start + height)
}

/// Draws a table. `row` is called for the visible rows only, and returns none for a row not read
/// yet. Returns the range of the visible rows.
pub(crate) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    theme: Theme,
    columns: &[TableColumn],
    shape: Shape,
    row: impl Fn(usize) -> Option<Row>,
) -> Range<usize> {
    let whole = area;
    let area = after_marks(area, shape.marks);
    let places = places(columns, area);
    let mut lines = area.rows();
    if has_heads(area)
        && let Some(line) = lines.next()
    {
        for (column, place) in columns.iter().zip(&places) {
            let sorted = shape.sort.filter(|sort| sort.column == column.key);
            let role = if sorted.is_some() {
                Role::Title
            } else {
                Role::Quiet
            };
            let title = sorted.map_or_else(
                || column.title.to_owned(),
                |sort| arrowed(column, sort, place.1),
            );
            put_aligned(
                buffer,
                on(line, *place),
                &title,
                column.align,
                theme.style(role),
            );
        }
    }
    let shown: Vec<Rect> = lines.collect();
    let seen = window(shape.rows, shape.at, shown.len());
    for (index, line) in seen.clone().zip(shown) {
        let Some(row) = row(index) else {
            put_aligned(buffer, line, "…", Align::Left, theme.style(Role::Quiet));
            continue;
        };
        let line_of_all = Rect::new(whole.x, line.y, whole.width, 1);
        if shape.marks && row.marked {
            put_aligned(
                buffer,
                line_of_all,
                "✓",
                Align::Left,
                theme.style(Role::Focus),
            );
        }
        for ((column, place), cell) in columns.iter().zip(&places).zip(row.cells) {
            let style = theme.style(cell.role);
            put_aligned(buffer, on(line, *place), &cell.text, column.align, style);
        }
        if shape.selected && index == shape.at {
            buffer.set_style(line_of_all, Theme::selected(shape.focused));
        }
    }
    seen
}

/// Returns the heading with an arrow for the direction of the sort; in a narrow column the arrow
/// replaces the last letters.
fn arrowed(column: &TableColumn, sort: Sort, width: u16) -> String {
    let arrow = if sort.falling { '▼' } else { '▲' };
    let room = usize::from(width).saturating_sub(1);
    let title: String = column.title.chars().take(room).collect();
    format!("{title}{arrow}")
}

/// A table of three lines or fewer has no room for headings.
fn has_heads(area: Rect) -> bool {
    area.height > 3
}

fn after_marks(area: Rect, marks: bool) -> Rect {
    let gutter = if marks { 2.min(area.width) } else { 0 };
    Rect::new(area.x + gutter, area.y, area.width - gutter, area.height)
}

/// Returns the places of the visible headings of a table in that area.
pub(crate) fn heads(area: Rect, columns: &[TableColumn], marks: bool) -> Vec<(Key, Rect)> {
    let area = after_marks(area, marks);
    if !has_heads(area) {
        return vec![];
    }
    let places = columns.iter().zip(places(columns, area));
    places
        .filter(|(_, place)| place.1 > 0)
        .map(|(column, place)| (column.key, on(area, place)))
        .collect()
}

/// What is under a cell of a table.
pub(crate) enum Under {
    /// That row.
    Row(usize),
    /// The heading of that column.
    Head(Key),
}

/// Returns what is under a cell of a table drawn in that area.
pub(crate) fn under(
    area: Rect,
    columns: &[TableColumn],
    rows: usize,
    at: usize,
    marks: bool,
    (x, y): (u16, u16),
) -> Option<Under> {
    let heads = u16::from(has_heads(area));
    if y < area.y + heads {
        let area = after_marks(area, marks);
        let places = places(columns, area);
        let mut heads = columns.iter().zip(places);
        let (column, _) = heads.find(|(_, (from, width))| (*from..from + width).contains(&x))?;
        return Some(Under::Head(column.key));
    }
    let height = usize::from(area.height - heads);
    let row = window(rows, at, height).start + usize::from(y - area.y - heads);
    (row < rows).then_some(Under::Row(row))
}

fn on(line: Rect, (x, width): (u16, u16)) -> Rect {
    Rect::new(x, line.y, width, 1)
}

/// Returns where each column starts and its width; hidden ones have width 0.
fn places(columns: &[TableColumn], area: Rect) -> Vec<(u16, u16)> {
    let shown = |column: &TableColumn| column.from <= area.width;
    let fixed: u16 = columns
        .iter()
        .filter(|c| shown(c))
        .map(|c| c.width + 1)
        .sum();
    let sharing = columns.iter().filter(|c| shown(c) && c.width == 0).count();
    let share = area.width.saturating_sub(fixed) / u16::try_from(sharing.max(1)).unwrap_or(1);
    let mut x = area.x;
    columns
        .iter()
        .map(|column| {
            if !shown(column) {
                return (x, 0);
            }
            let wanted = if column.width == 0 {
                share
            } else {
                column.width
            };
            let width = wanted.min(area.right().saturating_sub(x));
            let place = (x, width);
            x = x.saturating_add(width + 1).min(area.right());
            place
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_the_row_of_interest_and_stays_in_the_list() {
        for (rows, at, height, seen) in [
            (0, 0, 5, 0..0),
            (3, 2, 5, 0..3),
            (100, 0, 5, 0..5),
            (100, 50, 5, 48..53),
            (100, 99, 5, 95..100),
            (100, 50, 0, 50..50),
        ] {
            assert_eq!(window(rows, at, height), seen);
        }
    }

    #[test]
    fn of_a_million_rows_only_the_visible_ones_are_made() {
        let columns = [TableColumn::left(Key::Contact, "CONTACT", 10, 0)];
        for (at, height) in [(0, 11), (500_000, 37), (999_999, 101), (7, 0)] {
            let area = Rect::new(0, 0, 80, height);
            let shape = Shape {
                rows: 1_000_000,
                at,
                selected: true,
                focused: true,
                marks: true,
                sort: None,
            };
            let made = std::cell::RefCell::new(vec![]);
            let theme = Theme::new(None, false);
            let seen = draw(
                &mut Buffer::empty(area),
                area,
                theme,
                &columns,
                shape,
                |row| {
                    made.borrow_mut().push(row);
                    let cells = vec![Cell::new("c-1a2b3c4d", Role::Text)];
                    (row % 2 == 0).then_some(Row {
                        cells,
                        marked: true,
                    })
                },
            );
            let heads = usize::from(height > 0);
            assert_eq!(seen.len(), usize::from(height) - heads, "{at}");
            assert_eq!(made.take(), seen.collect::<Vec<_>>(), "each of them once");
        }
    }

    #[test]
    fn columns_never_leave_the_table() {
        let columns = [
            TableColumn::left(Key::Agent, "a", 8, 0),
            TableColumn::left(Key::Name, "b", 0, 0),
            TableColumn::right(Key::For, "c", 9, 30),
        ];
        for width in 0..60 {
            let area = Rect::new(3, 0, width, 1);
            for (x, cells) in places(&columns, area) {
                assert!(
                    x >= area.x && x + cells <= area.right(),
                    "{width}: {x} + {cells}"
                );
            }
        }
    }
}
