//! The lifecycle of contacts: they arrive, are assigned, end, or go back to the queue.

use super::deadlines::Deadline;
use super::{Core, EXPIRE_AFTER};
use crate::agent::{AgentId, AgentState, Mark, Presence};
use crate::contact::{
    Contact, ContactId, ContactState, Done, NewContact, Outcome, Priority, Rank, Remarks,
};
use crate::error::{Error, Result};
use crate::event::{OfferEnd, What};
use crate::seen::{ContactSeen, contact_is_not};
use crate::skill::Profile;
use crate::time::{Millis, Moment};

impl Core {
    /// See [`crate::Acd::create_contact`].
    pub fn create_contact(&mut self, now: Moment, new: NewContact) -> Result<Done> {
        if let Some(known) = self.contacts.get(&new.id) {
            return if new.asks_for(known) {
                Ok(Done::before(known.state.clone()))
            } else {
                Err(Error::KeyReused)
            };
        }
        if self.closed {
            return Err(Error::Closed);
        }
        let (skills, priority, taken) = self.needs_of(&new)?;
        let profile = Profile::new(&skills);
        if self.settings.known_skills_only == Some(true) {
            let mut skills = profile.skills().iter();
            if let Some(skill) = skills.find(|skill| self.staffed_with(skill) == 0) {
                return Err(Error::nobody_holds(skill, self.nearest(skill).as_ref()));
            }
        }
        let contact = Contact {
            id: new.id,
            contact_type: new.contact_type,
            skills,
            priority,
            asked: priority,
            taken,
            rank: Rank::new(priority, self.next_tick(now)),
            created: now.millis(),
            requeues: 0,
            attributes: new.attributes,
            owner: new.owner,
            accepted: None,
            disposition: None,
            note: None,
            state: ContactState::Queued,
        };
        let (id, rank) = (contact.id, contact.rank);
        let contact_type = contact.contact_type.clone();
        self.begin_of_type(&contact);
        self.count_created(now, &contact);
        self.contacts.insert(id, contact);
        self.emit(
            now,
            What::ContactCreated {
                contact: id,
                contact_type,
                profile: profile.to_string(),
                rank,
            },
        );
        self.seat(now, id);
        self.check_invariant();
        Ok(Done::now(self.contacts[&id].state.clone()))
    }

    /// See [`crate::Acd::complete_contact`].
    pub fn complete_contact(
        &mut self,
        now: Moment,
        id: ContactId,
        remarks: &Remarks,
        seen: &ContactSeen,
    ) -> Result<Done> {
        let contact = self.known_contact(id)?;
        seen.check(contact)?;
        let outcome = match contact.state {
            ContactState::Queued | ContactState::Offered(_) => Outcome::Abandoned,
            ContactState::Assigned { .. } => Outcome::Handled,
            ContactState::Complete { .. } => return Ok(Done::before(contact.state.clone())),
        };
        self.permit_disposition(contact, remarks)?;
        self.remark(id, remarks);
        self.end(now, id, outcome);
        Ok(Done::now(self.contacts[&id].state.clone()))
    }

    /// See [`crate::Acd::cancel_contact`].
    pub fn cancel_contact(
        &mut self,
        now: Moment,
        id: ContactId,
        seen: &ContactSeen,
    ) -> Result<Done> {
        let contact = self.known_contact(id)?;
        seen.check(contact)?;
        if matches!(contact.state, ContactState::Complete { .. }) {
            return Ok(Done::before(contact.state.clone()));
        }
        self.end(now, id, Outcome::Cancelled);
        Ok(Done::now(self.contacts[&id].state.clone()))
    }

    /// See [`crate::Acd::requeue_contact`].
    pub fn requeue_contact(
        &mut self,
        now: Moment,
        id: ContactId,
        from: &AgentId,
        seen: &ContactSeen,
    ) -> Result<Done> {
        let contact = self.known_contact(id)?;
        seen.check(contact)?;
        let leg = match &contact.state {
            // A repeat, as it already waits again.
            ContactState::Queued if contact.requeues > 0 => {
                return Ok(Done::before(ContactState::Queued));
            }
            ContactState::Assigned { agent, at } if agent == from => now.millis().since(*at),
            state => return Err(contact_is_not(id, Some(from), state)),
        };
        if let Some(contact) = self.contacts.get_mut(&id) {
            contact.state = ContactState::Queued;
            contact.accepted = None;
            contact.requeues += 1;
        }
        *self.earlier_legs.entry(id).or_default() += leg;
        self.credit(from, leg);
        self.emit(
            now,
            What::ContactRequeued {
                contact: id,
                agent: from.clone(),
            },
        );
        self.seat(now, id);
        // An available agent would get the contact right back.
        match self.leave_contact(now, from) {
            (Presence::Available, _) => {
                self.become_unavailable(now, from, None, Some(Mark::Requeued));
            }
            (Presence::Unavailable(reason), mark) => {
                self.become_unavailable(now, from, reason, mark);
            }
        }
        self.check_invariant();
        Ok(Done::now(self.contacts[&id].state.clone()))
    }

