//! Offers: a contact is offered to an agent, who accepts, rejects or misses it.

use super::Core;
use crate::agent::{AgentId, AgentState, Mark, Presence};
use crate::contact::{ContactId, ContactState, Done, Offer};
use crate::error::Result;
use crate::event::{OfferEnd, What};
use crate::seen::offer_is_over;
use crate::settings::{MAX_MISSES, Misses, PENALTY, Penalty};
use crate::text::Reason;
use crate::time::{Millis, Moment, Tick};

impl Core {
    /// Gives a contact that is on no list to an agent who is on no list: offers it, or assigns it if
    /// contacts are not offered.
    pub(super) fn give(&mut self, now: Moment, id: ContactId, agent: &AgentId) {
        let contact_type = self.contacts[&id].contact_type.as_ref();
        match self.set(contact_type, |set| set.offer_timeout_s) {
            Some(timeout) => {
                let until = Millis(now.millis().0 + timeout.millis());
                self.offer(now, id, agent, until);
            }
            None => self.assign(now, id, agent, None),
        }
    }

    fn offer(&mut self, now: Moment, id: ContactId, agent: &AgentId, until: Millis) {
        self.check_can_serve(agent, id);
        let number = self.event + 1;
        let offered = What::ContactOffered {
            contact: id,
            agent: agent.clone(),
            offer: number,
            until,
        };
        self.emit(now, offered);
        self.count_one(now, id, |totals| totals.offers += 1);
        if let Some(contact) = self.contacts.get_mut(&id) {
            contact.state = ContactState::Offered(Offer {
                number,
                agent: agent.clone(),
                until,
            });
        }
        if let Some(known) = self.agents.get_mut(agent)
            && let AgentState::Available { since } = known.state
        {
            known.changed = now.millis();
            known.state = AgentState::Offered {
                contact: id,
                offer: number,
                until,
                since,
            };
        }
        self.offers.insert((until, agent.clone()));
    }

