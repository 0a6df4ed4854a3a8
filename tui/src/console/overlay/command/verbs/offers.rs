//! Parses the commands about offers, wrap-up and dispositions.

use shared::contact::{ContactId, Remarks};
use shared::operation::{Operation, WrapUpStep};
use shared::settings::Timeout;

use super::Command;
use super::parser::{Parser, agent_id, refused, together, wrong};
use super::words::Word;
use crate::offer_answer::OfferAnswer;
use crate::query::Wrong;
use crate::request::Request;

/// What begins a note.
const NOTE: &str = "note=";

impl Parser<'_> {
    pub(super) fn accept(&self) -> Result<Command, Wrong> {
        let [contact, agent] = self.rest else {
            return self.usage(self.rest.len().min(2));
        };
        self.answer(contact, agent, OfferAnswer::Accept)
    }

    pub(super) fn reject(&self) -> Result<Command, Wrong> {
        let [contact, agent, reason @ ..] = self.rest else {
            return self.usage(self.rest.len());
        };
        let why = match reason {
            [] => None,
            [first, ..] => {
                let why = together(reason).parse();
                Some(why.map_err(|why| refused(first.at, &why))?)
            }
        };
        self.answer(contact, agent, OfferAnswer::Reject(why))
    }

    fn answer(&self, contact: &Word, agent: &Word, answer: OfferAnswer) -> Result<Command, Wrong> {
        let agent = agent_id(agent)?;
        self.about_one(contact, |contact| Request::AnswerOffer {
            contact,
            agent,
            answer,
        })
    }

    /// Returns a request about the one contact that a word names.
    fn about_one(
        &self,
        name: &Word,
        request: impl FnOnce(ContactId) -> Request,
    ) -> Result<Command, Wrong> {
        self.about(std::slice::from_ref(name), |contacts| {
            Command::Ask(request(contacts[0]))
        })
    }

    pub(super) fn wrap_up(&self) -> Result<Command, Wrong> {
        let (id, step) = match self.rest {
            [id] => (id, WrapUpStep::Done),
            [id, seconds] => (id, WrapUpStep::Extend(extension(seconds)?)),
            _ => return self.usage(self.rest.len().min(2)),
        };
        let id = agent_id(id)?;
        let wrap_up = Operation::WrapUp { id, step };
        Ok(Command::Ask(Request::Apply(wrap_up)))
    }

    pub(super) fn disposition(&self) -> Result<Command, Wrong> {
        let Some((contact, said)) = self.rest.split_first().filter(|(_, said)| !said.is_empty())
        else {
            return self.usage(self.rest.len());
        };
        let note = said.iter().position(|word| word.text.starts_with(NOTE));
        let (disposition, note) = said.split_at(note.unwrap_or(said.len()));
        let remarks = Remarks {
            disposition: match disposition {
                [] => None,
                [first, ..] => {
                    let read = together(disposition).parse();
                    Some(read.map_err(|why| refused(first.at, &why))?)
                }
            },
            note: match note {
                [] => None,
                [first, ..] => {
                    let text = together(note);
                    let text = text.strip_prefix(NOTE).unwrap_or_default();
                    Some(text.parse().map_err(|why| refused(first.at, &why))?)
                }
            },
        };
        self.about_one(contact, |id| {
            Request::Apply(Operation::SetDisposition { id, remarks })
        })
    }
}

fn extension(word: &Word) -> Result<Timeout, Wrong> {
    let seconds = word.text.trim_start_matches('+').parse::<u64>().ok();
    let seconds = seconds.and_then(|seconds| Timeout::try_from(seconds).ok());
    match seconds {
        Some(seconds) => Ok(seconds),
        None => wrong(
            word.at,
            "use 1 to 3600, the seconds by which it is extended",
        ),
    }
}
