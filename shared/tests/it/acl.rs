//! Tests of a Redis user with exactly the permissions of `acl::rules`: every operation works,
//! nothing else does, and no permission is superfluous.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{Client, RedisError, Value, cmd};
use shared::Acd as _;
use shared::conformance::{
    Floor, agents, contacts, explaining, figures, reading, routing, steering, whole_floor,
};
use shared::redis::acl::{COMMANDS, LOADING, OF_THE_AUDIT, UNLOADING, rules};
use shared::redis::{ConnectError, Durability, RedisAcd, functions, functions_of_the_audit};
use shared::testing::{OwnRedis, clean, connection, fresh_name, redis_url};
use shared::text::AcdName;
use shared::time::ManualClock;
use tokio::task::{LocalSet, spawn_local};

use crate::idle::last_of_three;
use crate::support::NOON;

const PASSWORD: &str = "of-the-test";

mod every_case_of_the_suite {
    shared::conformance!(super::over_limited_user);
}

/// Gives a user the permissions that this ACD needs.
async fn permit(admin: &mut MultiplexedConnection, user: &str, acd: &AcdName, commands: &[&str]) {
    let mut set = cmd("ACL");
    set.arg("SETUSER").arg(user).arg(format!(">{PASSWORD}"));
    set.arg(rules(acd, commands.iter().copied()));
    let _: () = set.query_async(admin).await.unwrap();
}

/// Returns the address of a server including a user and password.
fn as_user(url: &str, user: &str) -> String {
    url.replace("redis://", &format!("redis://{user}:{PASSWORD}@"))
}

/// Returns the log of refused commands.
async fn refused(admin: &mut MultiplexedConnection) -> String {
    let log: Value = cmd("ACL").arg("LOG").query_async(admin).await.unwrap();
    format!("{log:?}")
}

async fn over_limited_user(case: impl AsyncFnOnce(&Floor)) {
    shared::needs_redis!();
    let name = fresh_name();
    let user = name.as_str();
    let mut admin = connection().await;
    permit(&mut admin, user, &name, &COMMANDS).await;
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = RedisAcd::connect(&as_user(&redis_url(), user), name.clone()).await;
    let acd = Arc::new(acd.unwrap().with_clock(Arc::<ManualClock>::clone(&clock)));
    case(&Floor::over(acd, clock)).await;
    // Includes refusals that caused no visible error.
    let log = refused(&mut admin).await;
    assert!(!log.contains(user), "{log}");
    let _: u32 = cmd("ACL")
        .arg("DELUSER")
        .arg(user)
        .query_async(&mut admin)
        .await
        .unwrap();
    clean(&name).await;
}

#[tokio::test]
async fn nothing_else_is_permitted() {
    shared::needs_redis!();
    let server = OwnRedis::start().await;
    let name: AcdName = "acd".parse().unwrap();
    let mut admin = admin_of(&server.url()).await;
    permit(&mut admin, "limited", &name, &COMMANDS).await;
    let client = Client::open(as_user(&server.url(), "limited")).unwrap();
    let mut limited = client.get_multiplexed_async_connection().await.unwrap();
    for line in [
        "GET {acd}:x",
        "SET {acd}:x 1",
        "KEYS *",
        "SCAN 0",
        "FLUSHALL",
        "CONFIG GET dir",
        "ACL LIST",
        "CLIENT LIST",
        "FUNCTION FLUSH",
        "SHUTDOWN",
        "PUBLISH x y",
        // Permitted commands, but not on these keys.
        "HGETALL {other}:meta",
        "HGETALL {acd}other:meta",
        "HGETALL acd",
        "JSON.GET {other}:agent:1",
        "ZADD {other}:queue 1 x",
        "XREAD COUNT 1 STREAMS {other}:events 0",
    ] {
        let mut words = line.split(' ');
        let mut command = cmd(words.next().unwrap());
        command.arg(words.collect::<Vec<_>>());
        let answer: Result<Value, RedisError> = command.query_async(&mut limited).await;
        let code = answer.unwrap_err().code().map(str::to_owned);
        assert_eq!(code.as_deref(), Some("NOPERM"), "{line}");
    }
    // A script cannot do it either.
    let text = "#!lua name=mine\nredis.register_function('mine', \
        function() return redis.call('HGET', '{other}:meta', 'event') end)";
    let load = cmd("FUNCTION").arg("LOAD").arg(text).clone();
    let _: Value = load.query_async(&mut limited).await.unwrap();
    let run = cmd("FCALL").arg("mine").arg(0).clone();
    let answer: Result<Value, RedisError> = run.query_async(&mut limited).await;
    let said = answer.unwrap_err().to_string();
    assert!(said.contains("can't access"), "{said}");
}

