//! Settings of the whole floor.

use super::Floor;
use crate::contact::{ContactId, ContactState, NewContact};
use crate::settings::{Settings, SettingsChange};

/// Changes settings and returns the previous ones.
async fn set(floor: &Floor, known_skills_only: Option<bool>) -> Settings {
    let change = SettingsChange {
        known_skills_only: Some(known_skills_only),
    };
    floor.acd.change_settings(change).await.unwrap()
}

/// Nothing is set at first. Setting the same value again changes nothing, and every setting can be
/// removed.
pub async fn a_setting_is_changed_and_taken_back(floor: &Floor) {
    let mut before = Settings::default();
    assert_eq!(floor.acd.settings().await.unwrap(), before);
    for value in [Some(true), Some(true), Some(false), None, None] {
        let expected = Settings {
            known_skills_only: value,
        };
        assert_eq!(set(floor, value).await, before, "what it was");
        assert_eq!(floor.acd.settings().await.unwrap(), expected);
        let nothing = SettingsChange::default();
        assert_eq!(floor.acd.change_settings(nothing).await.unwrap(), expected);
        before = expected;
    }
    assert_eq!(
        floor.acd.overview().await.unwrap().event,
        3,
        "each change once"
    );
}

/// If only known skills are accepted, a contact that needs another is refused, with a similar skill
/// as a suggestion.
pub async fn a_contact_that_needs_a_skill_nobody_holds_is_refused_if_that_is_set(floor: &Floor) {
    for name in ["ann", "bob"] {
        floor.agent(name, "English,Sales").await;
    }
    let new = |skills: &str| {
        let id = ContactId::for_key("settings", skills);
        NewContact::needing(id, Floor::skills(skills)).unwrap()
    };
    let create = async |skills: &str| {
        let made = floor.acd.create_contact(new(skills)).await;
        made.map(|done| done.state)
    };
    assert_eq!(create("english").await, Ok(ContactState::Queued));
    set(floor, Some(true)).await;
    assert_eq!(
        create("english").await,
        Ok(ContactState::Queued),
        "it was created before"
    );
    for skills in ["", "English", "English,Sales"] {
        assert_eq!(create(skills).await, Ok(ContactState::Queued), "{skills}");
    }
    for (skills, said) in [
        ("englisch", "the skill englisch is held by no agent"),
        ("English,Klingon", "the skill Klingon is held by no agent"),
        ("SALES", "use Sales: 2 hold Sales"),
    ] {
        let refused = create(skills).await.unwrap_err();
        assert_eq!(refused.code(), "unknown_skill");
        let sentence = refused.to_string();
        assert!(sentence.contains(said), "{sentence}");
    }
    assert_eq!(floor.acd.overview().await.unwrap().totals.created, 4);
    set(floor, None).await;
    assert_eq!(create("Klingon").await, Ok(ContactState::Queued));
}
