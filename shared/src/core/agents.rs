//! What agents choose, the skills they hold, and the moment one becomes routable.

use super::Core;
use crate::agent::{Agent, AgentId, AgentState, Mark, NewAgent, Presence};
use crate::error::{Error, Result};
use crate::event::{OfferEnd, What};
use crate::seen::AgentSeen;
use crate::skill::{MOST_SKILLS_OF_AN_AGENT, Skill, too_many};
use crate::text::{PersonName, Reason};
use crate::time::{Millis, Moment, Tick};

impl Core {
    /// See [`crate::Acd::create_agent`].
    pub fn create_agent(&mut self, now: Moment, new: NewAgent) -> Result<()> {
        let NewAgent {
            id,
            fname,
            lname,
            skills,
        } = new;
        if self.agents.contains_key(&id) {
            return Err(Error::AgentExists(id));
        }
        for skill in &skills {
            self.staffed
                .entry(skill.clone())
                .or_default()
                .insert(id.clone());
        }
        let state = AgentState::Unavailable {
            reason: None,
            mark: Some(Mark::New),
        };
        let changed = now.millis();
        let agent = Agent {
            id: id.clone(),
            fname,
            lname,
            skills: skills.clone(),
            state,
            changed,
            handled: 0,
            handle_time: 0,
            wrap_up_time: 0,
            ready: false,
            misses: 0,
            penalty: None,
            rejected: None,
        };
        self.agents.insert(id.clone(), agent);
        let created = What::AgentCreated {
            agent: id.clone(),
            skills,
        };
        self.emit(now, created);
        self.away.add(&id, self.event);
        Ok(())
    }

    /// See [`crate::Acd::rename_agent`].
    pub fn rename_agent(
        &mut self,
        now: Moment,
        id: &AgentId,
        fname: PersonName,
        lname: PersonName,
        seen: &AgentSeen,
    ) -> Result<(PersonName, PersonName)> {
        let agent = self.known_agent(id)?;
        seen.check(agent)?;
        let fname = std::mem::replace(&mut agent.fname, fname);
        let lname = std::mem::replace(&mut agent.lname, lname);
        self.emit(now, What::AgentRenamed { agent: id.clone() });
        Ok((fname, lname))
    }

    /// See [`crate::Acd::set_presence`].
    pub fn set_presence(
        &mut self,
        now: Moment,
        id: &AgentId,
        presence: Presence,
        seen: &AgentSeen,
    ) -> Result<Presence> {
        let agent = self.known_agent(id)?;
        seen.check_version_of(agent)?;
        let before = agent.state.chosen();
        let (marked, ready) = (agent.state.mark().is_some(), agent.ready);
        // A repeat of the present choice succeeds whatever was seen. But a state with a mark was
        // not chosen, even if it is the same presence, so then this is a new choice.
        if before != presence {
            seen.check(agent)?;
        } else if !marked && (ready || !self.ends_wrap_up(id, &presence)) {
            return Ok(before);
        }
        let permitted = self.settings.permit(presence.reason());
        permitted.map_err(Error::UnknownReason)?;
        let ready = self.ends_wrap_up(id, &presence);
        if let Some(agent) = self.agents.get_mut(id) {
            agent.ready = ready && agent.state.is_busy();
        }
        self.make(now, id, presence, None);
        if ready {
            self.end_wrap_up(now, id, true);
        }
        self.check_invariant();
        Ok(before)
    }

    /// Gives an agent this presence, chosen by a person or for the reason in the mark. If they are
    /// on a contact, it applies when the contact ends.
    pub(super) fn make(
        &mut self,
        now: Moment,
        id: &AgentId,
        presence: Presence,
        mark: Option<Mark>,
    ) {
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        if let AgentState::Offered { contact, .. } = agent.state {
            return self.withdraw(now, id, contact, |core| {
                core.become_what(now, id, presence, mark);
            });
        }
        let (AgentState::Busy {
            next, next_mark, ..
        }
        | AgentState::WrapUp {
            next, next_mark, ..
        }) = &mut agent.state
        else {
            return self.become_what(now, id, presence, mark);
        };
        *next = presence.clone();
        *next_mark = mark;
        let chosen = What::AgentNext {
            agent: id.clone(),
            presence: presence.word().to_owned(),
            reason: presence.reason().cloned(),
            mark,
        };
        self.emit(now, chosen);
        self.note_away(id, mark);
    }

