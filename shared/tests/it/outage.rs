//! Redis fails and comes back: callers get an error at once, and nothing acknowledged is lost.

use std::time::{Duration, Instant};

use shared::contact::{ContactId, ContactState, NewContact};
use shared::redis::RedisAcd;
use shared::{Acd, Error};

use shared::testing::{OwnRedis, fresh_name};

fn new_contact(id: ContactId) -> NewContact {
    NewContact::needing(id, vec!["English".parse().unwrap()]).unwrap()
}

async fn fails_within_a_second(acd: &RedisAcd) {
    for _ in 0..3 {
        let asked = Instant::now();
        let answer = acd.create_contact(new_contact(ContactId::random())).await;
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
        assert!(
            asked.elapsed() < Duration::from_secs(1),
            "told after {:?}",
            asked.elapsed()
        );
    }
}

async fn answers_again(acd: &RedisAcd) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while acd.ready().await.is_err() {
        assert!(Instant::now() < deadline, "it did not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_killed_redis_is_reported_at_once_and_reconnected() {
    shared::needs_redis!();
    let mut server = OwnRedis::start().await;
    let acd = RedisAcd::connect(&server.url(), fresh_name())
        .await
        .unwrap();
    let mut latest = acd.latest_event();
    let id = ContactId::random();
    acd.create_contact(new_contact(id)).await.unwrap();

    server.kill();
    fails_within_a_second(&acd).await;

    server.start_again().await;
    answers_again(&acd).await;
    // The server has lost the scripts; they are loaded again with the call.
    assert_eq!(
        acd.create_contact(new_contact(id)).await.unwrap().state,
        ContactState::Queued
    );
    assert_eq!(
        acd.overview().await.unwrap().waiting,
        1,
        "what was acknowledged is there, once"
    );
    acd.create_contact(new_contact(ContactId::random()))
        .await
        .unwrap();
    let heard = latest.wait_for(|number| *number == 2);
    tokio::time::timeout(Duration::from_secs(20), heard)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_frozen_redis_is_reported_at_once_and_a_repeat_is_safe() {
    shared::needs_redis!();
    let server = OwnRedis::start().await;
    let acd = RedisAcd::connect(&server.url(), fresh_name())
        .await
        .unwrap();
    let id = ContactId::random();
    server.signal("-STOP");
    let answer = acd.create_contact(new_contact(id)).await;
    assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    fails_within_a_second(&acd).await;
    server.signal("-CONT");
    answers_again(&acd).await;
    // The abandoned call ran when the server woke up, so a repeat finds its result.
    assert_eq!(
        acd.create_contact(new_contact(id)).await.unwrap().state,
        ContactState::Queued
    );
    let waiting = acd
        .queue(shared::view::Page::first(10))
        .await
        .unwrap()
        .items;
    assert_eq!(waiting.iter().filter(|contact| contact.id == id).count(), 1);
}
