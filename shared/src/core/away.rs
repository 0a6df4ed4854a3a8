//! The agents whom opening the ACD makes available, longest unavailable first.

use std::collections::{BTreeMap, HashMap};

use crate::agent::AgentId;

/// Agents who were made unavailable by closing, or will be when their contact ends, and new agents
/// who have never chosen. Each is ordered by the number of the event that reported it; these
/// numbers are unique.
#[derive(Debug, Default)]
pub(super) struct Away {
    by_number: BTreeMap<u64, AgentId>,
    numbers: HashMap<AgentId, u64>,
}

impl Away {
    /// Adds an agent at the end.
    pub(super) fn add(&mut self, id: &AgentId, number: u64) {
        self.remove(id);
        self.by_number.insert(number, id.clone());
        self.numbers.insert(id.clone(), number);
    }

    /// Removes an agent, if present.
    pub(super) fn remove(&mut self, id: &AgentId) {
        if let Some(number) = self.numbers.remove(id) {
            self.by_number.remove(&number);
        }
    }

    /// Returns all of them, in order.
    pub(super) fn in_order(&self) -> Vec<AgentId> {
        self.by_number.values().cloned().collect()
    }
}
