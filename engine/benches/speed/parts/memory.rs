//! What stands in Redis for each waiting contact and each agent, in bytes.

use std::time::Duration;

use color_eyre::eyre::{Result, eyre};

use crate::Bench;
use crate::play::{Operation, Play, Player as _, Shape, contact};
use crate::table::{Table, Target};
use crate::yardstick::fresh;

const CONTACTS: u64 = 100_000;
/// As many, to be written by themselves.
const DOCUMENTS: u32 = 100_000;
const AGENTS: u64 = 10_000;
const COLUMNS: [&str; 1] = ["bytes"];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("Memory of Redis", "each", &COLUMNS);
    bench.tell("the memory", 0);
    let raw = fresh(bench)?;
    let grown = |operation: Operation, first: u64, many: u64| -> Result<f64> {
        let before = used(bench)?;
        let (steps, numbers) = ([operation.into()], first..first + many);
        let shape = Shape {
            connections: 4,
            pipeline: 16,
        };
        let at_most = Duration::from_mins(10);
        raw.play(&Play {
            steps: &steps,
            numbers,
            shape,
            at_most,
        })?;
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let many = many as f64;
        Ok((used(bench)? - before) / many)
    };
    let created = grown(Operation::CreateAgent, 0, AGENTS)?;
    // The first bring the log of events to its full length, which grows no further then.
    let first = grown(Operation::CreateQueued, 0, CONTACTS)?;
    let second = grown(Operation::CreateQueued, CONTACTS, CONTACTS)?;
    let document = document(bench)?;
    table.add("agent with two skills", &[Some(created)]);
    table.add(
        "of the first 100,000 waiting, with the log of events",
        &[Some(first)],
    );
    let name = "waiting contact of two skills, of the next 100,000";
    table.add(name, &[Some(second)]);
    table.want(name, 0, Target::AtMost(600.0));
    // What of it is the documents alone, and what the same text would take.
    for (name, words) in [
        ("its document by itself", ["JSON.SET", "$"].as_slice()),
        ("the text of its document, as a string", &["SET"]),
    ] {
        bench.redis.empty()?;
        let before = used(bench)?;
        write(bench, words, &document)?;
        table.add(
            name,
            &[Some((used(bench)? - before) / f64::from(DOCUMENTS))],
        );
    }
    bench.redis.empty()?;
    Ok(vec![table])
}

/// Gives the key of a waiting contact, and what stands there.
fn document(bench: &Bench) -> Result<(String, String)> {
    let get = bench.recording.commands.get(&Operation::Get);
    let get = get.ok_or_else(|| eyre!("no look at a contact was recorded"))?;
    let words = get.words(&contact(0))?;
    let key = words.get(1).ok_or_else(|| eyre!("a contact has no key"))?;
    let json = redis::cmd("JSON.GET")
        .arg(key)
        .query(&mut bench.redis.connect()?)?;
    Ok((key.clone(), json))
}

/// Writes as many documents as contacts are measured, each under its own name.
fn write(bench: &Bench, words: &[&str], (key, json): &(String, String)) -> Result<()> {
    let mut connection = bench.redis.connect()?;
    let numbers: Vec<u32> = (0..DOCUMENTS).collect();
    for some in numbers.chunks(1_000) {
        let mut all = redis::pipe();
        for number in some {
            let named = |text: &str| text.replace(&contact(0), &contact(u64::from(*number)));
            all.cmd(words[0])
                .arg(named(key))
                .arg(&words[1..])
                .arg(named(json))
                .ignore();
        }
        all.exec(&mut connection)?;
    }
    Ok(())
}

fn used(bench: &Bench) -> Result<f64> {
    Ok(bench.redis.info("memory", "used_memory")?.parse()?)
}
