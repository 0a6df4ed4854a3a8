//! An unsuitable Redis is refused with one sentence that names the remedy.

use std::time::{Duration, Instant};

use shared::redis::{ConnectError, RedisAcd, RedisServer};
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
async fn a_missing_redis_is_unreachable() {
    let refused = refusal("redis://user:secret@127.0.0.1:1").await;
    assert!(
        matches!(refused, ConnectError::Unreachable { .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("127.0.0.1:1"), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_no_redis_is_refused_with_a_remedy() {
    for (answer, says) in [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "another protocol"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "another protocol"),
        ("<html>\r\n", "another protocol"),
        ("", "closed the connection"),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answering = tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                // Closing with unread data would discard the answer.
                let _ = caller.read(&mut [0; 1024]).await;
                let _ = caller.write_all(answer.as_bytes()).await;
            }
        });
        let refused = refusal(&format!("redis://user:secret@{address}")).await;
        answering.abort();
        let said = refused.to_string();
        let answers = matches!(refused, ConnectError::NotRedis { .. });
        assert_eq!(answers, !answer.is_empty(), "{answer:?}: {said}");
        let helps = said.contains(says) && said.contains("REDIS_URL");
        assert!(helps && said.contains(&address.to_string()), "{said}");
    }
}

#[tokio::test]
async fn an_invalid_url_is_refused() {
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
async fn a_redis_without_json_is_refused() {
    shared::needs_redis!();
    let plain = OwnRedis::start_with(vec![]).await;
    let refused = RedisAcd::connect(&plain.url(), fresh_name()).await;
    // Redis 8 always has JSON, so this cannot be tested there.
    let Err(refused) = refused else { return };
    assert!(matches!(refused, ConnectError::NoJson { .. }), "{refused}");
}

#[tokio::test]
async fn wrong_and_missing_passwords_are_refused() {
    shared::needs_redis!();
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
        // The password is accepted; only the missing JSON module is left to report.
        assert!(
            matches!(taken, Ok(_) | Err(ConnectError::NoJson { .. })),
            "{who}: {taken:?}"
        );
    }
}

/// Connects to a fake server that only answers `INFO` and refuses the commands that it does not
/// know.
async fn refusal_of(info: &str, knows: &[&str]) -> ConnectError {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer_of = |asked: &str| match asked {
        "INFO" => format!("${}\r\n{info}\r\n", info.len()),
        "JSON.MERGE" if knows.contains(&asked) => {
            "-ERR wrong number of arguments for 'JSON.MERGE' command\r\n".to_owned()
        }
        "JSON.MERGE" | "FCALL" if !knows.contains(&asked) => {
            format!("-ERR unknown command '{asked}', with args beginning with: \r\n")
        }
        _ => "+OK\r\n".to_owned(),
    };
    let server = async {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            while let Ok(read) = stream.read(&mut asked).await {
                if read == 0 {
                    break;
                }
                let text = String::from_utf8_lossy(&asked[..read]).into_owned();
                // Each command is an array whose first item is its name.
                let commands = text.split('*').skip(1);
                let names = commands.filter_map(|command| command.split("\r\n").nth(2));
                let answers: String = names.map(answer_of).collect();
                stream.write_all(answers.as_bytes()).await.unwrap();
            }
        }
    };
    let url = format!("redis://{address}");
    tokio::select! {
        refused = refusal(&url) => refused,
        () = server => unreachable!("it serves for ever"),
    }
}

#[tokio::test]
async fn the_error_names_the_kind_of_server_and_what_it_lacks() {
    for (info, knows, what, lacks) in [
        (
            "redis_version:6.2.14\r\n",
            &[][..],
            "Redis 6.2.14",
            "too old",
        ),
        (
            "redis_version:6.3.4\r\nkeydb_version:6.3.4\r\n",
            &["JSON.MERGE"],
            "KeyDB 6.3.4",
            "too old",
        ),
        ("redis_version:8.2.1\r\n", &[], "Redis 8.2.1", "JSON.MERGE"),
        (
            "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\n",
            &[],
            "Valkey 8.1.0",
            "valkey-json",
        ),
        (
            "redis_version:7.4.0\r\ndragonfly_version:df-v1.30.0\r\n",
            &["JSON.MERGE"],
            "Dragonfly df-v1.30.0",
            "FUNCTION LOAD",
        ),
    ] {
        let said = refusal_of(info, knows).await.to_string();
        // The error also names servers that work.
        for part in [what, lacks, "Redis", "Valkey"] {
            assert!(said.contains(part), "{part:?} in {said}");
        }
    }
}

#[tokio::test]
async fn a_unix_socket_works() {
    shared::needs_redis!();
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

#[tokio::test]
async fn a_redis_that_evicts_is_refused_and_readiness_reports_a_later_change() {
    shared::needs_redis!();
    let redis = OwnRedis::start().await;
    let server = RedisServer::at(redis.url());
    let acd = shared::open(Some(&server), fresh_name()).await.unwrap();
    acd.ready().await.unwrap();
    assert!(!acd.keeping().await.unwrap().evicts());
    redis.ask("CONFIG SET maxmemory 100mb").await;
    for (policy, kept) in [
        ("volatile-lru", true),
        ("allkeys-lru", false),
        ("allkeys-random", false),
        ("noeviction", true),
    ] {
        redis
            .ask(&format!("CONFIG SET maxmemory-policy {policy}"))
            .await;
        let opened = shared::open(Some(&server), fresh_name()).await;
        let ready = acd.ready().await;
        assert_eq!(opened.is_ok(), kept, "{policy}");
        assert_eq!(ready.is_ok(), kept, "{policy}: {ready:?}");
        if let (Err(why), Err(error)) = (opened, ready) {
            for said in [why.to_string(), error.to_string()] {
                assert!(
                    said.contains(policy) && said.contains("noeviction"),
                    "{said}"
                );
            }
        }
    }
}
