//! Offers, wrap-up and dispositions in the console: what is shown, and the commands.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use std::sync::Arc;
use std::time::Duration;

use shared::Acd as _;
use shared::agent::{AgentState, Presence};
use shared::contact::{ContactId, NewContact};
use shared::embedded::EmbeddedAcd;
use shared::seen::AgentSeen;
use shared::time::{ManualClock, Moment};
use tui::console::Model;
use tui::console::message::Message;
use tui::console::update::update;
use tui::feed::Poller;
use tui::perform::{known, perform};
use tui::sample;
use tui::text::short_contact;

use input::{asked, drawn, notice, press};

const NOON: Moment = Moment(1_795_348_800_000_000);

/// A floor with two agents who have English, offers and wrap-up, and a console on it.
struct Console {
    acd: EmbeddedAcd,
    clock: Arc<ManualClock>,
    model: Model,
}

impl Console {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(NOON));
        let acd = EmbeddedAcd::new("acd".parse().unwrap(), clock.clone());
        let settings = r#"{"offer_timeout_s":20,"wrap_up":{"mode":"timed","seconds":30}}"#;
        let settings = serde_json::from_str(settings).unwrap();
        acd.change_settings(settings).await.unwrap();
        for number in [0, 3] {
            let agent = sample::agent(number).unwrap();
            acd.create_agent(agent).await.unwrap();
        }
        let ada = "agent:1".parse().unwrap();
        let available = acd.set_presence(&ada, Presence::Available, &AgentSeen::ANYTHING);
        available.await.unwrap();
        let model = sample::blank();
        let mut console = Self { acd, clock, model };
        console.read().await;
        console
    }

    async fn contact(&mut self) -> ContactId {
        let id = ContactId::for_key("offers", "1");
        let skills = vec!["English".parse().unwrap()];
        let contact = NewContact::needing(id, skills).unwrap();
        self.acd.create_contact(contact).await.unwrap();
        self.read().await;
        id
    }

    async fn read(&mut self) {
        let mut poll = Poller::default()
            .poll(&self.acd, Arc::default())
            .await
            .unwrap();
        poll.floor.taken = poll.floor.overview.now;
        self.model.clock = poll.floor.taken;
        update(&mut self.model, Message::Polled(Box::new(poll)));
    }

    async fn later(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.clock.advance(Duration::from_secs(1));
            shared::store::Store::run_due(&self.acd).await.unwrap();
        }
        self.read().await;
    }

    /// Runs a command, and returns what it said.
    async fn says(&mut self, line: &str) -> String {
        let effects = press(&mut self.model, &format!(":{line}⏎"));
        let request = asked(&effects).unwrap_or_else(|| panic!("{line}: {effects:?}"));
        let said = match perform(&self.acd, request).await {
            Ok(said) => said,
            Err(error) => format!("refused: {error}"),
        };
        self.read().await;
        said
    }

    async fn study(&mut self) {
        let subject = self.model.detail.as_ref().unwrap().subject.clone();
        let study = known(&self.acd, &subject, true).await;
        update(&mut self.model, Message::Studied(Box::new(study)));
    }

    fn screen(&self) -> String {
        drawn(&self.model, 120, 36)
    }
}

#[tokio::test]
async fn an_offer_is_shown_until_it_is_accepted_and_wrap_up_until_it_is_done() {
    let mut console = Console::new().await;
    let id = console.contact().await;
    let contact = short_contact(id);
    console.later(8).await;
    let screen = console.screen();
    assert!(screen.contains("◎ offered 12s"), "{screen}");
    assert!(screen.contains(" offered 1 "), "{screen}");
    let said = console.says(&format!("accept {contact} 1")).await;
    assert_eq!(said, format!("agent:1 is on {contact}."));
    // As often as one likes.
    let said = console.says(&format!("accept {contact} 1")).await;
    assert_eq!(said, format!("agent:1 is on {contact}."));
    assert!(!console.screen().contains(" offered 1 "));
    press(&mut console.model, "3c");
    let effects = press(&mut console.model, "y");
    let request = asked(&effects).unwrap();
    perform(&console.acd, request).await.unwrap();
    console.later(5).await;
    let screen = console.screen();
    assert!(screen.contains("◆ wrap-up 25s"), "{screen}");
    assert!(screen.contains(" wrap-up 1 "), "{screen}");
    for word in ["unavailable", "available"] {
        let effects = press(&mut console.model, "3a");
        let said = perform(&console.acd, asked(&effects).unwrap()).await;
        let later = format!("agent:1 will be {word} when the wrap-up ends.");
        assert_eq!(said.unwrap(), later);
        console.read().await;
    }
    let said = console.says("wrap-up 1 60").await;
    assert_eq!(said, "agent:1 has 60 seconds more.");
    let line = format!("disposition {contact} sold well note=pays later");
    assert_eq!(console.says(&line).await, format!("{contact}: sold well."));
    let found = console.acd.contact(id).await.unwrap();
    assert_eq!(found.note.unwrap().as_str(), "pays later");
    press(&mut console.model, &format!(":contact {contact}⏎"));
    console.study().await;
    let screen = console.screen();
    assert!(screen.contains("OUTCOME   sold well"), "{screen}");
    assert!(screen.contains("NOTE      pays later"), "{screen}");
    let said = console.says("wrap-up 1").await;
    assert_eq!(said, "agent:1 is no longer in wrap-up.");
    let said = console.says("wrap-up 1").await;
    assert!(said.starts_with("refused: "), "{said}");
    let line = format!("disposition {contact} sold");
    assert!(console.says(&line).await.starts_with("refused: "));
}