    /// Records whether opening the ACD makes this agent available. Call it after the agent's event.
    fn note_away(&mut self, id: &AgentId, mark: Option<Mark>) {
        if mark.is_some_and(Mark::comes_back) {
            self.away.add(id, self.event);
        } else {
            self.away.remove(id);
        }
    }

    pub(super) fn become_what(
        &mut self,
        now: Moment,
        id: &AgentId,
        presence: Presence,
        mark: Option<Mark>,
    ) {
        match presence {
            Presence::Available => self.become_available(now, id),
            Presence::Unavailable(reason) => self.become_unavailable(now, id, reason, mark),
        }
    }

    /// See [`crate::Acd::add_skill`].
    pub fn add_skill(
        &mut self,
        now: Moment,
        id: &AgentId,
        skill: &Skill,
        seen: &AgentSeen,
    ) -> Result<bool> {
        let agent = self.known_agent(id)?;
        seen.check(agent)?;
        if agent.skills.contains(skill) {
            return Ok(false);
        }
        if agent.skills.len() == MOST_SKILLS_OF_AN_AGENT {
            return Err(too_many(MOST_SKILLS_OF_AN_AGENT, "an agent").into());
        }
        let held = agent.skills.clone();
        agent.skills.push(skill.clone());
        self.relist(id, &held);
        self.staffed
            .entry(skill.clone())
            .or_default()
            .insert(id.clone());
        self.emit(
            now,
            What::SkillAdded {
                agent: id.clone(),
                skill: skill.clone(),
            },
        );
        if matches!(self.agents[id].state, AgentState::Available { .. }) {
            // A waiting contact may have lacked just this skill.
            self.offer_work(now, id);
        }
        self.check_invariant();
        Ok(true)
    }

    /// See [`crate::Acd::remove_skill`].
    pub fn remove_skill(
        &mut self,
        now: Moment,
        id: &AgentId,
        skill: &Skill,
        seen: &AgentSeen,
    ) -> Result<()> {
        let agent = self.known_agent(id)?;
        seen.check(agent)?;
        if !agent.skills.contains(skill) {
            return Err(Error::SkillNotHeld {
                agent: id.clone(),
                skill: skill.clone(),
            });
        }
        let held = agent.skills.clone();
        agent.skills.retain(|held| held != skill);
        self.relist(id, &held);
        self.unstaff(id, skill);
        self.emit(
            now,
            What::SkillRemoved {
                agent: id.clone(),
                skill: skill.clone(),
            },
        );
        Ok(())
    }

    /// See [`crate::Acd::delete_agent`].
    pub fn delete_agent(&mut self, now: Moment, id: &AgentId, seen: &AgentSeen) -> Result<Agent> {
        let agent = self.known_agent(id)?.clone();
        seen.check(&agent)?;
        let mut withdrawn = None;
        match agent.state {
            AgentState::Busy { .. } => return Err(Error::AgentBusy(id.clone())),
            AgentState::Available { .. } => self.unlist(now, id),
            AgentState::Penalty { until } => {
                self.penalties.remove(&(until, id.clone()));
            }
            AgentState::WrapUp { .. } => {
                self.leave_wrap_up(now, id, true);
            }
            AgentState::Offered { contact, .. } => {
                self.end_offer(now, contact, OfferEnd::Withdrawn, None);
                withdrawn = Some(contact);
            }
            AgentState::Unavailable { .. } => {}
        }
        for skill in &agent.skills {
            self.unstaff(id, skill);
        }
        self.agents.remove(id);
        self.away.remove(id);
        self.deleted.insert(id.clone(), now.millis());
        self.emit(now, What::AgentDeleted { agent: id.clone() });
        if let Some(contact) = withdrawn {
            self.seat(now, contact);
        }
        Ok(agent)
    }

    /// See [`crate::Store::last_deletions`].
    pub fn last_deletion(&self, id: &AgentId) -> Option<Millis> {
        self.deleted.get(id).copied()
    }

    /// Removes an agent from the holders of a skill, and the skill itself if nobody holds it any
    /// more.
    fn unstaff(&mut self, id: &AgentId, skill: &Skill) {
        if let Some(held) = self.staffed.get_mut(skill) {
            held.remove(id);
            if held.is_empty() {
                self.staffed.remove(skill);
            }
        }
    }

