//! The commands about offers, completion, wrap-up and dispositions.

use engine::json_output;
use serde_json::json;
use shared::Acd;
use shared::agent::AgentId;
use shared::contact::{ContactId, ContactState, Remarks};
use shared::operation::WrapUpStep;
use shared::seen::ContactSeen;
use shared::settings::Timeout;
use shared::text::Invalid;

use super::act::{Output, perhaps};
use super::failure::Failure;
use crate::offer_answer::{self, OfferAnswer};
use crate::{agent_words, sentence};

/// Parses the seconds by which a wrap-up is extended.
pub(super) fn extension(text: &str) -> Result<Timeout, String> {
    let wrong = || format!("{text:?} is not a number of seconds: use 1 to 3600");
    let seconds: u64 = text.parse().map_err(|_| wrong())?;
    seconds.try_into().map_err(|why: Invalid| why.to_string())
}

/// Accepts or rejects the offer of a contact to an agent.
pub(super) async fn answer(
    acd: &dyn Acd,
    id: ContactId,
    agent: &AgentId,
    answer: &OfferAnswer,
) -> Result<Output, Failure> {
    let done = offer_answer::answer(acd, id, agent, answer).await;
    let state = done.map_err(perhaps)?.state;
    Ok(Output {
        lines: match answer {
            OfferAnswer::Accept => format!("{agent} is on {id}.\n"),
            OfferAnswer::Reject(_) => format!("{agent} rejected {id}.\n"),
        },
        document: json_output::contact_state(id, &state),
    })
}

/// Completes a contact that is with an agent.
pub(super) async fn complete(
    acd: &dyn Acd,
    id: ContactId,
    remarks: Remarks,
) -> Result<Output, Failure> {
    let seen = match acd.contact(id).await?.state {
        ContactState::Assigned { agent, .. } => ContactSeen::with(agent),
        // What would be said of it now would be lost.
        ContactState::Complete { outcome, .. } if remarks != Remarks::default() => {
            return Err(Failure::Refused(format!(
                "{id} is over already: {}; while its agent is in wrap-up, use switchboard \
                 disposition",
                sentence::outcome(outcome)
            )));
        }
        state @ ContactState::Complete { .. } => ContactSeen::like(&state),
        ContactState::Queued | ContactState::Offered(_) => {
            return Err(Failure::Refused(format!(
                "{id} is not with an agent: use switchboard cancel to end it"
            )));
        }
    };
    let done = acd.complete_with(id, remarks, &seen).await;
    let state = done.map_err(perhaps)?.state;
    Ok(Output {
        lines: match &state {
            ContactState::Complete { outcome, .. } => {
                format!("{id} is over: {}.\n", sentence::outcome(*outcome))
            }
            _ => format!("{id} is not over.\n"),
        },
        document: json_output::contact_state(id, &state),
    })
}

/// Says what became of a contact.
pub(super) async fn disposition(
    acd: &dyn Acd,
    id: ContactId,
    remarks: Remarks,
) -> Result<Output, Failure> {
    let said = remarks.clone();
    acd.set_disposition(id, remarks).await.map_err(perhaps)?;
    let mut document = json!({ "contact_key": id });
    let lines = match &said.disposition {
        Some(disposition) => format!("{id}: {disposition}.\n"),
        None => format!("{id} has the note.\n"),
    };
    if let Some(disposition) = said.disposition {
        document["disposition"] = json!(disposition);
    }
    if let Some(note) = said.note {
        document["note"] = json!(note);
    }
    Ok(Output { lines, document })
}

/// Ends or extends an agent's wrap-up. Returns their state afterwards.
pub(super) async fn wrap_up(
    acd: &dyn Acd,
    id: &AgentId,
    extend: Option<Timeout>,
) -> Result<Output, Failure> {
    let step = extend.map_or(WrapUpStep::Done, WrapUpStep::Extend);
    acd.wrap_up(id, step).await.map_err(perhaps)?;
    let agent = acd.agent(id).await.map_err(perhaps)?;
    Ok(Output {
        lines: format!("{}\n", agent_words::stated(&agent)),
        document: json_output::agent(agent),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_a_number_of_seconds_up_to_an_hour() {
        assert_eq!(extension("60").map(Timeout::get), Ok(60));
        for text in ["0", "3601", "-1", "1m", ""] {
            assert!(extension(text).is_err(), "{text}");
        }
    }
}
