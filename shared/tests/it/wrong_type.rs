//! A key that another client deleted or replaced: every operation is carried out completely or
//! refused completely, and an audit repairs the rest.

use std::collections::BTreeMap;

use redis::Value;
use shared::agent::{NewAgent, Presence};
use shared::conformance::Floor;
use shared::contact::{ContactId, ContactState, NewContact, Priority, Remarks};
use shared::contact_type::TypeName;
use shared::operation::WrapUpStep;
use shared::seen::{AgentSeen, ContactSeen};
use shared::settings::Settings;
use shared::testing::connection;
use shared::text::PersonName;
use shared::time::Millis;
use shared::view::Page;
use shared::{Error, Result};

use crate::support::{Ids, check, fill, fill_pauses, over_redis};

/// One key of every kind on the floor below.
const KEYS: &[&str] = &[
    "meta",
    "events",
    "queue",
    "deadlines",
    "agents",
    "busy",
    "skills",
    "demand",
    "anchors",
    "counts",
    "tally",
    "minutes",
    "away",
    "deleted",
    "types",
    "live",
    "offered",
    "wrap_up",
    "penalty",
    "dropping",
    "staffed:English",
    "staffed:Klingon",
    "available:*",
    "available:Dutch",
    "waiting:Klingon,Sales",
    "heads:Klingon",
    "contact:WAITS",
    "contact:ASSIGNED",
    "contact:OVER",
    "agent:bob",
    "agent:dan",
];

/// Damages to a key; `@` is the key.
const DAMAGES: &[&[&str]] = &[&["DEL @"], &["DEL @", "SET @ 7"]];

/// Other nonsense that a client may write: the command, the key, the remaining arguments.
const NONSENSE: &[(&str, &str, &[&str])] = &[
    ("HSET", "meta", &["event", "3"]),
    (
        "HSET",
        "meta",
        &["event", "x", "tick", "y", "minute", "1e400"],
    ),
    ("HSET", "demand", &["Klingon", "x"]),
    ("HSET", "counts", &["created|Klingon", "x", "created", ""]),
    (
        "HSET",
        "counts",
        &[
            "created",
            "xyz",
            "handled",
            "-7",
            "abandoned",
            "9223372036854775807",
            "cancelled",
            "1e300",
            "handled|English",
            "99999999999999999999",
            "busy_time",
            "1.5",
        ],
    ),
    (
        "RPUSH",
        "tally",
        &["\"created\",\"*\",1e300", "\"busy\",1e300,1e300"],
    ),
    ("RPUSH", "tally", &["x"]),
    ("RPUSH", "tally", &["1,2,3", "\"x\""]),
    ("XADD", "events", &["99999999-9", "at", "1", "events", ""]),
    ("XADD", "events", &["18446744073709551615-1", "at", "1"]),
    ("JSON.SET", "agent:dan", &["$", "{}"]),
    ("JSON.SET", "agent:bob", &["$.skills", "5"]),
    ("JSON.SET", "agent:bob", &["$.skills", "[{}]"]),
    ("JSON.SET", "contact:WAITS", &["$", "[]"]),
    ("JSON.SET", "contact:ASSIGNED", &["$.created", "null"]),
];

/// The operations on the floor.
const OPERATIONS: &[&str] = &[
    "create that queues",
    "create that matches",
    "create of a type",
    "create again",
    "set type",
    "delete type",
    "complete the assigned",
    "abandon",
    "cancel",
    "requeue",
    "set priority",
    "create agent",
    "rename",
    "available",
    "unavailable",
    "add skill",
    "remove skill",
    "delete agent",
    "delete skill",
    "close and open",
    "run due",
];

/// Operations on agents with an offer, in wrap-up and on penalty, and the keys that matter to them.
const PAUSES: &[&str] = &[
    "accept",
    "reject",
    "withdraw",
    "done with wrap-up",
    "disposition",
];
const KEYS_OF_PAUSES: &[&str] = &[
    "meta", "types", "live", "queue", "busy", "tally", "offered", "wrap_up", "penalty",
];

fn billing() -> TypeName {
    "billing".parse().unwrap()
}

/// Adds contact types, one of them with a live contact.
async fn fill_types(floor: &Floor) {
    for name in [billing(), "chat".parse().unwrap()] {
        let set = floor.acd.set_type(&name, Settings::default()).await;
        set.unwrap();
    }
    let skills = Floor::skills("Klingon");
    let contact = NewContact::needing(ContactId::random(), skills).unwrap();
    let contact = contact.of_type(Some(billing()));
    floor.acd.create_contact(contact).await.unwrap();
}

