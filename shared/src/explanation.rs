//! Why a contact is in its present state, as data and as a sentence.

use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::contact::{ContactId, ContactState, Outcome};
use crate::skill::Skill;

/// Why a contact is in its present state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The contact.
    pub contact: ContactId,
    /// The skills it needs.
    pub skills: Vec<Skill>,
    /// Its state.
    pub state: ContactState,
    /// How long it has waited, or waited before it was assigned or ended, in milliseconds.
    pub wait: u64,
    /// While it waits: how many waiting contacts are ranked before it, whoever can serve them.
    pub place: Option<u64>,
    /// While it waits: how many of these compete with it, which means that some agent holds the
    /// skills for both, whatever that agent is doing. At most [`Explanation::HOLDERS_LOOKED_AT`]
    /// agents and [`Explanation::LINES_LOOKED_AT`] lines are searched.
    pub ahead: Option<u64>,
    /// Whether the ACD is open.
    pub open: bool,
    /// How many agents there are.
    pub agents: u64,
    /// Agents who hold every skill it needs.
    pub qualified: u64,
    /// Qualified agents who are on a contact.
    pub qualified_busy: u64,
    /// Qualified busy agents who will be unavailable when their contact ends. Counted among the
    /// first [`Explanation::HOLDERS_LOOKED_AT`] agents who hold its rarest skill.
    pub qualified_stopping: u64,
    /// Qualified agents who were made unavailable by closing the ACD, counted among the same.
    pub qualified_closed: u64,
    /// Qualified agents to whom another contact is offered, counted among the same.
    pub qualified_offered: u64,
    /// Qualified agents in wrap-up, counted among the same.
    pub qualified_wrap_up: u64,
    /// Qualified agents on penalty after a missed or rejected offer, counted among the same.
    pub qualified_penalty: u64,
    /// Qualified agents who are not responding, counted among the same.
    pub qualified_not_responding: u64,
    /// The skills it needs that no agent holds.
    pub unstaffed: Vec<Skill>,
    /// For each of these, the similar skill that may have been meant, if an agent holds one.
    pub nearest: Vec<Nearest>,
    /// The first qualified agents, by id; their states show why they do not take it. At most
    /// [`Explanation::HOLDERS_SHOWN`].
    pub holders: Vec<Agent>,
}

/// A skill that nobody holds, and the similar one that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearest {
    /// The skill that nobody holds.
    pub skill: Skill,
    /// The most similar skill that agents hold.
    pub nearest: Skill,
    /// How many agents hold that one.
    pub holders: u64,
}

impl Nearest {
    /// Finds the most similar of the known skills, each given with the number of agents who hold
    /// it. It may differ in case, and in at most two letters (one if the name is short). Among
    /// equals the one that most agents hold wins.
    pub fn of<'a>(
        skill: &Skill,
        known: impl IntoIterator<Item = (&'a Skill, u64)>,
    ) -> Option<Self> {
        let wanted = skill.as_str().to_lowercase();
        let letters = wanted.chars().count();
        let most = if letters < 5 { 1 } else { 2 };
        known
            .into_iter()
            .filter(|(other, holders)| *holders > 0 && *other != skill)
            .filter_map(|(other, holders)| {
                let name = other.as_str().to_lowercase();
                // Two different names of one letter are not similar.
                let near = name.chars().count().abs_diff(letters) <= most;
                let distance = if near {
                    strsim::osa_distance(&wanted, &name)
                } else {
                    usize::MAX
                };
                (distance <= most && distance < letters).then_some((distance, other, holders))
            })
            .min_by(|(one, name, holders), (other, other_name, other_holders)| {
                (one, other_holders, name).cmp(&(other, holders, other_name))
            })
            .map(|(_, nearest, holders)| Self {
                skill: skill.clone(),
                nearest: nearest.clone(),
                holders,
            })
    }

    /// Returns it as text: `12 hold English`.
    pub fn said(&self) -> String {
        let hold = if self.holders == 1 { "holds" } else { "hold" };
        format!("{} {hold} {}", self.holders, self.nearest)
    }
}

impl Explanation {
    /// How many qualified agents are listed.
    pub const HOLDERS_SHOWN: usize = 20;
    /// How many holders of its rarest skill are examined one by one.
    pub const HOLDERS_LOOKED_AT: usize = 1_000;
    /// How many lines are searched for contacts that compete with it.
    pub const LINES_LOOKED_AT: usize = 1_000;
    /// How many known skills are compared with those that nobody holds.
    pub const SKILLS_LOOKED_AT: usize = 1_000;

