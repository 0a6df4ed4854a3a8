//! The API as a store: the client passes the conformance cases of every store, and maps failures to
//! the ACD's errors.

use std::sync::Arc;
use std::time::Duration;

use engine::client::{Access, ApiAcd};
use engine::serve::{self, Options, Running};
use shared::agent::AgentId;
use shared::conformance::Floor;
use shared::contact::{ContactId, NewContact};
use shared::embedded::EmbeddedAcd;
use shared::redis::RedisAcd;
use shared::testing::{clean, fresh_name, redis_url};
use shared::time::{ManualClock, Moment};
use shared::view::Page;
use shared::{Acd, Error, Store};

const NOON: Moment = Moment(1_767_268_800_000_000);

mod embedded {
    shared::conformance!(super::over_an_engine_with_its_own_store);
}

mod redis {
    shared::conformance!(super::over_an_engine_on_redis);
}

async fn over_an_engine_with_its_own_store(case: impl AsyncFnOnce(&Floor)) {
    let clock = Arc::new(ManualClock::new(NOON));
    let store = EmbeddedAcd::new(fresh_name(), Arc::<ManualClock>::clone(&clock));
    through_the_api(Arc::new(store), clock, case).await;
}

async fn over_an_engine_on_redis(case: impl AsyncFnOnce(&Floor)) {
    shared::needs_redis!();
    let name = fresh_name();
    let clock = Arc::new(ManualClock::new(NOON));
    let store = RedisAcd::connect(&redis_url(), name.clone()).await.unwrap();
    let store = store.with_clock(Arc::<ManualClock>::clone(&clock));
    through_the_api(Arc::new(store), clock, case).await;
    clean(&name).await;
}

/// Runs a case through the API of an engine over that store. The engine has no dispatchers: a case
/// lets time pass itself.
async fn through_the_api(
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
    case: impl AsyncFnOnce(&Floor),
) {
    let (engine, url) = serve(Arc::clone(&store), 0).await;
    let acd = ApiAcd::open(&Access::to(&url).unwrap(), Some(store.name())).await;
    let acd = Arc::new(acd.unwrap());
    case(&Floor { acd, store, clock }).await;
    engine.stop().await;
}

/// Starts an engine at a port, or at any free one for 0. Returns it and its address.
async fn serve(store: Arc<dyn Store>, port: u16) -> (Running, String) {
    let options = Options {
        listen: Some(([127, 0, 0, 1], port).into()),
        dispatchers: 0,
        ..Options::default()
    };
    let engine = serve::start(store, options).await.unwrap();
    let url = format!("http://{}", engine.address().unwrap());
    (engine, url)
}

fn store() -> Arc<EmbeddedAcd> {
    let clock = Arc::new(ManualClock::new(NOON));
    Arc::new(EmbeddedAcd::new(fresh_name(), clock))
}

#[tokio::test]
async fn another_acd_than_the_expected_one_is_refused() {
    let (_engine, url) = serve(store(), 0).await;
    let other = "sales".parse().unwrap();
    let refused = ApiAcd::open(&Access::to(&url).unwrap(), Some(&other)).await;
    let why = refused.unwrap_err().to_string();
    assert!(
        why.contains("ACD sales is not what the engine at http://127"),
        "{why}"
    );
    assert!(why.contains("use --acd \"test-"), "{why}");
}

#[tokio::test]
async fn an_engine_that_is_gone_is_unavailable_and_the_same_client_goes_on_with_the_next() {
    let store = store();
    let (engine, url) = serve(Arc::clone(&store) as _, 0).await;
    let port = engine.address().unwrap().port();
    let acd = ApiAcd::open(&Access::to(&url).unwrap(), None)
        .await
        .unwrap();
    let mut latest = acd.latest_event();
    let needing = || NewContact::needing(ContactId::random(), vec![]).unwrap();
    acd.create_contact(needing()).await.unwrap();
    follows(&mut latest, 1).await;

    engine.stop().await;
    let why = acd.overview().await.unwrap_err();
    assert!(matches!(why, Error::Unavailable(_)), "{why:?}");
    assert!(
        why.to_string().contains("no engine answers at http://127"),
        "{why}"
    );
    // Followers are woken when the engine is gone.
    let told = tokio::time::timeout(Duration::from_secs(10), latest.changed());
    told.await.unwrap().unwrap();

    let (_engine, _) = serve(store, port).await;
    acd.create_contact(needing()).await.unwrap();
    follows(&mut latest, 2).await;
    assert_eq!(acd.overview().await.unwrap().waiting, 2);
}

async fn follows(latest: &mut tokio::sync::watch::Receiver<u64>, number: u64) {
    let wait = latest.wait_for(|newest| *newest == number);
    tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn what_is_no_api_of_an_engine_is_told_so() {
    let page = axum_like("<html>It works!</html>").await;
    let refused = ApiAcd::open(&Access::to(&page).unwrap(), None).await;
    let why = refused.unwrap_err();
    assert!(matches!(why, Error::Contract(_)), "{why:?}");
}

/// Answers every request with that page.
async fn axum_like(page: &'static str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4_096]).await;
            let length = page.len();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n");
            let answer = format!("{head}connection: close\r\n\r\n{page}");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn a_name_that_no_url_can_hold_changes_nobody_else() {
    let store = store();
    let (_engine, url) = serve(Arc::clone(&store) as _, 0).await;
    let acd = ApiAcd::open(&Access::to(&url).unwrap(), None)
        .await
        .unwrap();
    let refused = acd.agent(&AgentId::stored("..")).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    assert_eq!(acd.agents(Page::first(9)).await.unwrap().total, 0);
}
