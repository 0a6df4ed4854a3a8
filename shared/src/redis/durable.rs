//! Changes that are acknowledged only once a replica has them too.
//!
//! A primary acknowledges a write before its replicas have it. If it dies at that moment, the write
//! is lost. Here the scripts of many callers go to the server in one batch with a `WAIT` at its
//! end, on a separate connection. So nobody else is blocked, and the batch shares the cost.
//!
//! Scripts and `WAIT` must go in one batch on one connection. A later `WAIT`, or one on another
//! connection, could reach a server that never saw the change.

use std::time::Duration;

use redis::{Cmd, FromRedisValue, RedisError, RedisResult, Value};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::failure::Failure;
use super::link::{ANSWER, Link};
use crate::error::Error;

/// How many changes one batch holds at most.
const MOST: usize = 64;
/// How many changes may wait for their batch. Further callers wait for a free slot.
const WAITING: usize = 1024;
/// How long a replica may take to confirm; less than the answer timeout.
const CONFIRMED_WITHIN: Duration = Duration::from_millis(500);

/// When a change is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When the primary has it. This survives the end of any process, and of Redis if it keeps an
    /// append-only file, but not the loss of the primary's host right afterwards.
    #[default]
    Local,
    /// When a replica has it as well. This survives the loss of the primary's host too. It costs a
    /// round trip to the replica, and nothing is confirmed without a replica.
    Replicated,
}

/// Accepts changes and sends them in batches.
pub(super) struct Lane {
    changes: mpsc::Sender<Change>,
    _sending: AbortOnDropHandle<()>,
}

struct Change {
    call: Cmd,
    answer: oneshot::Sender<Result<Value, Failure>>,
}

impl Lane {
    /// Opens a lane on its own connection. `meta` is a key of the ACD that holds a hash.
    pub(super) fn new(link: Link, meta: String) -> Self {
        let (changes, waiting) = mpsc::channel(WAITING);
        Self {
            changes,
            _sending: AbortOnDropHandle::new(tokio::spawn(send(link, meta, waiting))),
        }
    }

    /// Runs a script and answers once a replica has its changes.
    pub(super) async fn run<T: FromRedisValue>(&self, call: &Cmd) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        let call = call.clone();
        let sent = async {
            let change = Change { call, answer };
            self.changes.send(change).await.ok()?;
            answered.await.ok()
        };
        // Earlier batches may take their time as well; a caller gets its answer within a second.
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

/// Sends one batch after another, each with all changes that came during the previous one.
async fn send(link: Link, meta: String, mut waiting: mpsc::Receiver<Change>) {
    let mut group = Vec::with_capacity(MOST);
    while waiting.recv_many(&mut group, MOST).await > 0 {
        // A caller that has hung up or timed out retries if it matters.
        group.retain(|change: &Change| !change.answer.is_closed());
        let calls = group.iter().map(|change| change.call.clone()).collect();
        let answers = confirmed(&link, &meta, calls).await;
        for (change, answer) in group.drain(..).zip(answers) {
            // Fails only if the caller has hung up meanwhile.
            let _ = change.answer.send(answer);
        }
    }
}

/// Returns the answer to each call.
async fn confirmed(link: &Link, meta: &str, calls: Vec<Cmd>) -> Vec<Result<Value, Failure>> {
    let mut lease = link.lease();
    let number = lease.number();
    let asked = ask(&mut lease.connection, meta, &calls);
    match link.await_answer(number, asked).await {
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

/// Marks successes as unconfirmed. A refused call changed nothing that a replica would need.
fn unconfirmed(answer: RedisResult<Value>) -> Result<Value, Failure> {
    match answer {
        Ok(_) => Err(Failure::Broken(Error::Unconfirmed)),
        Err(error) => Err(Failure::from(error)),
    }
}

/// Sends a batch. Returns its answers and how many replicas have it.
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
    // WAIT is documented to cover what its own connection wrote. A repeated change writes nothing;
    // its earlier write, perhaps on another connection, is older than this mark and confirmed along
    // with it. (Redis 7.0 would not need the mark, but does not document that.)
    group.cmd("HSET").arg(meta).arg("confirmed").arg(1);
    let patience = u64::try_from(CONFIRMED_WITHIN.as_millis()).unwrap_or(u64::MAX);
    group.cmd("WAIT").arg(1).arg(patience);
    let mut answers: Vec<RedisResult<Value>> = group.query_async(connection).await?;
    let replicas = match answers.pop() {
        Some(count) => usize::from_redis_value(count?)?,
        None => 0,
    };
    // Without the mark the count of replicas means nothing.
    if let Some(mark) = answers.pop() {
        mark?;
    }
    Ok((answers, replicas))
}
