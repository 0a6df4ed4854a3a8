//! What the agent says about a contact: its disposition and a note. In wrap-up it is sent at once;
//! during the contact it is kept until the contact is completed.

use shared::agent::AgentState;
use shared::contact::{Contact, ContactId, Remarks};
use shared::operation::Operation;
use shared::text::{Disposition, Note};

use super::model::{Desk, DeskOverlay, Saying};
use crate::operation_words::remarks_in_words;
use crate::parts::effect::Effect;
use crate::polled::Task;
use crate::request::Request;
use crate::text::short_contact;

impl Desk {
    /// Returns the dispositions that the agent must choose from; none if any is allowed.
    pub fn dispositions(&self) -> Option<Vec<&str>> {
        let list = self.snapshot()?.dispositions.as_ref()?;
        let names = list.all().iter().map(Disposition::as_str);
        Some(names.collect())
    }

    /// Asks what is to be said, if there is a contact about which something can be said.
    pub(super) fn ask_what(&mut self, saying: Saying) -> Vec<Effect<Task<Request>>> {
        if self.agent().is_none() {
            return self.nobody();
        }
        let contact = self.contact_to_talk_of().map(|(id, _)| id);
        if contact.is_none() {
            self.refuse("You are neither on a contact nor in wrap-up.");
        } else if !self.refused() {
            self.talk_of = contact;
            self.overlay = Some(match (saying, self.dispositions()) {
                (Saying::Disposition, Some(list)) if !list.is_empty() => {
                    DeskOverlay::Dispositions(0)
                }
                (Saying::Note, _) => DeskOverlay::Saying(saying, self.present_note()),
                (Saying::Disposition, _) => DeskOverlay::Saying(saying, String::new()),
            });
        }
        vec![Effect::Draw]
    }

    /// Returns the contact that the agent is on or in wrap-up for, and whether it has ended.
    fn contact_to_talk_of(&self) -> Option<(ContactId, bool)> {
        match self.agent()?.state {
            AgentState::Busy { contact, .. } => Some((contact, false)),
            AgentState::WrapUp { contact, .. } => Some((contact, true)),
            _ => None,
        }
    }

    /// Returns the note that the contact has now; empty if it has none.
    fn present_note(&self) -> String {
        let contact = self.contact_shown();
        let note = contact.and_then(|contact| self.said_of(contact).note);
        note.map(|note| note.as_str().trim().to_owned())
            .unwrap_or_default()
    }

    /// Returns the contact that is being talked of, as last seen.
    fn contact_shown(&self) -> Option<&Contact> {
        let (id, _) = self.contact_to_talk_of()?;
        let contact = self.snapshot()?.contact.as_ref();
        contact.filter(|contact| contact.id == id)
    }

    /// Chooses a disposition of the list.
    pub(super) fn choose_disposition(&mut self, place: usize) -> Vec<Effect<Task<Request>>> {
        let list = self.dispositions().unwrap_or_default();
        match list.get(place).copied().map(str::to_owned) {
            Some(text) => self.said(Saying::Disposition, text),
            // The list became shorter meanwhile.
            None => self.ask_what(Saying::Disposition),
        }
    }

    /// Says what was chosen or typed.
    pub(super) fn said(&mut self, saying: Saying, text: String) -> Vec<Effect<Task<Request>>> {
        let present = self.present_note();
        if saying == Saying::Note && text == present {
            self.say("The note is unchanged.");
            return vec![Effect::Draw];
        }
        if saying == Saying::Note && text.is_empty() {
            self.overlay = Some(DeskOverlay::Saying(saying, text));
            self.refuse("The note is not removed: type another, or Esc keeps the present one.");
            return vec![Effect::Draw];
        }
        let mut remarks = Remarks::default();
        let read = match saying {
            Saying::Disposition => text.parse::<Disposition>().map(|disposition| {
                remarks.disposition = Some(disposition);
            }),
            Saying::Note => text.parse::<Note>().map(|note| {
                remarks.note = Some(note);
            }),
        };
        if let Err(why) = read {
            // Keeps what was typed, so that it can be corrected.
            self.overlay = Some(DeskOverlay::Saying(saying, text));
            self.refuse(why.to_string());
            return vec![Effect::Draw];
        }
        let contact = self.contact_to_talk_of();
        match contact.filter(|(id, _)| self.talk_of == Some(*id)) {
            Some((id, true)) => self.ask(Request::Apply(Operation::SetDisposition { id, remarks })),
            Some((id, false)) => {
                let before = self.remarks_on(id);
                let remarks = Remarks {
                    disposition: remarks.disposition.or(before.disposition),
                    note: remarks.note.or(before.note),
                };
                self.remarks = Some((id, remarks));
                self.say("It is sent when you complete the contact.");
                vec![Effect::Draw]
            }
            None => {
                self.refuse("Not sent: the contact is no longer yours.");
                vec![Effect::Draw]
            }
        }
    }

    /// Sends what the agent said during a contact that ended elsewhere, or says that it is not sent.
    pub(super) fn follow_remarks(&mut self) -> Vec<Effect<Task<Request>>> {
        let Some((id, said)) = self.remarks.clone() else {
            return vec![];
        };
        let state = self.agent().map(|agent| &agent.state);
        match state {
            Some(AgentState::Busy { contact, .. }) if *contact == id => vec![],
            Some(AgentState::WrapUp { contact, .. }) if *contact == id => {
                let remarks = self.not_yet_on_contact(said);
                if remarks == Remarks::default() {
                    self.remarks = None;
                    return vec![];
                }
                // Tries again at the next poll.
                if self.refused() {
                    return vec![];
                }
                self.remarks = None;
                self.ask(Request::Apply(Operation::SetDisposition { id, remarks }))
            }
            // It is sent with the completion. A refusal comes with the answer.
            _ if self.completed == Some(id) => {
                if self.asked == 0 {
                    self.remarks = None;
                }
                vec![]
            }
            _ => {
                self.remarks = None;
                let (contact, said) = (short_contact(id), remarks_in_words(&said));
                self.kept.push(format!(
                    "What you said about {contact} was not sent: {said}."
                ));
                vec![]
            }
        }
    }

    /// Returns the part of these remarks that the contact does not have yet.
    fn not_yet_on_contact(&self, said: Remarks) -> Remarks {
        let Some(contact) = self.contact_shown() else {
            return said;
        };
        Remarks {
            disposition: said
                .disposition
                .filter(|said| contact.disposition.as_ref() != Some(said)),
            note: said.note.filter(|said| contact.note.as_ref() != Some(said)),
        }
    }

    /// Returns what is said about a contact: what the agent said, or else what it has.
    pub(super) fn said_of(&self, contact: &Contact) -> Remarks {
        let said = self.remarks_on(contact.id);
        Remarks {
            disposition: said.disposition.or_else(|| contact.disposition.clone()),
            note: said.note.or_else(|| contact.note.clone()),
        }
    }

    /// Returns what the agent has said so far about the contact that they are on.
    pub(super) fn remarks_on(&self, id: ContactId) -> Remarks {
        let said = self.remarks.as_ref().filter(|(of, _)| *of == id);
        said.map(|(_, remarks)| remarks.clone()).unwrap_or_default()
    }
}
