//! What is under a cell of the overlays: buttons, answers, rows of the help, completions.

use ratatui::layout::Rect;

use super::{candidates, dialog, overlay, prompt};
use crate::console::keys::Action;
use crate::console::layout::Layout;
use crate::console::verbs::Candidate;
use crate::console::{Model, Overlay};

/// What is under a cell of an overlay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// The field of that number.
    Field(usize),
    /// The button of a dialog.
    Button,
    /// The answer yes.
    Yes,
    /// The answer no.
    No,
    /// A key in the help, by its action.
    Key(Action),
    /// A completion of the command.
    Word(Candidate),
}

/// Returns what is under that cell, if it can be clicked.
pub fn over(model: &Model, x: u16, y: u16) -> Option<Over> {
    let (width, height) = model.size;
    let area = Rect::new(0, 0, width, height);
    let layout = Layout::of(area, model)?;
    let under = |place: Rect| place.contains((x, y).into());
    let above_hints = overlay::above_hints(area);
    match model.overlay.as_ref()? {
        Overlay::Dialog(open) => {
            let places = dialog::places(above_hints, open);
            if places.button.is_some_and(under) {
                return Some(Over::Button);
            }
            let mut fields = places.fields.into_iter();
            let field = fields.find(|(_, place)| under(*place))?;
            Some(Over::Field(field.0))
        }
        Overlay::Help(open) => {
            let mut rows = overlay::help_rows(above_hints, open);
            rows.find(|(place, _)| under(*place))
                .map(|(_, row)| Over::Key(row.action))
        }
        Overlay::Command(open) => {
            let below = prompt::completion_place(model, layout.hints, open);
            let mut words = candidates::places(model, open, layout.notice);
            let first = words.first().filter(|_| below.is_some_and(under)).cloned();
            let word = first.or_else(|| {
                let at = words.iter().position(|(place, _)| under(*place))?;
                Some(words.swap_remove(at))
            });
            word.map(|(_, word)| Over::Word(word))
        }
        Overlay::Filter(_) => None,
        Overlay::Question(_)
        | Overlay::ConfirmOpen
        | Overlay::ConfirmClose
        | Overlay::ConfirmDemo
        | Overlay::ConfirmStopInjecting => {
            let (_, text) = overlay::asked(model)?;
            let [yes, no] = dialog::answers(above_hints, &text);
            if under(yes) {
                return Some(Over::Yes);
            }
            under(no).then_some(Over::No)
        }
    }
}
