//! Floors over each store: every test has an ACD of its own, and they all run side by side.

use std::sync::Arc;

use shared::conformance::Floor;
use shared::embedded::EmbeddedAcd;
use shared::redis::RedisAcd;
use shared::testing::{clean, fresh_name, redis_url};
use shared::time::{ManualClock, Moment};

pub(crate) const NOON: Moment = Moment(1_767_268_800_000_000);

pub(crate) async fn over_embedded(case: impl AsyncFnOnce(&Floor)) {
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = Arc::new(EmbeddedAcd::new(
        fresh_name(),
        Arc::<ManualClock>::clone(&clock),
    ));
    case(&Floor::over(acd, clock)).await;
}

pub(crate) async fn over_redis(case: impl AsyncFnOnce(&Floor)) {
    let name = fresh_name();
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = RedisAcd::connect(&redis_url(), name.clone()).await.unwrap();
    let acd = Arc::new(acd.with_clock(Arc::<ManualClock>::clone(&clock)));
    case(&Floor::over(acd, clock)).await;
    clean(&name).await;
}
