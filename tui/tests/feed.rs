//! The feed with a store that fails and recovers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::acd::Acd;
use shared::agent::{Agent, AgentId};
use shared::contact::{Contact, ContactId, NewContact, Rank};
use shared::embedded::EmbeddedAcd;
use shared::error::{Error, Result};
use shared::event::Event;
use shared::figures::Figures;
use shared::operation::{Answer, Operation};
use shared::settings::ContactType;
use shared::settings::Settings;
use shared::skill::Skill;
use shared::text::AcdName;
use shared::time::{Clock as _, Millis, SystemClock};
use shared::view::{Explanation, Listing, Overview, Page, SkillView};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Duration, Instant};
use tui::console::floor::Poll;
use tui::console::message::Message;
use tui::console::wanted::Wanted;
use tui::feed::{self, Feeding};

/// An embedded store that can be made to fail.
#[derive(Debug)]
struct Shaky {
    store: EmbeddedAcd,
    unavailable: AtomicBool,
}

impl Shaky {
    fn new() -> Arc<Self> {
        let store = EmbeddedAcd::new("acd".parse().unwrap(), Arc::new(SystemClock));
        Arc::new(Self {
            store,
            unavailable: AtomicBool::new(false),
        })
    }

    fn store(&self) -> Result<&EmbeddedAcd> {
        if self.unavailable.load(Ordering::SeqCst) {
            return Err(Error::Unavailable("connection\nrefused".to_owned()));
        }
        Ok(&self.store)
    }
}

macro_rules! pass_on {
    ($(fn $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        #[async_trait::async_trait]
        impl Acd for Shaky {
            fn name(&self) -> &AcdName {
                self.store.name()
            }
            fn latest_event(&self) -> watch::Receiver<u64> {
                self.store.latest_event()
            }
            $(async fn $name(&self, $($argument: $kind),*) -> Result<$answer> {
                self.store()?.$name($($argument),*).await
            })*
        }
    };
}

pass_on! {
    fn apply(operation: Operation) -> Answer;
    fn settings() -> Settings;
    fn types() -> Vec<ContactType>;
    fn overview() -> Overview;
    fn figures(since: Millis) -> Figures;
    fn contact(id: ContactId) -> Contact;
    fn explain(id: ContactId) -> Explanation;
    fn queue(page: Page<Rank>) -> Listing<Contact, Rank>;
    fn agent(id: &AgentId) -> Agent;
    fn agents(page: Page<AgentId>) -> Listing<Agent, AgentId>;
    fn skills(page: Page<Skill>) -> Listing<SkillView, Skill>;
    fn events_after(number: u64, limit: usize) -> Vec<Event>;
    fn ready() -> ();
}

/// Starts a feed. Returns its messages, the signal to poll, and the channel for what is needed.
fn start(acd: &Arc<Shaky>) -> (mpsc::Receiver<Message>, Arc<Notify>, watch::Sender<Wanted>) {
    let (sender, messages) = mpsc::channel(1);
    let (wanted_sender, wanted) = watch::channel(Wanted::default());
    let (poll_now, second) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let feeding = Feeding {
        messages: sender,
        wanted,
        poll_now: poll_now.clone(),
        second: second.clone(),
    };
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            second.notify_one();
        }
    });
    let acd = acd.clone();
    tokio::spawn(async move { feed::run(acd.as_ref(), feeding).await });
    (messages, poll_now, wanted_sender)
}

async fn next_look(messages: &mut mpsc::Receiver<Message>) -> Poll {
    match messages.recv().await.unwrap() {
        Message::Polled(poll) => *poll,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_seen_soon_and_many_at_once() {
    let acd = Shaky::new();
    let (mut messages, _, _wanted) = start(&acd);
    assert_eq!(next_look(&mut messages).await.events, []);
    let begun = Instant::now();
    for _ in 0..50 {
        let contact = NewContact::needing(ContactId::random(), vec![]).unwrap();
        acd.create_contact(contact).await.unwrap();
    }
    let poll = next_look(&mut messages).await;
    assert_eq!(
        (poll.floor.overview.waiting, poll.floor.queue.total),
        (50, 50)
    );
    assert_eq!(poll.events.len(), 50);
    assert!(
        begun.elapsed() <= Duration::from_millis(110),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn there_are_at_most_ten_looks_a_second_and_few_while_nothing_happens() {
    let acd = Shaky::new();
    let (mut messages, poll_now, _wanted) = start(&acd);
    let begun = Instant::now();
    for _ in 0..11 {
        next_look(&mut messages).await;
        acd.store.open().await.unwrap();
        acd.store.close().await.unwrap();
    }
    assert!(
        begun.elapsed() >= Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    next_look(&mut messages).await;
    let quiet = Instant::now();
    next_look(&mut messages).await;
    assert!(
        (29_000..=32_000).contains(&quiet.elapsed().as_millis()),
        "{:?}",
        quiet.elapsed()
    );
    let asked = Instant::now();
    poll_now.notify_one();
    next_look(&mut messages).await;
    assert!(
        asked.elapsed() <= Duration::from_millis(20),
        "who turns to something else does not wait: {:?}",
        asked.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_that_goes_is_told_and_one_that_returns_is_seen_by_itself() {
    let acd = Shaky::new();
    let (mut messages, _, _wanted) = start(&acd);
    next_look(&mut messages).await;
    acd.unavailable.store(true, Ordering::SeqCst);
    let begun = Instant::now();
    for _ in 0..5 {
        let message = messages.recv().await.unwrap();
        let Message::StoreUnavailable { why, .. } = message else {
            panic!("{message:?}");
        };
        assert_eq!(why, "the store is not reachable: connection refused");
    }
    assert!(begun.elapsed() >= Duration::from_secs(3), "it backs off");
    acd.unavailable.store(false, Ordering::SeqCst);
    // The channel may contain one more failure.
    let returned = loop {
        if let Message::Polled(poll) = messages.recv().await.unwrap() {
            break poll;
        }
    };
    assert!(returned.floor.overview.open);
}

#[tokio::test(start_paused = true)]
async fn an_outage_began_with_the_last_answer_not_with_the_last_full_reading() {
    let acd = Shaky::new();
    let (mut messages, _, _wanted) = start(&acd);
    next_look(&mut messages).await;
    // The real clock stamps the messages; the one of the runtime counts the seconds.
    std::thread::sleep(Duration::from_millis(20));
    let quiet = SystemClock.now().millis();
    tokio::time::sleep(Duration::from_secs(7)).await;
    std::thread::sleep(Duration::from_millis(20));
    let gone = SystemClock.now().millis();
    acd.unavailable.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let message = messages.recv().await.unwrap();
        let Message::StoreUnavailable { since, .. } = message else {
            panic!("{message:?}");
        };
        assert!(quiet <= since && since < gone, "{since:?}");
    }
}
