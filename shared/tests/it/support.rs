//! Floors over each store: every test has an ACD of its own, and they all run side by side.

use std::sync::Arc;

use shared::conformance::Floor;
use shared::embedded::EmbeddedAcd;
use shared::redis::RedisAcd;
use shared::text::AcdName;
use shared::time::{ManualClock, Moment};

pub(crate) const NOON: Moment = Moment(1_767_268_800_000_000);

/// Gives the Redis that tests use.
pub(crate) fn redis_url() -> String {
    std::env::var("TEST_REDIS_URL")
        .expect("TEST_REDIS_URL names no Redis with JSON: run stacks/dev/test, which brings one up")
}

pub(crate) fn fresh_name() -> AcdName {
    format!("test-{}", uuid::Uuid::new_v4().simple())
        .parse()
        .unwrap()
}

pub(crate) async fn over_embedded(case: impl AsyncFnOnce(&Floor)) {
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = Arc::new(EmbeddedAcd::new(
        fresh_name(),
        Arc::<ManualClock>::clone(&clock),
    ));
    case(&Floor { acd, clock }).await;
}

pub(crate) async fn over_redis(case: impl AsyncFnOnce(&Floor)) {
    let name = fresh_name();
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = RedisAcd::connect(&redis_url(), name.clone()).await.unwrap();
    let acd = Arc::new(acd.with_clock(Arc::<ManualClock>::clone(&clock)));
    case(&Floor { acd, clock }).await;
    clean(&name).await;
}

/// Deletes every key of a test's ACD; after a failed test they stay, to be looked at.
pub(crate) async fn clean(name: &AcdName) {
    let mut connection = connection().await;
    let mut cursor = 0;
    loop {
        let (next, keys): (u64, Vec<String>) = redis::cmd("SCAN")
            .arg(cursor)
            .arg("MATCH")
            .arg(format!("{{{name}}}:*"))
            .arg("COUNT")
            .arg(1000)
            .query_async(&mut connection)
            .await
            .unwrap();
        if !keys.is_empty() {
            let _: u64 = redis::cmd("UNLINK")
                .arg(keys)
                .query_async(&mut connection)
                .await
                .unwrap();
        }
        if next == 0 {
            return;
        }
        cursor = next;
    }
}

/// Opens a connection beside the store's, for what a foreign hand may do.
pub(crate) async fn connection() -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(redis_url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}
