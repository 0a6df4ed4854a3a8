//! The filters of the panes.

use super::Pane;
use crate::console::Model;
use crate::console::effect::Effect;
use crate::query::{Kind, Query, Wrong};

/// The filter of a pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The text as typed; empty if everything is shown.
    pub text: String,
    /// The parsed text.
    pub query: Query,
}

/// The filters of all panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters([Filter; Pane::ALL.len()]);

impl Filters {
    /// Returns the filter of a pane.
    pub fn of(&self, pane: Pane) -> &Filter {
        &self.0[pane as usize]
    }

    /// Sets the filter of a pane.
    pub fn set(&mut self, pane: Pane, filter: Filter) {
        self.0[pane as usize] = filter;
    }
}

impl Filter {
    /// Parses a filter for a pane.
    pub fn parse(text: &str, pane: Pane) -> Result<Self, Wrong> {
        let query = Query::parse(text, pane.kind())?;
        Ok(Self {
            text: text.trim().to_owned(),
            query,
        })
    }
}

impl Pane {
    /// Returns the kind of rows in the pane, for the query language.
    pub fn kind(self) -> Kind {
        match self {
            Self::Queue => Kind::Contacts,
            Self::Skills => Kind::Skills,
            Self::Agents => Kind::Agents,
            Self::Events => Kind::Events,
        }
    }
}

/// Clears the filter of the focused pane.
pub(crate) fn clear(model: &mut Model) -> Vec<Effect> {
    model.filters.set(model.focus, Filter::default());
    model.follow_choice(model.focus);
    vec![Effect::Draw]
}
