//! The lines of idle agents, by which an agent with several skills is found.

use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom as _, IteratorRandom as _};
use rand::{RngExt as _, SeedableRng as _};
use shared::conformance::Floor;
use shared::contact::{ContactId, ContactState, Priority};
use shared::redis::functions;
use shared::seen::{AgentSeen, ContactSeen};
use shared::testing::connection;

use crate::support::{check, damage, over_redis};

/// How many agents each random floor has.
const AGENTS: usize = 60;

/// Draws different skills, separated by commas.
fn some_of(skills: &[String], most: usize, random: &mut SmallRng) -> String {
    let number = random.random_range(0..=most.min(skills.len()));
    let drawn: Vec<_> = skills.sample(random, number).cloned().collect();
    drawn.join(",")
}

/// Returns whether an agent with the first skills serves a contact that needs the others.
fn serves(held: &str, needed: &str) -> bool {
    let mut needed = needed.split(',').filter(|skill| !skill.is_empty());
    needed.all(|skill| held.split(',').any(|held| held == skill))
}

/// Compares choices with the plain definition: the first in the order of availability who holds all
/// skills. Sets of skills come and go, and agents keep their place when theirs change.
async fn choose(floor: &Floor, known: usize, most: usize, choices: usize) {
    let mut random = SmallRng::seed_from_u64(15);
    let skills: Vec<String> = (0..known).map(|number| format!("Skill {number}")).collect();
    let mut idle = vec![];
    for number in 0..AGENTS {
        let held = some_of(&skills, most, &mut random);
        floor.available_agent(&number.to_string(), &held).await;
        idle.push((number.to_string(), held));
    }
    let mut busy: Vec<(ContactId, String, String)> = vec![];
    for _ in 0..choices {
        let needed = some_of(&skills, most.min(4), &mut random);
        let place = idle.iter().position(|(_, held)| serves(held, &needed));
        let (contact, state) = floor.answered(&needed, Priority::default()).await;
        let chosen = state.agent().map(ToString::to_string);
        let told = place.map(|place| idle[place].0.clone());
        assert_eq!(chosen, told, "{needed}: {idle:?}");
        match place {
            Some(place) => {
                let (agent, held) = idle.remove(place);
                busy.push((contact, agent, held));
            }
            None => {
                let cancelled = floor.acd.cancel_contact(contact, &ContactSeen::ANYTHING);
                cancelled.await.unwrap();
            }
        }
        while !busy.is_empty() && (idle.len() < AGENTS / 2 || random.random_ratio(1, 3)) {
            let (contact, agent, held) = busy.swap_remove(random.random_range(0..busy.len()));
            floor.complete(contact).await;
            idle.push((agent, held));
        }
        if random.random_ratio(1, 20) {
            let (agent, held) = idle.iter_mut().choose(&mut random).unwrap();
            let (id, skill) = (Floor::id(agent), skills.choose(&mut random).unwrap());
            let name = skill.parse().unwrap();
            let mut now: Vec<_> = held.split(',').filter(|held| !held.is_empty()).collect();
            if now.contains(&skill.as_str()) {
                now.retain(|held| held != skill);
                let removed = floor.acd.remove_skill(&id, &name, &AgentSeen::ANYTHING);
                removed.await.unwrap();
            } else {
                now.push(skill);
                let added = floor.acd.add_skill(&id, &name, &AgentSeen::ANYTHING);
                added.await.unwrap();
            }
            *held = now.join(",");
        }
    }
    assert_eq!(check(floor, false).await.findings, []);
}

