//! Damage done in Redis by another client: the audit finds it and repairs it if asked to.

use std::collections::HashMap;

use futures::future::join_all;
use redis::{Client, Value, cmd, from_redis_value_ref};
use shared::Acd as _;
use shared::agent::NewAgent;
use shared::conformance::Floor;
use shared::contact::ContactId;
use shared::redis::{Audit, RedisAcd};
use shared::testing::{OwnRedis, connection, redis_url};
use shared::text::PersonName;
use shared::time::Millis;

use crate::support::{Ids, check, fill, over_redis};

#[tokio::test]
async fn a_sound_floor_has_nothing_to_find() {
    over_redis(async |floor: &Floor| {
        fill(floor, "Klingon").await;
        let audit = check(floor, false).await;
        assert_eq!(audit.findings, []);
        assert_eq!((audit.agents, audit.contacts), (5, 5));
        assert!(audit.places > 20, "{audit:?}");
        assert_eq!(check(floor, true).await, audit, "and nothing to mend");
    })
    .await;
}

#[tokio::test]
async fn every_damage_is_found_and_repaired() {
    for (command, says) in [
        ("ZREM @queue WAITS", "waits and is not in the queue"),
        ("ZREM @waiting:Klingon,Sales WAITS", "waits and is not in"),
        ("ZADD @queue 7 WAITS", "does not belong"),
        ("DEL @waiting:Klingon,Sales", "waits and is not in"),
        ("HDEL @anchors Klingon,Sales", "agents do not see"),
        ("DEL @heads:Klingon", "agents do not see"),
        ("ZADD @heads:Klingon 1 Klingon,Sales", "agents do not see"),
        ("ZADD @heads:English 1 French", "does not belong"),
        (
            "ZADD @queue 1 00000000-0000-4000-8000-000000000000",
            "does not belong",
        ),
        ("ZADD @queue 1 OVER", "does not belong"),
        ("ZADD @queue 1 ASSIGNED", "does not belong"),
        ("ZREM @deadlines expire:OVER", "would never expire"),
        (
            "JSON.MERGE @contact:ASSIGNED $ {\"agent\":\"ann\"}",
            "who is not on it",
        ),
        (
            "JSON.MERGE @contact:ASSIGNED $ {\"agent\":\"nobody\"}",
            "who is not on it",
        ),
        (
            "JSON.MERGE @contact:WAITS $ {\"agent\":\"ann\",\"assigned\":5}",
            "who is not on it",
        ),
        ("DEL @contact:ASSIGNED", "a contact that is not there"),
        (
            "JSON.MERGE @agent:bob $ {\"contact\":\"OVER\"}",
            "not with them",
        ),
        ("ZREM @busy bob", "not on the list of who is"),
        ("ZADD @busy 1 ann", "does not belong"),
        ("ZADD @available:English 1 bob", "does not belong"),
        ("ZADD @available:* 1 cem", "does not belong"),
        ("ZREM @available:English ann", "is available and not on"),
        ("ZADD @available:English 1 ann", "does not belong"),
        ("ZREM @idle:French,Polish gil", "line of idle agents"),
        ("ZADD @idle:French,Polish 1 gil", "does not belong"),
        ("ZADD @idle:French,Polish 1 dan", "does not belong"),
        ("ZREM @sets:French French,Polish", "line of idle agents"),
        ("ZADD @sets:French XX 9e15 French,Polish", "does not belong"),
        ("ZADD @sets:French 1 English,French", "does not belong"),
        ("ZADD @sets:English 1 French,Polish", "does not belong"),
        ("ZREM @staffed:Sales bob", "not listed for it"),
        ("ZADD @staffed:Sales 0 ann", "does not belong"),
        ("ZREM @skills Sales", "not listed for it"),
        ("ZREM @skills Klingon", "not on the list of skills"),
        ("ZREM @agents dan", "not on the list of agents"),
        ("ZADD @agents 0 nobody", "does not belong"),
        ("HINCRBY @demand Sales 1", "how many wait"),
        ("HDEL @demand Klingon", "how many wait"),
        (
            "JSON.SET @agent:dan $.skills [\"Dutch\",\"Klingon\"]",
            "and is not listed for it",
        ),
    ] {
        over_redis(async |floor: &Floor| {
            let ids = fill(floor, "Klingon").await;
            ids.damage(floor, command).await;
            let found = check(floor, false).await;
            let said = |audit: &Audit| audit.findings.iter().any(|found| found.what.contains(says));
            assert!(said(&found), "{command}: {found:?}");
            assert_eq!(found.mended, 0, "{command}: {found:?}");
            assert_eq!(
                check(floor, false).await.wrong,
                found.wrong,
                "looking changed it"
            );

            let mended = check(floor, true).await;
            assert!(mended.mended > 0, "{command}: {mended:?}");
            let after = check(floor, false).await;
            // A deleted contact stays missing, so the totals will always report it.
            let left: Vec<_> = after
                .findings
                .iter()
                .filter(|found| !found.what.contains("were created"))
                .collect();
            assert!(left.is_empty(), "{command}: {mended:?} left {left:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn damage_that_cannot_be_repaired_is_reported() {
    for (command, says) in [
        (
            "HINCRBY @counts created 1",
            "6 contacts were created, and 5 are",
        ),
        (
            r#"JSON.MERGE @contact:ASSIGNED $ {"assigned":null}"#,
            "is with bob since no time",
        ),
        (
            r#"JSON.MERGE @contact:OVER $ {"ended":null}"#,
            "has ended without an outcome, or without a time",
        ),
        (
            r#"JSON.MERGE @contact:WAITS $ {"ended":5}"#,
            "has ended without an outcome, or without a time",
        ),
        // What readers refuse, whatever scripts make of it.
        (
            "JSON.SET @agent:ann $.handled -1",
            "agent:ann cannot be read",
        ),
        ("JSON.SET @agent:ann $.fname 5", "agent:ann cannot be read"),
        (
            r#"JSON.SET @agent:ann $.contact "x""#,
            "agent:ann cannot be read",
        ),
        (
            "JSON.SET @contact:WAITS $.created -1",
            "WAITS cannot be read",
        ),
        (
            "JSON.SET @contact:ASSIGNED $.assigned -1",
            "ASSIGNED cannot be read",
        ),
        (
            r#"JSON.SET @contact:OVER $.outcome "eaten""#,
            "OVER cannot be read",
        ),
    ] {
        over_redis(async |floor: &Floor| {
            let ids = fill(floor, "Klingon").await;
            ids.damage(floor, command).await;
            let audit = check(floor, true).await;
            assert_eq!((audit.wrong, audit.mended), (1, 0), "{command}: {audit:?}");
            let what = &audit.findings[0].what;
            let says = ids.named(says);
            assert!(what.contains(&says), "{command}: {what}");
            let again = check(floor, true).await;
            assert_eq!(again.findings, audit.findings, "{command}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_contact_missed_by_an_available_agent_is_found_and_served() {
    over_redis(async |floor: &Floor| {
        let mut ids = fill(floor, "Klingon").await;
        let since = format!("{{{}}}:available:Dutch", floor.acd.name());
        let since: u64 = cmd("ZSCORE")
            .arg(since)
            .arg("dan")
            .query_async(&mut connection().await)
            .await
            .unwrap();
        // While they are off the list, a contact arrives that they would have got.
        ids.damage(floor, "ZREM @available:Dutch dan").await;
        ids.waits = floor.contact("Dutch").await;
        let back = format!("ZADD @available:Dutch {since} dan");
        ids.damage(floor, &back).await;
        let found = check(floor, true).await.findings;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].what.ends_with("waits for them"), "{found:?}");
        assert_eq!(floor.agent_of(ids.waits).await, "dan");
        assert_eq!(check(floor, false).await.wrong, 0);
    })
    .await;
}

/// In steps of a hundred, with lists longer than what the server returns at once.
#[tokio::test]
async fn a_large_floor_is_audited_in_steps() {
    over_redis(async |floor: &Floor| {
        let mut last = None;
        for _ in 0..450 {
            last = Some(floor.contact("English").await);
        }
        let mut steps = 0;
        let name = floor.acd.name().clone();
        let acd = RedisAcd::connect(&redis_url(), name).await.unwrap();
        let ids = Ids {
            waits: last.unwrap(),
            assigned: ContactId::random(),
            over: ContactId::random(),
        };
        ids.damage(floor, "ZREM @queue WAITS").await;
        let audit = acd.check(true, |_| steps += 1).await.unwrap();
        assert_eq!(
            (audit.contacts, audit.wrong),
            (450, audit.mended),
            "{audit:?}"
        );
        assert!(steps > 2);
        assert_eq!(check(floor, false).await.wrong, 0);
        assert_eq!(floor.acd.overview().await.unwrap().waiting, 450);
    })
    .await;
}

/// The server returns the keys of a large floor in many parts, in any order.
#[tokio::test]
async fn an_agent_gets_a_restored_contact_in_the_same_audit() {
    for _ in 0..8 {
        over_redis(async |floor: &Floor| {
            let waits = floor.contact("Dutch").await;
            let ids = Ids {
                waits,
                assigned: ContactId::random(),
                over: ContactId::random(),
            };
            let others: Vec<String> = (0..2_000).map(|key| format!("@other:{key} 1")).collect();
            ids.damage(floor, &format!("MSET {}", others.join(" ")))
                .await;
            ids.damage(floor, "DEL @queue").await;
            floor.available_agent("dan", "Dutch").await;
            assert_eq!(floor.acd.overview().await.unwrap().available, 1);
            let audit = check(floor, true).await;
            assert_eq!(audit.wrong, audit.mended, "{audit:?}");
            assert_eq!(check(floor, false).await.findings, []);
            assert_eq!(floor.agent_of(waits).await, "dan");
        })
        .await;
    }
}

#[tokio::test]
async fn an_invalid_counter_is_read_as_0_and_reported_until_it_is_deleted() {
    for nonsense in ["xyz", "-7", "1e300", "1.5", "9223372036854775807"] {
        over_redis(async |floor: &Floor| {
            let ids = fill(floor, "Klingon").await;
            let before = floor.acd.figures(Millis(0)).await.unwrap().all;
            for field in ["handled", "assigned_5", "handled|English"] {
                ids.damage(floor, &format!("HSET @counts {field} {nonsense}"))
                    .await;
            }
            let mut copies = cmd("KEYS");
            copies.arg(format!("{{{}}}:counts:*", floor.acd.name()));
            let copies: Vec<String> = copies.query_async(&mut connection().await).await.unwrap();
            assert!(!copies.is_empty());
            for copy in &copies {
                ids.damage(floor, &format!("HSET {copy} cancelled {nonsense}"))
                    .await;
            }

            let figures = floor.acd.figures(Millis(0)).await.unwrap().all;
            let now = floor.acd.overview().await.unwrap().totals;
            assert_eq!((figures.created, now.created), (before.created, 5));
            assert!(figures.handled <= before.handled && now.handled <= 1);
            assert_eq!((figures.cancelled, now.cancelled), (0, 0), "{nonsense}");

            let found = check(floor, false).await;
            let named = |text: &str| found.findings.iter().any(|found| found.what.contains(text));
            assert!(named(&format!("counts holds \"{nonsense}\" as handled,")));
            assert!(named("as assigned_5,") && named("as handled|English,"));
            assert!(named(&format!(
                "{} holds \"{nonsense}\" as cancelled",
                copies[0]
            )));

            check(floor, true).await;
            let after = check(floor, false).await;
            assert!(
                !after
                    .findings
                    .iter()
                    .any(|found| found.what.contains("no count")),
                "{after:?}"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn a_lost_event_stream_continues_after_the_last_number() {
    for command in [
        "DEL @events",
        "XADD @events 18446744073709551615-1 at 1",
        "XTRIM @events MAXLEN 0",
    ] {
        over_redis(async |floor: &Floor| {
            let ids = fill(floor, "Klingon").await;
            let newest = floor.acd.overview().await.unwrap().event;
            ids.damage(floor, command).await;
            let mended = check(floor, true).await;
            assert_eq!(mended.wrong, mended.mended, "{command}: {mended:?}");
            // What was put aside is deleted by the next repair.
            check(floor, true).await;
            assert_eq!(check(floor, false).await.findings, [], "{command}");
            assert_eq!(floor.acd.overview().await.unwrap().event, newest);
            floor.agent("eve", "French").await;
            let events = floor.acd.events_after(newest, 10).await.unwrap();
            let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
            assert_eq!(numbers, [newest + 1], "{command}");
            assert_eq!(check(floor, false).await.findings, [], "{command}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_lost_meta_is_reported_and_the_acd_is_closed_again_if_it_was() {
    for closed in [false, true] {
        for changes in [false, true] {
            over_redis(async |floor: &Floor| {
                let ids = fill(floor, "Klingon").await;
                if closed {
                    floor.acd.close().await.unwrap();
                }
                ids.damage(floor, "DEL @meta").await;
                if changes {
                    floor.agent("eve", "French").await;
                    floor.agent("fay", "French").await;
                }
                let case = format!("closed {closed}, changes {changes}");
                let found = check(floor, false).await;
                let said = found.findings.first().map_or("", |found| &found.what);
                let how = if changes {
                    "meta was lost"
                } else {
                    "meta is gone"
                };
                assert!(said.contains(how), "{case}: {found:?}");
                assert!(said.contains("whether it was closed"), "{case}: {said}");
                assert_eq!(said.contains("closes it again"), closed, "{case}: {said}");
                let mended = check(floor, true).await;
                assert_eq!(mended.wrong, mended.mended, "{case}: {mended:?}");
                assert_eq!(check(floor, false).await.findings, [], "{case}");
                assert_eq!(floor.acd.overview().await.unwrap().open, !closed, "{case}");
            })
            .await;
        }
    }
}

/// Returns the names of the libraries that a server has.
async fn libraries(server: &OwnRedis) -> Vec<String> {
    let client = Client::open(server.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let list = cmd("FUNCTION").arg("LIST").clone();
    let libraries: Vec<HashMap<String, Value>> = list.query_async(&mut admin).await.unwrap();
    let name = |library: &HashMap<String, Value>| from_redis_value_ref(&library["library_name"]);
    libraries.iter().map(|it| name(it).unwrap()).collect()
}

/// What is loaded slows every operation, so the audit's scripts are only there while they run.
#[tokio::test]
async fn scripts_of_audits_are_deleted_afterwards_also_of_several_at_once() {
    shared::needs_redis!();
    let server = OwnRedis::start().await;
    let audits = (0..8).map(|number| {
        let url = server.url();
        async move {
            let name = format!("acd{number}").parse().unwrap();
            let acd = RedisAcd::connect(&url, name).await.unwrap();
            let name = |name: &str| PersonName::try_from(name.to_owned()).unwrap();
            let agent = NewAgent::new("ann".parse().unwrap(), name("Ann"), name("Lee"), vec![]);
            acd.create_agent(agent.unwrap()).await.unwrap();
            for repair in [false, true, false] {
                let audit = acd.check(repair, |_| ()).await.unwrap();
                assert_eq!((audit.agents, audit.wrong), (1, 0), "{audit:?}");
            }
        }
    });
    join_all(audits).await;
    let left = libraries(&server).await;
    assert!(
        left.len() == 1 && !left[0].contains("audit"),
        "only the operations: {left:?}"
    );
}
