//! Credentials that change while an engine runs: callers get a clear error, and the engine recovers
//! by itself when the credentials are valid again.

use std::time::{Duration, Instant};

use shared::contact::{ContactId, NewContact};
use shared::redis::{Durability, RedisAcd};
use shared::testing::{OwnRedis, fresh_name};
use shared::{Acd, Error, Result};

async fn create(acd: &RedisAcd) -> Result<()> {
    let skills = vec!["English".parse().unwrap()];
    let contact = NewContact::needing(ContactId::random(), skills).unwrap();
    acd.create_contact(contact).await.map(drop)
}

/// Retries until the answer is as wanted: an open connection keeps its rights for a while.
async fn until(acd: &RedisAcd, wanted: impl Fn(&Result<()>) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let (created, ready) = (create(acd).await, acd.ready().await);
        let fine = |answer: &Result<()>| {
            matches!(
                answer,
                Ok(()) | Err(Error::StoreRefuses(_) | Error::Unavailable(_) | Error::Unconfirmed)
            )
        };
        assert!(fine(&created) && fine(&ready), "{created:?}, {ready:?}");
        if wanted(&created) && wanted(&ready) {
            return;
        }
        assert!(Instant::now() < deadline, "{created:?}, {ready:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_refused(answer: &Result<()>) -> bool {
    matches!(answer, Err(Error::StoreRefuses(_)))
}

/// Runs an engine as `user`, makes the user unusable with `bad` and usable again with `good`.
async fn goes_on(user: &str, bad: &[&str], good: &[&str], durability: Durability) {
    let words = format!("{user} on >old ~* &* +@all");
    let options = ["--user".to_owned()].into_iter();
    let options = options.chain(words.split(' ').map(str::to_owned)).collect();
    let server = OwnRedis::start_with_json(options).await;
    let url = server
        .url()
        .replace("redis://", &format!("redis://{user}:old@"));
    let acd = RedisAcd::connect(&url, fresh_name()).await.unwrap();
    let acd = acd.with_durability(durability).await.unwrap();
    let _ = create(&acd).await;
    let mut latest = acd.latest_event();
    // Changes the user through a separate admin.
    server.ask("ACL SETUSER admin on nopass ~* &* +@all").await;
    let admin = server.url().replace("redis://", "redis://admin:x@");
    let ask = async |command: &str| {
        let client = redis::Client::open(admin.as_str()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut words = command.split(' ');
        let mut asked = redis::cmd(words.next().unwrap());
        asked.arg(words.collect::<Vec<_>>());
        let answer: redis::RedisResult<redis::Value> = asked.query_async(&mut connection).await;
        // `CLIENT KILL` fails for a user that does not exist.
        assert!(
            answer.is_ok() || command.starts_with("CLIENT KILL"),
            "{answer:?}"
        );
    };
    for command in bad {
        ask(command).await;
    }
    // An open connection may keep working; a new one is refused.
    ask(&format!("CLIENT KILL USER {user}")).await;
    until(&acd, is_refused).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    until(&acd, is_refused).await;

    let before = *latest.borrow_and_update();
    for command in good {
        ask(command).await;
    }
    let well = |answer: &Result<()>| matches!(answer, Ok(()) | Err(Error::Unconfirmed));
    until(&acd, well).await;
    create(&acd).await.ok();
    let heard = latest.wait_for(|number| *number > before);
    tokio::time::timeout(Duration::from_secs(20), heard)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_changed_password_is_recovered_from() {
    shared::needs_redis!();
    let (bad, good) = ("ACL SETUSER ann resetpass >new", "ACL SETUSER ann >old");
    goes_on("ann", &[bad], &[good], Durability::Local).await;
}

#[tokio::test]
async fn a_disabled_user_is_recovered_from() {
    shared::needs_redis!();
    let (bad, good) = ("ACL SETUSER ann off", "ACL SETUSER ann on");
    goes_on("ann", &[bad], &[good], Durability::Local).await;
}

#[tokio::test]
async fn a_deleted_user_is_recovered_from() {
    shared::needs_redis!();
    let (bad, good) = ("ACL DELUSER ann", "ACL SETUSER ann on >old ~* &* +@all");
    goes_on("ann", &[bad], &[good], Durability::Local).await;
}

#[tokio::test]
async fn a_lost_permission_is_recovered_from() {
    shared::needs_redis!();
    let (bad, good) = ("ACL SETUSER ann -fcall", "ACL SETUSER ann +fcall");
    goes_on("ann", &[bad], &[good], Durability::Local).await;
}

#[tokio::test]
async fn changes_that_wait_for_a_replica_recover_too() {
    shared::needs_redis!();
    let (bad, good) = ("ACL SETUSER ann resetpass >new", "ACL SETUSER ann >old");
    goes_on("ann", &[bad], &[good], Durability::Replicated).await;
}

#[tokio::test]
async fn a_newly_required_password_is_reported() {
    shared::needs_redis!();
    let server = OwnRedis::start().await;
    server.ask("ACL SETUSER admin on nopass ~* &* +@all").await;
    let acd = RedisAcd::connect(&server.url(), fresh_name())
        .await
        .unwrap();
    create(&acd).await.unwrap();
    let admin = server.url().replace("redis://", "redis://admin:x@");
    let client = redis::Client::open(admin).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    for (password, wanted) in [("new", true), ("", false)] {
        let mut set = redis::cmd("CONFIG");
        set.arg("SET").arg("requirepass").arg(password);
        let _: () = set.query_async(&mut admin).await.unwrap();
        let mut kill = redis::cmd("CLIENT");
        kill.arg("KILL").arg("USER").arg("default");
        let _: redis::Value = kill.query_async(&mut admin).await.unwrap();
        until(&acd, |answer| {
            is_refused(answer) == wanted && (wanted || answer.is_ok())
        })
        .await;
    }
}
