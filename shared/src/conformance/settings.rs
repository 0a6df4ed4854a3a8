//! Settings of the whole floor.

use std::time::Duration;

use super::Floor;
use crate::agent::Presence;
use crate::contact::{ContactId, ContactState, NewContact};
use crate::event::What;
use crate::seen::AgentSeen;
use crate::settings::{Settings, SettingsChange};

/// Changes settings and returns the previous ones.
async fn set(floor: &Floor, known_skills_only: Option<bool>) -> Settings {
    let change = SettingsChange {
        known_skills_only: Some(known_skills_only),
        ..SettingsChange::default()
    };
    floor.acd.change_settings(change).await.unwrap()
}

/// Changes settings as a client writes them.
async fn change(floor: &Floor, json: &str) {
    let change = serde_json::from_str(json).unwrap();
    floor.acd.change_settings(change).await.unwrap();
}

/// Nothing is set at first. Setting the same value again changes nothing, and every setting can be
/// removed.
pub async fn a_setting_is_changed_and_taken_back(floor: &Floor) {
    let mut before = Settings::default();
    assert_eq!(floor.acd.settings().await.unwrap(), before);
    for value in [Some(true), Some(true), Some(false), None, None] {
        let expected = Settings {
            known_skills_only: value,
            ..Settings::default()
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

/// Each setting keeps its value when another is changed, and names come back as they were written.
pub async fn settings_are_changed_one_by_one(floor: &Floor) {
    let reasons = r#"["Mittag \\ \u00e9t\u00e9","lunch"]"#;
    change(floor, &format!(r#"{{"reasons":{reasons}}}"#)).await;
    change(floor, r#"{"short_abandon_s":7}"#).await;
    change(floor, r#"{"known_skills_only":false}"#).await;
    let all = format!(r#"{{"known_skills_only":false,"reasons":{reasons},"short_abandon_s":7}}"#);
    let all: Settings = serde_json::from_str(&all).unwrap();
    assert_eq!(floor.acd.settings().await.unwrap(), all);
    let newest = floor.acd.events_after(2, 1).await.unwrap().remove(0).what;
    assert_eq!(newest, What::SettingsChanged { settings: all });
}

/// With a list of reasons, another is refused. No reason at all is always accepted, and a choice that
/// was made before stays.
pub async fn a_reason_that_is_not_on_the_list_is_refused(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.make_unavailable("ann", "smoke").await;
    change(floor, r#"{"reasons":["lunch","break"]}"#).await;
    let choose = async |reason: &str| {
        let reason = (!reason.is_empty()).then(|| reason.parse().unwrap());
        let presence = Presence::Unavailable(reason);
        let seen = &AgentSeen::ANYTHING;
        floor
            .acd
            .set_presence(&Floor::id("ann"), presence, seen)
            .await
    };
    choose("smoke")
        .await
        .expect("a repeat of the present choice");
    for busy in [false, true] {
        if busy {
            floor.make_available("ann").await;
            floor.contact("English").await;
        }
        let refused = choose("Lunch").await.unwrap_err();
        assert_eq!(refused.code(), "unknown_reason");
        let said = refused.to_string();
        assert!(
            said.contains("the reason Lunch") && said.contains("lunch, break"),
            "{said}"
        );
        for reason in ["break", "lunch", ""] {
            choose(reason).await.unwrap();
        }
    }
    change(floor, r#"{"reasons":[]}"#).await;
    let said = choose("lunch").await.unwrap_err().to_string();
    assert!(said.contains("give no reason"), "{said}");
    choose("").await.unwrap();
    change(floor, r#"{"reasons":null}"#).await;
    choose("smoke").await.unwrap();
}

/// What a busy agent chose for the end of their contact comes true, also if its reason was taken
/// from the list meanwhile.
pub async fn a_choice_comes_true_although_its_reason_left_the_list(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    floor.make_unavailable("ann", "smoke").await;
    change(floor, r#"{"reasons":["lunch"]}"#).await;
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "unavailable smoke");
}

/// Which abandonments are short is what is set when the contact leaves, also 0 s; 5 s if nothing is
/// set.
pub async fn short_abandonments_are_those_within_the_time_that_is_set(floor: &Floor) {
    for (set, waited, short) in [
        ("null", 5_000, true),
        ("null", 5_001, false),
        ("2", 2_000, true),
        ("2", 2_001, false),
        ("0", 0, true),
        ("0", 1, false),
        ("86400", 86_400_000, true),
    ] {
        let before = floor.acd.overview().await.unwrap().totals;
        let contact = floor.contact("Klingon").await;
        change(floor, &format!(r#"{{"short_abandon_s":{set}}}"#)).await;
        floor.pass(Duration::from_millis(waited));
        floor.complete(contact).await;
        let counted = floor.acd.overview().await.unwrap().totals.since(before);
        let told = (counted.abandoned, counted.abandoned_short);
        assert_eq!(told, (1, u64::from(short)), "{set}: {waited} ms");
    }
}
