//! What an earlier version counted still counts. It counted created contacts as `offered`, in the
//! counters, their snapshots and the tally.

use std::time::Duration;

use shared::conformance::Floor;
use shared::figures::{Figures, Totals};
use shared::redis::RedisAcd;
use shared::testing::{connection, redis_url};
use shared::time::Millis;

use crate::support::over_redis;

/// Renames the count of created contacts to what an earlier version calls it.
/// KEYS: the tally, the counters, their snapshots.
const RENAME_COUNTS: &str = r#"
for place, entry in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  redis.call('LSET', KEYS[1], place - 1, (string.gsub(entry, '"created"', '"offered"')))
end
for place = 2, #KEYS do
  local counts = redis.call('HGETALL', KEYS[place])
  for item = 1, #counts, 2 do
    local field, renamed = string.gsub(counts[item], '^created', 'offered')
    if renamed == 1 then
      redis.call('HSET', KEYS[place], field, counts[item + 1])
      redis.call('HDEL', KEYS[place], counts[item])
    end
  end
end
return #KEYS
"#;

/// Makes all counts those of an earlier version.
async fn age(floor: &Floor) {
    let mut connection = connection().await;
    let prefix = format!("{{{}}}:", floor.acd.name());
    let mut snapshots = redis::cmd("KEYS");
    snapshots.arg(format!("{prefix}counts:*"));
    let snapshots: Vec<String> = snapshots.query_async(&mut connection).await.unwrap();
    assert!(snapshots.len() > 1, "{snapshots:?}");
    let script = redis::Script::new(RENAME_COUNTS);
    let mut rename = script.key(format!("{prefix}tally"));
    rename.key(format!("{prefix}counts")).key(snapshots);
    let _: u64 = rename.invoke_async(&mut connection).await.unwrap();
}

async fn totals(floor: &Floor) -> Totals {
    floor.acd.overview().await.unwrap().totals
}

async fn since_ever(floor: &Floor) -> Figures {
    floor.acd.figures(Millis(0)).await.unwrap()
}

/// Returns the figures since the start of the minute before this one.
async fn lately(floor: &Floor) -> Figures {
    let since = since_ever(floor).await.now.0 - 60_000;
    floor.acd.figures(Millis(since)).await.unwrap()
}

#[tokio::test]
async fn what_an_earlier_version_counted_is_in_every_figure() {
    over_redis(async |floor: &Floor| {
        floor.available_agent("ann", "English").await;
        for _ in 0..4 {
            floor.contact("English").await;
            floor.contact("Klingon").await;
            floor.pass(Duration::from_mins(1));
        }
        let (counted, ever, late) = (
            totals(floor).await,
            since_ever(floor).await,
            lately(floor).await,
        );
        assert_eq!((counted.created, late.all.created), (8, 2));
        age(floor).await;
        assert_eq!(totals(floor).await, counted);
        assert_eq!(since_ever(floor).await, ever);
        assert_eq!(lately(floor).await, late);

        // From now on contacts are counted under the new name, and old counts in the tally are added
        // to the old ones.
        floor.contact("Klingon").await;
        floor.pass(Duration::from_mins(1));
        floor.contact("Klingon").await;
        assert_eq!(totals(floor).await.created, 10);
        let (ever, late) = (since_ever(floor).await, lately(floor).await);
        assert_eq!((ever.all.created, late.all.created), (10, 2));
        let klingon = &"Klingon".parse().unwrap();
        assert_eq!(ever.by_skill[klingon].created, 6);
        let in_parts: u64 = late.series.iter().map(|part| part.created).sum();
        assert_eq!(in_parts, 2, "{:?}", late.series);
    })
    .await;
}

#[tokio::test]
async fn an_audit_adds_what_an_earlier_version_counted() {
    over_redis(async |floor: &Floor| {
        for _ in 0..3 {
            floor.contact("Klingon").await;
            floor.pass(Duration::from_mins(1));
        }
        age(floor).await;
        floor.contact("Klingon").await;
        let name = floor.acd.name().clone();
        let acd = RedisAcd::connect(&redis_url(), name).await.unwrap();
        assert_eq!(acd.check(false, |_| ()).await.unwrap().findings, []);
    })
    .await;
}
