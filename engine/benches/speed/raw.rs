//! A client that does nothing but send: the scripts that the ops layer was seen to send, with blocking
//! connections in threads of their own. What Redis does for it is the most that anybody gets.

use std::collections::HashMap;
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use color_eyre::eyre::{Result, bail, eyre};
use redis::{Connection, ConnectionLike as _, FromRedisValue as _, Value};

use crate::cpu::Processes;
use crate::play::{Operation, Play, Played, Player, Samples, Tickets};
use crate::server::Redis;
use crate::template::Template;

/// The commands of the operations, as they were recorded.
pub(crate) type Commands = HashMap<Operation, Template>;

/// Plays on a Redis.
#[derive(Debug)]
pub(crate) struct Raw<'a> {
    pub(crate) redis: &'a Redis,
    pub(crate) commands: &'a Commands,
}

impl Player for Raw<'_> {
    fn play(&self, play: &Play<'_>) -> Result<Played> {
        let mut connections = vec![];
        for _ in 0..play.shape.connections {
            connections.push(self.redis.connect()?);
        }
        let before = self.processes().used()?;
        let tickets = Tickets::begin(play);
        let samples: Result<Vec<Samples>> = std::thread::scope(|scope| {
            let working: Vec<_> = connections
                .into_iter()
                .map(|connection| scope.spawn(|| self.work(connection, &tickets, play)))
                .collect();
            let ended = working.into_iter().map(ScopedJoinHandle::join);
            ended
                .map(|end| end.map_err(|_| eyre!("a raw client failed"))?)
                .collect()
        });
        tickets.end(&samples?, self.processes().used()? - before)
    }

    fn processes(&self) -> Processes {
        let redis = self.redis.pid();
        Processes {
            engine: None,
            redis,
        }
    }
}

impl Raw<'_> {
    fn work(
        &self,
        mut connection: Connection,
        tickets: &Tickets,
        play: &Play<'_>,
    ) -> Result<Samples> {
        let mut samples = Samples::of(play.steps);
        let mut bytes = vec![];
        while let Some(numbers) = tickets.take(play.shape.pipeline) {
            let many = numbers.end - numbers.start;
            for (place, step) in play.steps.iter().enumerate() {
                let operation = step.operation;
                let command = self.commands.get(&operation);
                let command = command.ok_or_else(|| eyre!("{operation:?} was not recorded"))?;
                bytes.clear();
                for number in numbers.clone() {
                    command.write(&operation.subject(number + step.ahead), &mut bytes);
                }
                let asked = Instant::now();
                let count = usize::try_from(many)?;
                let replies = connection.req_packed_commands(&bytes, 0, count)?;
                samples.answered(place, asked);
                for reply in replies {
                    check(operation, reply)?;
                }
            }
            samples.through(many);
        }
        Ok(samples)
    }
}

/// Sees to it that an operation did what its name says.
fn check(operation: Operation, reply: Value) -> Result<()> {
    if let Value::ServerError(error) = reply {
        bail!("{operation:?} was refused: {error:?}");
    }
    let sign = match operation {
        Operation::CreateQueued => "{}",
        Operation::CreateAssigned => r#"{"agent":""#,
        Operation::Complete => r#""outcome":"handled""#,
        _ => return Ok(()),
    };
    let state = String::from_redis_value(reply)?;
    if !state.contains(sign)
        || (operation == Operation::CreateAssigned && state.contains("outcome"))
    {
        bail!("a contact came to {state} by {operation:?}");
    }
    Ok(())
}