/// Where several ACDs share a server, an admin loads the functions and the others only run them.
#[tokio::test]
async fn a_user_who_may_not_load_functions_runs_loaded_ones() {
    shared::needs_redis!();
    let server = OwnRedis::start().await;
    let name: AcdName = "acd".parse().unwrap();
    let mut admin = admin_of(&server.url()).await;
    let less: Vec<&str> = COMMANDS.into_iter().filter(|it| *it != LOADING).collect();
    permit(&mut admin, "limited", &name, &less).await;
    let url = as_user(&server.url(), "limited");
    let refused = RedisAcd::connect(&url, name.clone()).await.unwrap_err();
    let told = matches!(&refused, ConnectError::Forbidden { why, .. } if why.contains(LOADING));
    assert!(told, "{refused}");

    let load = cmd("FUNCTION").arg("LOAD").arg(functions()).clone();
    let _: Value = load.query_async(&mut admin).await.unwrap();
    let acd = RedisAcd::connect(&url, name).await.unwrap();
    acd.ready().await.unwrap();
    acd.open().await.unwrap();
}

/// The scripts of the audit are loaded by an admin as well, and stay.
#[tokio::test]
async fn a_user_who_may_not_load_functions_audits_with_loaded_ones() {
    shared::needs_redis!();
    let server = OwnRedis::start().await;
    let name: AcdName = "acd".parse().unwrap();
    let mut admin = admin_of(&server.url()).await;
    let all = COMMANDS.into_iter().chain(OF_THE_AUDIT);
    let less: Vec<&str> = all
        .filter(|it| ![LOADING, UNLOADING].contains(it))
        .collect();
    permit(&mut admin, "limited", &name, &less).await;
    let load = cmd("FUNCTION").arg("LOAD").arg(functions()).clone();
    let _: Value = load.query_async(&mut admin).await.unwrap();
    let acd = RedisAcd::connect(&as_user(&server.url(), "limited"), name).await;
    let acd = acd.unwrap();
    let refused = acd.check(false, |_| ()).await.unwrap_err().to_string();
    assert!(refused.contains("redis-functions --check"), "{refused}");

    let load = cmd("FUNCTION")
        .arg("LOAD")
        .arg(functions_of_the_audit())
        .clone();
    let _: Value = load.query_async(&mut admin).await.unwrap();
    for _ in 0..2 {
        let audit = acd.check(true, |_| ()).await.unwrap();
        assert_eq!(audit.wrong, 0, "{audit:?}");
    }
}

