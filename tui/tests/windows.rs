//! A floor much larger than the screen: only what is visible is read, every row can be reached,
//! what is selected stays selected, and matches are found.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use shared::Acd as _;
use shared::agent::{AgentId, NewAgent};
use shared::contact::{ContactId, NewContact};
use shared::embedded::EmbeddedAcd;
use shared::seen::ContactSeen;
use shared::text::PersonName;
use shared::time::{Clock as _, SystemClock};
use tui::console::floor::Why;
use tui::console::message::Message;
use tui::console::update::update;
use tui::console::{Model, Pane};
use tui::feed::Poller;
use tui::sample;

const WAITING: usize = 1_500;
const AGENTS: usize = 1_200;

/// A console that polls on demand.
struct Console {
    acd: EmbeddedAcd,
    poller: Poller,
    model: Model,
}

fn id(number: usize) -> ContactId {
    ContactId::for_key("large", &number.to_string())
}

impl Console {
    /// A floor where all contacts need Klingon, and every hundredth also Spanish.
    async fn new() -> Self {
        let acd = EmbeddedAcd::new("acd".parse().unwrap(), Arc::new(SystemClock));
        for number in 0..AGENTS {
            let skill = if number == 700 { "Klingon" } else { "English" };
            let name: PersonName = "A".to_owned().try_into().unwrap();
            let key: AgentId = format!("agent:{number:04}").parse().unwrap();
            let agent = NewAgent::new(key, name.clone(), name, vec![skill.parse().unwrap()]);
            acd.create_agent(agent.unwrap()).await.unwrap();
        }
        for number in 0..WAITING {
            let mut skills = vec!["Klingon".parse().unwrap()];
            if number % 100 == 99 {
                skills.push("Spanish".parse().unwrap());
            }
            let contact = NewContact::needing(id(number), skills).unwrap();
            acd.create_contact(contact).await.unwrap();
        }
        let now = SystemClock.now().millis();
        let mut console = Self {
            acd,
            poller: Poller::default(),
            model: Model::new(sample::place(), now, TimeZone::UTC),
        };
        update(&mut console.model, Message::Resized(120, 36));
        console.poll().await;
        console
    }

    async fn poll(&mut self) {
        let wanted = Arc::new(self.model.wanted());
        let poll = self.poller.poll(&self.acd, wanted).await.unwrap();
        update(&mut self.model, Message::Polled(Box::new(poll)));
    }

    /// Presses a key, and polls if something now visible must be read. Returns whether it polled.
    async fn press(&mut self, key: char) -> bool {
        let event = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
        update(&mut self.model, Message::Key(event));
        let lacks = self.model.lacks(&self.model.wanted());
        if lacks {
            self.poll().await;
        }
        lacks
    }

    async fn filter(&mut self, text: &str) {
        self.press('/').await;
        for key in text.chars() {
            self.press(key).await;
        }
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        update(&mut self.model, Message::Key(enter));
    }

    fn selected(&self) -> Option<usize> {
        let selected = self.model.queue.selected?;
        (0..WAITING).find(|number| id(*number) == selected)
    }

    fn screen(&self) -> String {
        let area = ratatui::layout::Rect::new(0, 0, 120, 36);
        let mut buffer = ratatui::buffer::Buffer::empty(area);
        tui::console::view::draw(&self.model, &mut buffer, area);
        let cells: Vec<&str> = buffer
            .content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        let lines: Vec<String> = cells.chunks(120).map(<[&str]>::concat).collect();
        lines.join("\n")
    }
}

#[tokio::test]
async fn only_what_is_visible_is_read() {
    let console = Console::new().await;
    let floor = console.model.floor().unwrap();
    assert_eq!((floor.queue.total, floor.agents.total), (WAITING, AGENTS));
    assert!(floor.queue.rows.len() < 60, "{}", floor.queue.rows.len());
    assert!(floor.agents.rows.len() < 60, "{}", floor.agents.rows.len());
    assert!(console.screen().contains(" 1 Queue 1,500 "));
}

