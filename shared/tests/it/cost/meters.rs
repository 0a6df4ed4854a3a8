//! What an operation costs: the commands that the server ran, or the time that it took.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::pin::Pin;

use futures::{Stream, StreamExt as _};
use redis::Client;
use redis::aio::MultiplexedConnection;
use shared::Acd;

use super::floor::Floor;
use super::round::Meter;

/// The commands with which scripts write, each the key that it names first.
const WRITES: [&str; 14] = [
    "DEL",
    "HDEL",
    "HINCRBY",
    "HSET",
    "JSON.ARRAPPEND",
    "JSON.ARRPOP",
    "JSON.MERGE",
    "JSON.SET",
    "RPUSH",
    "SADD",
    "SREM",
    "XADD",
    "ZADD",
    "ZREM",
];

/// What the server did for an operation.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The commands that the store sent: so many round trips.
    pub(super) sent: Vec<String>,
    /// How often a script ran each command, adding up left out.
    pub(super) ran: BTreeMap<String, u64>,
    /// The same of adding up what was tallied, which not every operation does.
    pub(super) adding: BTreeMap<String, u64>,
    /// The events that were written, by their types.
    pub(super) events: Vec<String>,
}

impl Done {
    /// Gives how many commands scripts ran.
    pub(super) fn calls(&self) -> u64 {
        self.ran.values().sum()
    }
}

/// Sees every command that the server runs, and who sent it, so what others do besides is told
/// apart: the store's own feed of events above all.
pub(super) struct Commands {
    seen: Pin<Box<dyn Stream<Item = String>>>,
    beside: MultiplexedConnection,
    /// The connection from which the store sends its operations.
    store: String,
}

impl Commands {
    /// Begins to watch.
    pub(super) async fn of(floor: &Floor) -> Self {
        let client = Client::open(floor.server.url()).unwrap();
        let monitor = client.get_async_monitor().await.unwrap();
        let mut meter = Self {
            seen: Box::pin(monitor.into_on_message()),
            beside: client.get_multiplexed_async_connection().await.unwrap(),
            store: String::new(),
        };
        floor.acd.overview().await.unwrap();
        let seen = meter.lines().await;
        let mut sent = seen.iter().map(|line| Line::of(line));
        let first = sent.find(|line| line.command == "FCALL").unwrap();
        first.from.clone_into(&mut meter.store);
        meter
    }

    /// Gives what was seen until now.
    async fn lines(&mut self) -> Vec<String> {
        let mark = redis::cmd("ECHO").arg("until here").clone();
        let _: String = mark.query_async(&mut self.beside).await.unwrap();
        let mut lines = vec![];
        loop {
            let line = self.seen.next().await.unwrap();
            if line.contains(r#""ECHO" "until here""#) {
                return lines;
            }
            lines.push(line);
        }
    }
}

impl Commands {
    /// Does an operation, and gives what the server ran meanwhile.
    async fn watch<T>(&mut self, operation: impl Future<Output = T>) -> (T, Vec<String>) {
        // What was done before, unmeasured.
        self.lines().await;
        let answer = operation.await;
        (answer, self.lines().await)
    }
}

impl Meter for Commands {
    type Cost = Done;

    async fn measure<T>(&mut self, operation: impl Future<Output = T>) -> (T, Done) {
        let (answer, lines) = self.watch(operation).await;
        let mut done = Done::default();
        let lines: Vec<Line<'_>> = lines.iter().map(|line| Line::of(line)).collect();
        let adding = adding_up(&lines);
        for (place, line) in lines.iter().enumerate() {
            if line.from == self.store {
                done.sent.push(line.command.to_owned());
            } else if line.from == "lua" {
                let part = adding.contains(&place);
                let ran = if part {
                    &mut done.adding
                } else {
                    &mut done.ran
                };
                *ran.entry(line.command.to_owned()).or_default() += 1;
                done.events.extend(line.events().map(str::to_owned));
            }
        }
        (answer, done)
    }
}

