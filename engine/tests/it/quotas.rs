//! Nobody can take so much that others get nothing: no stranger, no token, no address.

use std::time::{Duration, Instant};

use engine::authorization::Authorization;
use engine::serve::Options;
use engine::server::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::authorization::Tokens;
use crate::floor::{Answer, Floor};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

async fn guarded(tokens: &Tokens, limits: Limits) -> Floor {
    let options = Options {
        authorization: Authorization::with_tokens(&tokens.file(), vec![]).unwrap(),
        limits,
        ..Options::default()
    };
    let acd = shared::open(None, "quotas".parse().unwrap()).await;
    Floor::with(acd.unwrap(), options).await
}

async fn connect(floor: &Floor) -> TcpStream {
    TcpStream::connect(floor.running.address().unwrap())
        .await
        .unwrap()
}

/// Reads until the connection ends, or this text has come.
async fn read(stream: &mut TcpStream, enough: &str) -> String {
    let mut text = String::new();
    let mut piece = [0; 4096];
    while enough.is_empty() || !text.contains(enough) {
        match timeout(PATIENCE, stream.read(&mut piece)).await.unwrap() {
            Ok(0) | Err(_) => break,
            Ok(length) => text.push_str(&String::from_utf8_lossy(&piece[..length])),
        }
    }
    text
}

async fn asked(floor: &Floor, path: &str, token: &str) -> Answer {
    Answer::to(floor.request("GET", path).bearer_auth(token)).await
}

/// Opens a stream, which stays open until it is dropped; the error is the refusal.
async fn stream(floor: &Floor, token: &str) -> Result<TcpStream, String> {
    let mut opened = connect(floor).await;
    let request = format!(
        "GET /events/newest HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    opened.write_all(request.as_bytes()).await.unwrap();
    let head = read(&mut opened, "\r\n\r\n").await;
    if head.starts_with("HTTP/1.1 200") {
        return Ok(opened);
    }
    let body = if head.contains("instance") {
        String::new()
    } else {
        read(&mut opened, "instance").await
    };
    Err(head + &body)
}

#[tokio::test]
async fn what_is_refused_is_refused_before_its_body_is_read() {
    let tokens = Tokens::new();
    let wall = tokens.create("wall", "wallboard");
    let floor = guarded(&tokens, Limits::default()).await;
    for (request, token, status) in [
        ("POST /nothing", "", "404"),
        ("POST /nothing", &wall[..], "404"),
        ("POST /contact", "", "401"),
        ("POST /contact", "sb_wrong", "401"),
        ("POST /contact", &wall, "403"),
        ("PUT /acd", &wall, "403"),
        ("POST /healthz", "", "405"),
    ] {
        let mut stranger = connect(&floor).await;
        let head = format!(
            "{request} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
             content-length: 65536\r\n\r\n"
        );
        stranger.write_all(head.as_bytes()).await.unwrap();
        // No byte of the body is sent.
        let began = Instant::now();
        let answer = read(&mut stranger, "").await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{request}: {answer}"
        );
        assert!(began.elapsed() < PATIENCE / 3, "{request} was waited for");
    }
}

