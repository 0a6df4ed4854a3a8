//! What follows a contact: wrap-up, the disposition and the note.

use super::Core;
use crate::agent::{AgentId, AgentState, Mark, Presence};
use crate::contact::{Contact, ContactId, ContactState, Remarks};
use crate::error::{Error, Result};
use crate::event::What;
use crate::operation::WrapUpStep;
use crate::settings::{Dispositions, WrapUp};
use crate::text::{Disposition, Invalid};
use crate::time::{Millis, Moment};

impl Core {
    /// Frees an agent whose contact has ended: they are in wrap-up, or become what they chose to be
    /// next.
    pub(super) fn free(&mut self, now: Moment, id: &AgentId, contact: &Contact) {
        let mode = self.set(contact.contact_type.as_ref(), |set| set.wrap_up);
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        let ready = std::mem::take(&mut agent.ready);
        let until = match mode {
            Some(WrapUp::Timed { seconds }) => Some(Millis(now.millis().0 + seconds.millis())),
            Some(WrapUp::Manual {}) if !ready => None,
            Some(WrapUp::Manual {} | WrapUp::None {}) | None => {
                let (next, mark) = self.leave_contact(now, id);
                return self.become_what(now, id, next, mark);
            }
        };
        let (next, next_mark) = (agent.state.chosen(), agent.state.mark());
        agent.state = AgentState::WrapUp {
            contact: contact.id,
            until,
            next,
            next_mark,
        };
        agent.changed = now.millis();
        self.busy -= 1;
        self.list_wrap_up(now, id, contact.id, until);
    }

    /// Lists an agent in wrap-up until this time, and reports it.
    fn list_wrap_up(
        &mut self,
        now: Moment,
        id: &AgentId,
        contact: ContactId,
        until: Option<Millis>,
    ) {
        self.wrap_ups.insert((until.unwrap_or(NEVER), id.clone()));
        self.emit(
            now,
            What::AgentWrapUp {
                agent: id.clone(),
                contact,
                until,
            },
        );
    }

    /// See [`crate::Acd::wrap_up`].
    pub fn wrap_up(&mut self, now: Moment, id: &AgentId, step: WrapUpStep) -> Result<()> {
        let agent = self.known_agent(id)?;
        let AgentState::WrapUp { contact, until, .. } = agent.state else {
            return Err(not_in_wrap_up(id));
        };
        let seconds = match step {
            WrapUpStep::Done => {
                self.end_wrap_up(now, id, true);
                return Ok(());
            }
            WrapUpStep::Extend(seconds) => seconds,
        };
        let Some(end) = until else {
            return Err(cannot_be_extended().into());
        };
        if end <= now.millis() {
            return Err(not_in_wrap_up(id));
        }
        let longer = Some(Millis(end.0 + seconds.millis()));
        if let AgentState::WrapUp { until, .. } = &mut agent.state {
            *until = longer;
        }
        self.wrap_ups.remove(&(end, id.clone()));
        self.list_wrap_up(now, id, contact, longer);
        Ok(())
    }

    /// Ends an agent's wrap-up, because they are done or because its time is over. They become what
    /// they chose to be next.
    pub(super) fn end_wrap_up(&mut self, now: Moment, id: &AgentId, done: bool) {
        if let Some((next, mark)) = self.leave_wrap_up(now, id, done) {
            self.become_what(now, id, next, mark);
        }
        self.check_invariant();
    }

    /// Takes an agent out of wrap-up and counts its time. Returns what they must become next.
    pub(super) fn leave_wrap_up(
        &mut self,
        now: Moment,
        id: &AgentId,
        done: bool,
    ) -> Option<(Presence, Option<Mark>)> {
        let agent = self.agents.get_mut(id)?;
        let AgentState::WrapUp {
            contact,
            until,
            next,
            next_mark,
        } = agent.state.clone()
        else {
            return None;
        };
        let time = now.millis().since(agent.changed);
        agent.wrap_up_time += time;
        self.wrap_ups.remove(&(until.unwrap_or(NEVER), id.clone()));
        // A contact that has expired meanwhile counts for the floor only.
        if self.contacts.contains_key(&contact) {
            self.count_one(now, contact, |totals| totals.wrap_up_time += time);
        } else {
            self.counts(now).all.wrap_up_time += time;
        }
        self.counts(now).busy.end(now.millis());
        let ended = What::WrapUpEnded {
            agent: id.clone(),
            contact,
            time,
            done,
        };
        self.emit(now, ended);
        Some((next, next_mark))
    }

