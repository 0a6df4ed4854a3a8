//! Documents that another client made unreadable: they hide and hold up nothing else, and the audit
//! reports each.

use shared::conformance::Floor;
use shared::contact::ContactState;
use shared::time::Millis;
use shared::view::Page;

use crate::support::{check, damage, fill, over_redis};

const DAMAGES: &[&str] = &[
    r#"JSON.SET @agent:ann $.presence "asleep""#,
    "JSON.SET @agent:ann $.activity 5",
    "JSON.SET @agent:ann $.since -5",
    "JSON.SET @agent:ann $.handled -1",
    "JSON.SET @agent:ann $ {}",
    "JSON.SET @agent:ann $ [1]",
    "JSON.SET @agent:bob $.changed 1e300",
    "JSON.SET @contact:WAITS $.rank 1.5",
    "JSON.SET @contact:WAITS $.rank -5",
    "JSON.SET @contact:WAITS $.created -1",
    "JSON.SET @contact:WAITS $.profile 7",
    "JSON.SET @contact:WAITS $ {}",
    r#"JSON.SET @contact:ASSIGNED $.assigned "noon""#,
    r#"JSON.SET @contact:OVER $.outcome "eaten""#,
];

#[tokio::test]
async fn an_audit_reports_them_also_after_a_repair_and_lists_leave_them_out() {
    for damage in DAMAGES {
        over_redis(async |floor: &Floor| {
            let ids = fill(floor, "Klingon").await;
            ids.damage(floor, damage).await;
            for _ in 0..2 {
                check(floor, true).await;
            }
            let last = check(floor, true).await;
            let said = |part| last.findings.iter().any(|found| found.what.contains(part));
            assert!(
                said("cannot be read") || said("lacks what"),
                "{damage}: {last:?}"
            );
            floor.acd.overview().await.unwrap();
            let agents = floor.acd.agents(Page::first(50)).await.unwrap().items;
            assert!(agents.len() >= 3, "{damage}: {agents:?}");
            let waiting = floor.acd.queue(Page::first(50)).await.unwrap().items;
            assert!(waiting.len() >= 2, "{damage}: {waiting:?}");
            floor.acd.skills(Page::first(50)).await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn a_contact_that_cannot_be_read_holds_up_no_other() {
    for damage in [
        "JSON.SET @contact:WAITS $ {}",
        "JSON.DEL @contact:WAITS",
        r#"JSON.SET @contact:WAITS $.rank "x""#,
        "SET @contact:WAITS x",
    ] {
        over_redis(async |floor: &Floor| {
            let ids = fill(floor, "Klingon,Sales").await;
            ids.damage(floor, damage).await;
            let oldest = floor.acd.overview().await.unwrap().oldest;
            assert_ne!(oldest, Some(Millis(0)), "{damage}");
            floor.make_available("cem").await;
            let next = floor.look("cem").await.state.contact().unwrap();
            assert_ne!(next, ids.waits, "{damage}");
            floor.complete(next).await;
            let last = floor.look("cem").await.state.contact().unwrap();
            floor.complete(last).await;
            assert!(floor.waiting_ids().await.is_empty(), "{damage}");
        })
        .await;
    }
}

#[tokio::test]
async fn an_agent_who_cannot_be_read_holds_up_no_contact() {
    for command in [
        "JSON.SET @agent:ann $ {}",
        "JSON.DEL @agent:ann",
        r#"JSON.SET @agent:ann $.skills "x""#,
        "SET @agent:ann x",
    ] {
        for skills in ["", "English", "English,Sales"] {
            over_redis(async |floor: &Floor| {
                for agent in ["ann", "bob", "cem", "dan", "eve", "fay"] {
                    floor.available_agent(agent, "English,Sales").await;
                }
                damage(floor, command).await;
                let contact = floor.contact(skills).await;
                let state = floor.state(contact).await;
                assert!(
                    matches!(state, ContactState::Assigned { .. }),
                    "{command}, {skills}: {state:?}"
                );
                assert_ne!(floor.agent_of(contact).await, "ann", "{command}, {skills}");
            })
            .await;
        }
    }
}
