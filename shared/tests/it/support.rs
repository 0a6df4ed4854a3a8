//! Floors over each store. Every test has its own ACD, and all tests run in parallel.

use std::sync::{Arc, Weak};

use shared::conformance::Floor;
use shared::contact::{Attributes, ContactId, ContactState, NewContact};
use shared::embedded::EmbeddedAcd;
use shared::redis::{Audit, Durability, RedisAcd};
use shared::testing::{OwnRedis, clean, connection, fresh_name, redis_url};
use shared::time::{ManualClock, Moment};
use tokio::sync::Mutex;

pub(crate) const NOON: Moment = Moment(1_767_268_800_000_000);

/// Contacts of a filled floor, one in each state.
pub(crate) struct Ids {
    pub(crate) waits: ContactId,
    pub(crate) assigned: ContactId,
    pub(crate) over: ContactId,
}

impl Ids {
    /// Puts ids in the place of `WAITS`, `ASSIGNED` and `OVER`.
    pub(crate) fn named(&self, text: &str) -> String {
        text.replace("WAITS", &self.waits.0.to_string())
            .replace("ASSIGNED", &self.assigned.0.to_string())
            .replace("OVER", &self.over.0.to_string())
    }

    /// The same as [`damage`], with the ids of these contacts.
    pub(crate) async fn damage(&self, floor: &Floor, command: &str) {
        damage(floor, &self.named(command)).await;
    }
}

/// Audits the floor, and repairs it if asked to.
pub(crate) async fn check(floor: &Floor, repair: bool) -> Audit {
    let name = floor.acd.name().clone();
    let acd = RedisAcd::connect(&redis_url(), name).await.unwrap();
    acd.check(repair, |_| ()).await.unwrap()
}

/// Runs a command as another client, in which `@` stands for the prefix of the ACD's keys.
pub(crate) async fn damage(floor: &Floor, command: &str) {
    let command = command.replace('@', &format!("{{{}}}:", floor.acd.name()));
    let mut words = command.split(' ');
    let mut asked = redis::cmd(words.next().unwrap());
    asked.arg(words.collect::<Vec<_>>());
    let _: redis::Value = asked.query_async(&mut connection().await).await.unwrap();
}

/// Fills a floor with agents and contacts in every state. cem, who is unavailable, has these
/// skills.
pub(crate) async fn fill(floor: &Floor, skills_of_cem: &str) -> Ids {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "English,Sales").await;
    floor.available_agent("dan", "Dutch").await;
    floor.available_agent("gil", "Polish,French").await;
    floor.agent("cem", skills_of_cem).await;
    let over = floor.contact("English").await;
    floor.complete(over).await;
    let assigned = floor.contact("English,Sales").await;
    let waits = floor.contact("Klingon,Sales").await;
    floor.contact("Klingon,Sales").await;
    floor.contact("Klingon").await;
    Ids {
        waits,
        assigned,
        over,
    }
}

/// Adds an agent with an offer, one in wrap-up and one on penalty.
pub(crate) async fn fill_pauses(floor: &Floor) {
    let set = r#"{"skills":["Pause"],"offer_timeout_s":60,"wrap_up":{"mode":"manual"}}"#;
    let set = serde_json::from_str(set).unwrap();
    let name = "paused".parse().unwrap();
    floor.acd.set_type(&name, set).await.unwrap();
    for agent in ["rest", "wrap", "ring"] {
        floor.available_agent(agent, "Pause").await;
        let id = ContactId::random();
        let new = NewContact::new(id, None, None, Attributes::new()).unwrap();
        let new = new.of_type(Some(name.clone()));
        floor.acd.create_contact(new).await.unwrap();
        let ContactState::Offered(offer) = floor.state(id).await else {
            panic!("{agent} has no offer");
        };
        let (id_of, number) = (&offer.agent, offer.number);
        match agent {
            "rest" => {
                let rejected = floor.acd.reject_offer(id, id_of, number, None).await;
                rejected.unwrap();
                floor.complete(id).await;
            }
            "wrap" => {
                floor.acd.accept_offer(id, id_of, number).await.unwrap();
                floor.complete(id).await;
            }
            _ => {}
        }
    }
}

pub(crate) async fn over_embedded(case: impl AsyncFnOnce(&Floor)) {
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = Arc::new(EmbeddedAcd::new(
        fresh_name(),
        Arc::<ManualClock>::clone(&clock),
    ));
    case(&Floor::over(acd, clock)).await;
}

pub(crate) async fn over_redis(case: impl AsyncFnOnce(&Floor)) {
    shared::needs_redis!();
    let name = fresh_name();
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = RedisAcd::connect(&redis_url(), name.clone()).await.unwrap();
    let acd = Arc::new(acd.with_clock(Arc::<ManualClock>::clone(&clock)));
    case(&Floor::over(acd, clock)).await;
    clean(&name).await;
}

pub(crate) async fn over_replicated_redis(case: impl AsyncFnOnce(&Floor)) {
    shared::needs_redis!();
    let pair = pair().await;
    let url = pair.primary.url();
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = RedisAcd::connect(&url, fresh_name()).await.unwrap();
    let acd = acd.with_clock(Arc::<ManualClock>::clone(&clock));
    let acd = acd.with_durability(Durability::Replicated).await.unwrap();
    let acd = Arc::new(acd);
    case(&Floor::over(acd, clock)).await;
}

/// A primary and its replica, kept as long as any test uses them.
struct Pair {
    primary: OwnRedis,
    _replica: OwnRedis,
}

async fn pair() -> Arc<Pair> {
    static PRESENT: Mutex<Weak<Pair>> = Mutex::const_new(Weak::new());
    let mut present = PRESENT.lock().await;
    if let Some(pair) = present.upgrade() {
        return pair;
    }
    let (primary, replica) = (OwnRedis::start().await, OwnRedis::start().await);
    replica.follow(Some(&primary)).await;
    primary.replicated().await;
    let pair = Arc::new(Pair {
        primary,
        _replica: replica,
    });
    *present = Arc::downgrade(&pair);
    pair
}
