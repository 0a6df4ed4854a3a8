//! What covers the panes: the help, prompts, dialogs and questions, a module each.
//!
//! A new overlay is a module here, a variant of [`Overlay`] with its arms in this file, and in the
//! key table ([`super::keys`]) the key that opens it and a scope for its own keys.

pub mod command;
pub mod dialog;
pub mod filter;
pub mod help;
mod prompt;
pub mod question;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::command::CommandPrompt;
use self::command::verbs::Candidate;
use self::dialog::Dialog;
use self::filter::FilterPrompt;
use self::help::Help;
use self::question::{Confirm, Question};
use super::Model;
use super::effect::Effect;
use super::keys::{Action, Scope};
use super::layout::Layout;
use crate::parts::input::InputLine;
use crate::query::Wrong;

/// What covers the panes.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    /// The list of keys.
    Help(Help),
    /// The prompt for a command.
    Command(CommandPrompt),
    /// The prompt for a filter.
    Filter(FilterPrompt),
    /// A dialog.
    Dialog(Dialog),
    /// A question before an action on contacts, agents or a skill, or before quitting.
    Question(Question),
    /// A question about the ACD as a whole, the demo session or the series of contacts.
    Confirm(Confirm),
}

/// What can be clicked in an overlay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
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

impl Overlay {
    /// Returns the scope of its keys.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Help(help) if help.searching => Scope::Search,
            Self::Help(_) => Scope::Help,
            Self::Command(_) => Scope::Command,
            Self::Filter(_) => Scope::Filter,
            Self::Dialog(_) => Scope::Dialog,
            Self::Question(_) | Self::Confirm(_) => Scope::Question,
        }
    }

    /// Returns how many lines a prompt needs below the one that is typed in; none if it is no prompt.
    pub(super) fn lines_below(&self, width: u16) -> Option<u16> {
        let wrong = match self {
            Self::Command(prompt) => &prompt.wrong,
            Self::Filter(prompt) => &prompt.wrong,
            Self::Help(_) | Self::Dialog(_) | Self::Question(_) | Self::Confirm(_) => return None,
        };
        let wrong = wrong.as_ref();
        Some(wrong.map_or(1, |wrong| prompt::error_height(wrong, width)))
    }

    /// Inserts pasted text where something is typed, and returns how many characters were cut off;
    /// none if nothing is typed.
    pub(super) fn paste(&mut self, text: &str) -> Option<usize> {
        match self {
            Self::Dialog(dialog) if !dialog.on_button() => Some(dialog.paste(text)),
            other => other.line().map(|line| line.paste(text)),
        }
    }

    /// Returns the line that receives keys with no other meaning.
    pub(super) fn line(&mut self) -> Option<&mut InputLine> {
        match self {
            Self::Help(help) => help.searching.then_some(&mut help.search),
            Self::Command(prompt) => Some(&mut prompt.line),
            Self::Filter(prompt) => Some(&mut prompt.line),
            Self::Dialog(dialog) => dialog.line(),
            Self::Question(_) | Self::Confirm(_) => None,
        }
    }
}

/// Says in the open overlay what is wrong with its text, or else in the notice.
pub(super) fn refuse(model: &mut Model, says: String) {
    let at = InputLine::LONGEST;
    match &mut model.overlay {
        Some(Overlay::Command(prompt)) => prompt.wrong = Some(Wrong { at, says }),
        Some(Overlay::Filter(prompt)) => prompt.wrong = Some(Wrong { at, says }),
        Some(Overlay::Dialog(dialog)) => dialog.wrong = Some(says),
        Some(Overlay::Help(_) | Overlay::Question(_) | Overlay::Confirm(_)) | None => {
            model.refuse(says);
        }
    }
}

/// Does what a key means in the open overlay. Returns none if no overlay is open, or if the key
/// means the same everywhere.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    let effects = match model.overlay.as_ref()? {
        Overlay::Help(_) => help::act(model, action),
        Overlay::Command(_) => command::act(model, action),
        Overlay::Filter(_) => filter::act(model, action),
        Overlay::Dialog(_) => dialog::act(model, action),
        Overlay::Question(_) | Overlay::Confirm(_) => question::act(model, action),
    };
    effects.or_else(|| matches!(action, Action::Dismiss | Action::No).then(|| close(model)))
}

/// Closes the overlay, and discards what was being entered there.
fn close(model: &mut Model) -> Vec<Effect> {
    model.overlay = None;
    vec![Effect::Draw]
}

/// Updates what depends on the text just typed.
pub(super) fn typed(model: &mut Model) {
    match &mut model.overlay {
        Some(Overlay::Help(help)) => help.scroll = 0,
        Some(Overlay::Command(prompt)) => prompt.wrong = None,
        Some(Overlay::Filter(_)) => filter::typed(model),
        Some(Overlay::Dialog(dialog)) => dialog.wrong = None,
        Some(Overlay::Question(_) | Overlay::Confirm(_)) | None => {}
    }
}

/// Draws the open overlay, if any.
pub(super) fn draw(model: &Model, buffer: &mut Buffer, area: Rect, layout: &Layout) {
    let theme = model.theme().fresh();
    let area = above_hints(area);
    match &model.overlay {
        Some(Overlay::Help(help)) => help::draw(&model.keys, theme, buffer, area, help),
        Some(Overlay::Command(prompt)) => command::draw(model, theme, buffer, layout, prompt),
        Some(Overlay::Filter(prompt)) => filter::draw(theme, buffer, layout, prompt),
        Some(Overlay::Dialog(dialog)) => dialog::draw(theme, buffer, area, dialog),
        Some(Overlay::Question(question)) => {
            question::draw(theme, buffer, area, &question.asked());
        }
        Some(Overlay::Confirm(confirm)) => {
            question::draw(theme, buffer, area, &confirm.asked(model));
        }
        None => {}
    }
}

/// Returns what is under that cell, if it can be clicked.
pub fn target_at(model: &Model, x: u16, y: u16) -> Option<Target> {
    let (width, height) = model.size;
    let layout = Layout::now(model)?;
    let area = above_hints(Rect::new(0, 0, width, height));
    let under = |place: Rect| place.contains((x, y).into());
    match model.overlay.as_ref()? {
        Overlay::Help(help) => help::target_at(&model.keys, area, help, under),
        Overlay::Command(prompt) => command::target_at(model, &layout, prompt, under),
        Overlay::Filter(_) => None,
        Overlay::Dialog(dialog) => dialog::target_at(area, dialog, under),
        Overlay::Question(question) => question::target_at(area, &question.asked(), under),
        Overlay::Confirm(confirm) => question::target_at(area, &confirm.asked(model), under),
    }
}

/// Returns the area above the hint row. The row stays visible: it shows how to go back.
fn above_hints(area: Rect) -> Rect {
    Rect {
        height: area.height.saturating_sub(1),
        ..area
    }
}
