//! The API while its store fails: it answers, reveals no internals, and recovers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::faulty::{Fault, Faulty};
use crate::floor::Floor;

async fn floor() -> (Floor, Arc<Faulty>) {
    let store = Arc::new(Faulty::new());
    let floor = Floor::over(Arc::clone(&store) as _).await;
    (floor, store)
}

#[tokio::test]
async fn a_store_that_is_away_is_answered_at_once_and_comes_back() {
    let (floor, store) = floor().await;
    store.set(Fault::Away);
    for (method, path, body) in [
        ("GET", "/acd", ""),
        ("POST", "/acd", r#"{"state":1}"#),
        ("POST", "/contact", r#"{"skills":[]}"#),
        ("GET", "/queue", ""),
        ("GET", "/agent/a", ""),
        ("GET", "/events", ""),
        ("GET", "/readyz", ""),
    ] {
        let answer = floor.send(method, path, body).await;
        let detail = answer.problem(503, "store_unavailable");
        assert!(
            detail.contains("a retry with the same ids is safe") && !detail.contains("secret"),
            "{detail}"
        );
        assert_eq!(answer.header("retry-after"), "1");
    }
    // Invalid requests are refused with or without a store, and the process is alive.
    floor
        .send("POST", "/contact", r#"{"skills":1}"#)
        .await
        .problem(422, "invalid");
    assert_eq!(floor.send("GET", "/healthz", "").await.status, 200);
    let metrics = floor.send("GET", "/metrics", "").await.text;
    assert!(
        metrics.contains("switchboard_store_up{acd=\"faulty\"} 0"),
        "{metrics}"
    );
    assert!(
        metrics.contains("switchboard_contacts_waiting{acd=\"faulty\"} NaN"),
        "{metrics}"
    );

    store.set(Fault::None);
    assert_eq!(floor.send("GET", "/readyz", "").await.status, 200);
    floor.call(&[]).await;
}

#[tokio::test]
async fn a_broken_store_is_a_fault_that_tells_nothing_of_the_inside() {
    let (floor, store) = floor().await;
    store.set(Fault::Broken);
    let answer = floor.send("GET", "/acd", "").await;
    let detail = answer.problem(500, "store_contract");
    assert!(!detail.contains("secret"), "{detail}");
}

#[tokio::test]
async fn a_panic_is_one_requests_end_only() {
    let (floor, store) = floor().await;
    store.set(Fault::Panics);
    let answer = floor.send("GET", "/acd", "").await;
    let detail = answer.problem(500, "panic");
    assert!(!detail.contains("secret"), "{detail}");
    store.set(Fault::None);
    assert_eq!(floor.send("GET", "/acd", "").await.status, 200);
}

#[tokio::test]
async fn a_store_that_hangs_does_not_hold_the_question_whether_it_is_ready() {
    let (floor, store) = floor().await;
    store.set(Fault::Hangs);
    let began = Instant::now();
    floor
        .send("GET", "/readyz", "")
        .await
        .problem(503, "store_unavailable");
    assert_eq!(floor.send("GET", "/metrics", "").await.status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}
