//! How things look: a style for each role, in colours, without, or greyed when the picture is old.
//!
//! A role is never told by its colour alone: there is a word, a glyph or a weight beside it.

use ratatui::style::{Color, Modifier, Style};

use crate::model::{Link, Model};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Ordinary text.
    Text,
    /// Text that matters less.
    Quiet,
    /// A heading.
    Title,
    /// The frame of the pane that has the keys, and its heading.
    Focus,
    /// Good or available.
    Good,
    /// At work.
    Busy,
    /// Something to look at.
    Warn,
    /// Something wrong.
    Bad,
    /// A key.
    Key,
}

/// The styles of the roles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme {
    colours: bool,
    stale: bool,
}

impl Theme {
    /// Gives the theme that the model asks for.
    pub(crate) fn of(model: &Model) -> Self {
        Self::new(model.colours, &model.link)
    }

    /// Gives the theme with or without colours, greyed while the store is away.
    pub(crate) fn new(colours: bool, link: &Link) -> Self {
        Self {
            colours,
            stale: matches!(link, Link::Away { .. }),
        }
    }

    /// Gives the same theme for what is true even while the picture is old.
    pub(crate) fn fresh(self) -> Self {
        Self {
            stale: false,
            ..self
        }
    }

    /// Gives the style of a role.
    pub(crate) fn style(self, role: Role) -> Style {
        let style = Style::new();
        if self.stale {
            return style.add_modifier(Modifier::DIM);
        }
        let weighted = match role {
            Role::Title | Role::Focus | Role::Warn | Role::Bad | Role::Key => {
                style.add_modifier(Modifier::BOLD)
            }
            Role::Quiet => style.add_modifier(Modifier::DIM),
            Role::Text | Role::Good | Role::Busy => style,
        };
        if !self.colours {
            return weighted;
        }
        match role {
            Role::Text | Role::Quiet | Role::Title => weighted,
            Role::Focus | Role::Key => weighted.fg(Color::Cyan),
            Role::Good => weighted.fg(Color::Green),
            Role::Busy => weighted.fg(Color::Blue),
            Role::Warn => weighted.fg(Color::Yellow),
            Role::Bad => weighted.fg(Color::Red),
        }
    }

    /// Gives what is laid over a row that is selected: no colour, so the same in every theme.
    pub(crate) fn selected(focused: bool) -> Style {
        if focused {
            Style::new().add_modifier(Modifier::REVERSED)
        } else {
            Style::new().add_modifier(Modifier::BOLD)
        }
    }
}
