//! What the desk reads from the ACD: its agent, their contact, and the contacts waiting for them.

use shared::agent::{Agent, AgentId, AgentState, Mark};
use shared::contact::{Contact, ContactId, ContactState, Outcome};
use shared::contact_type::TypeName;
use shared::settings::{ContactType, Dispositions, Reasons, Settings};
use shared::skill::Skill;
use shared::time::{Clock as _, Millis, SystemClock};
use shared::view::{LONGEST_PAGE, Listing, Page, SkillView};
use shared::{Acd, Error};

use tokio::time::{Duration, Instant};

use crate::remote::Remote;

/// The most waiting contacts that a poll reads. There can be many desks, each polling several times
/// a second, so this is small; for a longer queue the desk says "at least".
pub const QUEUE_SEEN: usize = 100;

/// What an agent may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// The rest of the floor too.
    #[default]
    Floor,
    /// Only the agent's own data, because their token for the API permits no more.
    Own,
}

impl Visibility {
    /// Returns what an agent may see through this connection.
    pub fn at(remote: &Remote) -> Self {
        match remote {
            Remote::Redis(..) => Self::Floor,
            Remote::Api(..) => Self::Own,
        }
    }
}

/// The result of one poll.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentSnapshot {
    /// The time of the poll, by the store's clock; by this machine's if the floor is not visible.
    pub now: Millis,
    /// The agent; none if they were deleted.
    pub agent: Option<Agent>,
    /// The contact that they are on, that is offered to them, or that they are in wrap-up for.
    pub contact: Option<Contact>,
    /// The floor, if it is visible.
    pub floor: Option<FloorForAgent>,
    /// What happened to the contact of the previous poll, if they are no longer on it.
    pub left: Option<Left>,
    /// The reasons that they may give for being unavailable; any if there is no list. Only
    /// [`Poller::poll`] reads them.
    pub reasons: Option<Reasons>,
    /// The dispositions that their contact may be given; any if there is no list. Only
    /// [`Poller::poll`] reads them.
    pub dispositions: Option<Dispositions>,
}

impl AgentSnapshot {
    /// Returns whether a later snapshot is of another agent with the same id: theirs was deleted in
    /// between. If both polls saw an agent, it shows in what only a new agent has.
    pub(super) fn is_replaced_in(&self, later: &Self) -> bool {
        match (&self.agent, &later.agent) {
            (None, Some(_)) => true,
            (Some(before), Some(after)) => {
                let fresh = is_new(after) && (!is_new(before) || before.changed != after.changed);
                fresh || (has_worked(before) && !has_worked(after))
            }
            (_, None) => false,
        }
    }

    /// Removes the agent and what follows from them.
    pub(super) fn without_agent(self) -> Self {
        let floor = self.floor.map(|floor| FloorForAgent {
            waiting: Waiting::default(),
            skills: vec![],
            ..floor
        });
        Self {
            agent: None,
            contact: None,
            left: None,
            floor,
            ..self
        }
    }
}

fn is_new(agent: &Agent) -> bool {
    let new = Some(Mark::New);
    matches!(&agent.state, AgentState::Unavailable { mark, .. } if *mark == new)
}

fn has_worked(agent: &Agent) -> bool {
    agent.handled > 0 || agent.handle_time > 0
}

/// A contact that an agent is no longer on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The contact.
    pub contact: ContactId,
    /// When, by the store's clock.
    pub at: Millis,
    /// Why.
    pub fate: Fate,
}

/// What happened to a contact that an agent was on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is over.
    Ended(Outcome),
    /// It was requeued; another agent may get it.
    TakenBack,
    /// The agent may not see it.
    Unseen,
}

/// The rest of the floor, as it concerns an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct FloorForAgent {
    /// Whether the ACD is open.
    pub open: bool,
    /// The contacts waiting for the agent.
    pub waiting: Waiting,
    /// The agent's skills on the floor, in the order in which they hold them.
    pub skills: Vec<SkillView>,
}

/// The waiting contacts that an agent can serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The number of contacts.
    pub count: usize,
    /// When the one waiting longest arrived.
    pub oldest: Option<Millis>,
    /// Whether only the beginning of a long queue was read.
    pub more: bool,
}

impl Waiting {
    /// Counts the contacts that an agent with these skills can serve.
    pub fn of(queue: &[Contact], more: bool, held: &[Skill]) -> Self {
        let mine = || queue.iter().filter(|contact| contact.served_by(held));
        Self {
            count: mine().count(),
            oldest: mine().map(|contact| contact.created).min(),
            more,
        }
    }
}

/// Polls one after the other, for one agent. Keeps what the next poll needs of the last.
#[derive(Debug)]
pub struct Poller {
    me: AgentId,
    visibility: Visibility,
    contact: Option<ContactId>,
    /// The settings of the floor, and when they were read.
    settings: Option<(Instant, Settings)>,
    /// The contact types, and when they were read.
    types: Option<(Instant, Vec<ContactType>)>,
}