#[tokio::test]
async fn every_contact_can_be_walked_to() {
    let mut console = Console::new().await;
    assert_eq!(console.selected(), Some(0));
    let mut read = 0;
    for step in 1..300 {
        read += usize::from(console.press('j').await);
        assert_eq!(console.selected(), Some(step));
    }
    assert!((5..100).contains(&read), "read anew {read} times");
    console.press('G').await;
    assert_eq!(console.selected(), Some(WAITING - 1));
    assert!(console.screen().contains("1,500"), "{}", console.screen());
    let last = console.model.contact_rows().read.last().unwrap().0;
    assert_eq!(last, WAITING - 1);
    console.press('k').await;
    assert_eq!(console.selected(), Some(WAITING - 2));
    console.press('g').await;
    assert_eq!(console.selected(), Some(0));
}

#[tokio::test]
async fn the_selected_contact_stays_selected_while_those_before_it_leave() {
    let mut console = Console::new().await;
    console.press('G').await;
    for number in 0..400 {
        console
            .acd
            .complete_contact(id(number), &ContactSeen::ANYTHING)
            .await
            .unwrap();
    }
    console.poll().await;
    assert_eq!(console.selected(), Some(WAITING - 1));
    assert_eq!(console.model.queue.index, WAITING - 401);

    let last = console.model.queue.selected.unwrap();
    console
        .acd
        .complete_contact(last, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    console.poll().await;
    assert_eq!(console.selected(), None, "an act must not fall on another");
    console.press('k').await;
    assert_eq!(console.selected(), Some(WAITING - 2));
}

#[tokio::test]
async fn a_look_from_before_a_long_jump_takes_the_selection_from_nobody() {
    let mut console = Console::new().await;
    let before = Arc::new(console.model.wanted());
    console.press('G').await;
    let poll = console.poller.poll(&console.acd, before).await.unwrap();
    update(&mut console.model, Message::Polled(Box::new(poll)));
    assert_eq!(console.selected(), Some(WAITING - 1));
    console.poll().await;
    assert_eq!(console.selected(), Some(WAITING - 1));
}

#[tokio::test]
async fn a_filter_finds_what_is_not_visible() {
    let mut console = Console::new().await;
    console.filter("skill:Spanish").await;
    let rows = console.model.contact_rows();
    let places: Vec<usize> = rows.read.iter().map(|(place, _)| *place).collect();
    let expected: Vec<usize> = (0..15).map(|hundred| hundred * 100 + 99).collect();
    assert_eq!(places, expected);
    assert_eq!(console.selected(), Some(99));
    assert!(console.screen().contains("15 of 1,500  /skill:Spanish"));

    console.press('\\').await;
    console.poll().await;
    assert_eq!(console.selected(), Some(99), "and stays selected without");
    assert_eq!(console.model.queue.index, 99);
}

#[tokio::test]
async fn a_long_list_is_sorted_as_a_whole() {
    let mut console = Console::new().await;
    console.press('3').await;
    let sorts = &mut console.model.sorts;
    let by = tui::console::sort::Column::Skills;
    sorts.by(Pane::Agents, by);
    sorts.by(Pane::Agents, by);
    console.poll().await;
    let rows = console.model.agent_rows();
    assert_eq!(rows.read[0].id.as_str(), "agent:0700");
}

#[tokio::test]
async fn marks_outlast_what_is_visible() {
    let mut console = Console::new().await;
    console.press('3').await;
    console.press(' ').await;
    console.press('G').await;
    console.press(' ').await;
    console.poll().await;
    let meant: Vec<&str> = console
        .model
        .agents_meant()
        .iter()
        .map(|agent| agent.id.as_str())
        .collect();
    assert_eq!(meant, ["agent:0000", "agent:1199"]);
}

#[tokio::test]
async fn why_a_contact_waits_is_known_though_the_agents_are_too_many_to_read() {
    let mut console = Console::new().await;
    console.poll().await;
    let floor = console.model.floor().unwrap();
    let why = |place: usize| floor.why(&floor.queue[place]);
    assert_eq!(
        why(0),
        Why::Staff {
            busy: 0,
            soon: 0,
            unavailable: 1
        }
    );
    console.filter("skill:Spanish").await;
    let floor = console.model.floor().unwrap();
    assert_eq!(
        floor.why(&floor.queue[0]),
        Why::Nobody("Spanish".to_owned())
    );
}
