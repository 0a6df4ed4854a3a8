//! Contact types, and what a contact takes from its type or from the floor.

use std::time::Duration;

use super::Floor;
use crate::contact::{Attributes, Contact, ContactId, Done, NewContact, Priority};
use crate::contact_type::TypeName;
use crate::error::{Error, Result};
use crate::event::What;
use crate::settings::Settings;
use crate::time::Millis;

fn name(text: &str) -> TypeName {
    text.parse().unwrap()
}

/// Reads settings as a client writes them.
fn settings(json: &str) -> Settings {
    let change = serde_json::from_str(json).unwrap();
    Settings::default().changed(&change)
}

async fn set(floor: &Floor, contact_type: &str, json: &str) -> Option<Settings> {
    let contact_type = name(contact_type);
    let set = floor.acd.set_type(&contact_type, settings(json)).await;
    set.unwrap()
}

async fn set_floor(floor: &Floor, json: &str) {
    let change = serde_json::from_str(json).unwrap();
    floor.acd.change_settings(change).await.unwrap();
}

/// Returns a new contact that says only what is given; an empty text or `None` says nothing.
fn asking(
    id: ContactId,
    contact_type: &str,
    skills: Option<&str>,
    priority: Option<u8>,
) -> NewContact {
    let skills = skills.map(Floor::skills);
    let new = NewContact::new(id, skills, priority.map(Priority), Attributes::new());
    let contact_type = (!contact_type.is_empty()).then(|| name(contact_type));
    new.unwrap().of_type(contact_type)
}

async fn create(floor: &Floor, new: &NewContact) -> Result<Done> {
    floor.acd.create_contact(new.clone()).await
}

/// Creates a contact and returns it.
async fn made(
    floor: &Floor,
    contact_type: &str,
    skills: Option<&str>,
    priority: Option<u8>,
) -> Contact {
    let id = ContactId::random();
    let new = asking(id, contact_type, skills, priority);
    create(floor, &new).await.unwrap();
    floor.acd.contact(id).await.unwrap()
}

/// A type is created, replaced as a whole, listed by name, and deleted. Setting the same again
/// changes nothing.
pub async fn a_type_is_created_replaced_and_deleted(floor: &Floor) {
    let billing = r#"{"skills":["Billing","\u00c9t\u00e9 \\"],"priority":3}"#;
    assert_eq!(set(floor, "sales chat", "{}").await, None);
    assert_eq!(set(floor, "billing", billing).await, None);
    let was = Some(settings(billing));
    assert_eq!(set(floor, "billing", billing).await, was, "a repeat");
    let late = r#"{"short_abandon_s":9}"#;
    assert_eq!(set(floor, "billing", late).await, was);
    let types = floor.acd.types().await.unwrap();
    let told: Vec<(&str, &Settings)> = types
        .iter()
        .map(|told| (told.name.as_str(), &told.settings))
        .collect();
    let (late, nothing) = (settings(late), Settings::default());
    assert_eq!(told, [("billing", &late), ("sales chat", &nothing)]);
    let deleted = floor.acd.delete_type(&name("billing")).await;
    assert_eq!(deleted, Ok(late.clone()));
    let unknown = Err(Error::UnknownType(name("billing")));
    assert_eq!(floor.acd.delete_type(&name("billing")).await, unknown);
    assert_eq!(floor.acd.types().await.unwrap().len(), 1);
    let events = floor.acd.events_after(2, 10).await.unwrap();
    let events: Vec<What> = events.into_iter().map(|event| event.what).collect();
    let contact_type = name("billing");
    let expected = [
        What::TypeChanged {
            contact_type: contact_type.clone(),
            settings: late,
        },
        What::TypeDeleted { contact_type },
    ];
    assert_eq!(events, expected);
}

/// What concerns the whole floor cannot be set for a type.
pub async fn a_setting_of_the_floor_is_not_one_of_a_type(floor: &Floor) {
    for json in [
        r#"{"known_skills_only":true}"#,
        r#"{"skills":[],"reasons":["lunch"]}"#,
    ] {
        let set = floor.acd.set_type(&name("billing"), settings(json)).await;
        let refused = set.unwrap_err();
        assert_eq!(refused.code(), "invalid", "{refused}");
        assert!(refused.to_string().contains("PATCH /acd/settings"));
    }
    assert_eq!(floor.acd.types().await, Ok(vec![]));
}