#[tokio::test]
async fn what_all_bodies_take_together_has_an_end() {
    let floor = Floor::limited(Limits::default()).await;
    let head = "POST /contact HTTP/1.1\r\nhost: localhost\r\ncontent-length: 65536\r\n\r\n{";
    let mut slow = vec![];
    let began = Instant::now();
    // 16 MiB are 227 of these bodies, including their connections' buffers.
    let refused = loop {
        for _ in 0..50 {
            let mut next = connect(&floor).await;
            next.write_all(head.as_bytes()).await.unwrap();
            slow.push(next);
        }
        assert!(slow.len() < 2000 && began.elapsed() < PATIENCE);
        let long = format!(r#"{:60000}{{"skills":["English"]}}"#, "");
        let asked = floor.send("POST", "/contact", &long).await;
        if asked.status == 503 {
            break asked;
        }
    };
    let detail = refused.problem(503, "overloaded");
    assert!(detail.contains("bodies"), "{detail}");
    assert_eq!(floor.send("GET", "/acd", "").await.status, 200);
    drop(slow);
    while floor
        .send("POST", "/contact", r#"{"skills":["English"]}"#)
        .await
        .status
        != 201
    {
        assert!(began.elapsed() < PATIENCE, "the room is not given again");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn one_token_cannot_take_all_streams_and_a_supervisor_finds_room() {
    let tokens = Tokens::new();
    let limits = Limits {
        streams: 16,
        streams_of_token: 10,
        ..Limits::default()
    };
    let (shop, wall, boss) = (
        tokens.create("shop", "integrator"),
        tokens.create("wall", "wallboard"),
        tokens.create("boss", "supervisor"),
    );
    let ada = tokens.create("ada", "agent");
    let floor = guarded(&tokens, limits).await;
    let mut open = vec![];
    for (token, may) in [(&ada, 2), (&shop, 10)] {
        for _ in 0..may {
            open.push(stream(&floor, token).await.unwrap());
        }
        let refused = stream(&floor, token).await.unwrap_err();
        assert!(refused.starts_with("HTTP/1.1 429"), "{refused}");
        assert!(refused.contains("retry-after: 1"), "{refused}");
        assert!(refused.contains("too_many_streams"), "{refused}");
    }
    // 12 of 16 are taken; the last two are for supervisors and admins.
    for _ in 0..2 {
        open.push(stream(&floor, &wall).await.unwrap());
    }
    let refused = stream(&floor, &wall).await.unwrap_err();
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    for _ in 0..2 {
        open.push(stream(&floor, &boss).await.unwrap());
    }
    let metrics = asked(&floor, "/metrics", &wall).await.text;
    for what in ["stream", "stream_of_token"] {
        let told = format!("switchboard_http_refused_total{{what=\"{what}\"}}");
        assert!(metrics.contains(&told), "{told}");
    }
    // Closing one makes room for another.
    open.truncate(14);
    open.remove(0);
    let began = Instant::now();
    while stream(&floor, &ada).await.is_err() {
        assert!(began.elapsed() < PATIENCE, "the place is not given again");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn slow_bodies_of_one_token_keep_nothing_else_out() {
    let tokens = Tokens::new();
    let limits = Limits {
        requests_of_token: 3,
        requests_of_address: 3,
        ..Limits::default()
    };
    let (shop, other) = (
        tokens.create("shop", "integrator"),
        tokens.create("other", "integrator"),
    );
    let boss = tokens.create("boss", "supervisor");
    let floor = guarded(&tokens, limits).await;
    let mut slow = vec![];
    for _ in 0..3 {
        let mut next = connect(&floor).await;
        let head = format!(
            "POST /contact HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {shop}\r\n\
             expect: 100-continue\r\ncontent-length: 100\r\n\r\n"
        );
        next.write_all(head.as_bytes()).await.unwrap();
        // From here on the engine waits for its body.
        read(&mut next, "100 Continue\r\n\r\n").await;
        slow.push(next);
    }
    let body = r#"{"skills":["English"]}"#;
    let create = async |token: &str| {
        let request = floor.request("POST", "/contact").bearer_auth(token);
        Answer::to(request.body(body)).await
    };
    let refused = create(&shop).await;
    let detail = refused.problem(429, "too_many_requests");
    assert!(detail.contains("--max-requests-per-token"), "{detail}");
    assert_eq!(refused.header("retry-after"), "1");
    let contact = "/contact/01980f4c-0000-7000-8000-000000000000";
    // A request without a body takes none of their places, and a supervisor at the same address may
    // send one.
    assert_eq!(asked(&floor, contact, &shop).await.status, 404);
    assert_eq!(asked(&floor, contact, &other).await.status, 404);
    create(&other).await.problem(429, "too_many_requests");
    assert_eq!(create(&boss).await.status, 201);
    assert_eq!(asked(&floor, "/readyz", &shop).await.status, 200);
    drop(slow);
    let began = Instant::now();
    while create(&shop).await.status != 201 {
        assert!(began.elapsed() < PATIENCE, "the room is not given again");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_idle_connection_leaves_for_a_new_one() {
    let floor = Floor::limited(Limits {
        connections: 10,
        ..Limits::default()
    })
    .await;
    let mut idle = vec![];
    for _ in 0..40 {
        idle.push(connect(&floor).await);
    }
    let mut check = connect(&floor).await;
    check
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let answer = read(&mut check, "alive\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // The first of them was closed, without an answer.
    assert_eq!(read(&mut idle[0], "").await, "");
    let metrics = floor.send("GET", "/metrics", "").await.text;
    assert!(
        metrics.contains("switchboard_http_connections_dismissed_total"),
        "{metrics}"
    );
}
