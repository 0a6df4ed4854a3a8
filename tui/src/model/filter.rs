//! The filters of the panes, and the prompt in which one is typed.

use super::Pane;
use super::line::Line;
use crate::query::{Kind, Query, Wrong};

/// The filter of a pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// As it was typed; empty if everything is shown.
    pub text: String,
    /// What it means.
    pub query: Query,
}

/// The filters of all panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters([Filter; 4]);

impl Filters {
    /// Gives the filter of a pane.
    pub fn of(&self, pane: Pane) -> &Filter {
        &self.0[pane as usize]
    }

    /// Puts another filter on a pane.
    pub fn set(&mut self, pane: Pane, filter: Filter) {
        self.0[pane as usize] = filter;
    }
}

impl Filter {
    /// Reads a filter for a pane.
    pub fn parse(text: &str, pane: Pane) -> Result<Self, Wrong> {
        let query = Query::parse(text, pane.kind())?;
        Ok(Self {
            text: text.trim().to_owned(),
            query,
        })
    }
}

impl Pane {
    /// Gives what the pane lists, as queries know it.
    pub fn kind(self) -> Kind {
        match self {
            Self::Queue => Kind::Contacts,
            Self::Skills => Kind::Skills,
            Self::Agents => Kind::Agents,
            Self::Events => Kind::Events,
        }
    }
}

/// A filter that is being typed.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterPrompt {
    /// For which pane.
    pub pane: Pane,
    /// What has been typed.
    pub line: Line,
    /// The filter before, for Esc.
    pub before: Filter,
    /// What is wrong with what has been typed; the last that was right holds meanwhile.
    pub wrong: Option<Wrong>,
}
