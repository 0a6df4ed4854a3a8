//! Damage to what is kept of offers, wrap-up, penalties and contact types: the audit finds it and
//! repairs it.

use shared::conformance::Floor;
use shared::redis::Audit;

use crate::support::{check, damage, fill_pauses, over_redis};

#[tokio::test]
async fn a_floor_with_offers_and_wrap_up_has_nothing_to_find() {
    over_redis(async |floor: &Floor| {
        fill_pauses(floor).await;
        assert_eq!(check(floor, false).await.findings, []);
        assert_eq!(check(floor, true).await.findings, []);
    })
    .await;
}

#[tokio::test]
async fn every_damage_to_a_pause_is_found_and_repaired() {
    for (command, says) in [
        ("ZREM @offered ring", "would never be missed"),
        ("ZREM @wrap_up wrap", "would never end"),
        ("ZREM @penalty rest", "would never end"),
        ("ZADD @offered 1 rest", "does not belong"),
        ("ZADD @wrap_up 1 ring", "does not belong"),
        ("ZADD @penalty 1 wrap", "does not belong"),
        ("ZADD @available:* 1 ring", "has an offer and is listed"),
        ("ZADD @available:* 1 wrap", "in wrap-up and listed"),
        ("ZADD @available:* 1 rest", "on penalty and listed"),
        (
            "JSON.MERGE @agent:ring $ {\"offer\":1}",
            "not offered to them",
        ),
        (
            "JSON.MERGE @agent:ring $ {\"activity\":\"idle\",\"contact\":null,\"offer\":null}",
            "who does not have the offer",
        ),
        (
            "HSET @types paused nonsense",
            "settings that cannot be read",
        ),
        (
            "HSET @types paused {\"reasons\":[\"lunch\"]}",
            "settings that cannot be read",
        ),
    ] {
        over_redis(async |floor: &Floor| {
            fill_pauses(floor).await;
            damage(floor, command).await;
            let found = check(floor, false).await;
            let said = |audit: &Audit| audit.findings.iter().any(|found| found.what.contains(says));
            assert!(said(&found), "{command}: {found:?}");
            let mended = check(floor, true).await;
            assert!(mended.mended > 0, "{command}: {mended:?}");
            let left = check(floor, false).await.findings;
            assert!(left.is_empty(), "{command}: {mended:?} left {left:?}");
        })
        .await;
    }
}