/// A contact takes from its type what it does not say itself, then from the floor.
pub async fn a_contact_takes_what_it_does_not_say_from_its_type(floor: &Floor) {
    set(floor, "billing", r#"{"skills":["b","a"],"priority":3}"#).await;
    set(floor, "chat", r#"{"priority":7}"#).await;
    set(floor, "any", r#"{"skills":[]}"#).await;
    let told = async |contact_type, skills, priority| {
        let contact = made(floor, contact_type, skills, priority).await;
        let names: Vec<String> = contact.skills.iter().map(ToString::to_string).collect();
        let told = contact.contact_type.map(String::from).unwrap_or_default();
        assert_eq!(contact.asked, contact.priority);
        assert_eq!(contact.rank.priority(), Some(contact.priority));
        (told, names.join(","), contact.priority.0)
    };
    let expected = |contact_type: &str, skills: &str, priority| {
        (contact_type.to_owned(), skills.to_owned(), priority)
    };
    let said = told("billing", None, None).await;
    assert_eq!(said, expected("billing", "b,a", 3));
    let said = told("billing", Some("c"), None).await;
    assert_eq!(said, expected("billing", "c", 3));
    let said = told("billing", None, Some(0)).await;
    assert_eq!(said, expected("billing", "b,a", 0));
    assert_eq!(told("any", None, None).await, expected("any", "", 5));
    let id = ContactId::random();
    for contact_type in ["", "chat"] {
        let refused = create(floor, &asking(id, contact_type, None, None)).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "invalid");
        assert!(refused.to_string().contains("skills are missing"));
    }
    set_floor(floor, r#"{"skills":["z","y"],"priority":9}"#).await;
    assert_eq!(told("", None, None).await, expected("", "z,y", 9));
    assert_eq!(told("", Some("x"), None).await, expected("", "x", 9));
    assert_eq!(told("chat", None, None).await, expected("chat", "z,y", 7));
    let said = told("billing", None, None).await;
    assert_eq!(said, expected("billing", "b,a", 3));
}

/// Skills from a type route like skills that were said: to who holds all of them, and in one line
/// with the others.
pub async fn a_contact_of_a_type_is_routed_by_its_skills(floor: &Floor) {
    set(floor, "billing", r#"{"skills":["Sales","Billing"]}"#).await;
    floor.available_agent("ann", "Billing").await;
    floor.available_agent("bob", "Billing,Sales").await;
    let first = made(floor, "billing", None, None).await;
    assert_eq!(first.state.agent(), Some(&Floor::id("bob")));
    let second = made(floor, "billing", None, None).await;
    let third = floor.contact("Billing,Sales").await;
    assert_eq!(floor.waiting_ids().await, [second.id, third]);
    floor.complete(first.id).await;
    floor.complete(second.id).await;
    assert_eq!(floor.agent_of(third).await, "bob");
}

/// A contact of a type that does not exist is refused, and nothing is created.
pub async fn a_contact_of_an_unknown_type_is_refused(floor: &Floor) {
    let new = asking(ContactId::random(), "billing", Some("English"), None);
    let refused = create(floor, &new).await;
    assert_eq!(refused, Err(Error::UnknownType(name("billing"))));
    assert_eq!(floor.acd.overview().await.unwrap().totals.created, 0);
    set(floor, "billing", "{}").await;
    create(floor, &new).await.unwrap();
}

/// What both requests leave to settings is the same, whatever is set meanwhile; what only one says is
/// compared.
pub async fn a_creation_is_repeated_whatever_its_type_has_become(floor: &Floor) {
    set(floor, "billing", r#"{"skills":["a"],"priority":3}"#).await;
    let id = ContactId::random();
    create(floor, &asking(id, "billing", None, None))
        .await
        .unwrap();
    set(floor, "billing", r#"{"skills":["b"]}"#).await;
    for (contact_type, skills, priority, same) in [
        ("billing", None, None, true),
        ("billing", Some("a"), None, true),
        ("billing", None, Some(3), true),
        ("billing", Some("b"), None, false),
        ("billing", None, Some(5), false),
        ("", None, None, false),
    ] {
        let again = create(floor, &asking(id, contact_type, skills, priority)).await;
        let said = (contact_type, skills, priority);
        match again {
            Ok(done) => assert!(same && done.repeated, "{said:?}"),
            Err(Error::KeyReused) => assert!(!same, "{said:?}"),
            Err(other) if contact_type.is_empty() => assert_eq!(other, Error::KeyReused),
            Err(other) => panic!("{said:?}: {other}"),
        }
    }
    floor.complete(id).await;
    floor.acd.delete_type(&name("billing")).await.unwrap();
    let again = create(floor, &asking(id, "billing", None, None)).await;
    assert!(again.unwrap().repeated);
    // What was said is not what was taken.
    let other = ContactId::random();
    create(floor, &asking(other, "", Some("a"), Some(3)))
        .await
        .unwrap();
    let again = create(floor, &asking(other, "", Some("a"), None)).await;
    assert_eq!(again, Err(Error::KeyReused));
}

/// A type is in use while one of its contacts has not ended.
pub async fn a_type_with_live_contacts_is_not_deleted(floor: &Floor) {
    set(floor, "billing", r#"{"skills":["English"]}"#).await;
    let billing = name("billing");
    let (one, other) = (
        made(floor, "billing", None, None).await.id,
        made(floor, "billing", None, None).await.id,
    );
    floor.available_agent("ann", "English").await;
    let in_use = Err(Error::TypeInUse(billing.clone()));
    assert_eq!(floor.acd.delete_type(&billing).await, in_use);
    floor.complete(one).await;
    assert_eq!(floor.acd.delete_type(&billing).await, in_use, "assigned");
    floor.complete(other).await;
    floor.acd.delete_type(&billing).await.unwrap();
    // The contact keeps the name of its type.
    let over = floor.acd.contact(other).await.unwrap();
    assert_eq!(over.contact_type, Some(billing));
}

/// A type's own setting holds for its contacts from their next step on.
pub async fn a_type_has_its_own_time_for_short_abandonments(floor: &Floor) {
    set_floor(floor, r#"{"short_abandon_s":10}"#).await;
    set(floor, "chat", r#"{"skills":["a"],"short_abandon_s":60}"#).await;
    set(floor, "call", r#"{"skills":["a"]}"#).await;
    for (contact_type, waited, short) in [
        ("chat", 60_000, 1),
        ("chat", 60_001, 0),
        ("call", 10_000, 1),
        ("call", 10_001, 0),
    ] {
        let before = floor.acd.overview().await.unwrap().totals;
        let contact = made(floor, contact_type, None, None).await;
        floor.pass(Duration::from_millis(waited));
        floor.complete(contact.id).await;
        let counted = floor.acd.overview().await.unwrap().totals.since(before);
        assert_eq!(counted.abandoned_short, short, "{contact_type}: {waited}");
    }
}

/// Figures are kept for each type, beside those of all contacts and of each skill.
pub async fn figures_are_kept_per_type(floor: &Floor) {
    floor.available_agent("ann", "a").await;
    set(floor, "call", r#"{"skills":["a"]}"#).await;
    set(floor, "chat", r#"{"skills":["a","b"]}"#).await;
    let served = made(floor, "call", None, None).await;
    let left = made(floor, "chat", None, None).await;
    let plain = floor.contact("a").await;
    floor.pass(Duration::from_secs(7));
    floor.complete(left.id).await;
    floor.complete(served.id).await;
    floor.complete(plain).await;
    // Enough to add up the tally.
    for _ in 0..150 {
        let contact = made(floor, "call", None, None).await;
        floor.complete(contact.id).await;
    }
    let figures = floor.acd.figures(Millis(0)).await.unwrap();
    let names: Vec<&str> = figures.by_type.keys().map(TypeName::as_str).collect();
    assert_eq!(names, ["call", "chat"]);
    let (call, chat) = (
        figures.by_type[&name("call")],
        figures.by_type[&name("chat")],
    );
    assert_eq!((call.created, call.assigned, call.handled), (151, 151, 151));
    assert_eq!(call.handle_time, 7_000);
    assert_eq!((chat.created, chat.abandoned, chat.assigned), (1, 1, 0));
    assert_eq!((figures.all.created, figures.all.handled), (153, 152));
    assert_eq!(figures.by_skill[&"a".parse().unwrap()].created, 153);
}
