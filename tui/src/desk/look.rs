//! What the desk sees of the ACD: its agent, his contact, and who waits for him.

use shared::agent::{Agent, AgentId};
use shared::contact::Contact;
use shared::skill::Skill;
use shared::time::Millis;
use shared::view::{LONGEST_PAGE, Listing, Page, SkillView};
use shared::{Acd, Error};

/// How many waiting contacts a look goes through. Each of many desks looks several times a second,
/// so this stays small; of a longer queue the desk says "at least".
pub const QUEUE_SEEN: usize = 100;

/// One look at what concerns the agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The moment of the look, by the store's clock.
    pub now: Millis,
    /// Whether the ACD is open.
    pub open: bool,
    /// The agent; none if somebody deleted him.
    pub agent: Option<Agent>,
    /// The contact he is on.
    pub contact: Option<Contact>,
    /// Who waits for him.
    pub waiting: Waiting,
    /// His skills on the floor, in the order in which he holds them.
    pub skills: Vec<SkillView>,
}

/// The waiting contacts that an agent can serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub count: usize,
    /// When the one that waits longest arrived.
    pub oldest: Option<Millis>,
    /// Whether only the beginning of a long queue was looked through.
    pub more: bool,
}

impl Waiting {
    /// Counts those whom an agent with these skills can serve.
    pub fn of(queue: &[Contact], more: bool, held: &[Skill]) -> Self {
        let mine = || {
            queue
                .iter()
                .filter(|contact| contact.skills.iter().all(|skill| held.contains(skill)))
        };
        Self {
            count: mine().count(),
            oldest: mine().map(|contact| contact.created).min(),
            more,
        }
    }
}

/// Looks at what concerns an agent.
pub async fn look(acd: &dyn Acd, me: &AgentId) -> Result<Look, Error> {
    let (overview, skills) =
        tokio::try_join!(acd.overview(), acd.skills(Page::first(LONGEST_PAGE)))?;
    let queue = if overview.waiting == 0 {
        Listing {
            first: 0,
            total: 0,
            items: vec![],
            next: None,
        }
    } else {
        acd.queue(Page::first(QUEUE_SEEN)).await?
    };
    let agent = match acd.agent(me).await {
        Ok(agent) => Some(agent),
        Err(Error::UnknownAgent(_)) => None,
        Err(error) => return Err(error),
    };
    let contact = match agent.as_ref().and_then(|agent| agent.state.contact()) {
        None => None,
        Some(id) => match acd.contact(id).await {
            Ok(contact) => Some(contact),
            // It has ended and gone meanwhile; the next look sees the agent without it.
            Err(Error::UnknownContact(_)) => None,
            Err(error) => return Err(error),
        },
    };
    let held = agent.as_ref().map_or(&[][..], |agent| &agent.skills);
    let view_of = |skill: &Skill| skills.items.iter().find(|view| view.skill == *skill);
    Ok(Look {
        now: overview.now,
        open: overview.open,
        contact,
        waiting: Waiting::of(&queue.items, queue.next.is_some(), held),
        skills: held.iter().filter_map(view_of).cloned().collect(),
        agent,
    })
}
