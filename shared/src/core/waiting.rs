//! The waiting contacts, best rank first, all and per profile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::queue::Queue;
use crate::contact::{ContactId, Rank};
use crate::skill::{Profile, Skill};
use crate::time::Tick;

/// The waiting contacts and their lines.
///
/// Contacts of one profile wait in one line. Agents find a line by its *head*, the rank of its
/// first contact. The head is listed under one of the line's skills, its *anchor*. Any skill would
/// be correct; the one that fewest agents hold is fastest, since only they look there. The line of
/// the empty profile has no skill; its anchor is `None`, where every agent looks.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    queue: Queue,
    lines: HashMap<Profile, Line>,
    heads: HashMap<Option<Skill>, BTreeSet<(Rank, Profile)>>,
    demand: BTreeMap<Skill, u64>,
}

#[derive(Debug)]
struct Line {
    ranks: BTreeSet<Rank>,
    anchor: Option<Skill>,
}

impl Waiting {
    /// Adds a contact to its line. `staffed` returns how many agents hold a skill.
    pub(super) fn add(
        &mut self,
        id: ContactId,
        profile: &Profile,
        rank: Rank,
        staffed: impl Fn(&Skill) -> usize,
    ) {
        self.queue.insert(rank, id);
        for skill in profile.skills() {
            *self.demand.entry(skill.clone()).or_default() += 1;
        }
        let line = self.lines.entry(profile.clone()).or_insert_with(|| Line {
            ranks: BTreeSet::new(),
            anchor: profile
                .skills()
                .iter()
                .min_by_key(|skill| staffed(skill))
                .cloned(),
        });
        let old_head = line.ranks.first().copied();
        line.ranks.insert(rank);
        self.move_head(profile, old_head);
    }

    /// Removes a contact from its line.
    pub(super) fn remove(&mut self, profile: &Profile, rank: Rank) {
        self.queue.remove(rank);
        for skill in profile.skills() {
            if let Some(count) = self.demand.get_mut(skill) {
                *count -= 1;
                if *count == 0 {
                    self.demand.remove(skill);
                }
            }
        }
        if let Some(line) = self.lines.get_mut(profile) {
            let old_head = line.ranks.first().copied();
            line.ranks.remove(&rank);
            self.move_head(profile, old_head);
        }
    }

    /// Updates the listing of the line's head if it changed, and removes an empty line.
    fn move_head(&mut self, profile: &Profile, old_head: Option<Rank>) {
        let Some(line) = self.lines.get(profile) else {
            return;
        };
        let new_head = line.ranks.first().copied();
        if new_head == old_head {
            return;
        }
        let heads = self.heads.entry(line.anchor.clone()).or_default();
        if let Some(rank) = old_head {
            heads.remove(&(rank, profile.clone()));
        }
        match new_head {
            Some(rank) => {
                heads.insert((rank, profile.clone()));
            }
            None => {
                if heads.is_empty() {
                    self.heads.remove(&line.anchor);
                }
                self.lines.remove(profile);
            }
        }
    }

    /// Returns the best-ranked waiting contact that an agent with these skills can serve.
    ///
    /// Heads are ordered by rank, so the first that fits is the best of its list.
    pub(super) fn best_for(&self, held: &[Skill]) -> Option<ContactId> {
        let anchors = held.iter().map(Some).chain([None]);
        let best = anchors
            .filter_map(|anchor| self.heads.get(&anchor.cloned()))
            .filter_map(|heads| heads.iter().find(|(_, profile)| profile.served_by(held)))
            .min_by_key(|(rank, _)| *rank)?;
        self.queue.get(best.0)
    }

    /// Returns whether a contact of this profile waits. If so, no routable agent serves it.
    pub(super) fn has_line(&self, profile: &Profile) -> bool {
        self.lines.contains_key(profile)
    }

    /// Returns the profiles that have waiting contacts.
    pub(super) fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.lines.keys()
    }

    /// Counts the contacts of a profile that are ranked before this rank.
    pub(super) fn before(&self, profile: &Profile, rank: Rank) -> u64 {
        let line = self.lines.get(profile);
        line.map_or(0, |line| line.ranks.range(..rank).count() as u64)
    }

    /// Returns the queue of all waiting contacts, in the order of service.
    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Returns the contact that has waited longest: the earliest of the first contacts of each
    /// priority.
    pub(super) fn oldest(&self) -> Option<ContactId> {
        let mut oldest: Option<(Tick, ContactId)> = None;
        let mut from = Rank(0);
        while let Some((rank, id)) = self.queue.ranked_from(from).next() {
            if oldest.is_none_or(|(arrival, _)| rank.arrival() < arrival) {
                oldest = Some((rank.arrival(), id));
            }
            from = rank.next_priority();
        }
        oldest.map(|(_, id)| id)
    }

    /// Returns, for each skill, how many waiting contacts need it.
    pub(super) fn demand(&self) -> &BTreeMap<Skill, u64> {
        &self.demand
    }
}