    /// See [`crate::Acd::accept_offer`].
    pub fn accept_offer(
        &mut self,
        now: Moment,
        id: ContactId,
        agent: &AgentId,
        offer: u64,
    ) -> Result<Done> {
        let contact = self.known_contact(id)?;
        if contact.accepted == Some(offer) && contact.state.agent() == Some(agent) {
            return Ok(Done::before(contact.state.clone()));
        }
        self.check_offer(now, id, agent, offer)?;
        self.close_offer(id);
        self.count_one(now, id, |totals| totals.accepted += 1);
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.misses = 0;
        }
        self.assign(now, id, agent, Some(offer));
        self.check_invariant();
        Ok(Done::now(self.contacts[&id].state.clone()))
    }

    /// See [`crate::Acd::reject_offer`].
    pub fn reject_offer(
        &mut self,
        now: Moment,
        id: ContactId,
        agent: &AgentId,
        offer: u64,
        reason: Option<Reason>,
    ) -> Result<Done> {
        let contact = self.known_contact(id)?;
        let known = self.agents.get(agent);
        if known.is_some_and(|known| known.rejected == Some(offer)) {
            return Ok(Done::before(contact.state.clone()));
        }
        self.check_offer(now, id, agent, offer)?;
        self.end_offer(now, id, OfferEnd::Rejected, reason);
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.rejected = Some(offer);
        }
        self.penalize(now, id, agent);
        self.seat(now, id);
        self.check_invariant();
        Ok(Done::now(self.contacts[&id].state.clone()))
    }

    /// Fails unless this offer is open. A time that has passed counts, whether or not the miss has
    /// been carried out yet.
    fn check_offer(&self, now: Moment, id: ContactId, agent: &AgentId, offer: u64) -> Result<()> {
        let state = &self.contacts[&id].state;
        match state {
            ContactState::Offered(open)
                if open.number == offer && open.agent == *agent && now.millis() < open.until =>
            {
                Ok(())
            }
            state => Err(offer_is_over(id, agent, offer, state)),
        }
    }

    /// Carries out a miss: the offer to this agent was not answered in time.
    pub(super) fn miss(&mut self, now: Moment, agent: &AgentId) {
        let Some(AgentState::Offered { contact: id, .. }) =
            self.agents.get(agent).map(|agent| agent.state.clone())
        else {
            return;
        };
        self.end_offer(now, id, OfferEnd::Missed, None);
        let contact_type = self.contacts[&id].contact_type.as_ref();
        let most = self.set(contact_type, |set| set.max_misses);
        let most = most.map_or(MAX_MISSES, Misses::get);
        let mut misses = 0;
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.misses += 1;
            misses = agent.misses;
        }
        if misses < most {
            self.penalize(now, id, agent);
        } else {
            self.become_unavailable(now, agent, None, Some(Mark::NotResponding));
        }
        self.seat(now, id);
        self.check_invariant();
    }

    /// Takes an offer back because its agent is no longer available, and makes them what they are
    /// now. The contact is back at its place in the queue or goes to another agent.
    pub(super) fn withdraw(
        &mut self,
        now: Moment,
        agent: &AgentId,
        id: ContactId,
        then: impl FnOnce(&mut Self),
    ) {
        self.end_offer(now, id, OfferEnd::Withdrawn, None);
        if let Some(agent) = self.agents.get_mut(agent) {
            // They are on no list.
            agent.state = AgentState::Unavailable {
                reason: None,
                mark: None,
            };
        }
        then(self);
        self.seat(now, id);
    }

    /// Ends an open offer: the contact waits, but is on no list yet, and its agent is still to become
    /// something else. Returns the agent and their place among the available.
    pub(super) fn end_offer(
        &mut self,
        now: Moment,
        id: ContactId,
        how: OfferEnd,
        reason: Option<Reason>,
    ) -> Option<(AgentId, Tick)> {
        let (offer, since) = self.close_offer(id)?;
        self.count_one(now, id, |totals| match how {
            OfferEnd::Rejected => totals.rejected += 1,
            OfferEnd::Missed => totals.missed += 1,
            OfferEnd::Withdrawn => totals.withdrawn += 1,
            OfferEnd::Abandoned => totals.abandoned_while_offered += 1,
        });
        let ended = What::OfferEnded {
            contact: id,
            agent: offer.agent.clone(),
            offer: offer.number,
            how,
            reason,
        };
        self.emit(now, ended);
        Some((offer.agent, since))
    }

    /// Returns the open offer of a contact, which waits from now on, and its agent's place.
    fn close_offer(&mut self, id: ContactId) -> Option<(Offer, Tick)> {
        let contact = self.contacts.get_mut(&id)?;
        let ContactState::Offered(offer) = contact.state.clone() else {
            return None;
        };
        contact.state = ContactState::Queued;
        self.offers.remove(&(offer.until, offer.agent.clone()));
        let AgentState::Offered { since, .. } = self.agents[&offer.agent].state else {
            return None;
        };
        Some((offer, since))
    }

    /// Puts an agent who missed or rejected the offer of this contact on penalty.
    fn penalize(&mut self, now: Moment, id: ContactId, agent: &AgentId) {
        let contact_type = self.contacts[&id].contact_type.as_ref();
        let penalty = self.set(contact_type, |set| set.penalty_s);
        let until = Millis(now.millis().0 + penalty.map_or(PENALTY, Penalty::millis));
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.penalty = Some(until);
        }
        self.pause(now, agent, until);
    }

    /// Makes an available agent who is on no list wait until their penalty is over.
    pub(super) fn pause(&mut self, now: Moment, id: &AgentId, until: Millis) {
        if let Some(agent) = self.agents.get_mut(id) {
            agent.state = AgentState::Penalty { until };
            agent.changed = now.millis();
        }
        self.penalties.insert((until, id.clone()));
        self.emit(
            now,
            What::AgentPenalty {
                agent: id.clone(),
                until,
            },
        );
    }

    /// Ends a penalty that is over: the agent is routable, behind all others.
    pub(super) fn end_penalty(&mut self, now: Moment, id: &AgentId) {
        if let Some(agent) = self.agents.get_mut(id) {
            agent.penalty = None;
        }
        self.become_what(now, id, Presence::Available, None);
        self.check_invariant();
    }
}
