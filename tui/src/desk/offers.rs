//! Offers and wrap-up on the desk: accepting, rejecting, ending and extending.

use shared::agent::{Agent, AgentState, Mark};
use shared::operation::{Operation, WrapUpStep};
use shared::settings::Timeout;

use super::model::{Desk, DeskOverlay};
use crate::parts::effect::Effect;
use crate::polled::Task;
use crate::request::Request;
use crate::text::short_contact;

/// By how many seconds the agent extends their wrap-up at a time.
const LONGER: u64 = 60;

impl Desk {
    /// Accepts the contact that is offered.
    pub(super) fn accept(&mut self) -> Vec<Effect<Task<Request>>> {
        let Some(agent) = self.agent() else {
            return self.nobody();
        };
        match agent.state {
            AgentState::Offered { contact, offer, .. } => {
                let agent = agent.id.clone();
                let id = contact;
                self.ask(Request::Apply(Operation::AcceptOffer { id, agent, offer }))
            }
            AgentState::Busy { contact, .. } => {
                self.say(format!("You are on {} already.", short_contact(contact)));
                vec![Effect::Draw]
            }
            _ => self.not_offered(),
        }
    }

    /// Rejects it.
    pub(super) fn reject(&mut self) -> Vec<Effect<Task<Request>>> {
        let Some(agent) = self.agent() else {
            return self.nobody();
        };
        let AgentState::Offered { contact, offer, .. } = agent.state else {
            return self.not_offered();
        };
        let reject = Operation::RejectOffer {
            id: contact,
            agent: agent.id.clone(),
            offer,
            reason: None,
        };
        self.rejected = Some(offer);
        self.ask(Request::Apply(reject))
    }

    fn not_offered(&mut self) -> Vec<Effect<Task<Request>>> {
        self.refuse("No contact is offered to you now.");
        vec![Effect::Draw]
    }

    /// Ends the wrap-up.
    pub(super) fn done(&mut self) -> Vec<Effect<Task<Request>>> {
        self.wrap_up(WrapUpStep::Done)
    }

    /// Extends the wrap-up.
    pub(super) fn longer(&mut self) -> Vec<Effect<Task<Request>>> {
        match Timeout::try_from(LONGER) {
            Ok(more) => self.wrap_up(WrapUpStep::Extend(more)),
            Err(why) => {
                self.refuse(why.to_string());
                vec![Effect::Draw]
            }
        }
    }

    fn wrap_up(&mut self, step: WrapUpStep) -> Vec<Effect<Task<Request>>> {
        let Some(agent) = self.agent() else {
            return self.nobody();
        };
        let AgentState::WrapUp { until, .. } = agent.state else {
            self.refuse("You are not in wrap-up.");
            return vec![Effect::Draw];
        };
        if until.is_none() && step != WrapUpStep::Done {
            self.refuse("Your wrap-up lasts until you say that you are done: d.");
            return vec![Effect::Draw];
        }
        let id = agent.id.clone();
        self.ask(Request::Apply(Operation::WrapUp { id, step }))
    }

    /// Says that an offer has come while something covers the desk: Enter means something else there.
    pub(super) fn notice_offer(&mut self, before: &Agent, now: &Agent) {
        let AgentState::Offered { contact, offer, .. } = now.state else {
            return;
        };
        let is_new =
            !matches!(before.state, AgentState::Offered { offer: old, .. } if old == offer);
        if let Some(cover) = self.covered_by().filter(|_| is_new) {
            self.offer_under = Some(offer);
            let contact = short_contact(contact);
            self.say(format!(
                "{contact} is offered to you. Esc closes {cover}; then Enter accepts."
            ));
        }
    }

    /// Closes the reasons if a contact was offered while they were shown: the key may have been meant
    /// for the offer.
    pub(super) fn closed_for_offer(&mut self) -> bool {
        let reasons = matches!(
            self.overlay,
            Some(DeskOverlay::Reasons(_) | DeskOverlay::Typing(_))
        );
        let came = match self.agent().map(|agent| &agent.state) {
            Some(AgentState::Offered { offer, .. }) => self.offer_under == Some(*offer),
            _ => false,
        };
        if reasons && came {
            self.overlay = None;
            self.refuse(
                "You are still available: a contact was offered to you meanwhile. Enter accepts \
                 it, x rejects it.",
            );
        }
        reasons && came
    }

    /// Says what became of the offer that the agent had at the previous poll.
    pub(super) fn follow_offer(&mut self, before: &Agent, now: &Agent) {
        let AgentState::Offered { contact, offer, .. } = before.state else {
            return;
        };
        let goes_on = match now.state {
            AgentState::Offered { offer: number, .. } => number == offer,
            AgentState::Busy { contact: on, .. } | AgentState::WrapUp { contact: on, .. } => {
                on == contact
            }
            _ => false,
        };
        if goes_on || self.rejected == Some(offer) {
            return;
        }
        let contact = short_contact(contact);
        let missed = now.misses > before.misses || is_not_responding(now);
        if missed {
            self.refuse(format!("You missed {contact}: the offer is over."));
        } else {
            self.say(format!("{contact} is no longer offered to you."));
        }
    }
}

fn is_not_responding(agent: &Agent) -> bool {
    let mark = Some(Mark::NotResponding);
    matches!(&agent.state, AgentState::Unavailable { mark: now, .. } if *now == mark)
}
