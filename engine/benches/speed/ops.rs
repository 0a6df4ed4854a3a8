//! The ops layer in the benchmark's own process, without an API: as many tasks as are in flight.

use std::sync::Arc;
use std::time::Instant;

use color_eyre::eyre::{Result, bail};
use shared::Acd;
use shared::agent::{NewAgent, Presence};
use shared::contact::{Attributes, ContactState, NewContact, Outcome, Priority};
use shared::seen::{AgentSeen, ContactSeen};
use shared::skill::Skill;
use shared::text::PersonName;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::cpu::Processes;
use crate::play::{Operation, Play, Played, Player, SKILLS, Samples, Step, Tickets};

/// Plays on an ACD of whatever store.
#[derive(Debug)]
pub(crate) struct Ops {
    pub(crate) acd: Arc<dyn Acd>,
    pub(crate) runtime: Handle,
    pub(crate) redis: Option<u32>,
}

impl Player for Ops {
    fn play(&self, play: &Play<'_>) -> Result<Played> {
        let before = self.processes().used()?;
        self.runtime.block_on(async {
            let tickets = Arc::new(Tickets::begin(play));
            let mut tasks = JoinSet::new();
            for _ in 0..play.shape.in_flight() {
                let (acd, tickets) = (Arc::clone(&self.acd), Arc::clone(&tickets));
                tasks.spawn(work(acd, tickets, play.steps.to_vec()));
            }
            let samples: Result<Vec<Samples>> = tasks.join_all().await.into_iter().collect();
            tickets.end(&samples?, self.processes().used()? - before)
        })
    }

    fn processes(&self) -> Processes {
        let redis = self.redis;
        Processes {
            engine: None,
            redis,
        }
    }
}

async fn work(acd: Arc<dyn Acd>, tickets: Arc<Tickets>, steps: Vec<Step>) -> Result<Samples> {
    let skills = skills()?;
    let mut samples = Samples::of(&steps);
    while let Some(numbers) = tickets.take(1) {
        for (place, step) in steps.iter().enumerate() {
            let subject = step.operation.subject(numbers.start + step.ahead);
            let asked = Instant::now();
            perform(&*acd, step.operation, &subject, &skills).await?;
            samples.answered(place, asked);
        }
        samples.through(1);
    }
    Ok(samples)
}

/// Performs an operation, and sees to it that it did what its name says.
pub(crate) async fn perform(
    acd: &dyn Acd,
    operation: Operation,
    subject: &str,
    skills: &[Skill],
) -> Result<()> {
    let state = match operation {
        Operation::CreateAgent => return hire(acd, subject, skills.to_vec()).await,
        Operation::Available => {
            return Ok(acd
                .set_presence(&subject.parse()?, Presence::Available, &AgentSeen::ANYTHING)
                .await
                .map(drop)?);
        }
        Operation::Unavailable => {
            let presence = Presence::Unavailable(None);
            return Ok(acd
                .set_presence(&subject.parse()?, presence, &AgentSeen::ANYTHING)
                .await
                .map(drop)?);
        }
        Operation::CreateQueued | Operation::CreateAssigned => {
            create(acd, subject, skills.to_vec()).await?
        }
        Operation::Complete => {
            acd.complete_contact(subject.parse()?, &ContactSeen::ANYTHING)
                .await?
                .state
        }
        Operation::Get => return Ok(acd.contact(subject.parse()?).await.map(drop)?),
    };
    match (operation, &state) {
        (Operation::CreateQueued, ContactState::Queued)
        | (Operation::CreateAssigned, ContactState::Assigned { .. })
        | (
            Operation::Complete,
            ContactState::Complete {
                outcome: Outcome::Handled,
                ..
            },
        ) => Ok(()),
        _ => bail!("contact {subject} came to {state:?} by {operation:?}"),
    }
}

/// Creates an agent, unavailable.
pub(crate) async fn hire(acd: &dyn Acd, id: &str, skills: Vec<Skill>) -> Result<()> {
    let name = || PersonName::try_from("Ada".to_owned());
    let agent = NewAgent::new(id.parse()?, name()?, name()?, skills)?;
    Ok(acd.create_agent(agent).await?)
}

/// Creates a contact.
pub(crate) async fn create(acd: &dyn Acd, id: &str, skills: Vec<Skill>) -> Result<ContactState> {
    let contact = NewContact::new(id.parse()?, skills, Priority::default(), Attributes::new())?;
    Ok(acd.create_contact(contact).await?.state)
}

/// Gives the skills that each contact needs and each agent holds on floors of one kind.
pub(crate) fn skills() -> Result<Vec<Skill>> {
    let skills: Result<Vec<Skill>, _> = SKILLS.iter().map(|skill| skill.parse()).collect();
    Ok(skills?)
}
