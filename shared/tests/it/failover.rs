//! One address, two servers, as behind a load balancer or a virtual address: the old primary
//! becomes a replica, and the address then leads to the other server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::{Duration, Instant};

use shared::contact::{ContactId, NewContact};
use shared::redis::RedisAcd;
use shared::testing::{OwnRedis, fresh_name};
use shared::{Acd, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An address that leads to one of two servers. Existing connections stay with their server.
struct Switch {
    address: String,
    port: Arc<AtomicU16>,
    /// Connections open when this is set never answer again.
    silent: Arc<AtomicBool>,
}

impl Switch {
    async fn to(server: &OwnRedis) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let switch = Self {
            address: format!("redis://{}", listener.local_addr().unwrap()),
            port: Arc::new(AtomicU16::new(server.port())),
            silent: Arc::default(),
        };
        let (port, silent) = (Arc::clone(&switch.port), Arc::clone(&switch.silent));
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let led_to = ("127.0.0.1", port.load(Ordering::SeqCst));
                let server = TcpStream::connect(led_to).await.unwrap();
                // A connection made after the silence works.
                let silent = if silent.load(Ordering::SeqCst) {
                    Arc::default()
                } else {
                    Arc::clone(&silent)
                };
                tokio::spawn(lead(client, server, silent));
            }
        });
        switch
    }

    fn lead_to(&self, server: &OwnRedis) {
        self.port.store(server.port(), Ordering::SeqCst);
    }

    fn silence(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }
}

/// Forwards both ways. Once silent, it still accepts data, as the kernel of a hung host would.
async fn lead(client: TcpStream, server: TcpStream, silent: Arc<AtomicBool>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asking = async {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = from_client.read(&mut piece).await {
            if !silent.load(Ordering::SeqCst) {
                to_server.write_all(&piece[..length]).await.unwrap();
            }
        }
    };
    let answering = async {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = from_server.read(&mut piece).await {
            if !silent.load(Ordering::SeqCst)
                && to_client.write_all(&piece[..length]).await.is_err()
            {
                break;
            }
        }
        // The connection is closed when the client closes it.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = asking => {}
        () = answering => {}
    }
}

/// Starts a primary, its replica, and an address that leads to the primary.
async fn pair() -> (OwnRedis, OwnRedis, Switch) {
    let (primary, replica) = (OwnRedis::start().await, OwnRedis::start().await);
    replica.follow(Some(&primary)).await;
    let switch = Switch::to(&primary).await;
    (primary, replica, switch)
}

fn call() -> NewContact {
    NewContact::needing(ContactId::random(), vec!["English".parse().unwrap()]).unwrap()
}

/// Creates a contact and returns how many attempts it took.
async fn served(acd: &RedisAcd) -> u32 {
    let contact = call();
    let began = Instant::now();
    let mut asked = 1;
    while let Err(why) = acd.create_contact(contact.clone()).await {
        assert!(matches!(why, Error::Unavailable(_)), "{why:?}");
        assert!(began.elapsed() < Duration::from_secs(5), "{why}");
        asked += 1;
    }
    asked
}

async fn waits_for_event(acd: &RedisAcd, number: u64) {
    let mut latest = acd.latest_event();
    let heard = latest.wait_for(|latest| *latest == number);
    let heard = tokio::time::timeout(Duration::from_secs(5), heard).await;
    heard.expect("the event is heard of").unwrap();
}

#[tokio::test]
async fn a_primary_that_became_a_replica_is_replaced_by_the_new_one() {
    shared::needs_redis!();
    let (old, new, switch) = pair().await;
    let acd = RedisAcd::connect(&switch.address, fresh_name())
        .await
        .unwrap();
    assert_eq!(served(&acd).await, 1);
    old.replicated().await;

    new.follow(None).await;
    old.follow(Some(&new)).await;
    switch.lead_to(&new);
    // The connection is still open and leads to the old primary.
    assert_eq!(
        served(&acd).await,
        2,
        "refused once, then served by the new one"
    );
    assert_eq!(
        acd.overview().await.unwrap().waiting,
        2,
        "and nothing was lost"
    );
    waits_for_event(&acd, 2).await;
}

#[tokio::test]
async fn a_silent_connection_is_replaced() {
    shared::needs_redis!();
    let (old, new, switch) = pair().await;
    let acd = RedisAcd::connect(&switch.address, fresh_name())
        .await
        .unwrap();
    assert_eq!(served(&acd).await, 1);
    waits_for_event(&acd, 1).await;
    old.replicated().await;

    switch.silence();
    new.follow(None).await;
    switch.lead_to(&new);
    assert_eq!(served(&acd).await, 2, "asked in vain once, then served");
    // The feed recovers too, although it waits for long by itself.
    waits_for_event(&acd, 2).await;
}

#[tokio::test]
async fn a_replica_is_not_ready_and_missing_scripts_are_loaded() {
    shared::needs_redis!();
    let (primary, replica, switch) = pair().await;
    let acd = RedisAcd::connect(&switch.address, fresh_name())
        .await
        .unwrap();
    assert_eq!(acd.ready().await, Ok(()));

    primary.ask("FUNCTION FLUSH").await;
    assert_eq!(acd.ready().await, Ok(()));
    let memory = primary.ask("INFO memory").await;
    assert!(memory.contains("number_of_libraries:1"), "{memory}");

    primary.follow(Some(&replica)).await;
    let not_ready = acd.ready().await;
    assert!(
        matches!(not_ready, Err(Error::Unavailable(_))),
        "{not_ready:?}"
    );
}
