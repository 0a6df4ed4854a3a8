//! The routable agents per skill and per set of skills, longest available first.

use std::collections::{BTreeSet, HashMap};

use crate::agent::AgentId;
use crate::skill::{Profile, Skill};
use crate::time::Tick;

/// The routable agents. Every list is ordered by the agent's one `since` tick.
///
/// Agents with the same set of skills are in one line. The first agent of each line is listed under
/// every skill of the set. So the search for an agent looks at one agent per set of skills, however
/// many agents hold it.
#[derive(Debug, Default)]
pub(super) struct Available {
    all: BTreeSet<(Tick, AgentId)>,
    by_skill: HashMap<Skill, BTreeSet<(Tick, AgentId)>>,
    lines: HashMap<Profile, BTreeSet<(Tick, AgentId)>>,
    heads: HashMap<Skill, BTreeSet<(Tick, AgentId, Profile)>>,
}

impl Available {
    /// Lists an agent with these skills who is available since this tick.
    pub(super) fn list(&mut self, id: &AgentId, skills: &[Skill], since: Tick) {
        let agent = (since, id.clone());
        self.all.insert(agent.clone());
        for skill in skills {
            let listed = self.by_skill.entry(skill.clone()).or_default();
            listed.insert(agent.clone());
        }
        let set = Profile::new(skills);
        let line = self.lines.entry(set.clone()).or_default();
        let head = line.first().cloned();
        line.insert(agent);
        self.move_head(&set, head);
    }

    /// Removes an agent with these skills from every list.
    pub(super) fn unlist(&mut self, id: &AgentId, skills: &[Skill], since: Tick) {
        let agent = (since, id.clone());
        self.all.remove(&agent);
        for skill in skills {
            if let Some(listed) = self.by_skill.get_mut(skill) {
                listed.remove(&agent);
                if listed.is_empty() {
                    self.by_skill.remove(skill);
                }
            }
        }
        let set = Profile::new(skills);
        if let Some(line) = self.lines.get_mut(&set) {
            let head = line.first().cloned();
            line.remove(&agent);
            self.move_head(&set, head);
        }
    }

    /// Updates the head of a line under its skills, given what it was. Removes an empty line.
    fn move_head(&mut self, set: &Profile, was: Option<(Tick, AgentId)>) {
        let is = self.lines.get(set).and_then(BTreeSet::first).cloned();
        if is == was {
            return;
        }
        if is.is_none() {
            self.lines.remove(set);
        }
        let entry = |(since, id): (Tick, AgentId)| (since, id, set.clone());
        let (was, is) = (was.map(entry), is.map(entry));
        for skill in set.skills() {
            let heads = self.heads.entry(skill.clone()).or_default();
            if let Some(was) = &was {
                heads.remove(was);
            }
            if let Some(is) = &is {
                heads.insert(is.clone());
            }
            if heads.is_empty() {
                self.heads.remove(skill);
            }
        }
    }

    /// Returns the longest available agent who holds every skill of the profile, and their tick.
    ///
    /// Walks the heads of the skill with the fewest sets. They are in the order of service, so the
    /// first whose set has all the skills is the answer.
    pub(super) fn longest(&self, profile: &Profile) -> Option<(Tick, AgentId)> {
        match profile.skills() {
            [] => self.all.first().cloned(),
            [skill] => self.by_skill.get(skill)?.first().cloned(),
            skills => {
                let mut fewest = self.heads.get(skills.first()?)?;
                for skill in skills {
                    let heads = self.heads.get(skill)?;
                    if heads.len() < fewest.len() {
                        fewest = heads;
                    }
                }
                let mut heads = fewest.iter();
                let (since, id, _) = heads.find(|(_, _, set)| profile.served_by(set.skills()))?;
                Some((*since, id.clone()))
            }
        }
    }

    /// Returns all routable agents, longest available first.
    pub(super) fn in_order(&self) -> Vec<AgentId> {
        self.all.iter().map(|(_, id)| id.clone()).collect()
    }

    /// Returns how many agents are routable.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns the routable agents with a skill, longest available first.
    pub(super) fn with(&self, skill: &Skill) -> impl ExactSizeIterator<Item = &(Tick, AgentId)> {
        static NOBODY: BTreeSet<(Tick, AgentId)> = BTreeSet::new();
        self.by_skill.get(skill).unwrap_or(&NOBODY).iter()
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::SmallRng;
    use rand::seq::IndexedRandom as _;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    fn some_of(skills: &[Skill], most: usize, random: &mut SmallRng) -> Vec<Skill> {
        let number = random.random_range(0..=most);
        skills.sample(random, number).cloned().collect()
    }

    /// Compares 100,000 choices with the plain definition, on floors of few and of many sets.
    #[test]
    fn the_longest_available_agent_who_holds_all_skills_is_found() {
        let mut random = SmallRng::seed_from_u64(15);
        let skills: Vec<Skill> = (0..12)
            .map(|n| format!("Skill {n}").parse().unwrap())
            .collect();
        let mut found = 0;
        for (known, most) in [(2, 2), (4, 2), (6, 4), (12, 3), (12, 8)] {
            let skills = &skills[..known];
            let mut listed: Vec<(Tick, AgentId, Vec<Skill>)> = vec![];
            let mut available = Available::default();
            for step in 0..20_000 {
                if listed.len() < 60 || (listed.len() < 90 && random.random()) {
                    let id: AgentId = format!("agent:{step}").parse().unwrap();
                    let held = some_of(skills, most, &mut random);
                    available.list(&id, &held, Tick(step));
                    listed.push((Tick(step), id, held));
                }
                let profile = Profile::new(&some_of(skills, 4.min(known), &mut random));
                let plain = listed
                    .iter()
                    .position(|(_, _, held)| profile.served_by(held));
                let told = plain.map(|place| (listed[place].0, listed[place].1.clone()));
                assert_eq!(available.longest(&profile), told, "{profile}");
                let gone = match plain {
                    Some(place) => place,
                    None if random.random() => random.random_range(0..listed.len()),
                    None => continue,
                };
                found += u64::from(plain.is_some());
                let (since, id, held) = listed.remove(gone);
                available.unlist(&id, &held, since);
            }
            for (since, id, held) in listed {
                available.unlist(&id, &held, since);
            }
            let Available {
                all,
                by_skill,
                lines,
                heads,
            } = available;
            assert!(all.is_empty() && by_skill.is_empty() && lines.is_empty() && heads.is_empty());
        }
        assert!(found > 50_000, "{found}");
    }
}
