//! Settings and names that only another client can have written: the audit reports them and goes on.

use redis::cmd;
use shared::agent::Presence;
use shared::conformance::Floor;
use shared::seen::AgentSeen;
use shared::settings::Settings;
use shared::testing::connection;

use crate::support::{check, damage, over_redis};

/// Settings that nobody can have set.
const UNREADABLE_SETTINGS: [&str; 8] = [
    "nonsense",
    "[]",
    r#"{"reasons":5}"#,
    r#"{"reasons":["a,b"]}"#,
    r#"{"reasons":{"a":1}}"#,
    r#"{"short_abandon_s":-1}"#,
    r#"{"short_abandon_s":1.5}"#,
    r#"{"known_skills_only":1}"#,
];

#[tokio::test]
async fn settings_that_cannot_be_read_are_reported_and_can_be_set_anew() {
    for settings in UNREADABLE_SETTINGS {
        over_redis(async |floor: &Floor| {
            floor.available_agent("ann", "English").await;
            damage(floor, &format!("HSET @meta settings {settings}")).await;
            let found = check(floor, false).await;
            assert_eq!(found.wrong, 1, "{settings}: {found:?}");
            assert!(
                found.findings[0]
                    .what
                    .contains("settings that cannot be read")
            );
            assert_eq!(floor.acd.settings().await.unwrap(), Settings::default());
            let _: Result<_, _> = floor
                .acd
                .set_presence(
                    &Floor::id("ann"),
                    Presence::Unavailable(Some("lunch".parse().unwrap())),
                    &AgentSeen::ANYTHING,
                )
                .await
                .inspect_err(|error| assert_eq!(error.code(), "unknown_reason", "{settings}"));
            let change = serde_json::from_str(r#"{"short_abandon_s":3}"#).unwrap();
            floor.acd.change_settings(change).await.unwrap();
            assert_eq!(check(floor, false).await.findings, []);

            damage(floor, &format!("HSET @meta settings {settings}")).await;
            assert_eq!(check(floor, true).await.mended, 1, "{settings}");
            assert_eq!(check(floor, false).await.findings, []);
        })
        .await;
    }
}

/// Keys and members that are not valid text stop no audit.
#[tokio::test]
async fn what_is_no_text_is_reported() {
    over_redis(async |floor: &Floor| {
        floor.agent("ann", "English").await;
        let mut redis = connection().await;
        let key = |rest: &[u8]| [format!("{{{}}}:", floor.acd.name()).as_bytes(), rest].concat();
        for (list, member) in [
            (key(b"idle:\xff,\xfe"), &b"ann"[..]),
            (key(b"agents"), b"\xff"),
        ] {
            let add = cmd("ZADD").arg(list).arg(1).arg(member).clone();
            let _: u64 = add.query_async(&mut redis).await.unwrap();
        }
        let found = check(floor, true).await;
        assert_eq!((found.wrong, found.mended), (2, 1), "{found:?}");
        assert_eq!(check(floor, true).await.wrong, 1);
        let gone = cmd("DEL").arg(key(b"idle:\xff,\xfe")).clone();
        let _: u64 = gone.query_async(&mut redis).await.unwrap();
    })
    .await;
}
