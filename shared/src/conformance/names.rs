//! Names from outside: one name stays one name, and every accepted name works everywhere.

use super::Floor;
use crate::agent::{AgentId, Presence};
use crate::contact::Outcome;
use crate::event::What;
use crate::seen::{AgentSeen, ContactSeen};
use crate::skill::Skill;
use crate::time::Millis;
use crate::view::Page;

/// White space around or within a name, and the composition of its letters, do not make another
/// name.
pub async fn a_name_is_one_name_however_it_is_typed(floor: &Floor) {
    for (number, (asked, held)) in [
        (" Tier  2\t", "Tier 2"),
        ("Tier\u{a0}3", "Tier 3"),
        ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
        ("Tie\u{302}\u{301}ng Vie\u{323}\u{302}t", "Tiếng Việt"),
    ]
    .into_iter()
    .enumerate()
    {
        let agent = format!("agent:{number}");
        floor.available_agent(&agent, held).await;
        let contact = floor.contact(asked).await;
        assert_eq!(floor.agent_of(contact).await, agent, "{asked:?}");
        let contact = floor.acd.contact(contact).await.unwrap();
        assert_eq!(contact.skills, Floor::skills(held));
        assert_eq!(
            floor.look(&format!(" {agent} ")).await.id,
            Floor::id(&agent)
        );
    }
}

/// No accepted name breaks a key, a document, an event, a counter or a path.
pub async fn names_with_any_punctuation_work_everywhere(floor: &Floor) {
    for name in [
        "DOMAIN\\jdoe",
        "\\",
        "\\\\n \\u0041\\",
        "jdoe@corp.com",
        "+4917612345",
        "Sales & Service/Tier-2 (VIP)",
        "a/b?c#d%2Fe%",
        "[a-z]^?$",
        "!#$%&'()+-./:;<=>?@[\\]^_`~",
        "C++",
        "...",
        "-1",
        "हिन्दी",
        "தமிழ்",
        "မြန်မာ",
        "ภาษาไทย",
        "Tiếng Việt",
        "العربية",
        "日本語（敬語）",
    ] {
        works_under(floor, name).await;
    }
}

async fn works_under(floor: &Floor, name: &str) {
    let (id, skill): (AgentId, Skill) = (Floor::id(name), name.parse().unwrap());
    floor.available_agent(name, name).await;
    let seen = floor.acd.overview().await.unwrap().event;
    let first = floor.contact(name).await;
    let second = floor.contact(name).await;
    assert_eq!(floor.agent_of(first).await, name);
    assert_eq!(floor.acd.explain(second).await.unwrap().holders[0].id, id);

    let reason = Presence::Unavailable(Some(name.parse().unwrap()));
    floor
        .acd
        .set_presence(&id, reason, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(
        floor.words(name).await,
        format!("busy, then unavailable {name}")
    );
    floor
        .acd
        .requeue_contact(first, &id, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(floor.words(name).await, format!("unavailable {name}"));
    floor.make_available(name).await;
    let person = |text: &str| text.to_owned().try_into().unwrap();
    let renamed = floor.acd.rename_agent(
        &id,
        person(name),
        person("{\"x\": *|}"),
        &AgentSeen::ANYTHING,
    );
    renamed.await.unwrap();
    let more: Skill = format!("more {name}").parse().unwrap();
    floor
        .acd
        .add_skill(&id, &more, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    floor.complete(first).await;

    let page = Page::first(500);
    let skills = floor.acd.skills(page).await.unwrap().items;
    let view = skills.iter().find(|view| view.skill == skill).unwrap();
    assert_eq!((view.waiting, view.staffed), (0, 1));
    let agents = floor.acd.agents(Page::first(500)).await.unwrap().items;
    assert_eq!(agents.len(), 1);
    assert_eq!(
        (agents[0].fname.as_str(), &agents[0].skills),
        (name, &vec![skill.clone(), more.clone()])
    );
    let now = floor.acd.overview().await.unwrap().now;
    let figures = floor.acd.figures(Millis(now.0)).await.unwrap();
    assert_eq!(figures.by_skill[&skill].handled, 1);

    floor.complete(second).await;
    floor
        .acd
        .remove_skill(&id, &more, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    floor.acd.delete_skill(&skill).await.unwrap();
    floor
        .acd
        .delete_agent(&id, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let told = floor.acd.events_after(seen, 500).await.unwrap();
    let profile =
        |what: &What| matches!(what, What::ContactCreated { profile, .. } if profile == name);
    assert!(told.iter().any(|event| profile(&event.what)));
    for what in [
        What::ContactRequeued {
            contact: first,
            agent: id.clone(),
        },
        What::AgentUnavailable {
            agent: id.clone(),
            reason: Some(name.parse().unwrap()),
            mark: None,
        },
        What::AgentRenamed { agent: id.clone() },
        What::SkillAdded {
            agent: id.clone(),
            skill: more,
        },
        What::ContactCompleted {
            disposition: None,
            contact: first,
            agent: Some(id.clone()),
            outcome: Outcome::Handled,
        },
        What::SkillRemoved {
            agent: id.clone(),
            skill,
        },
        What::AgentDeleted { agent: id },
    ] {
        assert!(told.iter().any(|event| event.what == what), "{what:?}");
    }
}
