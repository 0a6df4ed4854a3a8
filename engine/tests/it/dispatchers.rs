//! Dispatchers: they apply what is due, and sleep otherwise. Time is paused here, so it advances as
//! soon as all tasks wait for it.

use std::sync::Arc;
use std::time::Duration;

use engine::serve::{self, Options, Running};
use shared::contact::{ContactId, NewContact};
use shared::embedded::EmbeddedAcd;
use shared::seen::ContactSeen;
use shared::time::{ManualClock, Moment};
use shared::{Acd, Error, Store};
use tokio::time::sleep;

use crate::faulty::{Fault, Faulty};

async fn dispatch(acd: Arc<dyn Store>, dispatchers: usize) -> Running {
    let listen = None;
    let options = Options {
        listen,
        dispatchers,
        ..Options::default()
    };
    let running = serve::start(acd, options).await.unwrap();
    assert_eq!(running.address(), None);
    running
}

#[tokio::test(start_paused = true)]
async fn a_quiet_floor_is_looked_at_now_and_then() {
    let store = Arc::new(Faulty::new());
    let running = dispatch(Arc::clone(&store) as _, 1).await;
    sleep(Duration::from_mins(10)).await;
    // The safety sweep runs every 30 s.
    assert!((20..=22).contains(&store.looks()), "{}", store.looks());
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_busy_floor_is_looked_at_five_times_a_second_at_most() {
    let store = Arc::new(Faulty::new());
    let running = dispatch(Arc::clone(&store) as _, 1).await;
    for _ in 0..1_000 {
        store.open().await.unwrap();
        store.close().await.unwrap();
        sleep(Duration::from_millis(2)).await;
    }
    assert!((9..=12).contains(&store.looks()), "{}", store.looks());
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_asked_less_and_less() {
    let store = Arc::new(Faulty::new());
    store.set(Fault::Away);
    let running = dispatch(Arc::clone(&store) as _, 1).await;
    sleep(Duration::from_mins(1)).await;
    // Six doublings make 6.3 s at most, then one check every 2.5 to 5 s.
    let looks = store.looks();
    assert!((16..=32).contains(&looks), "{looks}");

    store.set(Fault::None);
    sleep(Duration::from_secs(5)).await;
    assert!(store.looks() > looks);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn finished_contacts_are_forgotten_when_their_hour_is_over() {
    let clock = Arc::new(ManualClock::new(Moment(1_800_000_000_000_000)));
    let name = "acd".parse().unwrap();
    let acd = Arc::new(EmbeddedAcd::new(name, Arc::clone(&clock) as _));
    let ids: Vec<ContactId> = (0..300).map(|_| ContactId::random()).collect();
    for id in &ids {
        let contact = NewContact::needing(*id, vec![]).unwrap();
        acd.create_contact(contact).await.unwrap();
        acd.complete_contact(*id, &ContactSeen::ANYTHING)
            .await
            .unwrap();
    }
    // Several may work on one floor.
    let running = dispatch(Arc::clone(&acd) as _, 3).await;
    sleep(Duration::from_mins(1)).await;
    for id in &ids {
        acd.contact(*id).await.unwrap();
    }
    clock.advance(Duration::from_hours(1));
    sleep(Duration::from_mins(1)).await;
    for id in &ids {
        assert_eq!(acd.contact(*id).await, Err(Error::UnknownContact(*id)));
    }
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_part_that_ends_by_itself_is_noticed() {
    let store = Arc::new(Faulty::new());
    store.set(Fault::Panics);
    let mut running = dispatch(Arc::clone(&store) as _, 1).await;
    let part = running.stopped().await;
    assert!(part.contains("failed"), "{part}");
    running.stop().await;
}
