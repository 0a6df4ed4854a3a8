//! All waiting contacts in the order of service, with fast access by position.

use std::collections::BTreeMap;

use crate::contact::{ContactId, Rank};

/// The waiting contacts by rank.
///
/// Contacts are also counted per block of 2^10 ranks and of 2^20 ranks; the latter is 134 seconds
/// of one priority. A position is found by adding up whole blocks: at most about a thousand of
/// either kind, plus one large block for each 134 seconds that the queue spans.
#[derive(Debug, Default)]
pub(super) struct Queue {
    contacts: BTreeMap<Rank, ContactId>,
    small: BTreeMap<u64, usize>,
    large: BTreeMap<u64, usize>,
}

const SMALL: u32 = 10;
const LARGE: u32 = 20;

impl Queue {
    /// Inserts a contact.
    pub(super) fn insert(&mut self, rank: Rank, id: ContactId) {
        if self.contacts.insert(rank, id).is_none() {
            *self.small.entry(rank.0 >> SMALL).or_default() += 1;
            *self.large.entry(rank.0 >> LARGE).or_default() += 1;
        }
    }

    /// Removes a contact.
    pub(super) fn remove(&mut self, rank: Rank) {
        if self.contacts.remove(&rank).is_some() {
            one_less(&mut self.small, rank.0 >> SMALL);
            one_less(&mut self.large, rank.0 >> LARGE);
        }
    }

    /// Returns the contact with this rank.
    pub(super) fn get(&self, rank: Rank) -> Option<ContactId> {
        self.contacts.get(&rank).copied()
    }

    /// Returns how many contacts are ranked before this rank.
    pub(super) fn ahead_of(&self, rank: Rank) -> usize {
        let (small, large) = (rank.0 >> SMALL, rank.0 >> LARGE);
        let in_large: usize = self.large.range(..large).map(|(_, count)| count).sum();
        let first_small = large << (LARGE - SMALL);
        let in_small = self.small.range(first_small..small);
        let in_small: usize = in_small.map(|(_, count)| count).sum();
        let rest = self.contacts.range(Rank(small << SMALL)..rank).count();
        in_large + in_small + rest
    }

    /// Returns the contacts from a position on, in order. The first position is 0.
    pub(super) fn starting_at(&self, place: usize) -> impl Iterator<Item = ContactId> {
        let (large, place) = block_of(&self.large, 0, place);
        let (small, place) = block_of(&self.small, large << (LARGE - SMALL), place);
        let contacts = self.ranked_from(Rank(small << SMALL)).map(|(_, id)| id);
        contacts.skip(place)
    }

    /// Returns the contacts from a rank on, in order.
    pub(super) fn ranked_from(&self, rank: Rank) -> impl Iterator<Item = (Rank, ContactId)> {
        self.contacts.range(rank..).map(|(rank, id)| (*rank, *id))
    }

    /// Returns how many contacts wait.
    pub(super) fn len(&self) -> usize {
        self.contacts.len()
    }
}

fn one_less(counts: &mut BTreeMap<u64, usize>, block: u64) {
    if let Some(count) = counts.get_mut(&block) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&block);
        }
    }
}

/// Returns the block that contains a position, searching from block `first`, and the position
/// within it. A position beyond the last block is in the one after it.
fn block_of(counts: &BTreeMap<u64, usize>, first: u64, mut place: usize) -> (u64, usize) {
    let mut behind = first;
    for (block, count) in counts.range(first..) {
        if place < *count {
            return (*block, place);
        }
        place -= count;
        behind = block + 1;
    }
    (behind, place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::Priority;
    use crate::time::Tick;

    #[test]
    fn a_position_equals_the_count_from_the_front() {
        let mut queue = Queue::default();
        for (priority, step) in [(1, 1), (5, 700), (5, 300_007), (255, 5_000_011)] {
            for number in 1..=3_000 {
                let rank = Rank::new(Priority(priority), Tick(number * step));
                queue.insert(rank, ContactId::random());
            }
        }
        let ranks: Vec<Rank> = queue.contacts.keys().copied().collect();
        for rank in ranks.iter().step_by(7) {
            queue.remove(*rank);
        }
        let left: Vec<Rank> = queue.contacts.keys().copied().collect();
        for (place, rank) in left.iter().enumerate().step_by(11) {
            assert_eq!(queue.ahead_of(*rank), place);
            assert_eq!(queue.starting_at(place).next(), queue.get(*rank));
        }
        for removed in ranks.iter().step_by(77) {
            let before = left.partition_point(|rank| rank < removed);
            assert_eq!(queue.ahead_of(*removed), before);
        }
        assert_eq!(queue.ahead_of(Rank(u64::MAX)), left.len());
        assert_eq!(queue.starting_at(left.len()).next(), None);
        for rank in left {
            queue.remove(rank);
        }
        assert!(queue.small.is_empty() && queue.large.is_empty());
        assert_eq!(queue.starting_at(0).next(), None);
    }
}
