//! What follows from a seed: the agents, and the contacts in the order they arrive.
//!
//! Everything random about a run is drawn here, independently of the server's answers, so that the
//! same seed sends the same to every server. Only the contacts' idempotency keys are new each time:
//! otherwise a second run would get the contacts of the first.

use std::collections::HashSet;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use shared::agent::AgentId;
use shared::skill::Skill;

use super::args::{Cast, Options};
use super::{guest, names};

/// The share of contacts whose language and expertise are drawn independently, so that possibly no
/// agent has both and they wait in vain. The others need what some agent has.
const STRAY_SHARE: f64 = 0.1;

/// An agent to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlannedAgent {
    pub(super) id: AgentId,
    pub(super) fname: &'static str,
    pub(super) lname: &'static str,
    pub(super) skills: [Skill; 2],
}

/// A contact to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlannedContact {
    /// When it arrives, from the start of the run.
    pub(super) due: Duration,
    pub(super) skills: [Skill; 2],
    pub(super) hold: Duration,
    pub(super) patience: Duration,
    /// The seed of what its agents do: with its offers, and after it.
    pub(super) luck: u64,
}

/// Draws the agents. Their ids are numbered, without those that are taken.
pub(super) fn agents(options: &Options, taken: &HashSet<AgentId>) -> Vec<PlannedAgent> {
    let mut rng = StdRng::seed_from_u64(options.seed);
    let prefix = match options.cast {
        Cast::Stays | Cast::Leaves => "agent:",
        Cast::Guest => guest::AGENTS,
    };
    let ids = (0_usize..).filter_map(|number| format!("{prefix}{number}").parse().ok());
    let free = ids.filter(|id| !taken.contains(id));
    let number = usize::try_from(options.agents).unwrap_or(usize::MAX);
    let planned = free.take(number).map(|id| {
        let (fname, lname) = names::draw(&mut rng);
        PlannedAgent {
            id,
            fname,
            lname,
            skills: options.skills.draw(&mut rng),
        }
    });
    planned.collect()
}

/// The contacts in the order they arrive; ends after the wanted number, or never.
#[derive(Debug)]
pub(super) struct Arrivals {
    options: Options,
    held: Vec<[Skill; 2]>,
    rng: StdRng,
    lucks: StdRng,
    clock: Duration,
    left: Option<u64>,
}

impl Arrivals {
    /// Plans the contacts for these agents.
    pub(super) fn new(options: &Options, agents: &[PlannedAgent]) -> Self {
        Self {
            held: agents.iter().map(|agent| agent.skills.clone()).collect(),
            // A separate random stream, so that the number of agents changes no gap or hold.
            rng: StdRng::seed_from_u64(!options.seed),
            // The same: what agents do changes nothing of what arrives.
            lucks: StdRng::seed_from_u64(options.seed.rotate_left(16)),
            clock: Duration::ZERO,
            left: options.contacts,
            options: options.clone(),
        }
    }

    fn draw_skills(&mut self) -> [Skill; 2] {
        // Both are drawn each time, so that later draws do not depend on the choice.
        let stray = self.options.skills.draw(&mut self.rng);
        let holder: f64 = self.rng.random();
        let astray = self.rng.random_bool(STRAY_SHARE) || self.held.is_empty();
        if astray {
            return stray;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of at most 10 000 agents"
        )]
        let place = (holder * self.held.len() as f64) as usize;
        self.held[place.min(self.held.len() - 1)].clone()
    }
}

impl Iterator for Arrivals {
    type Item = PlannedContact;

    fn next(&mut self) -> Option<PlannedContact> {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1)?;
        }
        self.clock += self.options.rate.gap(&mut self.rng);
        Some(PlannedContact {
            due: self.clock,
            skills: self.draw_skills(),
            hold: self.options.hold.draw(&mut self.rng),
            patience: self.options.patience.draw(&mut self.rng),
            luck: self.lucks.random(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(seed: u64) -> Options {
        Options {
            seed,
            contacts: Some(500),
            ..Options::demo("http://127.0.0.1".parse().unwrap(), Cast::Stays)
        }
    }

    fn plan(options: &Options) -> (Vec<PlannedAgent>, Vec<PlannedContact>) {
        let agents = agents(options, &HashSet::new());
        let contacts = Arrivals::new(options, &agents).collect();
        (agents, contacts)
    }

    #[test]
    fn a_seed_gives_the_same_plan_each_time() {
        assert_eq!(plan(&options(7)), plan(&options(7)));
        assert_ne!(plan(&options(7)).0, plan(&options(8)).0);
        assert_ne!(plan(&options(7)).1, plan(&options(8)).1);
    }

    #[test]
    fn the_number_of_agents_changes_no_gap_hold_or_patience() {
        let few = Options {
            agents: 2,
            ..options(7)
        };
        let times = |contacts: Vec<PlannedContact>| -> Vec<_> {
            let of = |contact: PlannedContact| (contact.due, contact.hold, contact.patience);
            contacts.into_iter().map(of).collect()
        };
        assert_eq!(times(plan(&few).1), times(plan(&options(7)).1));
    }

    #[test]
    fn the_plan_has_as_many_contacts_as_wanted_in_order() {
        let (agents, contacts) = plan(&options(7));
        assert_eq!((agents.len(), contacts.len()), (40, 500));
        assert_eq!(agents[39].id.as_str(), "agent:39");
        assert!(contacts.is_sorted_by_key(|contact| contact.due));
    }

    #[test]
    fn ids_that_others_have_are_left_out() {
        let guest = Options {
            agents: 3,
            ..Options::demo("http://127.0.0.1".parse().unwrap(), Cast::Guest)
        };
        let taken = ["demo:0", "demo:2", "demo:9"].map(|id| id.parse().unwrap());
        let planned = agents(&guest, &HashSet::from(taken));
        let ids: Vec<_> = planned.iter().map(|agent| agent.id.as_str()).collect();
        assert_eq!(ids, ["demo:1", "demo:3", "demo:4"]);
    }

    #[test]
    fn nearly_all_contacts_need_what_some_agent_holds() {
        let few = Options {
            agents: 2,
            ..options(7)
        };
        let (agents, contacts) = plan(&few);
        let servable = contacts
            .iter()
            .filter(|contact| agents.iter().any(|agent| agent.skills == contact.skills))
            .count();
        assert!((430..480).contains(&servable), "{servable} of 500");
    }
}
