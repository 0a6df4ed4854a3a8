//! Keys that another client deleted, and that no document has: the audit tells that they are gone.

use shared::agent::AgentId;
use shared::conformance::Floor;
use shared::seen::AgentSeen;
use shared::time::Millis;

use crate::support::{check, damage, fill, over_redis};

#[tokio::test]
async fn lost_minutes_of_the_snapshots_are_reported_and_the_next_one_is_taken_at_once() {
    over_redis(async |floor: &Floor| {
        fill(floor, "Klingon").await;
        damage(floor, "DEL @minutes").await;
        let found = check(floor, false).await;
        let said = found.findings.first().map_or("", |found| &found.what);
        assert!(said.contains("minutes is gone"), "{found:?}");
        assert!(said.contains("look back to now"), "{found:?}");
        assert_eq!(found.wrong, 1, "{found:?}");
        let mended = check(floor, true).await;
        assert_eq!((mended.wrong, mended.mended), (1, 1), "{mended:?}");
        assert_eq!(check(floor, false).await.findings, []);
        floor.contact("English").await;
        assert_eq!(check(floor, false).await.findings, []);
        floor.acd.figures(Millis(0)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn lost_deletions_of_agents_are_reported_and_taken_from_the_log() {
    for command in ["DEL @deleted", "ZREM @deleted dan", "ZADD @deleted 1 dan"] {
        over_redis(async |floor: &Floor| {
            fill(floor, "Klingon").await;
            let agents: [AgentId; 2] = ["dan", "gil"].map(|id| id.parse().unwrap());
            for id in &agents {
                let deleted = floor.acd.delete_agent(id, &AgentSeen::ANYTHING).await;
                deleted.unwrap();
            }
            // The later agent of that id does not change when the earlier one was deleted.
            floor.agent("dan", "Dutch").await;
            let known = floor.store.last_deletions(&agents).await.unwrap();
            assert_eq!(check(floor, false).await.findings, [], "{command}");
            damage(floor, command).await;
            let found = check(floor, false).await;
            let said = found.findings.first().map_or("", |found| &found.what);
            assert!(said.contains("that dan"), "{command}: {found:?}");
            assert!(said.contains("revoke tokens"), "{command}: {found:?}");
            assert_eq!(found.wrong, 1, "{command}: {found:?}");
            let mended = check(floor, true).await;
            assert_eq!((mended.wrong, mended.mended), (1, 1), "{mended:?}");
            assert_eq!(floor.store.last_deletions(&agents).await.unwrap(), known);
            assert_eq!(check(floor, false).await.findings, [], "{command}");
        })
        .await;
    }
}
