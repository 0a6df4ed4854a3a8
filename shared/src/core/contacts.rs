//! What happens to contacts: they arrive, get an agent, end.

use super::deadlines::Deadline;
use super::{Core, EXPIRE_AFTER};
use crate::agent::{AgentId, AgentState, Presence};
use crate::contact::{Contact, ContactId, ContactState, NewContact, Outcome, Rank};
use crate::error::{Error, Result};
use crate::event::What;
use crate::skill::Profile;
use crate::time::{Millis, Moment};

impl Core {
    /// See [`crate::Acd::create_contact`].
    pub fn create_contact(&mut self, now: Moment, new: NewContact) -> Result<ContactState> {
        if let Some(known) = self.contacts.get(&new.id) {
            let same =
                (known.profile(), known.priority) == (Profile::new(&new.skills), new.priority);
            return if same {
                Ok(known.state.clone())
            } else {
                Err(Error::KeyReused)
            };
        }
        if self.closed {
            return Err(Error::Closed);
        }
        let contact = Contact {
            id: new.id,
            skills: new.skills,
            priority: new.priority,
            rank: Rank::new(new.priority, self.next_tick(now)),
            created: now.millis(),
            attributes: new.attributes,
            state: ContactState::Queued,
        };
        let (id, rank, profile) = (contact.id, contact.rank, contact.profile());
        self.totals.offered += 1;
        self.contacts.insert(id, contact);
        self.emit(
            now,
            What::ContactCreated {
                contact: id,
                profile: profile.to_string(),
                rank,
            },
        );

        // Who waits with this profile shows that no routable agent serves it.
        let agent = if self.waiting.has_line(&profile) {
            None
        } else {
            self.available.longest(&profile)
        };
        match agent {
            Some((since, agent)) => {
                self.available
                    .unlist(&agent, &self.agents[&agent].skills, since);
                self.assign(now, id, &agent);
            }
            None => {
                let staffed = |skill: &_| {
                    self.staffed
                        .get(skill)
                        .map_or(0, std::collections::BTreeSet::len)
                };
                self.waiting.add(id, &profile, rank, staffed);
            }
        }
        self.check_invariant();
        Ok(self.contacts[&id].state.clone())
    }

    /// See [`crate::Acd::complete_contact`].
    pub fn complete_contact(&mut self, now: Moment, id: ContactId) -> Result<ContactState> {
        let contact = self.known_contact(id)?;
        match contact.state.clone() {
            ContactState::Complete { .. } => {}
            ContactState::Queued => {
                self.waiting.remove(&contact.profile(), contact.rank);
                self.totals.abandoned += 1;
                self.end(now, id, None, Outcome::Abandoned);
            }
            ContactState::Assigned { agent, at } => {
                self.totals.handled += 1;
                self.end(now, id, Some((agent.clone(), at)), Outcome::Handled);
                self.free(now, &agent);
            }
        }
        self.check_invariant();
        Ok(self.contacts[&id].state.clone())
    }

    /// Gives a contact to an agent who is on no list, and takes the contact off none.
    pub(super) fn assign(&mut self, now: Moment, id: ContactId, agent: &AgentId) {
        let at = now.millis();
        if let Some(contact) = self.contacts.get_mut(&id) {
            contact.state = ContactState::Assigned {
                agent: agent.clone(),
                at,
            };
            let wait = at.since(contact.created);
            self.totals.assigned += 1;
            self.totals.assigned_wait += wait;
            self.emit(
                now,
                What::ContactAssigned {
                    contact: id,
                    agent: agent.clone(),
                    wait,
                },
            );
        }
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.state = AgentState::Busy {
                contact: id,
                next: Presence::Available,
            };
            agent.changed = at;
            self.busy += 1;
        }
    }

    fn end(
        &mut self,
        now: Moment,
        id: ContactId,
        served: Option<(AgentId, Millis)>,
        outcome: Outcome,
    ) {
        let at = now.millis();
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
                agent,
                outcome,
            },
        );
    }
}
