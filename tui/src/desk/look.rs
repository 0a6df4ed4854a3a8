//! What the desk sees of the ACD: its agent, his contact, and who waits for him.

use shared::agent::{Agent, AgentId, AgentState, Mark};
use shared::contact::{Contact, ContactId, ContactState, Outcome};
use shared::skill::Skill;
use shared::time::{Clock as _, Millis, SystemClock};
use shared::view::{LONGEST_PAGE, Listing, Page, SkillView};
use shared::{Acd, Error};

use crate::remote::Remote;

/// How many waiting contacts a look goes through. Each of many desks looks several times a second,
/// so this stays small; of a longer queue the desk says "at least".
pub const QUEUE_SEEN: usize = 100;

/// How far an agent sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sight {
    /// The floor round him too.
    #[default]
    Floor,
    /// What is his own, and no more: his token for the API opens nothing else.
    Own,
}

impl Sight {
    /// Tells how far an agent sees at that place.
    pub fn at(remote: &Remote) -> Self {
        match remote {
            Remote::Redis(..) => Self::Floor,
            Remote::Api(..) => Self::Own,
        }
    }
}

/// One look at what concerns the agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The moment of the look, by the store's clock; by this machine's where the floor is not
    /// seen.
    pub now: Millis,
    /// The agent; none if somebody deleted him.
    pub agent: Option<Agent>,
    /// The contact he is on.
    pub contact: Option<Contact>,
    /// The floor round him, if he sees it.
    pub floor: Option<Around>,
    /// What became of the contact that they were on at the look before, if they are not on it now.
    pub left: Option<Left>,
}

/// A contact that an agent is not on any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Which.
    pub contact: ContactId,
    /// When, by the store's clock.
    pub at: Millis,
    /// Why.
    pub fate: Fate,
}

/// What became of a contact that an agent was on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is over.
    Over(Outcome),
    /// It was put back in the queue, from where another agent may have it.
    TakenBack,
    /// The agent may not see that.
    Unseen,
}

/// The floor round an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// Whether the ACD is open.
    pub open: bool,
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

/// Looks at what concerns an agent, also at the contact that they were on before.
pub async fn look_after(
    acd: &dyn Acd,
    me: &AgentId,
    sight: Sight,
    before: Option<ContactId>,
) -> Result<Look, Error> {
    let mut look = look(acd, me, sight).await?;
    if let (Some(before), Some(agent)) = (before, &look.agent)
        && agent.state.contact() != Some(before)
    {
        look.left = left(acd, agent, before, look.now).await?;
    }
    Ok(look)
}

/// Tells what became of a contact that an agent was on. Nothing if they got it again meanwhile.
async fn left(
    acd: &dyn Acd,
    agent: &Agent,
    contact: ContactId,
    now: Millis,
) -> Result<Option<Left>, Error> {
    let requeued = matches!(
        agent.state,
        AgentState::Unavailable {
            mark: Some(Mark::Requeued),
            ..
        }
    );
    let since_then = if requeued { agent.changed } else { now };
    let (fate, at) = match acd.contact(contact).await {
        Ok(contact) => match contact.state {
            ContactState::Complete {
                served: Some((by, _)),
                at,
                outcome,
            } if by == agent.id => (Fate::Over(outcome), at),
            ContactState::Assigned { agent: by, .. } if by == agent.id => return Ok(None),
            _ => (Fate::TakenBack, since_then),
        },
        Err(Error::UnknownContact(_) | Error::Forbidden(_)) if requeued => {
            (Fate::TakenBack, since_then)
        }
        Err(Error::UnknownContact(_) | Error::Forbidden(_)) => (Fate::Unseen, now),
        Err(error) => return Err(error),
    };
    Ok(Some(Left { contact, at, fate }))
}

/// Looks at what concerns an agent, as far as he sees.
pub async fn look(acd: &dyn Acd, me: &AgentId, sight: Sight) -> Result<Look, Error> {
    let (agent, contact) = own(acd, me).await?;
    if sight == Sight::Own {
        let began = agent.as_ref().map(|agent| agent.changed);
        return Ok(Look {
            // What has happened is not in the future, whatever this machine's clock says.
            now: SystemClock.now().millis().max(began.unwrap_or_default()),
            agent,
            contact,
            floor: None,
            left: None,
        });
    }
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
    let held = agent.as_ref().map_or(&[][..], |agent| &agent.skills);
    let view_of = |skill: &Skill| skills.items.iter().find(|view| view.skill == *skill);
    let around = Around {
        open: overview.open,
        waiting: Waiting::of(&queue.items, queue.next.is_some(), held),
        skills: held.iter().filter_map(view_of).cloned().collect(),
    };
    Ok(Look {
        now: overview.now,
        agent,
        contact,
        floor: Some(around),
        left: None,
    })
}

/// Gives the agent, if he is there, and the contact that he is on.
async fn own(acd: &dyn Acd, me: &AgentId) -> Result<(Option<Agent>, Option<Contact>), Error> {
    let agent = match acd.agent(me).await {
        Ok(agent) => agent,
        Err(Error::UnknownAgent(_)) => return Ok((None, None)),
        Err(error) => return Err(error),
    };
    let contact = match agent.state.contact() {
        None => None,
        Some(id) => match acd.contact(id).await {
            Ok(contact) => Some(contact),
            // It has ended meanwhile, and is gone or no longer his; the next look sees him
            // without it.
            Err(Error::UnknownContact(_) | Error::Forbidden(_)) => None,
            Err(error) => return Err(error),
        },
    };
    Ok((Some(agent), contact))
}
