//! Meters of an operation's cost: the commands that the server ran, or the time that it took.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::pin::Pin;

use futures::{Stream, StreamExt as _};
use redis::Client;
use redis::aio::MultiplexedConnection;
use shared::Acd;

use super::floor::Floor;
use super::round::Meter;

/// The commands with which scripts write. Each names its key first.
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
    /// The commands that the store sent: one round trip each.
    pub(super) sent: Vec<String>,
    /// How often scripts ran each command, without the merging of the tally.
    pub(super) ran: BTreeMap<String, u64>,
    /// The same for merging the tally into the counters, which not every operation does.
    pub(super) adding: BTreeMap<String, u64>,
    /// How many members of sorted sets scripts asked for by their places.
    pub(super) members: u64,
    /// The types of the events that were written.
    pub(super) events: Vec<String>,
}

impl Done {
    /// Returns how many commands scripts ran.
    pub(super) fn calls(&self) -> u64 {
        self.ran.values().sum()
    }
}

/// Watches every command that the server runs and its sender, so that commands of others can be
/// left out, mainly those of the store's own event feed.
pub(super) struct Commands {
    seen: Pin<Box<dyn Stream<Item = String>>>,
    beside: MultiplexedConnection,
    /// The connection from which the store sends its operations.
    store: String,
}

impl Commands {
    /// Starts watching.
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

    /// Returns what was seen until now.
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
    /// Runs an operation. Returns its answer and the commands that the server ran meanwhile.
    async fn watch<T>(&mut self, operation: impl Future<Output = T>) -> (T, Vec<String>) {
        // Discards what came before.
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
                done.members += line.members();
                done.events.extend(line.events().map(str::to_owned));
            }
        }
        (answer, done)
    }
}

/// Finds keys that a script first accesses after its first write. If such a key is on another node,
/// even reading it fails.
pub(super) struct Unasked {
    commands: Commands,
    /// How many keys were accessed before.
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

/// Returns the range of lines that merge the tally, from reading it to deleting it.
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

/// A line of `MONITOR`: `1767268800.123456 [0 127.0.0.1:50000] "HGET" "{acd}:meta" "tick"`.
/// Commands run by a script have the sender `lua`.
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

    /// Returns the arguments, if none contains quotes.
    fn arguments(&self) -> impl Iterator<Item = &'a str> {
        self.rest.split('"').skip(1).step_by(2)
    }

    /// Returns how many members it asks for, if it asks for a range of places.
    fn members(&self) -> u64 {
        let mut places = self.arguments().skip(1).map(str::parse::<u64>);
        match (self.command, places.next(), places.next()) {
            ("ZRANGE", Some(Ok(first)), Some(Ok(last))) => (last + 1).saturating_sub(first),
            _ => 0,
        }
    }

    /// Returns the types of the events that it writes.
    fn events(&self) -> impl Iterator<Item = &'a str> {
        let written = (self.command == "XADD").then_some(self.rest);
        let events = written
            .into_iter()
            .flat_map(|rest| rest.split(r#"{\"type\":\""#).skip(1));
        events.filter_map(|event| event.split(r#"\""#).next())
    }
}

/// The time that the server spends on scripts, as measured by the server, in microseconds.
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