/// Sees which keys a script comes to after its first write that it had not asked for before: to
/// look at one that is elsewhere fails as well.
pub(super) struct Unasked {
    commands: Commands,
    /// How many keys were asked for.
    pub(super) asked: usize,
}

impl Unasked {
    pub(super) async fn of(floor: &Floor) -> Self {
        Self {
            commands: Commands::of(floor).await,
            asked: 0,
        }
    }
}

impl Meter for Unasked {
    type Cost = Vec<String>;

    async fn measure<T>(&mut self, operation: impl Future<Output = T>) -> (T, Vec<String>) {
        let (answer, lines) = self.commands.watch(operation).await;
        let ran = lines.iter().map(|line| Line::of(line));
        let (mut asked, mut unasked, mut writing) = (HashSet::new(), vec![], false);
        for line in ran.filter(|line| line.from == "lua") {
            writing |= WRITES.contains(&line.command);
            let keys = line.arguments().filter(|argument| argument.contains("}:"));
            for key in keys.map(str::to_owned) {
                if writing && !asked.contains(&key) {
                    unasked.push(format!("{} {key}", line.command));
                } else {
                    asked.insert(key);
                }
            }
        }
        self.asked += asked.len();
        (answer, unasked)
    }
}

/// Gives which lines are those of adding up: from reading the tally to deleting it.
fn adding_up(lines: &[Line<'_>]) -> Range<usize> {
    let of_tally = |command| {
        let is = move |line: &Line<'_>| line.command == command && line.rest.contains(":tally\"");
        lines.iter().position(is)
    };
    match (of_tally("LRANGE"), of_tally("DEL")) {
        (Some(first), Some(last)) => first..last + 1,
        _ => 0..0,
    }
}

/// A line of `MONITOR`: `1767268800.123456 [0 127.0.0.1:50000] "HGET" "{acd}:meta" "tick"`; the
/// sender of what a script runs is `lua`.
struct Line<'a> {
    from: &'a str,
    command: &'a str,
    rest: &'a str,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let (_, line) = line.split_once("[0 ").unwrap();
        let (from, line) = line.split_once("] \"").unwrap();
        let (command, rest) = line.split_once('"').unwrap();
        Self {
            from,
            command,
            rest,
        }
    }

    /// Gives what follows the command, if there are no quotes in it.
    fn arguments(&self) -> impl Iterator<Item = &'a str> {
        self.rest.split('"').skip(1).step_by(2)
    }

    /// Gives the types of the events that it writes.
    fn events(&self) -> impl Iterator<Item = &'a str> {
        let written = (self.command == "XADD").then_some(self.rest);
        let events = written
            .into_iter()
            .flat_map(|rest| rest.split(r#"{\"type\":\""#).skip(1));
        events.filter_map(|event| event.split(r#"\""#).next())
    }
}

/// The time that the server spends on scripts, as it counts it itself, in microseconds.
pub(super) struct Time(MultiplexedConnection);

impl Time {
    pub(super) async fn of(floor: &Floor) -> Self {
        let client = Client::open(floor.server.url()).unwrap();
        Self(client.get_multiplexed_async_connection().await.unwrap())
    }

    async fn spent(&mut self) -> u64 {
        let info = redis::cmd("INFO").arg("commandstats").clone();
        let info: String = info.query_async(&mut self.0).await.unwrap();
        let (_, scripts) = info.split_once("cmdstat_fcall:").unwrap();
        let (_, spent) = scripts.split_once("usec=").unwrap();
        spent.split(',').next().unwrap().parse().unwrap()
    }
}

impl Meter for Time {
    type Cost = u64;

    async fn measure<T>(&mut self, operation: impl Future<Output = T>) -> (T, u64) {
        let before = self.spent().await;
        let answer = operation.await;
        (answer, self.spent().await - before)
    }
}
