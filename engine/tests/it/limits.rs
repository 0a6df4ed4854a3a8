//! Whatever is too much or too slow is refused, dropped or cut, and other clients notice nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::serve::Options;
use engine::server::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::faulty::{Fault, Faulty};
use crate::floor::Floor;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to which the test writes raw bytes.
struct Raw(TcpStream);

impl Raw {
    async fn open(floor: &Floor) -> Self {
        let address = floor.running.address().unwrap();
        Self(TcpStream::connect(address).await.unwrap())
    }

    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads until this text has come, or the connection has ended.
    async fn until(&mut self, text: &str) -> String {
        let mut read = Vec::new();
        let reading = async {
            while !String::from_utf8_lossy(&read).contains(text) {
                match self.0.read_u8().await {
                    Ok(byte) => read.push(byte),
                    Err(_) => break,
                }
            }
        };
        timeout(PATIENCE, reading).await.expect("nothing came");
        String::from_utf8(read).unwrap()
    }

    /// Reads to the end of the connection, however it ends.
    async fn rest(&mut self) -> String {
        let mut read = Vec::new();
        let reading = self.0.read_to_end(&mut read);
        let _ = timeout(PATIENCE, reading).await.expect("it did not end");
        String::from_utf8_lossy(&read).into_owned()
    }
}

fn quick_limits() -> Limits {
    Limits {
        idle: Duration::from_secs(1),
        ..Limits::default()
    }
}

#[tokio::test]
async fn a_head_that_comes_a_byte_at_a_time_is_cut() {
    let floor = Floor::limited(quick_limits()).await;
    let mut slow = Raw::open(&floor).await;
    slow.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ")
        .await;
    let began = Instant::now();
    while slow.0.write_all(b"a").await.is_ok() {
        assert!(began.elapsed() < PATIENCE, "it goes on for ever");
        sleep(Duration::from_millis(50)).await;
    }
    assert!(began.elapsed() > Duration::from_millis(800));
}

#[tokio::test]
async fn a_connection_that_says_nothing_more_is_closed() {
    let floor = Floor::limited(quick_limits()).await;
    let mut idle = Raw::open(&floor).await;
    for _ in 0..2 {
        idle.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await;
        assert!(idle.until("alive\n").await.starts_with("HTTP/1.1 200"));
        sleep(Duration::from_millis(300)).await;
    }
    let began = Instant::now();
    assert_eq!(idle.rest().await, "");
    assert!(began.elapsed() > Duration::from_millis(300));
}

