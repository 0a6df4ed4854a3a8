//! The console's filter language: every line is understood or refused at a place within it, and
//! what is understood can be asked of a whole floor. The first byte says what is filtered.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tui::console::Model;
use tui::query::{Kind, Query};

static FLOOR: LazyLock<Model> = LazyLock::new(fuzz::floor);

fuzz_target!(|input: &[u8]| {
    let Some((kind, text)) = input.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let kinds = [Kind::Contacts, Kind::Skills, Kind::Agents, Kind::Events];
    let kind = kinds[usize::from(*kind) % kinds.len()];
    match Query::parse(text, kind) {
        Ok(query) => ask(&query),
        Err(wrong) => {
            assert!(wrong.at <= text.chars().count(), "{wrong:?}");
            assert!(!wrong.says.is_empty());
        }
    }
});

fn ask(query: &Query) {
    let Some(floor) = FLOOR.floor() else { return };
    let now = floor.overview.now;
    for contact in &floor.queue.rows {
        query.of_contact(contact, now);
    }
    for agent in &floor.agents.rows {
        query.of_agent(agent, now);
    }
    for skill in &floor.skills.rows {
        query.of_skill(skill);
    }
}
