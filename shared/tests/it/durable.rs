//! What survives a primary that is lost the moment after it answered.

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
    /// Loses the primary, makes the replica one, and gives the ACD as it knows it.
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
async fn what_a_replica_has_confirmed_survives_the_primary() {
    let mut pair = pair(Durability::Replicated).await;
    let calls: Vec<NewContact> = (0..300).map(|_| call()).collect();
    // Many at once, as they come: they share groups.
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

/// The other side of the switch, and the reason for it.
#[tokio::test]
async fn what_only_the_primary_had_is_gone_with_it() {
    let mut pair = pair(Durability::Local).await;
    // What has been sent already would be read later.
    pair.replica.signal("-STOP");
    pair.primary.ask("CLIENT KILL TYPE replica").await;
    let lost = call();
    pair.acd.create_contact(lost.clone()).await.unwrap();
    let survivor = pair.fail_over().await;
    let asked = survivor.contact(lost.id).await;
    assert_eq!(asked.unwrap_err(), Error::UnknownContact(lost.id));
}

#[tokio::test]
async fn what_no_replica_confirms_is_said_to_be_so_until_one_does() {
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
    // A repeat writes nothing; it must not be taken for confirmed because of that, least of all
    // on another connection, which has never written anything.
    let other = connect(&pair.primary, &pair.name, Durability::Replicated).await;
    let answer = other.create_contact(call.clone()).await;
    assert_eq!(answer.unwrap_err(), Error::Unconfirmed);
    // Looking is for everybody.
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
async fn a_server_that_forgot_the_scripts_is_given_them() {
    let pair = pair(Durability::Replicated).await;
    pair.primary.ask("FUNCTION FLUSH").await;
    pair.acd.create_contact(call()).await.unwrap();
    // A refusal goes through as it is.
    let unknown = ContactId::random();
    let refused = pair
        .acd
        .complete_contact(unknown, &ContactSeen::ANYTHING)
        .await
        .unwrap_err();
    assert_eq!(refused, Error::UnknownContact(unknown));
}

#[tokio::test]
async fn a_silent_server_is_told_of_within_a_second_however_many_ask() {
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