    /// Returns whether this choice of an agent ends the wrap-up that they end themselves: being
    /// available, said in it or during the contact before it.
    pub(super) fn ends_wrap_up(&self, id: &AgentId, presence: &Presence) -> bool {
        let Some(agent) = self.agents.get(id) else {
            return false;
        };
        if *presence != Presence::Available {
            return false;
        }
        match &agent.state {
            AgentState::WrapUp { until, .. } => until.is_none(),
            AgentState::Busy { contact, .. } => {
                let contact = self.contacts.get(contact);
                let contact_type = contact.and_then(|contact| contact.contact_type.as_ref());
                let mode = self.set(contact_type, |set| set.wrap_up);
                mode == Some(WrapUp::Manual {})
            }
            _ => false,
        }
    }

    /// Checks that a contact may get this disposition, if any.
    pub(super) fn permit_disposition(&self, contact: &Contact, remarks: &Remarks) -> Result<()> {
        let contact_type = contact.contact_type.as_ref();
        let known = self.set(contact_type, |set| set.dispositions.as_ref());
        permitted(known, remarks).map_err(Error::UnknownDisposition)
    }

    /// See [`crate::Acd::set_disposition`].
    pub fn set_disposition(&mut self, now: Moment, id: ContactId, remarks: Remarks) -> Result<()> {
        let contact = self.known_contact(id)?;
        let agent = match &contact.state {
            ContactState::Complete {
                served: Some((agent, _)),
                ..
            } => agent.clone(),
            _ => return Err(no_wrap_up_for(id)),
        };
        let state = self.agents.get(&agent).map(|agent| &agent.state);
        let theirs = matches!(state, Some(AgentState::WrapUp { contact, until, .. })
            if *contact == id && until.is_none_or(|until| now.millis() < until));
        if !theirs {
            return Err(no_wrap_up_for(id));
        }
        self.permit_disposition(contact, &remarks)?;
        self.remark(id, &remarks);
        let contact_disposition = What::ContactDisposition {
            contact: id,
            agent,
            disposition: remarks.disposition,
        };
        self.emit(now, contact_disposition);
        Ok(())
    }

    /// Writes what was said about a contact.
    pub(super) fn remark(&mut self, id: ContactId, remarks: &Remarks) {
        if let Some(contact) = self.contacts.get_mut(&id) {
            if remarks.disposition.is_some() {
                contact.disposition.clone_from(&remarks.disposition);
            }
            if remarks.note.is_some() {
                contact.note.clone_from(&remarks.note);
            }
        }
    }
}

/// Later than any end of a wrap-up: it ends when its agent says so.
const NEVER: Millis = Millis(u64::MAX);

/// Checks a disposition against the list of those that are known; without a list any is.
pub(crate) fn permitted(known: Option<&Dispositions>, remarks: &Remarks) -> Result<(), Invalid> {
    let (Some(known), Some(disposition)) = (known, &remarks.disposition) else {
        return Ok(());
    };
    if known.all().contains(disposition) {
        return Ok(());
    }
    let names: Vec<&str> = known.all().iter().map(Disposition::as_str).collect();
    let rule = if names.is_empty() {
        "give none: the list is empty".to_owned()
    } else {
        format!("give none or one of: {}", names.join(", "))
    };
    let what = format!("the disposition {disposition}");
    Err(Invalid::new(what, "is not on the list", rule))
}

/// Makes the error for an agent who is not in wrap-up.
pub(crate) fn not_in_wrap_up(agent: &AgentId) -> Error {
    Error::NotInWrapUp(format!(
        "agent {agent} is not in wrap-up; nothing was done, so read the agent again"
    ))
}

/// Makes the error for a contact that no agent is in wrap-up for.
pub(crate) fn no_wrap_up_for(contact: ContactId) -> Error {
    Error::NotInWrapUp(format!(
        "no agent is in wrap-up for {contact}; nothing was done: give the disposition when you \
         complete the contact, or in the wrap-up after it"
    ))
}

/// Makes the error for a wrap-up that has no end.
pub(crate) fn cannot_be_extended() -> Invalid {
    let rule = "end it with done when it is over";
    Invalid::new("extend_s", "is given for a wrap-up without an end", rule)
}