    /// See [`crate::Acd::set_priority`].
    pub fn set_priority(
        &mut self,
        now: Moment,
        id: ContactId,
        priority: Priority,
        seen: &ContactSeen,
    ) -> Result<Priority> {
        let contact = self.known_contact(id)?;
        seen.check(contact)?;
        if matches!(contact.state, ContactState::Complete { .. }) {
            return Err(Error::ContactEnded(id));
        }
        let before = contact.priority;
        if before == priority {
            return Ok(before);
        }
        let (old, profile) = (contact.rank, contact.profile());
        let waits = contact.state == ContactState::Queued;
        let rank = Rank::new(priority, old.arrival());
        if let Some(contact) = self.contacts.get_mut(&id) {
            contact.priority = priority;
            contact.rank = rank;
        }
        if waits {
            self.waiting.remove(&profile, old);
            self.line_up(id, &profile, rank);
        }
        self.emit(
            now,
            What::ContactReprioritised {
                contact: id,
                priority,
                rank,
            },
        );
        Ok(before)
    }

    /// Gives a contact that is on no list to the longest available agent who serves it, or else
    /// queues it.
    pub(super) fn seat(&mut self, now: Moment, id: ContactId) {
        let (profile, rank) = (self.contacts[&id].profile(), self.contacts[&id].rank);
        // If another contact of this profile waits, no routable agent serves it.
        let waits = self.waiting.has_line(&profile);
        match if waits {
            None
        } else {
            self.available.longest(&profile)
        } {
            Some((_, agent)) => {
                self.unlist(now, &agent);
                self.give(now, id, &agent);
            }
            None => self.line_up(id, &profile, rank),
        }
    }

    fn line_up(&mut self, id: ContactId, profile: &Profile, rank: Rank) {
        let staffed = |skill: &_| {
            self.staffed
                .get(skill)
                .map_or(0, std::collections::BTreeSet::len)
        };
        self.waiting.add(id, profile, rank, staffed);
    }

    /// Assigns a contact that is on no list to an agent who is on no list; by the offer of that number
    /// if they accepted one.
    pub(super) fn assign(
        &mut self,
        now: Moment,
        id: ContactId,
        agent: &AgentId,
        offer: Option<u64>,
    ) {
        // Who has an offer may accept it also after losing a skill.
        if offer.is_none() {
            self.check_can_serve(agent, id);
        }
        let at = now.millis();
        if let Some(contact) = self.contacts.get_mut(&id) {
            contact.state = ContactState::Assigned {
                agent: agent.clone(),
                at,
            };
            contact.accepted = offer;
            let wait = at.since(contact.created);
            // A requeued contact was already counted when its first agent got it.
            if contact.requeues == 0 {
                let contact = contact.clone();
                self.count_assigned(now, &contact, wait);
            }
            self.emit(
                now,
                What::ContactAssigned {
                    contact: id,
                    agent: agent.clone(),
                    wait,
                    offer,
                },
            );
        }
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.state = AgentState::Busy {
                contact: id,
                next: Presence::Available,
                next_mark: None,
            };
            agent.changed = at;
            self.busy += 1;
            self.counts(now).busy.begin(at);
        }
    }

    /// Ends a contact that has not ended, and frees its agent if it has one.
    fn end(&mut self, now: Moment, id: ContactId, outcome: Outcome) {
        let ended = match outcome {
            Outcome::Abandoned => OfferEnd::Abandoned,
            Outcome::Handled | Outcome::Cancelled => OfferEnd::Withdrawn,
        };
        let offered = self.end_offer(now, id, ended, None);
        let (contact, at) = (self.contacts[&id].clone(), now.millis());
        let profile = contact.profile();
        let served = match contact.state.clone() {
            ContactState::Assigned { agent, at } => Some((agent, at)),
            _ => None,
        };
        let earlier = self.earlier_legs.remove(&id).unwrap_or_default();
        let leg = served.as_ref().map_or(0, |(_, began)| at.since(*began));
        match (outcome, &served) {
            (Outcome::Handled, Some((agent, _))) => {
                self.count_handled(now, &contact, earlier + leg);
                self.credit(agent, leg);
                self.credit_handled(agent);
            }
            (Outcome::Cancelled, _) => self.count_cancelled(now, &contact),
            (Outcome::Handled | Outcome::Abandoned, _) if contact.requeues > 0 => {
                self.count_abandoned_requeued(now, &contact);
            }
            (Outcome::Handled | Outcome::Abandoned, _) => {
                self.count_abandoned(now, &contact, at.since(contact.created));
            }
        }
        self.end_of_type(&contact);
        if served.is_none() && offered.is_none() {
            self.waiting.remove(&profile, contact.rank);
        }
        let agent = served.as_ref().map(|(agent, _)| agent.clone());
        if let Some(contact) = self.contacts.get_mut(&id) {
            contact.state = ContactState::Complete {
                served,
                at,
                outcome,
            };
        }
        self.deadlines
            .insert((Millis(at.0 + EXPIRE_AFTER), Deadline::Expire(id)));
        self.emit(
            now,
            What::ContactCompleted {
                contact: id,
                agent: agent.clone(),
                outcome,
                disposition: contact.disposition.clone(),
            },
        );
        if let Some(agent) = agent {
            self.free(now, &agent, &contact);
        }
        if let Some((agent, since)) = offered {
            self.take_place_again(now, &agent, since);
        }
        self.check_invariant();
    }
}
