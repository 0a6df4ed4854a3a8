//! The floor of these tests, a desk on it, and short helpers.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use shared::Acd as _;
use shared::agent::{AgentId, Presence};
use shared::contact::{ContactId, NewContact};
use shared::embedded::EmbeddedAcd;
use shared::seen::AgentSeen;
use shared::time::{ManualClock, Millis, Moment};
use tui::desk::poll::Poller;
use tui::desk::{Desk, view};
use tui::parts::effect::Effect;
use tui::polled::{PolledMessage, Task};
use tui::request::{Request, When};
use tui::sample;

const NOON: Moment = Moment(1_795_348_800_000_000);

pub(crate) struct TestFloor {
    pub(crate) acd: EmbeddedAcd,
    pub(crate) clock: std::sync::Arc<ManualClock>,
    pub(crate) me: AgentId,
    pub(crate) contacts: u32,
}

impl TestFloor {
    /// A floor with Ada, who has English and Billing, and Kwame, who has Spanish.
    pub(crate) async fn new() -> Self {
        let clock = std::sync::Arc::new(ManualClock::new(NOON));
        let acd = EmbeddedAcd::new("support".parse().unwrap(), clock.clone());
        for number in [0, 4] {
            acd.create_agent(sample::agent(number).unwrap())
                .await
                .unwrap();
        }
        let me = "agent:1".parse().unwrap();
        Self {
            acd,
            clock,
            me,
            contacts: 0,
        }
    }

    pub(crate) async fn present(&self, presence: Presence) {
        self.acd
            .set_presence(&self.me, presence, &AgentSeen::ANYTHING)
            .await
            .unwrap();
    }

    pub(crate) async fn contact(&mut self, skills: &[&str]) -> ContactId {
        self.contacts += 1;
        let id = ContactId::for_key("desk", &self.contacts.to_string());
        let skills = skills.iter().map(|skill| skill.parse().unwrap()).collect();
        let contact = NewContact::needing(id, skills).unwrap();
        self.acd.create_contact(contact).await.unwrap();
        id
    }

    pub(crate) fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn read(&self, desk: &mut Desk) {
        self.read_with_effects(desk).await;
    }

    pub(crate) async fn read_with_effects(&self, desk: &mut Desk) -> Vec<Effect<Task<Request>>> {
        let mut poller = Poller::new(self.me.clone(), desk.visibility);
        let look = poller.poll(&self.acd).await.unwrap();
        desk.update(PolledMessage::Polled(look.now, look))
    }

    pub(crate) async fn desk(&self) -> Desk {
        let place = "support".to_owned();
        let mut desk = Desk::new(self.me.clone(), place, NOON.millis(), TimeZone::UTC);
        self.read(&mut desk).await;
        desk
    }
}

pub(crate) fn press(desk: &mut Desk, code: KeyCode) -> Vec<Effect<Task<Request>>> {
    desk.update(PolledMessage::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

pub(crate) fn keys(desk: &mut Desk, keys: &str) -> Vec<Effect<Task<Request>>> {
    let mut effects = vec![];
    for key in keys.chars() {
        effects.extend(press(desk, KeyCode::Char(key)));
    }
    effects
}

pub(crate) fn asked(effects: &[Effect<Task<Request>>]) -> Option<&Request> {
    effects.iter().find_map(|effect| match effect {
        Effect::Run(Task::Ask(request)) => Some(request),
        _ => None,
    })
}

pub(crate) fn notice(desk: &Desk) -> &str {
    desk.notice
        .as_ref()
        .map_or("", |notice| notice.text.as_str())
}

pub(crate) fn to_be(presence: Presence, busy: bool) -> Request {
    // The seen presence is always the opposite.
    let seen = match &presence {
        Presence::Available => Presence::Unavailable(None),
        Presence::Unavailable(_) => Presence::Available,
    };
    Request::SetPresence {
        agent: "agent:1".parse().unwrap(),
        presence,
        when: if busy { When::AfterContact } else { When::Now },
        seen: Some(seen),
    }
}

/// Ada, on a contact for 2:47 that had waited 12 seconds, with two more waiting.
pub(crate) async fn busy() -> (TestFloor, Desk) {
    let mut floor = TestFloor::new().await;
    floor.contact(&["English", "Billing"]).await;
    floor.after(12);
    floor.present(Presence::Available).await;
    floor.after(95);
    floor.contact(&["Billing"]).await;
    floor.contact(&["Klingon"]).await;
    floor.after(72);
    let desk = floor.desk().await;
    (floor, desk)
}

pub(crate) async fn free() -> Desk {
    let floor = TestFloor::new().await;
    floor.present(Presence::Available).await;
    floor.after(211);
    floor.desk().await
}

pub(crate) async fn store_unavailable() -> Desk {
    let (_, mut desk) = busy().await;
    let why = "the store is not reachable: connection refused".to_owned();
    desk.update(PolledMessage::StoreUnavailable(desk.clock, why));
    desk.update(PolledMessage::Second(Millis(desk.clock.0 + 17_000)));
    keys(&mut desk, " ");
    desk
}

pub(crate) fn never_connected() -> Desk {
    let (me, acd) = ("agent:1".parse().unwrap(), "support".to_owned());
    let mut desk = Desk::new(me, acd, NOON.millis(), TimeZone::UTC);
    let why = "the store is not reachable: connection refused".to_owned();
    desk.update(PolledMessage::StoreUnavailable(desk.clock, why));
    desk
}

pub(crate) fn drawn(desk: &Desk, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view::view(desk, frame)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let rows = buffer.content.chunks(usize::from(width));
    rows.map(|row| {
        let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        line.trim_end().to_owned() + "\n"
    })
    .collect()
}
