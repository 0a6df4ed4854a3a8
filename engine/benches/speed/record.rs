//! What the ops layer does for each operation: the commands it sends, which are then played by
//! others too, and what they cause in Redis.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use color_eyre::eyre::{Result, bail};
use shared::Acd as _;
use shared::redis::RedisAcd;

use crate::ops::{perform, skills};
use crate::play::Operation;
use crate::raw::Commands;
use crate::server::Redis;
use crate::tap::Tap;
use crate::template::{Template, commands};

/// The name of the ACD on every floor.
pub(crate) const ACD: &str = "acd";

/// What one operation came to.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) name: &'static str,
    pub(crate) commands: usize,
    pub(crate) sent: usize,
    pub(crate) received: usize,
    pub(crate) events: usize,
    /// Commands that its script calls inside Redis.
    pub(crate) calls: usize,
}

/// All operations, each seen once.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    pub(crate) commands: Commands,
    pub(crate) seen: Vec<Seen>,
}

/// One agent and three contacts, in an order in which each operation does what its name says.
const SCENE: &[(&str, Operation, u64)] = &[
    ("create agent", Operation::CreateAgent, 1),
    ("set available, nobody waits", Operation::Available, 1),
    ("create that matches", Operation::CreateAssigned, 1),
    ("complete that frees", Operation::Complete, 1),
    ("set unavailable", Operation::Unavailable, 1),
    ("create that queues", Operation::CreateQueued, 2),
    (
        "create that queues, behind others",
        Operation::CreateQueued,
        3,
    ),
    ("set available, gets a contact", Operation::Available, 1),
    ("complete that gives the next", Operation::Complete, 2),
    ("get contact", Operation::Get, 3),
    ("complete that gives the last", Operation::Complete, 3),
];

/// Performs each operation, and looks.
pub(crate) async fn record(redis: &Redis) -> Result<Recording> {
    redis.empty()?;
    let tap = Tap::noting(redis.address())?;
    let acd = RedisAcd::connect(&tap.url(), ACD.parse()?).await?;
    let aside = RedisAcd::connect(&redis.url(), ACD.parse()?).await?;
    let skills = skills()?;
    // A script is told to the server at its first use, which would be seen with the operation.
    for &(_, operation, number) in SCENE {
        perform(&aside, operation, &operation.subject(number), &skills).await?;
    }
    redis.empty()?;
    let mut monitor = Monitor::start(redis)?;
    let mut recording = Recording::default();
    for &(name, operation, number) in SCENE {
        let event = aside.overview().await?.event;
        monitor.calls(redis)?;
        tap.take()?;
        let subject = operation.subject(number);
        perform(&acd, operation, &subject, &skills).await?;
        let noted = tap.take()?;
        let calls = monitor.calls(redis)?;
        let events = aside.events_after(event, 100).await?.len();
        let commands = commands(&noted.sent)?.len();
        if commands == 0 {
            bail!("nothing was seen of {name}: has the order of the connections changed?");
        }
        let template = Template::of(&noted.sent, &subject)?;
        recording.commands.insert(operation, template);
        recording.seen.push(Seen {
            name,
            commands,
            sent: noted.sent.len(),
            received: noted.received.len(),
            events,
            calls,
        });
    }
    redis.empty()?;
    Ok(recording)
}

/// Redis's own account of what it is asked.
struct Monitor(BufReader<TcpStream>);

impl Monitor {
    const MARK: &str = "benchmark-mark";

    fn start(redis: &Redis) -> Result<Self> {
        let mut stream = TcpStream::connect(redis.address())?;
        stream.write_all(b"MONITOR\r\n")?;
        let mut lines = BufReader::new(stream);
        lines.read_line(&mut String::new())?;
        Ok(Self(lines))
    }

    /// Gives how many commands scripts have called since last time.
    fn calls(&mut self, redis: &Redis) -> Result<usize> {
        let _: String = redis::cmd("PING")
            .arg(Self::MARK)
            .query(&mut redis.connect()?)?;
        let mut calls = 0;
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 {
                bail!("Redis has ended its account of commands");
            }
            if line.contains(Self::MARK) {
                return Ok(calls);
            }
            calls += usize::from(line.contains(" lua] "));
        }
    }
}
