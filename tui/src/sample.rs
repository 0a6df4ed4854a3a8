//! A short session on a made-up floor, with a simulated clock: the same every time, for pictures
//! and for tests.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{Attributes, ContactId, ContactState, NewContact, Priority};
use shared::embedded::EmbeddedAcd;
use shared::seen::{AgentSeen, ContactSeen};
use shared::skill::Skill;
use shared::text::{Invalid, PersonName};
use shared::time::{ManualClock, Moment};
use shared::{Acd, Error};

use crate::console::message::Message;
use crate::console::update::update;
use crate::console::{Model, Place};
use crate::feed;

/// The languages of the agents.
pub const LANGUAGES: [&str; 3] = ["English", "Spanish", "French"];
/// The areas of expertise of the agents.
pub const EXPERTISES: [&str; 4] = ["Billing", "Sales", "Support", "Technical"];
/// The names of the agents, one for each pair of language and expertise.
pub const NAMES: [(&str, &str); 12] = [
    ("Ada", "Byron"),
    ("Noor", "Haddad"),
    ("Tomás", "Ruiz"),
    ("Ingrid", "Solberg"),
    ("Kwame", "Mensah"),
    ("小龙", "王"),
    ("Élodie", "Marchand"),
    ("Ravi", "Iyer"),
    ("Sofia", "Rossi"),
    ("Jonas", "Weber"),
    ("Mairead", "O'Neill"),
    ("Yuki", "Tanaka"),
];

/// The number of steps after which every pane has content.
pub const LONG_ENOUGH: u64 = 420;

/// A quarter of a second, the step of the session.
const STEP: Duration = Duration::from_millis(250);
/// 22 November 2026, 12:00 UTC.
const NOON: Moment = Moment(1_795_348_800_000_000);

/// Returns the skills of an agent by number.
pub fn skills_of(number: usize) -> Result<Vec<Skill>, Invalid> {
    let language = LANGUAGES[number % LANGUAGES.len()];
    let expertise = EXPERTISES[number / LANGUAGES.len() % EXPERTISES.len()];
    Ok(vec![language.parse()?, expertise.parse()?])
}

/// Returns an agent by number.
pub fn agent(number: usize) -> Result<NewAgent, Invalid> {
    let id: AgentId = format!("agent:{}", number + 1).parse()?;
    let (first, last) = NAMES[number % NAMES.len()];
    NewAgent::new(id, person(first)?, person(last)?, skills_of(number)?)
}

fn person(name: &str) -> Result<PersonName, Invalid> {
    name.to_owned().try_into()
}

/// Returns what the console shows as its ACD.
pub fn place() -> Place {
    Place {
        acd: "acd".to_owned(),
        store: "embedded".to_owned(),
        rest: Some("127.0.0.1:8000".to_owned()),
        demo: true,
    }
}

/// Returns a model that has received nothing yet.
pub fn blank() -> Model {
    Model::new(place(), NOON.millis(), TimeZone::UTC)
}

/// Runs that many steps, and returns the model of a console that polled at the end.
pub async fn model(steps: u64) -> Result<Model, Error> {
    Ok(session(steps).await?.0)
}

/// Runs that many steps, and also returns the ACD, for further requests.
pub async fn session(steps: u64) -> Result<(Model, EmbeddedAcd), Error> {
    let clock = Arc::new(ManualClock::new(NOON));
    let acd = EmbeddedAcd::new("acd".parse()?, clock.clone());
    play(&acd, &clock, steps).await?;
    let mut poll = feed::Poller::default().poll(&acd, Arc::default()).await?;
    let mut model = blank();
    poll.floor.taken = poll.floor.overview.now;
    model.clock = poll.floor.taken;
    update(&mut model, Message::Polled(Box::new(poll)));
    let since = model.service.window.since(model.clock, &model.zone);
    let figures = Box::new(acd.figures(since).await?);
    let measured = Message::Measured(model.service.window, Some(figures));
    update(&mut model, measured);
    Ok((model, acd))
}

async fn play(acd: &EmbeddedAcd, clock: &ManualClock, steps: u64) -> Result<(), Error> {
    let mut dice = SmallRng::seed_from_u64(2026);
    // The contacts that end, by step.
    let mut ends: BTreeSet<(u64, ContactId)> = BTreeSet::new();
    let mut waiting: Vec<ContactId> = vec![];
    for number in 0..NAMES.len() {
        acd.create_agent(agent(number)?).await?;
    }
    for step in 0..steps {
        clock.advance(STEP);
        if let Ok(number) = usize::try_from(step)
            && number < NAMES.len()
        {
            acd.set_presence(&id_of(number)?, presence(number)?, &AgentSeen::ANYTHING)
                .await?;
        }
        if step % 2 == 0 {
            waiting.push(arrive(acd, &mut dice, step).await?);
        }
        let mut still = vec![];
        for id in waiting {
            match acd.contact(id).await?.state {
                ContactState::Queued | ContactState::Offered(_) => still.push(id),
                _ => {
                    ends.insert((step + dice.random_range(4..24), id));
                }
            }
        }
        waiting = still;
        while let Some((due, id)) = ends.pop_first() {
            if due > step {
                ends.insert((due, id));
                break;
            }
            acd.complete_contact(id, &ContactSeen::ANYTHING).await?;
        }
        // The first contact of a long queue is abandoned.
        if waiting.len() > 9 {
            acd.complete_contact(waiting.remove(0), &ContactSeen::ANYTHING)
                .await?;
        }
    }
    acd.set_presence(
        &id_of(3)?,
        Presence::Unavailable(None),
        &AgentSeen::ANYTHING,
    )
    .await?;
    Ok(())
}

async fn arrive(acd: &EmbeddedAcd, dice: &mut SmallRng, step: u64) -> Result<ContactId, Error> {
    // An id that is the same every time.
    let id = ContactId::for_key("sample", &step.to_string());
    let skills = if step % 150 == 90 {
        vec!["Klingon".parse()?]
    } else {
        skills_of(dice.random_range(0..NAMES.len()))?
    };
    let priority = if dice.random_ratio(1, 8) {
        Priority(1)
    } else {
        Priority::default()
    };
    let contact = NewContact::new(id, skills, priority, Attributes::new())?;
    acd.create_contact(contact).await?;
    Ok(id)
}

fn id_of(number: usize) -> Result<AgentId, Error> {
    Ok(agent(number)?.id)
}

fn presence(number: usize) -> Result<Presence, Error> {
    Ok(match number {
        5 => Presence::Unavailable(Some("lunch".parse()?)),
        8 => Presence::Unavailable(None),
        _ => Presence::Available,
    })
}
