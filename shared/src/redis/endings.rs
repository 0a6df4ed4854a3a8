//! How contacts end and what follows: wrap-up, dispositions and notes.

use serde::Serialize;

use super::arguments::{opened, with_id};
use super::failure::Failure;
use super::seen::{no_contact, with_contact_seen};
use super::{RedisAcd, reply, scripts};
use crate::agent::AgentId;
use crate::contact::{ContactId, Done, Remarks};
use crate::core::{cannot_be_extended, no_wrap_up_for, not_in_wrap_up, permitted};
use crate::error::{Error, Result};
use crate::operation::WrapUpStep;
use crate::seen::ContactSeen;
use crate::settings::Dispositions;
use crate::text::{Disposition, Note};

/// Remarks as the fields of a contact's document.
#[derive(Serialize)]
struct RemarksDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<&'a Disposition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a Note>,
}

fn document(remarks: &Remarks) -> Result<String> {
    let document = RemarksDocument {
        disposition: remarks.disposition.as_ref(),
        note: remarks.note.as_ref(),
    };
    serde_json::to_string(&document).map_err(|error| Error::Contract(error.to_string()))
}

fn code(remarks: &Remarks) -> &str {
    remarks
        .disposition
        .as_ref()
        .map_or("", |disposition| disposition.as_str())
}

/// Makes the error for a disposition that is not among those that are set.
fn unknown(remarks: &Remarks, known: &str) -> Error {
    let known: Dispositions = match reply::document(known) {
        Ok(known) => known,
        Err(broken) => return broken,
    };
    match permitted(Some(&known), remarks) {
        Err(refusal) => Error::UnknownDisposition(refusal),
        Ok(()) => Error::Contract("a disposition that is set was refused".to_owned()),
    }
}

/// Ends a contact: `how` is `complete` or `cancel`.
pub(super) async fn end_contact(
    acd: &RedisAcd,
    id: ContactId,
    how: &str,
    remarks: &Remarks,
    seen: &ContactSeen,
) -> Result<Done> {
    let fields = if *remarks == Remarks::default() {
        String::new()
    } else {
        opened(Ok(document(remarks)?))?.replacen('{', ",", 1)
    };
    let mut script = acd.script_on(scripts::END_CONTACT, &acd.contact_key(id));
    with_id(&mut script, id).arg(how);
    script.arg(fields).arg(code(remarks));
    with_contact_seen(&mut script, seen);
    let state: String = acd.change(&script).await.map_err(|failure| match failure {
        Failure::Refused(code, known) if code == "NODISPOSITION" => unknown(remarks, &known),
        other => no_contact(other, id, seen),
    })?;
    reply::done(&state)
}

/// Says what became of a contact.
pub(super) async fn set_disposition(
    acd: &RedisAcd,
    id: ContactId,
    remarks: &Remarks,
) -> Result<()> {
    let mut script = acd.script_on(scripts::SET_DISPOSITION, &acd.contact_key(id));
    with_id(&mut script, id).arg(document(remarks)?);
    script.arg(code(remarks));
    acd.change(&script).await.map_err(|failure| match failure {
        Failure::Refused(code, known) if code == "NODISPOSITION" => unknown(remarks, &known),
        other => other.means(|code| match code {
            "NOCONTACT" => Some(Error::UnknownContact(id)),
            "NOWRAPUP" => Some(no_wrap_up_for(id)),
            _ => None,
        }),
    })
}

/// Ends or extends an agent's wrap-up.
pub(super) async fn wrap_up(acd: &RedisAcd, id: &AgentId, step: WrapUpStep) -> Result<()> {
    let mut script = acd.script_on(scripts::WRAP_UP, &acd.agent_key(id));
    script.arg(id.as_str());
    match step {
        WrapUpStep::Done => script.arg(""),
        WrapUpStep::Extend(seconds) => script.arg(seconds.get()),
    };
    acd.change(&script).await.map_err(|failure| {
        failure.means(|code| match code {
            "NOAGENT" => Some(Error::UnknownAgent(id.clone())),
            "NOWRAPUP" => Some(not_in_wrap_up(id)),
            "NOEND" => Some(cannot_be_extended().into()),
            _ => None,
        })
    })
}