    /// Explains it in a sentence or two. A wait counts from the arrival of the contact, so after a
    /// requeueing an earlier agent had it for a part of that time.
    pub fn sentence(&self) -> String {
        let wait = seconds(self.wait);
        match &self.state {
            ContactState::Queued => self.why_it_waits(),
            ContactState::Offered(offer) => format!(
                "It is offered to agent {}, who has not accepted it yet.",
                offer.agent
            ),
            ContactState::Assigned { agent, .. } => {
                format!("Agent {agent} is on it. They got it {wait} after it arrived.")
            }
            ContactState::Complete {
                served: Some((agent, _)),
                outcome,
                ..
            } => match outcome {
                Outcome::Handled => {
                    format!("Agent {agent} handled it. They got it {wait} after it arrived.")
                }
                Outcome::Cancelled | Outcome::Abandoned => {
                    let word = ended(*outcome);
                    format!(
                        "It was {word} while agent {agent} was on it. They got it {wait} after it \
                         arrived."
                    )
                }
            },
            ContactState::Complete {
                served: None,
                outcome,
                ..
            } => format!("It was {} {wait} after it arrived.", ended(*outcome)),
        }
    }

    fn why_it_waits(&self) -> String {
        let why = self.what_it_lacks();
        if self.open {
            format!("It waits because {why}.")
        } else {
            format!("The ACD is closed. It waits because {why}.")
        }
    }

    fn what_it_lacks(&self) -> String {
        if self.agents == 0 {
            return "there are no agents".to_owned();
        }
        if !self.unstaffed.is_empty() {
            let names: Vec<&str> = self.unstaffed.iter().map(Skill::as_str).collect();
            let mut text = format!("no agent holds {}", names.join(" or "));
            if !self.nearest.is_empty() {
                let near: Vec<String> = self.nearest.iter().map(Nearest::said).collect();
                text.push_str("; ");
                text.push_str(&near.join(", "));
            }
            return text;
        }
        if self.qualified == 0 {
            return "no agent holds all of its skills together".to_owned();
        }
        self.what_keeps_them()
    }

    fn what_keeps_them(&self) -> String {
        let busy = self.qualified_busy.saturating_sub(self.qualified_stopping);
        let elsewhere = self.qualified_busy
            + self.qualified_closed
            + self.qualified_offered
            + self.qualified_wrap_up
            + self.qualified_penalty
            + self.qualified_not_responding;
        let away = self.qualified.saturating_sub(elsewhere);
        let keeps = [
            (busy, "busy"),
            (self.qualified_stopping, "busy and then unavailable"),
            (self.qualified_offered, "offered another contact"),
            (self.qualified_wrap_up, "in wrap-up"),
            (
                self.qualified_penalty,
                "on penalty after a missed or rejected offer",
            ),
            (self.qualified_not_responding, "not responding"),
            (self.qualified_closed, "taken off by closing the ACD"),
            (away, "unavailable"),
        ];
        let keeps = keeps.into_iter().filter(|(count, _)| *count > 0);
        let who = if self.skills.is_empty() {
            ""
        } else {
            " who hold all of its skills"
        };
        if self.qualified == 1 {
            let who = who.replace("hold ", "holds ");
            let what: Vec<&str> = keeps.map(|(_, what)| what).collect();
            return format!("the only agent{who} is {}", what.join(", "));
        }
        let keeps: Vec<String> = keeps
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        format!(
            "none of the {} agents{who} is free: {}",
            self.qualified,
            keeps.join(", ")
        )
    }
}

fn ended(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Handled => "handled",
        Outcome::Abandoned => "abandoned",
        Outcome::Cancelled => "cancelled",
    }
}

fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1_000, millis % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Millis;

    fn queued() -> Explanation {
        Explanation {
            contact: ContactId::random(),
            skills: vec!["English".parse().unwrap()],
            state: ContactState::Queued,
            wait: 1_250,
            place: Some(5),
            ahead: Some(3),
            open: true,
            agents: 9,
            qualified: 0,
            qualified_busy: 0,
            qualified_stopping: 0,
            qualified_closed: 0,
            qualified_offered: 0,
            qualified_wrap_up: 0,
            qualified_penalty: 0,
            qualified_not_responding: 0,
            unstaffed: vec![],
            nearest: vec![],
            holders: vec![],
        }
    }

    fn staff(of: [u64; 4]) -> Explanation {
        let [
            qualified,
            qualified_busy,
            qualified_stopping,
            qualified_closed,
        ] = of;
        Explanation {
            qualified,
            qualified_busy,
            qualified_stopping,
            qualified_closed,
            ..queued()
        }
    }

    #[test]
    fn a_wait_is_explained_in_a_sentence() {
        let klingon = Explanation {
            unstaffed: vec!["Klingon".parse().unwrap()],
            ..queued()
        };
        let near = |holders| Explanation {
            unstaffed: vec!["english".parse().unwrap()],
            nearest: vec![Nearest {
                skill: "english".parse().unwrap(),
                nearest: "English".parse().unwrap(),
                holders,
            }],
            ..queued()
        };
        let nobody = Explanation {
            agents: 0,
            ..klingon.clone()
        };
        let any = Explanation {
            skills: vec![],
            ..staff([2, 2, 0, 0])
        };
        for (why, expected) in [
            (klingon, "no agent holds Klingon."),
            (near(12), "no agent holds english; 12 hold English."),
            (near(1), "no agent holds english; 1 holds English."),
            (nobody, "there are no agents."),
            (queued(), "no agent holds all of its skills together."),
            (
                staff([1, 1, 0, 0]),
                "the only agent who holds all of its skills is busy.",
            ),
            (
                staff([1, 1, 1, 0]),
                "the only agent who holds all of its skills is busy and then unavailable.",
            ),
            (
                staff([1, 0, 0, 0]),
                "the only agent who holds all of its skills is unavailable.",
            ),
            (
                staff([3, 2, 0, 0]),
                "none of the 3 agents who hold all of its skills is free: 2 busy, 1 unavailable.",
            ),
            (
                staff([7, 3, 2, 3]),
                "none of the 7 agents who hold all of its skills is free: 1 busy, 2 busy and then \
                 unavailable, 3 taken off by closing the ACD, 1 unavailable.",
            ),
            (any, "none of the 2 agents is free: 2 busy."),
        ] {
            assert_eq!(why.sentence(), format!("It waits because {expected}"));
        }
        let closed = Explanation {
            open: false,
            ..staff([3, 0, 0, 3])
        };
        assert_eq!(
            closed.sentence(),
            "The ACD is closed. It waits because none of the 3 agents who hold all of its skills \
             is free: 3 taken off by closing the ACD."
        );
    }

    #[test]
    fn an_ended_contact_is_explained_by_its_outcome() {
        let over = |served: bool, outcome| Explanation {
            state: ContactState::Complete {
                served: served.then(|| ("agent:7".parse().unwrap(), Millis(1))),
                at: Millis(2),
                outcome,
            },
            ..queued()
        };
        for (served, outcome, expected) in [
            (
                true,
                Outcome::Handled,
                "Agent agent:7 handled it. They got it",
            ),
            (
                true,
                Outcome::Cancelled,
                "It was cancelled while agent agent:7 was on it. They got it",
            ),
            (false, Outcome::Cancelled, "It was cancelled"),
            (false, Outcome::Abandoned, "It was abandoned"),
        ] {
            let said = over(served, outcome).sentence();
            assert_eq!(said, format!("{expected} 1.2 s after it arrived."));
        }
    }

    #[test]
    fn the_nearest_name_is_one_that_may_have_been_meant() {
        let known: Vec<(Skill, u64)> = [
            ("English", 12),
            ("ENGLISH", 1),
            ("Englisch", 3),
            ("Finnish", 4),
            ("Danish", 0),
            ("IT", 2),
            ("C", 1),
        ]
        .map(|(name, holders)| (name.parse().unwrap(), holders))
        .into();
        for (wanted, nearest) in [
            ("english", Some("English")),
            ("Englsh", Some("English")),
            ("Englihs", Some("English")),
            ("Englisch2", Some("Englisch")),
            // Nobody holds Danish.
            ("danish", None),
            ("Spanish", None),
            ("it", Some("IT")),
            ("D", None),
            ("c", Some("C")),
        ] {
            let wanted: Skill = wanted.parse().unwrap();
            let known = known.iter().map(|(skill, holders)| (skill, *holders));
            let found = Nearest::of(&wanted, known);
            let found = found.as_ref().map(|near| near.nearest.as_str());
            assert_eq!(found, nearest, "{wanted}");
        }
    }
}
