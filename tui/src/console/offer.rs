//! Which keys work now: the scope they apply to, the actions that the hints show, and the actions
//! withheld from a row that has left.

use super::keys::{Action, Scope};
use super::subject::Subject;
use super::{Model, Pane, Rights};

/// Returns the scope that keys apply to.
pub fn scope(model: &Model) -> Scope {
    match &model.overlay {
        Some(overlay) => overlay.scope(),
        None if model.detail.is_some() => Scope::Detail,
        None => Scope::Panes,
    }
}

/// Returns why a key that would act on the selected row has no effect now: the row has left, or
/// another replaced it so recently that the key may have been meant for the previous one.
pub(crate) fn withheld(model: &Model, action: Action) -> Option<String> {
    if model.overlay.is_some() {
        return None;
    }
    let pane = pane_of(model, action)?;
    if let Some(became) = model.became(pane) {
        return Some(format!("Nothing was done: {became}."));
    }
    model.has_just_moved().then(|| {
        "Nothing was done: the selected row has gone, and the next one was just selected. Press \
         again if you mean it."
            .to_owned()
    })
}

/// Returns the pane whose selected row an action applies to, if any.
fn pane_of(model: &Model, action: Action) -> Option<Pane> {
    let pane = match action {
        Action::ToggleAgent | Action::Away | Action::EditSkills | Action::RenameAgent => {
            Pane::Agents
        }
        Action::Mark | Action::Enter => return Some(model.focus),
        Action::Complete | Action::Remove | Action::Requeue | Action::Priority | Action::Jump => {
            model.focus
        }
        _ => return None,
    };
    // Actions on marked rows or an open detail do not depend on the selected row.
    let open = match model.detail.as_ref().map(|detail| &detail.subject) {
        Some(Subject::Contact(_)) => pane != Pane::Agents || pane == model.focus,
        Some(Subject::Agent(_)) => pane == Pane::Agents,
        None => false,
    };
    (model.marks.count(pane) == 0 && !open).then_some(pane)
}

/// Returns whether an action makes sense for the current selection, so that it is worth a hint.
pub(crate) fn offers(model: &Model, action: Action) -> bool {
    if model.overlay.is_some() {
        return true;
    }
    let changes = matches!(
        action,
        Action::Inject
            | Action::ToggleAgent
            | Action::Remove
            | Action::Complete
            | Action::ToggleAcd
    );
    if changes && model.rights == Rights::Looking || withheld(model, action).is_some() {
        return false;
    }
    let contact_open = matches!(
        model.detail.as_ref().map(|detail| &detail.subject),
        Some(Subject::Contact(_))
    );
    match action {
        Action::Enter => model.row_count(model.focus) > 0,
        Action::ToggleAgent => {
            model.focus == Pane::Agents && !contact_open && !model.agents_meant().is_empty()
        }
        Action::Complete => {
            let meant = model.contacts_meant();
            meant.into_iter().any(|id| model.agent_on(id).is_some())
        }
        // It also deletes agents and skills, which needs no hint.
        Action::Remove => {
            (contact_open || model.focus == Pane::Queue) && !model.contacts_meant().is_empty()
        }
        Action::Sort => model.focus != Pane::Events,
        Action::Move(_) => model.row_count(model.focus) > 1,
        _ => true,
    }
}
