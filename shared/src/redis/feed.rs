//! Follows the number of the newest event, on its own connection: a blocking read on the shared one
//! would hold up every operation after it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult, Value};
use tokio::sync::watch;

use super::link::ClientSource;
use crate::backoff::Backoff;

/// How long a read blocks: short enough that no proxy considers the connection dead.
const BLOCK_MILLIS: u32 = 15_000;
/// The shortest time between two reads, so that a busy floor does not cost one read per event. The
/// first event after a quiet time is seen at once.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest delay before the first attempt to reconnect.
const FIRST_RETRY: Duration = Duration::from_millis(20);
/// The longest delay between two attempts to reconnect.
const LONGEST_RETRY: Duration = Duration::from_secs(2);

/// Follows until the task is dropped with its store. When the shared connection is replaced, this
/// one is too, because the same address may lead to another server now.
pub(super) async fn follow(
    source: Arc<ClientSource>,
    (meta, events): (String, String),
    mut given_up: watch::Receiver<u64>,
    latest: watch::Sender<u64>,
) {
    let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
    loop {
        // Before connecting, so that a replacement during it is not missed.
        given_up.mark_unchanged();
        if let Ok(mut connection) = connect(&source.client()).await {
            backoff.reset();
            // Ends with the connection. The state is read again on the next one. Followers are
            // notified, so that they notice at once that the store is unreachable.
            tokio::select! {
                _ = follow_on(&mut connection, &meta, &events, &latest) => {}
                Ok(()) = given_up.changed() => {}
            }
            latest.send_modify(|_| ());
        }
        tokio::time::sleep(backoff.next_wait()).await;
    }
}

async fn connect(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(2)))
        // The default of half a second would abandon every blocking read.
        .set_response_timeout(Some(Duration::from_millis(u64::from(BLOCK_MILLIS) + 3_000)));
    client
        .get_multiplexed_async_connection_with_config(&config)
        .await
}

async fn follow_on(
    connection: &mut MultiplexedConnection,
    meta: &str,
    events: &str,
    latest: &watch::Sender<u64>,
) -> RedisResult<()> {
    let newest = || redis::cmd("HGET").arg(meta).arg("event").clone();
    let mut number: Option<u64> = newest().query_async(connection).await?;
    let mut happened = true;
    loop {
        let known = match number {
            Some(number) => number,
            // There is no event yet, or the number was lost; the stream has it too.
            None => end_of_log(connection, events).await?,
        };
        // Also when it went back, as after a failover that lost the last writes.
        latest.send_if_modified(|before| std::mem::replace(before, known) != known);
        if happened {
            tokio::time::sleep(PAUSE).await;
        }
        // One pipeline: the second command runs when the first has been answered.
        let wait = redis::cmd("XREAD")
            .arg("COUNT")
            .arg(1)
            .arg("BLOCK")
            .arg(BLOCK_MILLIS)
            .arg("STREAMS")
            .arg(events)
            .arg(known)
            .clone();
        let mut both = redis::pipe();
        both.add_command(wait).add_command(newest());
        let news: Value;
        (news, number) = both.query_async(connection).await?;
        happened = news != Value::Nil;
    }
}

/// Returns the number of the newest event that the stream has ever had; 0 if there is none.
async fn end_of_log(connection: &mut MultiplexedConnection, events: &str) -> RedisResult<u64> {
    let mut asked = redis::cmd("XINFO");
    asked.arg("STREAM").arg(events);
    let told: RedisResult<HashMap<String, Value>> = asked.query_async(connection).await;
    let told = match told {
        Err(error) if error.detail() == Some("no such key") => return Ok(0),
        told => told?,
    };
    let last = told.get("last-generated-id").cloned();
    let last: String = last.map_or(Ok(String::new()), redis::from_redis_value)?;
    let number = last
        .split('-')
        .next()
        .and_then(|number| number.parse().ok());
    Ok(number.unwrap_or(0))
}
