//! Changes that are answered only once a replica has them too.
//!
//! A primary acknowledges a write before its replicas have it, so one that dies at that moment
//! takes the write along. Here the scripts of many callers go to the server as one group, with a
//! `WAIT` behind them, on a connection of their own: it blocks nobody else, and what it costs is
//! shared by the group.
//!
//! Script and `WAIT` must go the same way at once. Asked for later, or on another connection, the
//! confirmation could be that of a server that never saw the change.

use std::time::Duration;

use redis::{Cmd, FromRedisValue, RedisError, RedisResult, Value};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::failure::Failure;
use super::link::{ANSWER, Link};
use crate::error::Error;

/// How many changes go in one group at most.
const MOST: usize = 64;
/// How many changes may wait for their group; further callers wait to be let in.
const WAITING: usize = 1024;
/// How long a replica may take to confirm: less than an answer may take.
const CONFIRMED_WITHIN: Duration = Duration::from_millis(500);

/// When a change is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When the primary has it. Survives the end of any process, of Redis too where it keeps an
    /// append-only file; not the loss of the primary's host in the moment after.
    #[default]
    Local,
    /// When a replica has it as well. Survives the loss of the primary's host too; costs the time
    /// of a round trip to the replica, and without a replica nothing is confirmed.
    Replicated,
}

/// Takes changes in, and sends them in groups.
pub(super) struct Lane {
    changes: mpsc::Sender<Change>,
    _sending: AbortOnDropHandle<()>,
}

struct Change {
    call: Cmd,
    answer: oneshot::Sender<Result<Value, Failure>>,
}

impl Lane {
    /// Opens a lane on its own connection. `meta` is a key of the ACD, a hash.
    pub(super) fn new(link: Link, meta: String) -> Self {
        let (changes, waiting) = mpsc::channel(WAITING);
        Self {
            changes,
            _sending: AbortOnDropHandle::new(tokio::spawn(send(link, meta, waiting))),
        }
    }

    /// Runs a script, and answers when a replica has what it did.
    pub(super) async fn run<T: FromRedisValue>(&self, call: &Cmd) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        let call = call.clone();
        let sent = async {
            let change = Change { call, answer };
            self.changes.send(change).await.ok()?;
            answered.await.ok()
        };
        // Groups before this one may take their time as well; a caller is told within a second.
        let value = match tokio::time::timeout(ANSWER, sent).await {
            Ok(Some(answer)) => answer?,
            Ok(None) => return Err(away("its lane has ended")),
            Err(_) => return Err(away("no answer in time")),
        };
        T::from_redis_value(value).map_err(|broken| Failure::from(RedisError::from(broken)))
    }
}

fn away(why: &str) -> Failure {
    Failure::Broken(Error::Unavailable(why.to_owned()))
}

/// Sends group after group, each with all that came while the one before was under way.
async fn send(link: Link, meta: String, mut waiting: mpsc::Receiver<Change>) {
    let mut group = Vec::with_capacity(MOST);
    while waiting.recv_many(&mut group, MOST).await > 0 {
        // Whoever hung up, or was told that it took too long, will ask again if it matters.
        group.retain(|change: &Change| !change.answer.is_closed());
        let calls = group.iter().map(|change| change.call.clone()).collect();
        let answers = confirmed(&link, &meta, calls).await;
        for (change, answer) in group.drain(..).zip(answers) {
            // Who hung up meanwhile is not told.
            let _ = change.answer.send(answer);
        }
    }
}

/// Gives the answer to each call.
async fn confirmed(link: &Link, meta: &str, calls: Vec<Cmd>) -> Vec<Result<Value, Failure>> {
    let mut lease = link.lease();
    let number = lease.number();
    let asked = ask(&mut lease.connection, meta, &calls);
    match link.hear(number, asked).await {
        Ok((answers, 1..)) => answers
            .into_iter()
            .map(|answer| answer.map_err(Failure::from))
            .collect(),
        Ok((answers, _)) => answers.into_iter().map(unconfirmed).collect(),
        Err(error) => calls
            .iter()
            .map(|_| Err(Failure::from(error.clone())))
            .collect(),
    }
}

/// What was refused changed nothing that a replica would have to have.
fn unconfirmed(answer: RedisResult<Value>) -> Result<Value, Failure> {
    match answer {
        Ok(_) => Err(Failure::Broken(Error::Unconfirmed)),
        Err(error) => Err(Failure::from(error)),
    }
}

/// Sends a group, and gives its answers and how many replicas have it.
async fn ask(
    connection: &mut redis::aio::ConnectionManager,
    meta: &str,
    calls: &[Cmd],
) -> RedisResult<(Vec<RedisResult<Value>>, usize)> {
    let mut group = redis::pipe();
    group.ignore_errors();
    for call in calls {
        group.add_command(call.clone());
    }
    // By its description WAIT is about what its own connection wrote. A repeated change writes
    // nothing: what it wrote before, perhaps on another connection, is older than this mark and
    // confirmed with it. (Redis 7.0 would do without it; that is promised nowhere.)
    group.cmd("HSET").arg(meta).arg("confirmed").arg(1);
    let patience = u64::try_from(CONFIRMED_WITHIN.as_millis()).unwrap_or(u64::MAX);
    group.cmd("WAIT").arg(1).arg(patience);
    let mut answers: Vec<RedisResult<Value>> = group.query_async(connection).await?;
    let replicas = match answers.pop() {
        Some(count) => usize::from_redis_value(count?)?,
        None => 0,
    };
    // The mark must have been written, or the count says nothing.
    if let Some(mark) = answers.pop() {
        mark?;
    }
    Ok((answers, replicas))
}