#[tokio::test]
async fn an_event_stream_that_is_silent_for_longer_than_that_stays_open() {
    let floor = Floor::limited(quick_limits()).await;
    let mut stream = Raw::open(&floor).await;
    stream
        .send("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    stream.until("text/event-stream").await;
    sleep(Duration::from_millis(2500)).await;
    floor.acd.close().await.unwrap();
    let told = stream.until("acd_closed").await;
    assert!(told.contains("acd_closed"), "{told}");
}

#[tokio::test]
async fn too_many_and_too_long_headers_are_refused() {
    let floor = Floor::limited(Limits::default()).await;
    let asked = async |headers: String| {
        let mut raw = Raw::open(&floor).await;
        raw.send(&format!(
            "GET /healthz HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"
        ))
        .await;
        raw.until("\r\n\r\n").await
    };
    let many = |number: usize| "a: b\r\n".repeat(number);
    let long = |length: usize| format!("a: {}\r\n", "b".repeat(length));
    assert!(asked(many(90)).await.starts_with("HTTP/1.1 200"));
    assert!(asked(long(15_000)).await.starts_with("HTTP/1.1 200"));
    assert!(asked(many(110)).await.starts_with("HTTP/1.1 431"));
    assert!(asked(long(17_000)).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn what_is_no_request_is_answered_with_a_problem() {
    let floor = Floor::limited(Limits::default()).await;
    let good = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n";
    let many = format!("{good}{}\r\n", "a: b\r\n".repeat(110));
    let long = format!("{good}a: {}\r\n\r\n", "b".repeat(17_000));
    for (wrong, status) in [
        ("hello\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/9.9\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nno header\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n", 400),
        (&many, 431),
        (&long, 431),
    ] {
        // Alone, after another request on the connection, and sent together with that one.
        for (before, together) in [("", false), (good, false), (good, true)] {
            let mut raw = Raw::open(&floor).await;
            let case = format!("{before:?} {together} {:?}", &wrong[..wrong.len().min(60)]);
            let mut said = String::new();
            if together {
                raw.send(&format!("{before}\r\n{wrong}")).await;
            } else {
                if !before.is_empty() {
                    raw.send(&format!("{before}\r\n")).await;
                    said = raw.until("\r\n\r\n").await;
                }
                raw.send(wrong).await;
            }
            said += &raw.rest().await;
            let ok = said.matches("HTTP/1.1 200").count();
            assert_eq!(ok, usize::from(!before.is_empty()), "{case}: {said}");
            let (_, refusal) = said
                .split_once(&format!("HTTP/1.1 {status} "))
                .unwrap_or_else(|| panic!("{case}: {said}"));
            let (head, body) = refusal.split_once("\r\n\r\n").unwrap();
            for header in [
                "content-type: application/problem+json",
                "connection: close",
                &format!("content-length: {}", body.len()),
            ] {
                assert_eq!(head.matches(header).count(), 1, "{case}: {header}: {said}");
            }
            assert_eq!(head.matches("content-length").count(), 1, "{case}: {said}");
            let problem: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(problem["status"], status, "{case}: {problem}");
            assert_eq!(problem["code"], "refused", "{case}: {problem}");
        }
    }
}

#[tokio::test]
async fn more_requests_than_are_worked_on_are_refused_at_once() {
    let store = Arc::new(Faulty::new());
    let options = Options {
        limits: Limits {
            requests: 2,
            ..Limits::default()
        },
        ..Options::default()
    };
    let floor = Floor::with(Arc::clone(&store) as _, options).await;
    store.set(Fault::Hangs);
    let mut waiting = vec![];
    for _ in 0..2 {
        let mut raw = Raw::open(&floor).await;
        raw.send("GET /acd HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await;
        waiting.push(raw);
    }
    // Once both are being processed, other requests are refused; before that, they wait with them.
    let began = Instant::now();
    let refused = loop {
        let asked = timeout(Duration::from_millis(200), floor.send("GET", "/acd", ""));
        if let Ok(answer) = asked.await {
            break answer;
        }
        assert!(began.elapsed() < PATIENCE, "nothing is refused");
    };
    let detail = refused.problem(503, "overloaded");
    assert!(detail.contains("nothing was done"), "{detail}");
    assert_eq!(refused.header("retry-after"), "1");
    // An event stream needs a request slot only to start.
    floor
        .send("GET", "/events", "")
        .await
        .problem(503, "overloaded");
    assert_eq!(floor.send("GET", "/healthz", "").await.status, 200);
    floor
        .send("GET", "/readyz", "")
        .await
        .problem(503, "store_unavailable");
    let metrics = floor.send("GET", "/metrics", "").await.text;
    assert!(
        metrics.contains("switchboard_http_refused_total{what=\"request\"}"),
        "{metrics}"
    );

    // A client that hangs up frees its slot.
    store.set(Fault::None);
    drop(waiting);
    let began = Instant::now();
    while floor.send("GET", "/acd", "").await.status != 200 {
        assert!(began.elapsed() < PATIENCE, "it does not recover");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn more_connections_than_are_allowed_hear_why_and_are_closed() {
    let floor = Floor::limited(Limits {
        connections: 2,
        ..Limits::default()
    })
    .await;
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut kept = vec![Raw::open(&floor).await, Raw::open(&floor).await];
    for raw in &mut kept {
        // In use; an idle one would have to close.
        raw.send("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await;
        raw.until("text/event-stream").await;
    }
    let mut refused = Raw::open(&floor).await;
    refused.send(request).await;
    let said = refused.rest().await;
    for part in [
        "HTTP/1.1 503",
        "retry-after: 1",
        "connection: close",
        "too_many_connections",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    kept.pop();
    let began = Instant::now();
    loop {
        let mut next = Raw::open(&floor).await;
        next.send(request).await;
        if next.until("alive\n").await.starts_with("HTTP/1.1 200") {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the room is not given again");
    }
}

#[tokio::test]
async fn more_streams_than_are_allowed_are_refused_and_a_reader_that_takes_nothing_is_cut() {
    let floor = Floor::limited(Limits {
        streams: 1,
        untaken: Duration::from_secs(1),
        ..Limits::default()
    })
    .await;
    let mut stalled = small_reader(&floor).await;
    stalled
        .send("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    stalled.until("text/event-stream").await;
    let refused = floor.send("GET", "/events", "").await;
    let detail = refused.problem(503, "too_many_streams");
    let newest = floor.send("GET", "/events/newest", "").await;
    newest.problem(503, "too_many_streams");
    assert!(detail.contains("--max-streams"), "{detail}");
    assert_eq!(refused.header("retry-after"), "1");

    let began = Instant::now();
    loop {
        // Until no buffer accepts any more.
        for _ in 0..1000 {
            floor.acd.close().await.unwrap();
            floor.acd.open().await.unwrap();
        }
        let mut next = Raw::open(&floor).await;
        next.send("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await;
        if next.until("\r\n\r\n").await.starts_with("HTTP/1.1 200") {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the stalled stream is kept");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Opens a connection with a small receive buffer.
async fn small_reader(floor: &Floor) -> Raw {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(128 * 1024).unwrap();
    let address = floor.running.address().unwrap();
    Raw(socket.connect(address).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_whose_reader_is_slow_ends_with_a_reset_and_a_fast_one_sees_all() {
    const EVENTS: u64 = 40_000;
    let floor = Floor::limited(Limits {
        untaken: PATIENCE,
        ..Limits::default()
    })
    .await;
    let first = floor.acd.overview().await.unwrap().event + 1;
    let last = first + EVENTS - 1;
    let request = "GET /events HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let (mut slow, mut fast) = (small_reader(&floor).await, Raw::open(&floor).await);
    for raw in [&mut slow, &mut fast] {
        raw.send(request).await;
        raw.until("\r\n\r\n").await;
    }
    for turn in 1..=EVENTS / 1000 {
        for _ in 0..500 {
            floor.acd.close().await.unwrap();
            floor.acd.open().await.unwrap();
        }
        // The fast one keeps up; its numbers must have no gap.
        let newest = first - 1 + turn * 1000;
        let told = read_to(&mut fast, newest).await;
        let ids: Vec<u64> = ids(&told);
        assert_eq!(ids, (newest - 999..=newest).collect::<Vec<_>>());
        assert!(!told.contains("event: reset"));
    }
    let told = slow.rest().await;
    let seen = ids(&told);
    let before_reset = &seen[..seen.len() - 1];
    assert!(
        before_reset
            .iter()
            .copied()
            .eq(first..first + before_reset.len() as u64)
    );
    assert!(before_reset.len() < usize::try_from(EVENTS).unwrap());
    assert_eq!(seen.last(), Some(&last));
    let end = told.rsplit("\n\n").nth(1).unwrap();
    assert!(end.contains("event: reset"), "{end}");
    assert!(told.ends_with("0\r\n\r\n"), "the stream ends whole");
    let metrics = floor.send("GET", "/metrics", "").await.text;
    assert!(
        metrics.contains("switchboard_event_streams_dropped_total"),
        "{metrics}"
    );
}

/// Reads to the end of the event with this number.
async fn read_to(raw: &mut Raw, number: u64) -> String {
    let (id, mut told) = (format!("id: {number}\n"), String::new());
    let mut piece = vec![0; 65_536];
    while !told
        .split_once(&id)
        .is_some_and(|(_, rest)| rest.contains("\n\n"))
    {
        let read = timeout(PATIENCE, raw.0.read(&mut piece))
            .await
            .unwrap()
            .unwrap();
        assert_ne!(read, 0, "the stream ended");
        told.push_str(std::str::from_utf8(&piece[..read]).unwrap());
    }
    told
}

fn ids(told: &str) -> Vec<u64> {
    let lines = told.lines().filter_map(|line| line.strip_prefix("id: "));
    lines.map(|id| id.parse().unwrap()).collect()
}
