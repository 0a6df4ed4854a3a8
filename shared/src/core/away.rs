//! Whom opening the ACD brings back: those first who have been unavailable longest.

use std::collections::{BTreeMap, HashMap};

use crate::agent::AgentId;

/// Whom closing took off, or will when their contact ends, and who never chose since they were
/// created: each by the number of the event that told of it, of which no two are equal.
#[derive(Debug, Default)]
pub(super) struct Away {
    by_number: BTreeMap<u64, AgentId>,
    numbers: HashMap<AgentId, u64>,
}

impl Away {
    /// Puts an agent behind all others.
    pub(super) fn add(&mut self, id: &AgentId, number: u64) {
        self.remove(id);
        self.by_number.insert(number, id.clone());
        self.numbers.insert(id.clone(), number);
    }

    /// Takes an agent off, who need not be there.
    pub(super) fn remove(&mut self, id: &AgentId) {
        if let Some(number) = self.numbers.remove(id) {
            self.by_number.remove(&number);
        }
    }

    /// Gives all of them, in order.
    pub(super) fn in_order(&self) -> Vec<AgentId> {
        self.by_number.values().cloned().collect()
    }
}