impl Poller {
    /// How old the settings may be. They change so seldom that most polls need not read them.
    pub const REASONS_LAST: Duration = Duration::from_secs(10);

    /// Makes one that has not polled yet.
    pub fn new(me: AgentId, visibility: Visibility) -> Self {
        Self {
            me,
            visibility,
            contact: None,
            settings: None,
            types: None,
        }
    }

    /// Reads what concerns the agent.
    pub async fn poll(&mut self, acd: &dyn Acd) -> Result<AgentSnapshot, Error> {
        let settings = self.settings(acd).await?;
        let snapshot = read_after(acd, &self.me, self.visibility, self.contact).await?;
        let agent = snapshot.agent.as_ref();
        self.contact = agent.and_then(on);
        let of = snapshot.contact.as_ref();
        let of_type = match of.and_then(|contact| contact.contact_type.as_ref()) {
            Some(name) => self.dispositions_of(acd, name).await?,
            None => None,
        };
        Ok(AgentSnapshot {
            reasons: settings.reasons,
            dispositions: of_type.or(settings.dispositions),
            ..snapshot
        })
    }

    /// Returns the settings of the floor, as they were some seconds ago at most. An engine may be
    /// too old to show them to an agent.
    async fn settings(&mut self, acd: &dyn Acd) -> Result<Settings, Error> {
        if let Some((read, settings)) = &self.settings
            && read.elapsed() < Self::REASONS_LAST
        {
            return Ok(settings.clone());
        }
        let settings = match acd.settings().await {
            Err(Error::Forbidden(_)) => Settings::default(),
            settings => settings?,
        };
        self.settings = Some((Instant::now(), settings.clone()));
        Ok(settings)
    }

    /// Returns the dispositions of a contact type, as they were some seconds ago at most. An agent
    /// may not be allowed to see them.
    async fn dispositions_of(
        &mut self,
        acd: &dyn Acd,
        name: &TypeName,
    ) -> Result<Option<Dispositions>, Error> {
        let fresh = |read: &Instant| read.elapsed() < Self::REASONS_LAST;
        if !self.types.as_ref().is_some_and(|(read, _)| fresh(read)) {
            let types = match acd.types().await {
                Err(Error::Forbidden(_)) => vec![],
                types => types?,
            };
            self.types = Some((Instant::now(), types));
        }
        let mut types = self.types.iter().flat_map(|(_, types)| types);
        let of_it = types.find(|each| each.name == *name);
        Ok(of_it.and_then(|each| each.settings.dispositions.clone()))
    }
}

/// Returns the contact that an agent is on.
fn on(agent: &Agent) -> Option<ContactId> {
    agent.state.contact().filter(|_| agent.state.is_busy())
}

/// Reads what concerns an agent, including the contact of the previous poll.
pub async fn read_after(
    acd: &dyn Acd,
    me: &AgentId,
    visibility: Visibility,
    before: Option<ContactId>,
) -> Result<AgentSnapshot, Error> {
    let mut snapshot = read(acd, me, visibility).await?;
    if let (Some(before), Some(agent)) = (before, &snapshot.agent)
        && on(agent) != Some(before)
    {
        snapshot.left = left(acd, agent, before, snapshot.now).await?;
    }
    Ok(snapshot)
}

/// Returns what happened to a contact that an agent was on; none if they got it again meanwhile.
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
            } if by == agent.id => (Fate::Ended(outcome), at),
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

/// Reads what concerns an agent, as far as they may see it.
pub async fn read(
    acd: &dyn Acd,
    me: &AgentId,
    visibility: Visibility,
) -> Result<AgentSnapshot, Error> {
    let (agent, contact) = own(acd, me).await?;
    if visibility == Visibility::Own {
        let began = agent.as_ref().map(|agent| agent.changed);
        return Ok(AgentSnapshot {
            // Events are not in the future, whatever this machine's clock says.
            now: SystemClock.now().millis().max(began.unwrap_or_default()),
            agent,
            contact,
            floor: None,
            left: None,
            reasons: None,
            dispositions: None,
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
    let around = FloorForAgent {
        open: overview.open,
        waiting: Waiting::of(&queue.items, queue.next.is_some(), held),
        skills: held.iter().filter_map(view_of).cloned().collect(),
    };
    Ok(AgentSnapshot {
        now: overview.now,
        agent,
        contact,
        floor: Some(around),
        left: None,
        reasons: None,
        dispositions: None,
    })
}

/// Returns the agent, if they exist, and the contact that they are on, that is offered to them, or
/// that they are in wrap-up for.
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
            // The contact ended or is no longer theirs. The next poll shows the agent without it.
            Err(Error::UnknownContact(_) | Error::Forbidden(_)) => None,
            Err(error) => return Err(error),
        },
    };
    Ok((Some(agent), contact))
}