#[tokio::test]
async fn a_contact_that_is_only_offered_is_not_completed_but_can_be_cancelled() {
    let mut console = Console::new().await;
    let id = console.contact().await;
    let contact = short_contact(id);
    for key in ["c", "R"] {
        let effects = press(&mut console.model, &format!("3{key}"));
        assert_eq!(asked(&effects), None);
        assert_eq!(
            notice(&console.model),
            format!("{contact} is only offered to agent:1: nobody is on it until it is accepted.")
        );
    }
    press(&mut console.model, &format!(":contact {contact}⏎"));
    console.study().await;
    let screen = console.screen();
    assert!(
        screen.contains("◎ offered to agent:1, 20s left"),
        "{screen}"
    );
    let effects = press(&mut console.model, "xy");
    perform(&console.acd, asked(&effects).unwrap())
        .await
        .unwrap();
    console.read().await;
    let agents = &console.model.floor().unwrap().agents;
    assert!(matches!(agents[0].state, AgentState::Available { .. }));
}

#[tokio::test]
async fn whoever_misses_too_much_is_not_responding_until_a_supervisor_says_available() {
    let mut console = Console::new().await;
    let contact = short_contact(console.contact().await);
    let line = format!("reject {contact} 1 wrong language");
    let said = console.says(&line).await;
    assert_eq!(said, format!("agent:1 rejected {contact}."));
    console.read().await;
    assert!(
        console.screen().contains("◌ penalty 5s"),
        "{}",
        console.screen()
    );
    let said = console.says(&line).await;
    assert_eq!(said, format!("agent:1 rejected {contact}."), "once only");
    let said = console.says(&format!("accept {contact} 1")).await;
    assert!(said.starts_with("refused: "), "{said}");
    console.later(60).await;
    let screen = console.screen();
    assert!(screen.contains("! not responding"), "{screen}");
    for (filter, shown) in [
        ("state:not-responding", true),
        ("state:unavailable", true),
        ("state:penalty", false),
        ("state:wrap-up", false),
        ("state:offered", false),
    ] {
        press(&mut console.model, &format!("3:filter {filter}⏎"));
        let rows = console.model.agent_rows();
        let ada = rows.read.iter().any(|agent| agent.id.as_str() == "agent:1");
        assert_eq!(ada, shown, "{filter}");
    }
    press(&mut console.model, ":filter⏎");
    let ada = "agent:1".parse().unwrap();
    let ada = console.model.floor().unwrap().agent(&ada).unwrap().clone();
    assert_eq!(ada.misses, 2);
    console.model.agents.selected = Some(ada.id);
    press(&mut console.model, "3⏎");
    console.study().await;
    let screen = console.screen();
    assert!(screen.contains("2 offers in a row"), "{screen}");
    let effects = press(&mut console.model, "a");
    let said = perform(&console.acd, asked(&effects).unwrap()).await;
    assert_eq!(said.unwrap(), "agent:1 is available.");
    console.read().await;
    assert!(console.screen().contains("◎ offered 20s"));
}

#[tokio::test]
async fn a_command_about_offers_that_means_nothing_is_refused_at_its_place() {
    let mut console = Console::new().await;
    let contact = short_contact(console.contact().await);
    for (line, says) in [
        ("accept".to_owned(), "use accept c-1a2b3c4d agent:7"),
        (format!("accept {contact}"), "use accept c-1a2b3c4d agent:7"),
        (format!("reject {contact} 1 a*"), "has the character '*'"),
        ("wrap-up".to_owned(), "use wrap-up agent:7"),
        ("wrap-up 1 0".to_owned(), "use 1 to 3600"),
        ("wrap-up 1 long".to_owned(), "use 1 to 3600"),
        (format!("disposition {contact}"), "use disposition"),
    ] {
        let effects = press(&mut console.model, &format!(":¤{line}⏎"));
        assert_eq!(asked(&effects), None, "{line}");
        let screen = console.screen();
        let words: Vec<&str> = screen.split_whitespace().collect();
        assert!(words.join(" ").contains(says), "{line}: {screen}");
        press(&mut console.model, "⎋");
    }
}

#[tokio::test]
async fn the_question_of_closing_counts_offers_which_closing_withdraws() {
    let mut console = Console::new().await;
    let id = console.contact().await;
    press(&mut console.model, "O");
    let screen = console.screen();
    for words in ["0 available agents", "1 agent with an offer", "withdrawn"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    let effects = press(&mut console.model, "y");
    perform(&console.acd, asked(&effects).unwrap())
        .await
        .unwrap();
    let state = console.acd.contact(id).await.unwrap().state;
    assert_eq!(state, shared::contact::ContactState::Queued);
}

#[tokio::test]
async fn the_event_of_a_next_state_fits_contacts_and_wrap_up() {
    let mut console = Console::new().await;
    let id = console.contact().await;
    let contact = short_contact(id);
    console.says(&format!("accept {contact} 1")).await;
    console.says("agent 1 unavailable lunch").await;
    let says = "agent:1 will be unavailable next (lunch)";
    assert!(console.screen().contains(says), "{}", console.screen());
    let seen = shared::seen::ContactSeen::ANYTHING;
    console.acd.complete_contact(id, &seen).await.unwrap();
    console.read().await;
    console.says("agent 1 available").await;
    let says = "agent:1 will be available next";
    assert!(console.screen().contains(says), "{}", console.screen());
}
