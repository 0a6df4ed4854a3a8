//! The waiting contacts, best rank first, in all and per profile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::queue::Queue;
use crate::contact::{ContactId, Rank};
use crate::skill::{Profile, Skill};
use crate::time::Tick;

/// What waits.
///
/// Contacts of one profile stand in one line. Each line is known to agents through its *head*,
/// the rank of its first contact, listed under a single one of its skills, the *anchor*: any
/// would be right, the one that fewest agents hold is fastest, since only they look there. The
/// line of the empty profile has no skill; its anchor is `None`, where every agent looks.
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
    /// Puts a contact in line. `staffed` tells how many agents hold a skill.
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

    /// Takes a contact out of line.
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

    /// Lists the line's head anew if it changed; forgets a line that is empty.
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

    /// Gives the best-ranked waiting contact that an agent with these skills can serve.
    ///
    /// Heads are in order of rank, so the first that fits is the best of its list.
    pub(super) fn best_for(&self, held: &[Skill]) -> Option<ContactId> {
        let anchors = held.iter().map(Some).chain([None]);
        let best = anchors
            .filter_map(|anchor| self.heads.get(&anchor.cloned()))
            .filter_map(|heads| heads.iter().find(|(_, profile)| profile.served_by(held)))
            .min_by_key(|(rank, _)| *rank)?;
        self.queue.get(best.0)
    }

    /// Tells whether anyone waits with this profile. If so, no routable agent serves it.
    pub(super) fn has_line(&self, profile: &Profile) -> bool {
        self.lines.contains_key(profile)
    }

    /// Gives the profiles with someone waiting.
    pub(super) fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.lines.keys()
    }

    /// Counts the contacts of a profile that are ranked before this rank.
    pub(super) fn before(&self, profile: &Profile, rank: Rank) -> u64 {
        let line = self.lines.get(profile);
        line.map_or(0, |line| line.ranks.range(..rank).count() as u64)
    }

    /// Gives all who wait, in the order of service.
    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Gives the contact that waits longest: of the first of each priority the earliest.
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

    /// Gives the skills that waiting contacts need, with how many of them need each.
    pub(super) fn demand(&self) -> &BTreeMap<Skill, u64> {
        &self.demand
    }
}
