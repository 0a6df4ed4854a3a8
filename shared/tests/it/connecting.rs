//! A Redis that will not do is told in one sentence that names the remedy.

use std::time::{Duration, Instant};

use shared::redis::{ConnectError, RedisAcd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use shared::testing::{OwnRedis, fresh_name, redis_url};

async fn refusal(url: &str) -> ConnectError {
    let started = Instant::now();
    let refused = RedisAcd::connect(url, fresh_name()).await.unwrap_err();
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{refused} took {:?}",
        started.elapsed()
    );
    let sentence = refused.to_string();
    assert!(
        !sentence.contains('\n') && !sentence.contains("secret"),
        "{sentence}"
    );
    refused
}

#[tokio::test]
async fn a_redis_that_is_not_there_is_said_to_be_unreachable() {
    let refused = refusal("redis://user:secret@127.0.0.1:1").await;
    assert!(
        matches!(refused, ConnectError::Unreachable { .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("127.0.0.1:1"), "{refused}");
}

#[tokio::test]
async fn what_is_no_url_is_said_to_be_none() {
    for url in [
        "",
        "127.0.0.1:6379",
        "http://127.0.0.1",
        "redis://user:secret@[::1",
    ] {
        assert!(
            matches!(refusal(url).await, ConnectError::BadUrl(_)),
            "{url}"
        );
    }
}

#[tokio::test]
async fn a_redis_without_json_is_told_what_it_lacks() {
    let plain = OwnRedis::start_with(vec![]).await;
    let refused = RedisAcd::connect(&plain.url(), fresh_name()).await;
    // Redis 8 has JSON without being asked; there is no plain one to try then.
    let Err(refused) = refused else { return };
    assert!(matches!(refused, ConnectError::NoJson { .. }), "{refused}");
}

#[tokio::test]
async fn wrong_and_missing_passwords_are_refused() {
    let words = "--requirepass right --user ann on >hers ~* &* +@all";
    let options = words.split(' ').map(ToOwned::to_owned).collect();
    let server = OwnRedis::start_with(options).await;
    let port = server.url().rsplit_once(':').unwrap().1.to_owned();
    for who in ["", ":secret@", "ann:secret@", "nobody:right@"] {
        let refused = refusal(&format!("redis://{who}127.0.0.1:{port}")).await;
        assert!(
            matches!(refused, ConnectError::Refused { .. }),
            "{who}: {refused}"
        );
    }
    for who in [":right@", "ann:hers@"] {
        let taken =
            RedisAcd::connect(&format!("redis://{who}127.0.0.1:{port}"), fresh_name()).await;
        // Past the password, only the JSON that this server was not given is missing.
        assert!(
            matches!(taken, Ok(_) | Err(ConnectError::NoJson { .. })),
            "{who}: {taken:?}"
        );
    }
}

/// Speaks just enough of the protocol to say that it is an old server.
#[tokio::test]
async fn an_old_redis_is_told_its_version() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = async {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            while let Ok(read) = stream.read(&mut asked).await {
                if read == 0 {
                    break;
                }
                let text = String::from_utf8_lossy(&asked[..read]).into_owned();
                let info = "redis_version:6.2.14\r\n";
                let answer = if text.contains("INFO") && !text.contains("SETINFO") {
                    format!("${}\r\n{info}\r\n", info.len())
                } else {
                    "+OK\r\n".repeat(text.matches('*').count())
                };
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    };
    let url = format!("redis://{address}");
    let refused = tokio::select! {
        refused = refusal(&url) => refused,
        () = server => unreachable!("it serves for ever"),
    };
    let ConnectError::TooOld { version, .. } = &refused else {
        panic!("{refused}")
    };
    assert_eq!(version, "6.2.14");
}

#[tokio::test]
async fn a_unix_socket_is_a_way_too() {
    let mut connection = shared::testing::connection().await;
    let (_, socket): (String, String) = redis::cmd("CONFIG")
        .arg("GET")
        .arg("unixsocket")
        .query_async(&mut connection)
        .await
        .unwrap();
    if socket.is_empty() {
        assert!(
            redis_url().starts_with("redis"),
            "skipped: the test Redis has no unix socket"
        );
        return;
    }
    RedisAcd::connect(&format!("unix://{socket}"), fresh_name())
        .await
        .unwrap();
}
