//! Model test: the core is the oracle. The same random operations ([`draw`]) run on the core and on
//! Redis ([`mod@apply`]), and every answer and the whole visible state ([`visible`]) are compared
//! after every step. A failure is shrunk to the shortest sequence.
//!
//! `MODEL_CASES` (default 100) sequences of up to 150 operations: at least 10,000 in all, which is
//! asserted. `PROPTEST_RNG_SEED` repeats a run.

mod apply;
mod draw;
mod saw;
mod values;
mod visible;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use shared::Acd;
use shared::embedded::EmbeddedAcd;
use shared::redis::RedisAcd;
use shared::testing::{clean, fresh_name, redis_url};
use shared::time::ManualClock;

use self::apply::apply;
use self::draw::{Step, sequence};
use self::values::CONTACTS;
use self::visible::visible_state;
use crate::support::NOON;

async fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let name = fresh_name();
    let clock = Arc::new(ManualClock::new(NOON));
    let core = EmbeddedAcd::new(name.clone(), Arc::<ManualClock>::clone(&clock));
    let redis = RedisAcd::connect(&redis_url(), name.clone()).await.unwrap();
    let redis = redis.with_clock(Arc::<ManualClock>::clone(&clock));
    let mut events_seen = 0;
    for (place, step) in steps.iter().enumerate() {
        if let Step::Pass { millis } = step {
            clock.advance(Duration::from_millis(*millis));
        }
        let explained = u8::try_from(place % usize::from(CONTACTS)).unwrap();
        let expected = apply(&core, step).await;
        let answered = apply(&redis, step).await;
        prop_assert_eq!(answered, expected, "the answer to {}: {:?}", place, step);
        let expected = visible_state(&core, explained, events_seen).await;
        let seen = visible_state(&redis, explained, events_seen).await;
        prop_assert_eq!(seen, expected, "the state after {}: {:?}", place, step);
        events_seen = core.overview().await.unwrap().event;
    }
    clean(&name).await;
    Ok(())
}

#[test]
fn redis_does_what_the_core_does() {
    shared::needs_redis!();
    let cases = std::env::var("MODEL_CASES").map_or(100, |cases| cases.parse().unwrap());
    let config = ProptestConfig {
        cases,
        // Failure files are for libraries; this prints the shrunk sequence instead.
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let done = AtomicUsize::new(0);
    let outcome = TestRunner::new(config).run(&sequence(), |steps| {
        runtime.block_on(run(&steps))?;
        done.fetch_add(steps.len(), Ordering::Relaxed);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let done = done.into_inner();
    assert!(
        done >= 100 * cases as usize,
        "only {done} operations in {cases} sequences"
    );
}