/// Compares so many choices on each of five floors.
async fn choose_on_each(choices: usize) {
    let mut all = tokio::task::JoinSet::new();
    for (known, most) in [(2, 2), (4, 2), (6, 4), (12, 3), (12, 8)] {
        all.spawn(over_redis(async move |floor: &Floor| {
            choose(floor, known, most, choices).await;
        }));
    }
    all.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_available_agent_who_holds_all_skills_is_found() {
    shared::needs_redis!();
    choose_on_each(3_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute: cargo test -p shared --test it -- --ignored idle"]
async fn the_longest_available_agent_is_found_100_000_times() {
    shared::needs_redis!();
    choose_on_each(20_000).await;
}

/// Makes a floor as an earlier version left it, which had no lines.
async fn forget_lines(floor: &Floor) {
    let mut redis = connection().await;
    let prefix = format!("{{{}}}:", floor.acd.name());
    for kind in ["idle", "sets"] {
        let mut keys = redis::cmd("KEYS");
        keys.arg(format!("{prefix}{kind}:*"));
        let keys: Vec<String> = keys.query_async(&mut redis).await.unwrap();
        for key in keys {
            let _: u64 = redis::cmd("DEL")
                .arg(key)
                .query_async(&mut redis)
                .await
                .unwrap();
        }
    }
    damage(floor, "HDEL @meta lined").await;
}

/// Three agents, of whom the last alone holds both skills.
pub(crate) async fn last_of_three(floor: &Floor) {
    floor.available_agent("ann", "English,French").await;
    floor.available_agent("bob", "Sales,French").await;
    floor.available_agent("cem", "Sales,English").await;
}

#[tokio::test]
async fn agents_from_before_there_were_lines_are_found_and_then_lined_up() {
    over_redis(async |floor: &Floor| {
        last_of_three(floor).await;
        floor.available_agent("dan", "English,Sales").await;
        forget_lines(floor).await;
        let contact = floor.contact("English,Sales").await;
        assert_eq!(floor.agent_of(contact).await, "cem");
        assert_eq!(check(floor, false).await.findings, []);
        floor.complete(contact).await;

        floor.store.run_due().await.unwrap();
        floor.pass(std::time::Duration::from_secs(31));
        assert_eq!(floor.store.run_due().await.unwrap().repaired, 0);
        // From now on, nobody who is in no line is found.
        assert_eq!(check(floor, false).await.findings, []);
        let contact = floor.contact("English,Sales").await;
        assert_eq!(floor.agent_of(contact).await, "dan");
        damage(floor, "DEL @idle:English,Sales").await;
        let waits = floor.contact("English,Sales").await;
        assert_eq!(floor.state(waits).await, ContactState::Queued);
    })
    .await;
}

#[tokio::test]
async fn an_agent_whom_an_earlier_version_left_in_a_line_is_passed_over() {
    over_redis(async |floor: &Floor| {
        last_of_three(floor).await;
        floor.agent("dan", "Sales,English").await;
        damage(floor, "ZADD @idle:English,Sales 5 dan").await;
        let contact = floor.contact("English,Sales").await;
        assert_eq!(floor.agent_of(contact).await, "cem");
    })
    .await;
}

#[tokio::test]
async fn a_list_of_sets_of_a_wrong_type_changes_no_choice_and_is_made_anew() {
    for skill in ["English", "Sales"] {
        over_redis(async |floor: &Floor| {
            last_of_three(floor).await;
            damage(floor, &format!("DEL @sets:{skill}")).await;
            damage(floor, &format!("SET @sets:{skill} 7")).await;
            let contact = floor.contact("English,Sales").await;
            assert_eq!(floor.agent_of(contact).await, "cem", "{skill}");
            floor.complete(contact).await;
            floor.store.run_due().await.unwrap();
            floor.pass(std::time::Duration::from_secs(31));
            floor.store.run_due().await.unwrap();
            let again = floor.contact("English,Sales").await;
            assert_eq!(floor.agent_of(again).await, "cem", "{skill}");
            check(floor, true).await;
            assert_eq!(check(floor, false).await.findings, [], "{skill}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_set_without_a_line_is_passed_over() {
    over_redis(async |floor: &Floor| {
        last_of_three(floor).await;
        damage(floor, "ZADD @sets:English 1 English,Sales,Zulu").await;
        let contact = floor.contact("English,Sales").await;
        assert_eq!(floor.agent_of(contact).await, "cem");
    })
    .await;
}

/// Each of so many agents has their own set of skills: the names are the bits of their number.
/// Half of them also hold Sales, the others English, and only the last holds both.
async fn own_sets(floor: &Floor, agents: usize) {
    for number in 0..agents {
        let bits = (0..11).filter(|bit| number >> bit & 1 == 1);
        let bits: Vec<String> = bits.map(|bit| format!("Bit {bit}")).collect();
        let half = ["Sales", "English"][number % 2];
        let held = format!("{half},{}", bits.join(","));
        floor.available_agent(&number.to_string(), &held).await;
    }
    floor.available_agent("last", "Sales,English").await;
}

#[tokio::test]
async fn a_search_among_very_many_sets_ends_in_several_steps() {
    over_redis(async |floor: &Floor| {
        own_sets(floor, 1_100).await;
        let last = floor.answered("English,Sales", Priority::default()).await.0;
        assert_eq!(floor.agent_of(last).await, "last");
        let waits = floor.answered("English,Sales", Priority::default()).await.0;
        assert_eq!(floor.state(waits).await, ContactState::Queued);
        assert_eq!(check(floor, false).await.findings, []);
        floor.complete(last).await;
        assert_eq!(floor.agent_of(waits).await, "last");
    })
    .await;
}

#[tokio::test]
async fn a_dispatcher_ends_a_search_whose_caller_died() {
    over_redis(async |floor: &Floor| {
        own_sets(floor, 1_100).await;
        let library = functions();
        let (_, version) = library.split_once("local VERSION = '").unwrap();
        let (version, _) = version.split_once('\'').unwrap();
        let id = ContactId::random();
        let key = format!("@contact:{}", id.0);
        let create = format!(
            "FCALL create_contact_{version} 2 @meta {key}  {} English,Sales 5 {{\"profile\":\"English,Sales\"",
            id.0
        );
        damage(floor, &create).await;
        assert_eq!(floor.state(id).await, ContactState::Queued);
        assert_eq!(check(floor, false).await.findings, []);
        for _ in 0..3 {
            floor.store.run_due().await.unwrap();
        }
        assert_eq!(floor.agent_of(id).await, "last");
        assert_eq!(check(floor, false).await.findings, []);
    })
    .await;
}
