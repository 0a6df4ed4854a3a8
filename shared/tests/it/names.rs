//! Names over all of Unicode: an accepted name is kept in one form, on one line, and is visible.

use redis::AsyncCommands as _;
use shared::agent::AgentId;
use shared::conformance::Floor;
use shared::skill::Skill;
use shared::testing::connection;
use shared::text::{LONGEST_NAME, PersonName};
use shared::view::Page;

use crate::support::over_redis;

/// Returns every character.
fn all() -> impl Iterator<Item = char> {
    '\0'..=char::MAX
}

/// Places a character in names: alone, inside, at each end, twice, and where marks and joiners
/// stand. For the thousands of ideographs and syllables, and the empty and private planes, the
/// first two are enough.
fn placed(c: char) -> Vec<String> {
    let mut texts = vec![format!("{c}")];
    if c < '\u{40000}' || ('\u{e0000}'..'\u{e1000}').contains(&c) {
        texts.push(format!("a{c}b"));
    }
    let alike = [
        '\u{3400}'..'\u{a000}',
        '\u{ac00}'..'\u{d7a4}',
        '\u{17000}'..'\u{1b000}',
    ];
    if c < '\u{20000}' && !alike.iter().any(|block| block.contains(&c)) {
        texts.extend([
            format!("{c}a"),
            format!("न{c}"),
            format!("न\u{94d}{c}न"),
            format!("ب{c}ب"),
            format!("{c}{c}"),
        ]);
    }
    texts
}

#[test]
fn accepted_names_have_one_form_on_one_line() {
    let mut taken = 0_u32;
    for text in all().flat_map(placed) {
        let Ok(name) = text.parse::<Skill>() else {
            continue;
        };
        taken += 1;
        let kept = name.as_str();
        assert_eq!(kept.parse().as_ref(), Ok(&name), "kept in another form");
        assert_eq!(text.parse::<AgentId>().unwrap().as_str(), kept);
        assert_eq!(PersonName::try_from(text).unwrap().as_str(), kept);
        assert!((1..=LONGEST_NAME).contains(&kept.chars().count()));
        assert!(
            !kept.contains(|c: char| c.is_control() || ",|{}*\"\u{2028}\u{2029}".contains(c)),
            "{name:?}"
        );
        assert!(kept.trim() == kept && !kept.contains("  "), "{name:?}");
        let json = serde_json::to_string(&name).unwrap();
        assert_eq!(serde_json::from_str::<Skill>(&json).unwrap(), name);
    }
    assert!(taken > 300_000, "only {taken} were taken");
}

#[test]
fn invisible_and_control_characters_are_refused_in_every_name() {
    for c in all() {
        let hides = matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}'
            | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
            | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{10ffff}');
        if hides && !matches!(c, '\t' | '\n' | '\r') {
            for text in [format!("a{c}b"), format!("न{c}न")] {
                assert!(text.parse::<Skill>().is_err(), "{text:?}");
                assert!(PersonName::try_from(text).is_err());
            }
        }
    }
}

/// Names that are older than the rules, or that another client wrote, are read as they are.
#[tokio::test]
async fn names_older_than_the_rules_still_work() {
    over_redis(async |floor: &Floor| {
        let mut redis = connection().await;
        let name = floor.acd.name().clone();
        let key = |rest: &str| format!("{{{name}}}:{rest}");
        for id in [
            "agent:7 ",
            "\u{3164}",
            "a\u{2028}b",
            "\u{1112}\u{1161}",
            "a\"b",
        ] {
            let agent = serde_json::json!({
                "id": id, "fname": "A\u{202e}", "lname": "\u{3164}", "skills": ["English ", id],
                "presence": "available", "activity": "idle", "since": 5, "changed": 1,
                "handled": 0, "handle_time": 0,
            });
            let set = redis::cmd("JSON.SET")
                .arg(key(&format!("agent:{id}")))
                .arg("$")
                .arg(agent.to_string())
                .clone();
            let _: () = set.query_async(&mut redis).await.unwrap();
            let _: () = redis.zadd(key("agents"), id, 0).await.unwrap();
            for skill in ["English ", id] {
                let _: () = redis
                    .zadd(key(&format!("staffed:{skill}")), id, 0)
                    .await
                    .unwrap();
                let _: () = redis
                    .zadd(key(&format!("available:{skill}")), id, 5)
                    .await
                    .unwrap();
                let _: () = redis.zadd(key("skills"), skill, 0).await.unwrap();
            }
            let _: () = redis.zadd(key("available:*"), id, 5).await.unwrap();
        }
        let contact = floor.contact("").await;
        assert_eq!(floor.agent_of(contact).await, "a\"b");
        floor.acd.explain(contact).await.unwrap();
        floor.complete(contact).await;
        let agents = floor.acd.agents(Page::first(2)).await.unwrap();
        let next = Page::after(agents.next.unwrap(), 10);
        assert_eq!(floor.acd.agents(next).await.unwrap().items.len(), 3);
        assert_eq!(
            floor.acd.skills(Page::first(10)).await.unwrap().items.len(),
            6
        );
        floor.acd.close().await.unwrap();
        floor.acd.open().await.unwrap();
        let events = floor.acd.events_after(0, 100).await.unwrap();
        assert!(events.len() > 10, "{events:?}");
        let now = floor.acd.overview().await.unwrap().now;
        floor.acd.figures(now).await.unwrap();
    })
    .await;
}
