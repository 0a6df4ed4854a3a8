//! The floors on which throughput is measured, and what is played on them.

use std::time::Duration;

use color_eyre::eyre::Result;

use crate::play::{AGENTS, Operation, Play, Played, Player, Shape, Step};

/// A quantity, as the tables name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Measure {
    CreateQueues,
    CreateMatches,
    CompleteFrees,
    CompleteGivesNext,
    SetPresence,
    Get,
    Life,
    QueuedLife,
}

impl Measure {
    /// Gives its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CreateQueues => "create that queues",
            Self::CreateMatches => "create that matches",
            Self::CompleteFrees => "complete that frees",
            Self::CompleteGivesNext => "complete that gives the next",
            Self::SetPresence => "set presence",
            Self::Get => "get contact",
            Self::Life => "life: create that matches, complete",
            Self::QueuedLife => "life behind a queue",
        }
    }
}

/// What is played, on its floor.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Case {
    /// All agents are available: as many contacts come, and are completed.
    Matching,
    /// All agents are on contacts: as many come and wait; then all agents end one contact.
    Queueing,
    /// All agents become available, and all unavailable.
    Presence,
    /// All agents are on contacts, which are looked at.
    Reading,
    /// All agents are available: a contact comes, and is completed.
    Life,
    /// All agents are on contacts, and as many wait: one more comes, and one is completed.
    QueuedLife,
}

const TIME_ENOUGH: Duration = Duration::from_mins(10);
/// For what is not measured.
const QUICK: Shape = Shape {
    connections: 4,
    pipeline: 16,
};

impl Case {
    /// Makes the floor and plays on it; each quantity for about that long.
    pub(crate) fn run(
        self,
        player: &dyn Player,
        shape: Shape,
        seconds: Duration,
    ) -> Result<Vec<(Measure, Played)>> {
        prepare(player, Operation::CreateAgent)?;
        if !matches!(self, Self::Presence) {
            prepare(player, Operation::Available)?;
        }
        if matches!(self, Self::Queueing | Self::Reading | Self::QueuedLife) {
            prepare(player, Operation::CreateAssigned)?;
        }
        match self {
            Self::Matching => {
                let steps = [Operation::CreateAssigned, Operation::Complete].map(Step::from);
                let [create, complete] = turns(player, steps, false, shape, seconds)?;
                Ok(vec![
                    (Measure::CreateMatches, create),
                    (Measure::CompleteFrees, complete),
                ])
            }
            Self::Queueing => {
                let operation = Operation::CreateQueued;
                let behind = Step {
                    operation,
                    ahead: AGENTS,
                };
                let steps = [behind, Operation::Complete.into()];
                let [create, complete] = turns(player, steps, false, shape, seconds)?;
                let next = Measure::CompleteGivesNext;
                Ok(vec![(Measure::CreateQueues, create), (next, complete)])
            }
            Self::Presence => {
                let steps = [Operation::Available, Operation::Unavailable].map(Step::from);
                let [mut both, other] = turns(player, steps, true, shape, seconds / 2)?;
                both.add(&other)?;
                Ok(vec![(Measure::SetPresence, both)])
            }
            Self::Reading => {
                let steps = [Operation::Get.into()];
                Ok(vec![(
                    Measure::Get,
                    endless(player, &steps, shape, seconds)?,
                )])
            }
            Self::Life => {
                let steps = [Operation::CreateAssigned, Operation::Complete].map(Step::from);
                Ok(vec![(
                    Measure::Life,
                    endless(player, &steps, shape, seconds)?,
                )])
            }
            Self::QueuedLife => {
                let step = |operation, ahead| Step { operation, ahead };
                let wait = [step(Operation::CreateQueued, AGENTS)];
                player.play(&whole(&wait, QUICK))?;
                let create = step(Operation::CreateQueued, 2 * AGENTS);
                let steps = [create, Operation::Complete.into()];
                Ok(vec![(
                    Measure::QueuedLife,
                    endless(player, &steps, shape, seconds)?,
                )])
            }
        }
    }
}

/// Performs an operation for each agent, or for as many contacts.
pub(crate) fn prepare(player: &dyn Player, operation: Operation) -> Result<()> {
    player.play(&whole(&[operation.into()], QUICK)).map(drop)
}

fn whole(steps: &[Step], shape: Shape) -> Play<'_> {
    let (numbers, at_most) = (0..AGENTS, TIME_ENOUGH);
    Play {
        steps,
        numbers,
        shape,
        at_most,
    }
}

fn endless(player: &dyn Player, steps: &[Step], shape: Shape, at_most: Duration) -> Result<Played> {
    let numbers = 0..u64::MAX / 2;
    player.play(&Play {
        steps,
        numbers,
        shape,
        at_most,
    })
}

/// Plays two steps in turns, each for all agents or as many contacts, until both had their time.
fn turns(
    player: &dyn Player,
    steps: [Step; 2],
    same_numbers: bool,
    shape: Shape,
    seconds: Duration,
) -> Result<[Played; 2]> {
    let [first, second] = &steps;
    let turn = |number: u64| {
        let begin = if same_numbers { 0 } else { number * AGENTS };
        let play = |step| {
            let (steps, numbers) = (std::slice::from_ref(step), begin..begin + AGENTS);
            player.play(&Play {
                steps,
                numbers,
                shape,
                at_most: TIME_ENOUGH,
            })
        };
        Ok::<_, color_eyre::Report>([play(first)?, play(second)?])
    };
    let mut both = turn(0)?;
    for number in 1.. {
        if both.iter().all(|played| played.took >= seconds) {
            break;
        }
        let next = turn(number)?;
        for (played, more) in both.iter_mut().zip(&next) {
            played.add(more)?;
        }
    }
    Ok(both)
}
