//! The help: every key, to scroll through and to search.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Overlay, Target, above_hints};
use crate::console::Model;
use crate::console::effect::Effect;
use crate::console::keys::{Action, KeyTable, Scope};
use crate::parts::binding::Binding;
use crate::parts::input::InputLine;
use crate::parts::paint::put_pieces;
use crate::parts::popup::{inside, middle, popup};
use crate::text::clean;
use crate::theme::{Role, Theme};

/// The help overlay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Help {
    /// How many lines it is scrolled down.
    pub scroll: usize,
    /// Only keys that contain this text are shown.
    pub search: InputLine,
    /// Whether the search text is being typed.
    pub searching: bool,
}

/// Opens the help.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    model.overlay = Some(Overlay::Help(Help::default()));
    vec![Effect::Draw]
}

/// Does what a key means in the help.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    let (width, height) = model.size;
    let area = above_hints(Rect::new(0, 0, width, height));
    let Some(Overlay::Help(help)) = &mut model.overlay else {
        return None;
    };
    match action {
        Action::Move(motion) => {
            help.scroll = motion.from(help.scroll, end(&model.keys, area, help) + 1);
        }
        Action::Search | Action::Enter => {
            help.searching = action == Action::Search;
            help.scroll = 0;
        }
        _ => return None,
    }
    Some(vec![Effect::Draw])
}

/// Draws the help.
pub(super) fn draw(keys: &KeyTable, theme: Theme, buffer: &mut Buffer, area: Rect, help: &Help) {
    let search = clean(help.search.text());
    let title = match (help.searching, search.is_empty()) {
        (true, _) => format!("Keys /{search}▏"),
        (false, false) => format!("Keys /{search}"),
        (false, true) => "Keys".to_owned(),
    };
    popup(theme, buffer, place(keys, area), &title);
    for (line, row) in rows(keys, area, help) {
        let pieces = [
            (format!(" {:<8}", row.keys), theme.style(Role::Key)),
            (row.help.to_owned(), theme.style(Role::Text)),
        ];
        put_pieces(buffer, line, &pieces);
    }
}

fn place(keys: &KeyTable, area: Rect) -> Rect {
    let count = u16::try_from(keys.help().count()).unwrap_or(u16::MAX);
    middle(area, 92, count.saturating_add(2))
}

/// Returns the largest scroll offset of the help: the last page stays full.
fn end(keys: &KeyTable, area: Rect, help: &Help) -> usize {
    let inside = inside(place(keys, area));
    let count = keys.found(help.search.text()).count();
    count.saturating_sub(usize::from(inside.height))
}

/// Returns the visible keys with their places.
fn rows<'a>(
    keys: &'a KeyTable,
    area: Rect,
    help: &Help,
) -> impl Iterator<Item = (Rect, &'a Binding<Scope, Action>)> {
    let inside = inside(place(keys, area));
    let from = help.scroll.min(end(keys, area, help));
    let rows = keys.found(help.search.text()).skip(from);
    let rows: Vec<_> = inside.rows().zip(rows).collect();
    rows.into_iter()
}

/// Returns the key in the row that is `under` the mouse.
pub(super) fn target_at(
    keys: &KeyTable,
    area: Rect,
    help: &Help,
    under: impl Fn(Rect) -> bool,
) -> Option<Target> {
    let mut rows = rows(keys, area, help);
    rows.find(|(place, _)| under(*place))
        .map(|(_, row)| Target::Key(row.action))
}