    /// Adds to the time that an agent was on contacts, in milliseconds.
    pub(super) fn credit(&mut self, id: &AgentId, time: u64) {
        if let Some(agent) = self.agents.get_mut(id) {
            agent.handle_time += time;
        }
    }

    /// Counts a contact that an agent completed.
    pub(super) fn credit_handled(&mut self, id: &AgentId) {
        if let Some(agent) = self.agents.get_mut(id) {
            agent.handled += 1;
        }
    }

    /// Takes a busy agent off their contact. Returns what they must become next.
    pub(super) fn leave_contact(&mut self, now: Moment, id: &AgentId) -> (Presence, Option<Mark>) {
        let agent = &self.agents[id];
        let next = (agent.state.chosen(), agent.state.mark());
        if let Some(agent) = self.agents.get_mut(id) {
            agent.ready = false;
        }
        self.busy -= 1;
        self.counts(now).busy.end(now.millis());
        next
    }

    /// Removes an available agent from the availability lists.
    pub(super) fn unlist(&mut self, now: Moment, id: &AgentId) {
        let agent = &self.agents[id];
        let AgentState::Available { since } = agent.state else {
            return;
        };
        self.available.unlist(id, &agent.skills, since);
        self.counts(now).idle.end(now.millis());
    }

    /// Lists a routable agent under changed skills, in the place that they have. `held` is what they
    /// held before.
    fn relist(&mut self, id: &AgentId, held: &[Skill]) {
        let agent = &self.agents[id];
        if let AgentState::Available { since } = agent.state {
            self.available.unlist(id, held, since);
            self.available.list(id, &agent.skills, since);
        }
    }

    /// Makes an agent available who is on no list. Unless a penalty runs on, they are routable, and
    /// get a waiting contact.
    pub(super) fn become_available(&mut self, now: Moment, id: &AgentId) {
        self.leave_penalty(id);
        self.away.remove(id);
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        let over = |until: &Millis| *until <= now.millis();
        agent.penalty = agent.penalty.filter(|until| !over(until));
        if let Some(until) = agent.penalty {
            self.pause(now, id, until);
        } else {
            let since = self.next_tick(now);
            self.take_place_again(now, id, since);
        }
    }

    /// Takes an agent off the list of penalties. Who was not responding begins with no misses.
    fn leave_penalty(&mut self, id: &AgentId) {
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        if let AgentState::Penalty { until } = agent.state {
            self.penalties.remove(&(until, id.clone()));
        }
        if agent.state.mark() == Some(Mark::NotResponding) {
            agent.misses = 0;
        }
    }

    /// Makes an agent routable who is on no list, at this place, and gives them a waiting contact.
    pub(super) fn take_place_again(&mut self, now: Moment, id: &AgentId, since: Tick) {
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        agent.state = AgentState::Available { since };
        agent.changed = now.millis();
        let agent = &self.agents[id];
        self.available.list(id, &agent.skills, since);
        self.counts(now).idle.begin(now.millis());
        self.emit(
            now,
            What::AgentAvailable {
                agent: id.clone(),
                since,
            },
        );
        self.offer_work(now, id);
    }

    /// Makes an agent unavailable, or changes the reason of an unavailable one.
    pub(super) fn become_unavailable(
        &mut self,
        now: Moment,
        id: &AgentId,
        reason: Option<Reason>,
        mark: Option<Mark>,
    ) {
        self.unlist(now, id);
        self.leave_penalty(id);
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        if mark == Some(Mark::NotResponding) {
            agent.penalty = None;
        }
        agent.state = AgentState::Unavailable {
            reason: reason.clone(),
            mark,
        };
        agent.changed = now.millis();
        self.emit(
            now,
            What::AgentUnavailable {
                agent: id.clone(),
                reason,
                mark,
            },
        );
        self.note_away(id, mark);
    }

    /// Gives an agent the best-ranked waiting contact that a listed agent can serve, if there is one.
    fn offer_work(&mut self, now: Moment, id: &AgentId) {
        let agent = &self.agents[id];
        let AgentState::Available { .. } = agent.state else {
            return;
        };
        let Some(contact) = self.waiting.best_for(&agent.skills) else {
            return;
        };
        self.unlist(now, id);
        let found = &self.contacts[&contact];
        self.waiting.remove(&found.profile(), found.rank);
        self.give(now, contact, id);
    }
}
