//! What survives when the primary is lost right after it answered.

use std::time::{Duration, Instant};

use shared::contact::{ContactId, NewContact};
use shared::redis::{Durability, RedisAcd};
use shared::seen::ContactSeen;
use shared::testing::{OwnRedis, fresh_name};
use shared::text::AcdName;
use shared::{Acd, Error};

struct Pair {
    primary: OwnRedis,
    replica: OwnRedis,
    name: AcdName,
    acd: RedisAcd,
}

async fn connect(server: &OwnRedis, name: &AcdName, durability: Durability) -> RedisAcd {
    let acd = RedisAcd::connect(&server.url(), name.clone()).await;
    acd.unwrap().with_durability(durability).await.unwrap()
}

async fn pair(durability: Durability) -> Pair {
    let (primary, replica) = (OwnRedis::start().await, OwnRedis::start().await);
    replica.follow(Some(&primary)).await;
    primary.replicated().await;
    let name = fresh_name();
    let acd = connect(&primary, &name, durability).await;
    Pair {
        primary,
        replica,
        name,
        acd,
    }
}

impl Pair {
    /// Kills the primary, promotes the replica, and returns the ACD on it.
    async fn fail_over(&mut self) -> RedisAcd {
        self.primary.kill();
        self.replica.signal("-CONT");
        self.replica.follow(None).await;
        connect(&self.replica, &self.name, Durability::Local).await
    }
}

fn call() -> NewContact {
    NewContact::needing(ContactId::random(), vec!["English".parse().unwrap()]).unwrap()
}

#[tokio::test]
async fn confirmed_changes_survive_the_loss_of_the_primary() {
    shared::needs_redis!();
    let mut pair = pair(Durability::Replicated).await;
    let calls: Vec<NewContact> = (0..300).map(|_| call()).collect();
    // Many concurrent calls share batches.
    let creating = calls
        .iter()
        .map(|call| pair.acd.create_contact(call.clone()));
    let answers = futures::future::join_all(creating).await;
    let confirmed: Vec<ContactId> = calls
        .iter()
        .zip(&answers)
        .filter_map(|(call, answer)| answer.is_ok().then_some(call.id))
        .collect();
    assert_eq!(confirmed.len(), 300, "{answers:?}");
    let survivor = pair.fail_over().await;
    for id in confirmed {
        survivor.contact(id).await.unwrap();
    }
}

/// With local durability, an acknowledged change can be lost.
#[tokio::test]
async fn unconfirmed_changes_are_lost_with_the_primary() {
    shared::needs_redis!();
    let mut pair = pair(Durability::Local).await;
    // Otherwise the replica would still read what has been sent already.
    pair.replica.signal("-STOP");
    pair.primary.ask("CLIENT KILL TYPE replica").await;
    let lost = call();
    pair.acd.create_contact(lost.clone()).await.unwrap();
    let survivor = pair.fail_over().await;
    let asked = survivor.contact(lost.id).await;
    assert_eq!(asked.unwrap_err(), Error::UnknownContact(lost.id));
}

#[tokio::test]
async fn changes_stay_unconfirmed_until_a_replica_confirms_them() {
    shared::needs_redis!();
    let pair = pair(Durability::Replicated).await;
    pair.replica.signal("-STOP");
    let call = call();
    let began = Instant::now();
    let answer = pair.acd.create_contact(call.clone()).await;
    assert_eq!(answer.unwrap_err(), Error::Unconfirmed);
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    // A repeat writes nothing. It must still not count as confirmed, not even on another
    // connection, which has never written anything.
    let other = connect(&pair.primary, &pair.name, Durability::Replicated).await;
    let answer = other.create_contact(call.clone()).await;
    assert_eq!(answer.unwrap_err(), Error::Unconfirmed);
    // Reading does not wait for a replica.
    assert_eq!(pair.acd.overview().await.unwrap().waiting, 1);
    pair.replica.signal("-CONT");
    let deadline = Instant::now() + Duration::from_secs(5);
    while let Err(why) = pair.acd.create_contact(call.clone()).await {
        assert_eq!(why, Error::Unconfirmed);
        assert!(Instant::now() < deadline, "the replica is back");
    }
    assert_eq!(pair.acd.overview().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn missing_scripts_are_loaded_again() {
    shared::needs_redis!();
    let pair = pair(Durability::Replicated).await;
    pair.primary.ask("FUNCTION FLUSH").await;
    pair.acd.create_contact(call()).await.unwrap();
    // A refusal is passed through unchanged.
    let unknown = ContactId::random();
    let refused = pair
        .acd
        .complete_contact(unknown, &ContactSeen::ANYTHING)
        .await
        .unwrap_err();
    assert_eq!(refused, Error::UnknownContact(unknown));
}

#[tokio::test]
async fn callers_time_out_within_a_second_however_many_there_are() {
    shared::needs_redis!();
    let pair = pair(Durability::Replicated).await;
    pair.primary.signal("-STOP");
    let began = Instant::now();
    let asking = (0..2_000).map(|_| pair.acd.create_contact(call()));
    for answer in futures::future::join_all(asking).await {
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    }
    assert!(
        began.elapsed() < Duration::from_millis(1_500),
        "{:?}",
        began.elapsed()
    );
    pair.primary.signal("-CONT");
    let deadline = Instant::now() + Duration::from_secs(3);
    while pair.acd.create_contact(call()).await.is_err() {
        assert!(Instant::now() < deadline, "it does not come back");
    }
}