async fn operate(floor: &Floor, ids: &Ids, operation: &str) -> Result<()> {
    let agent = |id: &str| id.parse().unwrap();
    let skill = |name: &str| name.parse().unwrap();
    let person = |name: &str| PersonName::try_from(name.to_owned()).unwrap();
    let needing = |id, name: &str| NewContact::needing(id, vec![skill(name)]).unwrap();
    let acd = &floor.acd;
    match operation {
        "create that queues" => {
            let contact = needing(ContactId::random(), "Klingon");
            acd.create_contact(contact).await.map(drop)
        }
        "create that matches" => {
            let contact = needing(ContactId::random(), "Dutch");
            acd.create_contact(contact).await.map(drop)
        }
        "create of a type" => {
            let contact = needing(ContactId::random(), "Dutch").of_type(Some(billing()));
            acd.create_contact(contact).await.map(drop)
        }
        "set type" => {
            let set = serde_json::from_str(r#"{"priority":1}"#).unwrap();
            acd.set_type(&billing(), set).await.map(drop)
        }
        "delete type" => acd.delete_type(&"chat".parse().unwrap()).await.map(drop),
        "create again" => {
            let contact = needing(ids.over, "English");
            acd.create_contact(contact).await.map(drop)
        }
        "complete the assigned" => acd
            .complete_contact(ids.assigned, &ContactSeen::ANYTHING)
            .await
            .map(drop),
        "abandon" => acd
            .complete_contact(ids.waits, &ContactSeen::ANYTHING)
            .await
            .map(drop),
        "cancel" => acd
            .cancel_contact(ids.waits, &ContactSeen::ANYTHING)
            .await
            .map(drop),
        "requeue" => acd
            .requeue_contact(ids.assigned, &agent("bob"), &ContactSeen::ANYTHING)
            .await
            .map(drop),
        "set priority" => acd
            .set_priority(ids.waits, Priority(1), &ContactSeen::ANYTHING)
            .await
            .map(drop),
        "create agent" => {
            let skills = Floor::skills("Klingon,Dutch");
            let new = NewAgent::new(agent("new"), person("N"), person("W"), skills);
            acd.create_agent(new.unwrap()).await
        }
        "rename" => acd
            .rename_agent(
                &agent("bob"),
                person("Bo"),
                person("B"),
                &AgentSeen::ANYTHING,
            )
            .await
            .map(drop),
        "available" => acd
            .set_presence(&agent("cem"), Presence::Available, &AgentSeen::ANYTHING)
            .await
            .map(drop),
        "unavailable" => acd
            .set_presence(
                &agent("dan"),
                Presence::Unavailable(None),
                &AgentSeen::ANYTHING,
            )
            .await
            .map(drop),
        "add skill" => acd
            .add_skill(&agent("dan"), &skill("Klingon"), &AgentSeen::ANYTHING)
            .await
            .map(drop),
        "remove skill" => {
            acd.remove_skill(&agent("cem"), &skill("Sales"), &AgentSeen::ANYTHING)
                .await
        }
        "delete agent" => acd
            .delete_agent(&agent("dan"), &AgentSeen::ANYTHING)
            .await
            .map(drop),
        "delete skill" => acd.delete_skill(&skill("English")).await,
        "close and open" => {
            acd.close().await?;
            acd.open().await.map(drop)
        }
        "run due" => floor.store.run_due().await.map(drop),
        other => operate_pauses(floor, other).await,
    }
}

/// Same as [`operate`], for the operations of [`PAUSES`].
async fn operate_pauses(floor: &Floor, operation: &str) -> Result<()> {
    let agent = |id: &str| id.parse().unwrap();
    let acd = &floor.acd;
    match operation {
        "accept" | "reject" => {
            let ring = agent("ring");
            let contact = acd.agent(&ring).await?.state.contact();
            let contact = contact.unwrap_or_else(ContactId::random);
            let offer = match acd.contact(contact).await?.state {
                ContactState::Offered(offer) => offer.number,
                _ => 1,
            };
            let answered = if operation == "accept" {
                acd.accept_offer(contact, &ring, offer).await
            } else {
                acd.reject_offer(contact, &ring, offer, None).await
            };
            answered.map(drop)
        }
        "done with wrap-up" => acd.wrap_up(&agent("wrap"), WrapUpStep::Done).await,
        "disposition" => {
            let contact = acd.agent(&agent("wrap")).await?.state.contact();
            let remarks = Remarks {
                disposition: Some("sold".parse().unwrap()),
                note: None,
            };
            let contact = contact.unwrap_or_else(ContactId::random);
            acd.set_disposition(contact, remarks).await
        }
        "withdraw" => acd
            .set_presence(
                &agent("ring"),
                Presence::Unavailable(None),
                &AgentSeen::ANYTHING,
            )
            .await
            .map(drop),
        other => unreachable!("{other}"),
    }
}

fn key(floor: &Floor, ids: &Ids, rest: &str) -> String {
    let rest = rest
        .replace("WAITS", &ids.waits.0.to_string())
        .replace("ASSIGNED", &ids.assigned.0.to_string())
        .replace("OVER", &ids.over.0.to_string());
    format!("{{{}}}:{rest}", floor.acd.name())
}

async fn ask(command: &[&str]) -> Value {
    let mut asked = redis::cmd(command[0]);
    asked.arg(&command[1..]);
    asked.query_async(&mut connection().await).await.unwrap()
}

/// Returns the contents of all keys of the floor's ACD.
async fn dump(floor: &Floor) -> BTreeMap<String, Value> {
    let mut connection = connection().await;
    let mut keys = redis::cmd("KEYS");
    keys.arg(format!("{{{}}}:*", floor.acd.name()));
    let keys: Vec<String> = keys.query_async(&mut connection).await.unwrap();
    let mut dump = BTreeMap::new();
    for key in keys {
        let held = redis::cmd("DUMP").arg(&key).clone();
        let held = held.query_async(&mut connection).await.unwrap();
        dump.insert(key, held);
    }
    dump
}

/// Returns whether a finding is about lost data, which no repair can restore.
fn is_lost(what: &str) -> bool {
    // What was put aside is deleted by the next repair.
    ["were created", "lacks what", "was put aside"]
        .iter()
        .any(|lost| what.contains(lost))
}

/// Runs every operation on a floor with this damage. Returns how many were carried out and how many
/// refused.
async fn try_all(what: &str, rest: &str, commands: &[Vec<&str>]) -> (u32, u32) {
    let (mut done, mut refused) = (0, 0);
    let pauses = if KEYS_OF_PAUSES.contains(&rest) {
        PAUSES
    } else {
        &[]
    };
    for operation in OPERATIONS.iter().chain(pauses) {
        over_redis(async |floor: &Floor| {
            let ids = fill(floor, "Klingon,Sales").await;
            fill_types(floor).await;
            if !pauses.is_empty() {
                fill_pauses(floor).await;
            }
            let key = key(floor, &ids, rest);
            for command in commands {
                let words = command.iter();
                let words = words.map(|word| if *word == "@" { key.as_str() } else { word });
                ask(&words.collect::<Vec<_>>()).await;
            }
            let before = dump(floor).await;
            let answer = operate(floor, &ids, operation).await;
            let case = format!("{operation} after {what}: {answer:?}");
            // On a busy machine the call timed out and may or may not have run.
            if matches!(answer, Err(Error::Unavailable(_))) {
                return;
            }
            if answer.is_err() {
                refused += 1;
                let after = dump(floor).await;
                let changed = after
                    .iter()
                    .find(|(key, held)| before.get(*key) != Some(held));
                assert!(before == after, "{case}: {changed:?}");
            } else {
                done += 1;
                // What the audit finds depends more on the damage than on the operation.
                if done % 3 == 1 {
                    is_mended(floor, &case).await;
                }
            }
        })
        .await;
    }
    (done, refused)
}

#[tokio::test]
async fn every_operation_is_carried_out_or_refused_completely() {
    shared::needs_redis!();
    let (mut all_done, mut all_refused) = (0, 0);
    for rest in KEYS {
        for damage in DAMAGES {
            let commands: Vec<Vec<&str>> =
                damage.iter().map(|it| it.split(' ').collect()).collect();
            let what = format!("{damage:?} of {rest}");
            let (done, refused) = try_all(&what, rest, &commands).await;
            all_done += done;
            all_refused += refused;
        }
    }
    assert!(all_done > 2 * all_refused, "{all_done} and {all_refused}");
}

#[tokio::test]
async fn a_key_of_a_wrong_type_fails_readiness_until_it_is_repaired() {
    over_redis(async |floor: &Floor| {
        let ids = fill(floor, "Klingon,Sales").await;
        for rest in ["meta", "queue", "events", "demand", "deadlines"] {
            floor.acd.ready().await.unwrap();
            let key = key(floor, &ids, rest);
            ask(&["DEL", &key]).await;
            ask(&["SET", &key, "7"]).await;
            let ready = floor.acd.ready().await;
            let seen = matches!(&ready, Err(Error::StoreRefuses(why)) if why.contains("check"));
            assert!(seen, "{rest}: {ready:?}");
            is_mended(floor, rest).await;
        }
    })
    .await;
}

#[tokio::test]
async fn nonsense_in_a_key_leaves_no_operation_half_done() {
    shared::needs_redis!();
    for &(command, rest, words) in NONSENSE {
        let command = [&[command, "@"], words].concat();
        let what = format!("{command:?} of {rest}");
        let (done, refused) = try_all(&what, rest, &[command]).await;
        assert!(done > 2 * refused, "{what}: {done} and {refused}");
    }
}

/// Checks that an audit repairs all that it can and reports the rest, and that everything then
/// works.
async fn is_mended(floor: &Floor, case: &str) {
    check(floor, true).await;
    let after = check(floor, false).await;
    let left: Vec<_> = after.findings.iter().map(|found| &found.what).collect();
    let left: Vec<_> = left.iter().filter(|what| !is_lost(what)).collect();
    assert!(left.is_empty(), "{case}: {left:?}");
    floor.acd.overview().await.unwrap();
    floor.acd.figures(Millis(0)).await.unwrap();
    floor.acd.queue(Page::first(50)).await.unwrap();
    floor.acd.agents(Page::first(50)).await.unwrap();
    floor.acd.skills(Page::first(50)).await.unwrap();
}
