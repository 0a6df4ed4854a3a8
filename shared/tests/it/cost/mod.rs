//! The cost of operations in counts and ratios, never in times. So a script that does more than
//! before shows in review, and one whose cost grows with the floor fails.
//!
//! The counts are a snapshot. After changing scripts, renew it and review the difference:
//! `INSTA_UPDATE=always cargo test -p shared --test it cost`.

mod floor;
mod meters;
mod round;
mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use floor::{Floor, Size};
use meters::{Commands, Done, Time, Unasked};
use round::{Costs, alone, hire, round};

/// A small contact center.
const SMALL: Size = Size {
    waiting: 100,
    agents: 10,
    languages: 2,
    subjects: 3,
    places: 1,
};
/// A large one: 50 skills and 300 profiles that wait.
const LARGE: Size = Size {
    waiting: 1_000_000,
    agents: 10_000,
    languages: 10,
    subjects: 30,
    places: 10,
};

#[tokio::test]
async fn what_each_operation_runs_is_known() {
    shared::needs_redis!();
    let floor = Floor::filled(SMALL).await;
    hire(&floor).await;
    let mut commands = Commands::of(&floor).await;
    // The first round meets leftovers of filling the floor, mainly in the tally. Repeat until one
    // round merges the tally.
    round(&floor, &mut commands).await;
    let mut costs = vec![];
    while !costs.iter().any(adds_up) {
        costs = round(&floor, &mut commands).await;
    }
    for (operation, done) in &costs {
        assert_eq!(done.sent, ["FCALL"], "{operation}: one round trip");
        let kinds: BTreeSet<_> = done.events.iter().collect();
        let once = kinds.len() == done.events.len();
        assert!(once, "{operation}: one event a change: {:?}", done.events);
        let entries = done.ran.get("XADD").copied().unwrap_or(0);
        assert!(entries <= 1, "{operation}: one entry of the log");
        let tallied = done.ran.get("RPUSH").copied().unwrap_or(0);
        assert!(tallied <= 1, "{operation}: one entry of the tally");
    }
    insta::assert_snapshot!(table(&costs));
    // The test floor must be one that the operations could have made.
    let audit = floor.acd.check(false, |_| ()).await.unwrap();
    assert_eq!(audit.findings, []);
}

#[tokio::test]
async fn in_a_cluster_scripts_access_every_key_before_the_first_write() {
    shared::needs_redis!();
    // While a slot is being moved, a key that has already moved would stop a script halfway.
    let floor = Floor::filled_in_a_cluster(SMALL).await;
    hire(&floor).await;
    let mut unasked = Unasked::of(&floor).await;
    let mut costs = round(&floor, &mut unasked).await;
    costs.extend(alone(&floor, &mut unasked).await);
    let torn: Vec<_> = costs.iter().filter(|(_, keys)| !keys.is_empty()).collect();
    assert!(torn.is_empty(), "{torn:#?}");
    assert!(unasked.asked > 0, "the keys of those who wrote");
}

fn table(costs: &Costs<Done>) -> String {
    let mut table = String::new();
    let mut row = |name: &str, ran: &BTreeMap<String, u64>, events: &[String]| {
        let sum: u64 = ran.values().sum();
        let calls: Vec<String> = ran
            .iter()
            .map(|(command, often)| format!("{command} {often}"))
            .collect();
        writeln!(table, "{name:<32} {sum:>3} calls: {}", calls.join(", ")).unwrap();
        if !events.is_empty() {
            writeln!(table, "{:<32}    events: {}", "", events.join(", ")).unwrap();
        }
    };
    for (operation, done) in costs {
        row(operation, &done.ran, &done.events);
    }
    let (_, adding) = costs.iter().find(|cost| adds_up(cost)).unwrap();
    row("adding up, in every 128th change", &adding.adding, &[]);
    table
}

fn adds_up((_, done): &(&str, Done)) -> bool {
    !done.adding.is_empty()
}

/// The operation that examines more agents on a larger floor: each holder of the rarest skill, a
/// thousand at most, for the other skills.
const EXPLAIN: &str = "explain";
/// How many rounds are timed on each floor.
const ROUNDS: usize = 15;

#[tokio::test]
async fn a_large_floor_costs_no_more_than_a_small_one() {
    shared::needs_redis!();
    let (small, large) = (Floor::filled(SMALL).await, Floor::filled(LARGE).await);
    hire(&small).await;
    hire(&large).await;
    let few = round(&small, &mut Commands::of(&small).await).await;
    let many = round(&large, &mut Commands::of(&large).await).await;
    for ((operation, few), (_, many)) in few.iter().zip(&many) {
        let (few, many) = (few.calls(), many.calls());
        let most = match *operation {
            EXPLAIN => few + 1_000 * 2,
            _ => few + few / 2 + 2,
        };
        assert!(
            many <= most,
            "{operation}: {few} calls, {many} where many wait"
        );
    }

    // Alternating, so that other load on the machine affects both alike.
    let (mut on_small, mut on_large) = (Time::of(&small).await, Time::of(&large).await);
    let (mut few, mut many) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        few.push(round(&small, &mut on_small).await);
        many.push(round(&large, &mut on_large).await);
    }
    let (mut all_few, mut all_many) = (0, 0);
    for ((operation, few), (_, many)) in medians(&few).into_iter().zip(medians(&many)) {
        println!("{operation:<32} {few:>5} us, {many:>5} us where many wait");
        if operation != EXPLAIN {
            all_few += few;
            all_many += many;
            let alike = many <= 5 * few;
            assert!(alike, "{operation}: {few} us, {many} us where many wait");
        }
    }
    let alike = all_many <= 3 * all_few;
    assert!(
        alike,
        "a round: {all_few} us, {all_many} us where many wait"
    );
}

/// Returns the median cost of each operation.
fn medians(rounds: &[Costs<u64>]) -> Costs<u64> {
    let operations = rounds[0].iter().enumerate();
    let median = |place: usize| {
        let mut costs: Vec<u64> = rounds.iter().map(|round| round[place].1).collect();
        costs.sort_unstable();
        costs[costs.len() / 2]
    };
    operations
        .map(|(place, (operation, _))| (*operation, median(place)))
        .collect()
}

/// How many bytes of Redis a waiting contact with two skills may use, including all lists: ten per
/// cent more than measured. About 530 are its key and document, and 330 its entries in the queue
/// and its line. RedisJSON doubles the room for a document's fields: a ninth would cost 230.
const MOST_BYTES: u64 = 950;
/// How many contacts are measured, after as many others, because Redis shares some data between
/// contacts.
const WEIGHED: u64 = 10_000;

#[tokio::test]
async fn a_waiting_contact_takes_little_memory() {
    shared::needs_redis!();
    let floor = Floor::empty(SMALL).await;
    floor.wait(0..WEIGHED).await;
    let before = used_memory(&floor).await;
    floor.wait(WEIGHED..2 * WEIGHED).await;
    let bytes = (used_memory(&floor).await - before) / WEIGHED;
    println!("{bytes} bytes a waiting contact");
    assert!(bytes <= MOST_BYTES, "{bytes} bytes a waiting contact");
}

/// Returns how many bytes the server uses, without the events, whose number does not depend on the
/// contacts.
async fn used_memory(floor: &Floor) -> u64 {
    let trim = format!("XTRIM {} MAXLEN 0", floor.key("events"));
    floor.server.ask(&trim).await;
    let memory = floor.server.ask("INFO memory").await;
    let (_, used) = memory.split_once("used_memory:").unwrap();
    used.split('\r').next().unwrap().parse().unwrap()
}
