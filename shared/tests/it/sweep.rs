//! Damage done in Redis by another client that the safety sweep repairs.

use std::time::Duration;

use redis::AsyncCommands;
use shared::conformance::Floor;
use shared::contact::ContactState;

use shared::testing::connection;

use crate::support::over_redis;

async fn sweep(floor: &Floor) -> u64 {
    floor.store.run_due().await.unwrap();
    floor.pass(Duration::from_secs(31));
    floor.store.run_due().await.unwrap().repaired
}

fn key(floor: &Floor, rest: &str) -> String {
    format!("{{{}}}:{rest}", floor.acd.name())
}

#[tokio::test]
async fn a_sound_floor_needs_no_repair() {
    over_redis(async |floor: &Floor| {
        floor.available_agent("ann", "English").await;
        floor.available_agent("bob", "English,Sales").await;
        floor.agent("cem", "").await;
        floor.contact("English").await;
        floor.contact("Klingon").await;
        assert_eq!(sweep(floor).await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_available_agent_missing_from_a_list_is_listed_again() {
    over_redis(async |floor: &Floor| {
        floor.available_agent("ann", "English,Sales").await;
        let mut redis = connection().await;
        let _: () = redis
            .zrem(key(floor, "available:Sales"), "ann")
            .await
            .unwrap();
        assert_eq!(sweep(floor).await, 1);
        let contact = floor.contact("Sales").await;
        assert_eq!(floor.agent_of(contact).await, "ann");
    })
    .await;
}

#[tokio::test]
async fn a_contact_waiting_while_an_agent_is_free_is_served() {
    over_redis(async |floor: &Floor| {
        floor.available_agent("ann", "English").await;
        let mut redis = connection().await;
        let (all, english) = (key(floor, "available:*"), key(floor, "available:English"));
        let _: () = redis.del(&[&all, &english]).await.unwrap();
        let waits = floor.contact("English").await;
        assert_eq!(floor.state(waits).await, ContactState::Queued);
        assert_eq!(sweep(floor).await, 1);
        assert_eq!(floor.agent_of(waits).await, "ann");
    })
    .await;
}

#[tokio::test]
async fn an_agent_busy_with_a_missing_contact_is_freed() {
    over_redis(async |floor: &Floor| {
        floor.available_agent("ann", "English").await;
        let gone = floor.contact("English").await;
        let next = floor.contact("English").await;
        let mut redis = connection().await;
        let _: () = redis
            .del(key(floor, &format!("contact:{}", gone.0)))
            .await
            .unwrap();
        assert_eq!(sweep(floor).await, 1);
        assert_eq!(floor.agent_of(next).await, "ann");
        assert_eq!(floor.acd.overview().await.unwrap().busy, 1);
    })
    .await;
}

#[tokio::test]
async fn a_large_floor_is_swept_in_steps() {
    over_redis(async |floor: &Floor| {
        for number in 0..150 {
            floor
                .available_agent(&format!("agent {number:03}"), "English")
                .await;
        }
        let mut redis = connection().await;
        let english = key(floor, "available:English");
        let _: () = redis
            .zrem(&english, &["agent 000", "agent 149"])
            .await
            .unwrap();
        assert_eq!(sweep(floor).await, 1, "the first hundred");
        floor.pass(Duration::from_secs(1));
        assert_eq!(floor.store.run_due().await.unwrap().repaired, 1, "the rest");
    })
    .await;
}

#[tokio::test]
async fn any_dispatcher_finishes_what_a_dead_process_began() {
    over_redis(async |floor: &Floor| {
        for number in 0..150 {
            floor.agent(&format!("agent {number:03}"), "English").await;
        }
        // The state left by a process that dies right after the first step of opening.
        let mut redis = connection().await;
        let _: () = redis.hset(key(floor, "meta"), "bulk", "").await.unwrap();
        let first = floor.store.run_due().await.unwrap();
        assert_eq!(first.next, first.now, "there is more to do at once");
        floor.store.run_due().await.unwrap();
        assert_eq!(floor.acd.overview().await.unwrap().available, 150);
    })
    .await;
}

#[tokio::test]
async fn a_live_contact_never_expires_whatever_the_deadlines_contain() {
    over_redis(async |floor: &Floor| {
        let waits = floor.contact("English").await;
        let mut redis = connection().await;
        let deadlines = key(floor, "deadlines");
        for due in [
            format!("expire:{}", waits.0),
            "nonsense".to_owned(),
            "expire:".to_owned(),
        ] {
            let _: () = redis.zadd(&deadlines, due, 1).await.unwrap();
        }
        assert_eq!(floor.store.run_due().await.unwrap().applied, 3);
        assert_eq!(floor.waiting_ids().await, [waits]);
    })
    .await;
}
