//! The Redis user that `redis-acl` prints: an engine works as that user, and nothing is refused.

use std::process::Command;

use redis::aio::MultiplexedConnection;
use redis::{Client, Value, cmd};
use shared::testing::OwnRedis;

use crate::binary::{Engine, engine};

/// Sends a line as it was printed.
async fn send(redis: &mut MultiplexedConnection, line: &str) {
    let mut words = line.split_whitespace();
    let mut command = cmd(words.next().unwrap());
    command.arg(words.collect::<Vec<_>>());
    let _: Value = command.query_async(redis).await.unwrap();
}

#[tokio::test]
async fn an_engine_works_as_the_user_that_is_printed() {
    shared::needs_redis!();
    let server = OwnRedis::start().await;
    let client = Client::open(server.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let mut printing = engine(&["redis-acl"]);
    let printed = printing.env("REDIS_PASSWORD", "hush").output().unwrap();
    let line = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.status.success() && !line.contains("hush"), "{line}");
    send(&mut admin, &line).await;

    let mut command = engine(&["--drain", "0"]);
    let url = server.url().replace("://", "://switchboard:hush@");
    command.env("REDIS_URL", url);
    let mut running = Engine::run(command);
    let url = format!("http://{}", running.address);
    let mut traffic: Command = engine(&["traffic", "--agents", "3", "--contacts", "20"]);
    traffic.args(["--rate", "50", "--hold", "0.1", "--patience", "0.2..1"]);
    let played = traffic.args(["--url", &url]).output().unwrap();
    assert!(played.status.success(), "{played:?}");
    running.stop();

    let log: Vec<Value> = cmd("ACL").arg("LOG").query_async(&mut admin).await.unwrap();
    assert!(log.is_empty(), "{log:?}");
    // Printed again without a password, it keeps the password.
    let again = engine(&["redis-acl"])
        .env_remove("REDIS_PASSWORD")
        .output()
        .unwrap();
    send(&mut admin, &String::from_utf8(again.stdout).unwrap()).await;
    let as_him = format!("redis://switchboard:hush@127.0.0.1:{}", server.port());
    let as_him = Client::open(as_him).unwrap();
    assert!(as_him.get_multiplexed_async_connection().await.is_ok());
}

/// On a shared server an admin loads the functions, and the user need not have the permission.
#[tokio::test]
async fn an_engine_serves_with_functions_that_an_admin_loaded() {
    shared::needs_redis!();
    let server = OwnRedis::start().await;
    let admin = Client::open(server.url()).unwrap();
    let mut admin = admin.get_multiplexed_async_connection().await.unwrap();
    let mut printing = engine(&["redis-acl", "--shared"]);
    let printed = printing.env("REDIS_PASSWORD", "hush").output().unwrap();
    let line = String::from_utf8(printed.stdout).unwrap();
    assert!(!line.contains("function"), "{line}");
    send(&mut admin, &line).await;
    let printed = engine(&["redis-functions"]).output().unwrap();
    let load = cmd("FUNCTION").arg("LOAD").arg(printed.stdout).clone();
    let _: Value = load.query_async(&mut admin).await.unwrap();

    let mut command = engine(&["--drain", "0"]);
    let url = server.url().replace("://", "://switchboard:hush@");
    command.env("REDIS_URL", url);
    let running = Engine::run(command);
    let health = engine(&["health", "--url", &format!("http://{}", running.address)]).output();
    assert!(health.unwrap().status.success());
}

#[test]
fn a_line_is_printed_for_another_acd_and_user() {
    let mut printing = engine(&["redis-acl", "--acd", "Tier 2", "--user", "tier-2"]);
    let output = printing.env_remove("REDIS_PASSWORD").output().unwrap();
    let line = String::from_utf8(output.stdout).unwrap();
    assert!(
        line.starts_with("ACL SETUSER tier-2 on ") && line.contains("\"~{Tier 2}:*\""),
        "{line}"
    );
    // Patterns have special characters, and so have lines of redis-cli.
    let mut printing = engine(&["redis-acl", "--acd", "R&D [x]\\'?"]);
    let output = printing.env_remove("REDIS_PASSWORD").output().unwrap();
    let line = String::from_utf8(output.stdout).unwrap();
    let pattern = r#" "~{R&D \\[x\\]\\\\'\\?}:*" "#;
    assert!(line.contains(pattern), "{line}");
    for bad in ["", "a b", "a\"b"] {
        let refused = engine(&["redis-acl", "--user", bad]).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{bad:?}");
    }
}
