//! Follows the number of the newest event, on a connection of its own: a blocking read on the
//! shared one would hold up every operation behind it.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult, Value};
use tokio::sync::watch;

/// How long a read waits for news: short enough that no proxy takes the connection for dead.
const BLOCK_MILLIS: u32 = 5_000;
/// The shortest time between two looks, so that a busy floor does not cost a read an event.
const PAUSE: Duration = Duration::from_millis(20);
/// The longest time between two attempts to connect.
const LONGEST_RETRY: Duration = Duration::from_secs(2);

/// Follows for ever; ends when the task is dropped with its store.
pub(super) async fn follow(
    client: Client,
    meta: String,
    events: String,
    latest: watch::Sender<u64>,
) {
    let mut retry = PAUSE;
    loop {
        if let Ok(mut connection) = connect(&client).await {
            retry = PAUSE;
            // Ends with the connection; the state is looked at anew on the next. Who follows is
            // told, so that he sees at once that the store is away.
            let _ = follow_on(&mut connection, &meta, &events, &latest).await;
            latest.send_modify(|_| ());
        }
        tokio::time::sleep(retry).await;
        retry = (retry * 2).min(LONGEST_RETRY);
    }
}

async fn connect(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(2)))
        // The default of half a second would abandon every read that waits.
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
    loop {
        let newest: Option<u64> = redis::cmd("HGET")
            .arg(meta)
            .arg("event")
            .query_async(connection)
            .await?;
        let newest = newest.unwrap_or(0);
        // Also when it went back, as after a failover that lost the last writes.
        latest.send_if_modified(|known| std::mem::replace(known, newest) != newest);
        tokio::time::sleep(PAUSE).await;
        let _: Value = redis::cmd("XREAD")
            .arg("COUNT")
            .arg(1)
            .arg("BLOCK")
            .arg(BLOCK_MILLIS)
            .arg("STREAMS")
            .arg(events)
            .arg(newest)
            .query_async(connection)
            .await?;
    }
}