async fn admin_of(server: &str) -> MultiplexedConnection {
    let client = Client::open(server).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// Runs operations that need every command, each as a new process. Panics if one fails.
async fn tour(server: String, name: AcdName) {
    let mut admin = admin_of(&server).await;
    let url = as_user(&server, "limited");
    macro_rules! each {
        ($($module:ident::$case:ident),* $(,)?) => {$({
            empty(&mut admin).await;
            let clock = Arc::new(ManualClock::new(NOON));
            let acd = RedisAcd::connect(&url, name.clone()).await.unwrap();
            // Uses the server's own clock.
            acd.ready().await.unwrap();
            acd.overview().await.unwrap();
            let acd = Arc::new(acd.with_clock(Arc::<ManualClock>::clone(&clock)));
            $module::$case(&Floor::over(acd, clock)).await;
        })*};
    }
    each!(
        routing::the_one_agent_with_both_skills_is_found_behind_a_hundred_with_one,
        contacts::a_finished_contact_expires_after_an_hour_and_a_live_one_never,
        explaining::an_explanation_names_what_is_missing,
        steering::a_requeued_contact_keeps_its_place,
        agents::a_new_skill_keeps_the_place_and_gets_a_contact_that_needs_it,
        agents::a_skill_taken_away_no_longer_routes,
        agents::a_deletion_is_remembered_beyond_the_next_agent_of_that_id,
        agents::an_agent_is_credited_with_what_they_completed,
        whole_floor::a_skill_is_deleted_from_everyone,
        whole_floor::closing_makes_everyone_unavailable_and_keeps_the_queue,
        reading::the_queue_comes_in_pages,
        reading::a_page_is_found_by_position_and_by_item,
        reading::events_report_everything_without_a_gap,
        reading::the_newest_events_number_is_followed,
        figures::figures_look_back_as_far_as_asked,
    );
    before_there_were_lines(&mut admin, &url, &name).await;
    // Without a replica nothing is confirmed; only the commands matter here.
    let lasting = RedisAcd::connect(&url, name.clone()).await.unwrap();
    let lasting = lasting
        .with_durability(Durability::Replicated)
        .await
        .unwrap();
    let _ = lasting.open().await;
}

/// Searches among agents whom an earlier version made available, who are in no line.
async fn before_there_were_lines(admin: &mut MultiplexedConnection, url: &str, name: &AcdName) {
    empty(admin).await;
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = RedisAcd::connect(url, name.clone()).await.unwrap();
    let floor = Floor::over(Arc::new(acd), clock);
    last_of_three(&floor).await;
    let meta = format!("{{{name}}}:meta");
    let forget = cmd("HDEL").arg(meta).arg("lined").clone();
    let _: u64 = forget.query_async(admin).await.unwrap();
    let contact = floor.contact("English,Sales").await;
    assert_eq!(floor.agent_of(contact).await, "cem");
}

/// Resets a server to its state after the start.
async fn empty(admin: &mut MultiplexedConnection) {
    let _: () = cmd("FLUSHALL").query_async(admin).await.unwrap();
    let scripts = cmd("FUNCTION").arg("FLUSH").clone();
    let _: () = scripts.query_async(admin).await.unwrap();
}

/// Audits and repairs a floor with a fault.
async fn audit(server: String, name: AcdName) {
    empty(&mut admin_of(&server).await).await;
    let url = as_user(&server, "limited");
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = RedisAcd::connect(&url, name.clone()).await.unwrap();
    let acd = Arc::new(acd.with_clock(Arc::<ManualClock>::clone(&clock)));
    let floor = Floor::over(acd, clock);
    routing::contacts_are_served_in_the_order_of_arrival(&floor).await;
    floor.contact("Klingon").await;
    let acd = RedisAcd::connect(&url, name).await.unwrap();
    acd.check(true, |_| ()).await.unwrap();
}

/// Returns the tried commands without which `work` still succeeds.
async fn surplus<W: Future<Output = ()> + 'static>(
    all: &[&str],
    tried: &[&'static str],
    work: fn(String, AcdName) -> W,
) -> Vec<&'static str> {
    let server = OwnRedis::start().await;
    let name: AcdName = "acd".parse().unwrap();
    let mut admin = admin_of(&server.url()).await;
    let mut surplus = vec![];
    for left_out in [None].into_iter().chain(tried.iter().map(Some)) {
        let left: Vec<&str> = all
            .iter()
            .copied()
            .filter(|command| left_out != Some(command))
            .collect();
        permit(&mut admin, "limited", &name, &left).await;
        let reset = cmd("ACL").arg("LOG").arg("RESET").clone();
        let _: () = reset.query_async(&mut admin).await.unwrap();
        let (url, name) = (server.url(), name.clone());
        let local = LocalSet::new();
        let done = local.run_until(async { spawn_local(work(url, name)).await });
        let done = done.await;
        let refused = refused(&mut admin).await.contains("limited");
        match left_out {
            None => assert!(!refused && done.is_ok(), "{done:?}"),
            // A client may also ask whether a command is permitted without running it.
            Some(command) if !refused && done.is_ok() => surplus.push(*command),
            Some(_) => {}
        }
    }
    surplus
}

#[tokio::test]
async fn every_command_is_needed_by_some_operation() {
    shared::needs_redis!();
    assert_eq!(surplus(&COMMANDS, &COMMANDS, tour).await, [""; 0]);
}

#[tokio::test]
async fn every_command_of_the_audit_is_needed() {
    shared::needs_redis!();
    let all = [&COMMANDS[..], &OF_THE_AUDIT].concat();
    assert_eq!(surplus(&all, &OF_THE_AUDIT, audit).await, [""; 0]);
}
