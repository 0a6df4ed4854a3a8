//! What agents choose and which skills they hold.

use std::time::Duration;

use super::Floor;
use crate::agent::{NewAgent, Presence};
use crate::contact::ContactState;
use crate::error::Error;
use crate::seen::{AgentSeen, ContactSeen};
use crate::skill::{MOST_SKILLS_OF_AN_AGENT, Skill};
use crate::text::PersonName;

const SECOND: Duration = Duration::from_secs(1);

fn person(text: &str) -> PersonName {
    text.to_owned().try_into().unwrap()
}

fn skill(name: &str) -> Skill {
    name.parse().unwrap()
}

/// An agent gets no contact before they become available.
pub async fn an_agent_is_created_unavailable(floor: &Floor) {
    let waits = floor.contact("English").await;
    floor.agent("ann", "English").await;
    assert_eq!(floor.words("ann").await, "unavailable");
    assert_eq!(floor.state(waits).await, ContactState::Queued);
}

/// A second agent with the same id is refused and changes nothing.
pub async fn an_agent_is_created_once(floor: &Floor) {
    floor.agent("ann", "English").await;
    let again = NewAgent::new(Floor::id("ann"), person("X"), person("Y"), vec![]).unwrap();
    let refused = floor.acd.create_agent(again).await;
    assert_eq!(refused, Err(Error::AgentExists(Floor::id("ann"))));
    assert_eq!(floor.look("ann").await.skills, Floor::skills("English"));
}

/// Every operation on an unknown agent is refused and creates none.
pub async fn an_unknown_agent_is_refused(floor: &Floor) {
    let id = &Floor::id("nobody");
    let unknown = || Err(Error::UnknownAgent(id.clone()));
    let acd = &floor.acd;
    assert_eq!(acd.agent(id).await.map(drop), unknown());
    assert_eq!(
        acd.rename_agent(id, person("A"), person("B"), &AgentSeen::ANYTHING)
            .await
            .map(drop),
        unknown()
    );
    assert_eq!(
        acd.set_presence(id, Presence::Available, &AgentSeen::ANYTHING)
            .await
            .map(drop),
        unknown()
    );
    assert_eq!(
        acd.add_skill(id, &skill("English"), &AgentSeen::ANYTHING)
            .await
            .map(drop),
        unknown()
    );
    assert_eq!(
        acd.remove_skill(id, &skill("English"), &AgentSeen::ANYTHING)
            .await,
        unknown()
    );
    let deleted = acd.delete_agent(id, &AgentSeen::ANYTHING).await;
    assert_eq!(deleted.map(drop), unknown());
    assert_eq!(acd.overview().await.unwrap().agents, 0);
}

/// Names of people may have quotes and letters of any script.
pub async fn an_agent_is_renamed(floor: &Floor) {
    floor.agent("ann", "English").await;
    let id = Floor::id("ann");
    floor
        .acd
        .rename_agent(
            &id,
            person("Ann \"A\""),
            person("אברהם"),
            &AgentSeen::ANYTHING,
        )
        .await
        .unwrap();
    let ann = floor.look("ann").await;
    assert_eq!(
        (ann.fname.as_str(), ann.lname.as_str()),
        ("Ann \"A\"", "אברהם")
    );
    assert_eq!(ann.skills, Floor::skills("English"));
}

/// An agent who chooses to be available again keeps their place.
pub async fn being_available_again_keeps_the_place(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "English").await;
    floor.make_available("ann").await;
    let contact = floor.contact("English").await;
    assert_eq!(floor.agent_of(contact).await, "ann");
}

/// Availability counts from the last time that the agent became available.
pub async fn a_break_sends_an_agent_to_the_back(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "English").await;
    floor.make_unavailable("ann", "break").await;
    floor.make_available("ann").await;
    let contact = floor.contact("English").await;
    assert_eq!(floor.agent_of(contact).await, "bob");
}

/// An agent who is not available is on no list.
pub async fn an_unavailable_agent_gets_nothing(floor: &Floor) {
    floor.available_agent("ann", "English,Sales").await;
    floor.make_unavailable("ann", "lunch").await;
    assert_eq!(floor.words("ann").await, "unavailable lunch");
    for skills in ["English", "Sales", "English,Sales", ""] {
        let contact = floor.contact(skills).await;
        assert_eq!(floor.state(contact).await, ContactState::Queued);
    }
}

/// An agent can go from one break to the next.
pub async fn a_reason_can_change(floor: &Floor) {
    floor.agent("ann", "").await;
    for (reason, words) in [
        ("lunch", "unavailable lunch"),
        ("training", "unavailable training"),
        ("", "unavailable"),
    ] {
        floor.make_unavailable("ann", reason).await;
        assert_eq!(floor.words("ann").await, words);
    }
}

/// A busy agent who chooses to be available gets no second contact.
pub async fn a_busy_agent_gets_no_second_contact(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let first = floor.contact("English").await;
    let second = floor.contact("English").await;
    floor.make_available("ann").await;
    floor
        .acd
        .add_skill(&Floor::id("ann"), &skill("Sales"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(floor.look("ann").await.state.contact(), Some(first));
    assert_eq!(floor.state(second).await, ContactState::Queued);
}

/// An agent who chooses a break during a contact keeps the contact and goes on the break when it
/// ends.
pub async fn a_busy_agents_choice_takes_effect_when_the_contact_ends(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let first = floor.contact("English").await;
    let second = floor.contact("English").await;
    floor.make_unavailable("ann", "lunch").await;
    assert_eq!(floor.words("ann").await, "busy, then unavailable lunch");
    assert_eq!(floor.agent_of(first).await, "ann");
    floor.complete(first).await;
    assert_eq!(floor.words("ann").await, "unavailable lunch");
    assert_eq!(floor.state(second).await, ContactState::Queued);
}

/// The last choice counts.
pub async fn a_busy_agent_can_choose_again(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    floor.make_unavailable("ann", "lunch").await;
    floor.make_unavailable("ann", "").await;
    assert_eq!(floor.words("ann").await, "busy, then unavailable");
    floor.make_available("ann").await;
    assert_eq!(floor.words("ann").await, "busy, then available");
    floor.complete(contact).await;
    assert_eq!(floor.words("ann").await, "available");
}

/// The agent's contact must end first.
pub async fn a_busy_agent_is_not_deleted(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    let refused = floor
        .acd
        .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
        .await;
    assert_eq!(refused, Err(Error::AgentBusy(Floor::id("ann"))));
    assert_eq!(floor.agent_of(contact).await, "ann");
    floor.complete(contact).await;
    floor
        .acd
        .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(floor.acd.overview().await.unwrap().agents, 0);
}

/// A deleted agent is on no list. A new agent may have the same id.
pub async fn a_deleted_agent_gets_nothing(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor
        .acd
        .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let contact = floor.contact("English").await;
    assert_eq!(floor.state(contact).await, ContactState::Queued);
    floor.agent("ann", "Sales").await;
    assert_eq!(floor.words("ann").await, "unavailable");
    assert_eq!(floor.look("ann").await.skills, Floor::skills("Sales"));
}

/// The time of a deletion is kept, so that a new agent with the same id is not mistaken for the old
/// one.
pub async fn a_deletion_is_remembered_beyond_the_next_agent_of_that_id(floor: &Floor) {
    let ids = ["ann", "bob", "eve"].map(Floor::id);
    let deletions = async || {
        let known = floor.store.last_deletions(&ids).await.unwrap();
        known.iter().map(|at| at.map(|at| at.0)).collect::<Vec<_>>()
    };
    let now = async || floor.acd.overview().await.unwrap().now.0;
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "Sales").await;
    assert_eq!(deletions().await, [None, None, None]);
    assert_eq!(floor.store.last_deletions(&[]).await, Ok(vec![]));
    floor.contact("Sales").await;
    let busy = floor
        .acd
        .delete_agent(&Floor::id("bob"), &AgentSeen::ANYTHING)
        .await;
    assert_eq!(busy, Err(Error::AgentBusy(Floor::id("bob"))));
    floor
        .acd
        .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let first = now().await;
    assert_eq!(deletions().await, [Some(first), None, None]);
    floor.pass(SECOND);
    // A repeated deletion deletes nobody, so it must not make any token too old.
    let again = floor
        .acd
        .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
        .await;
    assert_eq!(again, Err(Error::UnknownAgent(Floor::id("ann"))));
    floor.agent("ann", "English").await;
    assert_eq!(deletions().await, [Some(first), None, None]);
    floor.pass(SECOND);
    floor
        .acd
        .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(deletions().await, [Some(first + 2_000), None, None]);
}

/// An agent who gains a skill while available keeps their tick and gets a contact that lacked only
/// this skill.
pub async fn a_new_skill_keeps_the_place_and_gets_a_contact_that_needs_it(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "English,Sales").await;
    floor
        .acd
        .add_skill(&Floor::id("ann"), &skill("Sales"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let sales = floor.contact("Sales").await;
    assert_eq!(floor.agent_of(sales).await, "ann");
    let waits = floor.contact("English,Billing").await;
    floor
        .acd
        .add_skill(&Floor::id("bob"), &skill("Billing"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(floor.agent_of(waits).await, "bob");
}

/// A skill given twice is held once, and is gone when it is taken once.
pub async fn a_skill_is_held_once(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let ann = Floor::id("ann");
    floor
        .acd
        .add_skill(&ann, &skill("Sales"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    floor
        .acd
        .add_skill(&ann, &skill("Sales"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(
        floor.look("ann").await.skills,
        Floor::skills("English,Sales")
    );
    floor
        .acd
        .remove_skill(&ann, &skill("Sales"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let contact = floor.contact("Sales").await;
    assert_eq!(floor.state(contact).await, ContactState::Queued);
}

/// Too many skills are refused with the limit.
pub async fn an_agent_holds_64_skills_at_most(floor: &Floor) {
    let all: Vec<String> = (0..MOST_SKILLS_OF_AN_AGENT)
        .map(|n| format!("skill {n}"))
        .collect();
    floor.available_agent("ann", &all.join(",")).await;
    let refused = floor
        .acd
        .add_skill(&Floor::id("ann"), &skill("one more"), &AgentSeen::ANYTHING)
        .await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    floor
        .acd
        .add_skill(&Floor::id("ann"), &skill("skill 0"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let contact = floor.contact("skill 63,skill 0").await;
    assert_eq!(floor.agent_of(contact).await, "ann");
}

/// The agent is removed from the list of that skill; their other skills stay.
pub async fn a_skill_taken_away_no_longer_routes(floor: &Floor) {
    floor.available_agent("ann", "English,Sales").await;
    floor
        .acd
        .remove_skill(&Floor::id("ann"), &skill("English"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let english = floor.contact("English").await;
    let sales = floor.contact("Sales").await;
    assert_eq!(floor.state(english).await, ContactState::Queued);
    assert_eq!(floor.agent_of(sales).await, "ann");
}

/// Taking a skill that is not held is refused.
pub async fn a_skill_not_held_cannot_be_taken(floor: &Floor) {
    floor.agent("ann", "English").await;
    let refused = floor
        .acd
        .remove_skill(&Floor::id("ann"), &skill("Sales"), &AgentSeen::ANYTHING)
        .await;
    assert_eq!(
        refused,
        Err(Error::SkillNotHeld {
            agent: Floor::id("ann"),
            skill: skill("Sales")
        })
    );
}

/// The present contact goes on. Afterwards the agent is listed by the skills they then hold.
pub async fn losing_a_skill_does_not_end_a_contact(floor: &Floor) {
    floor.available_agent("ann", "English,Sales").await;
    let contact = floor.contact("English").await;
    floor
        .acd
        .remove_skill(&Floor::id("ann"), &skill("English"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(floor.agent_of(contact).await, "ann");
    floor.complete(contact).await;
    let english = floor.contact("English").await;
    assert_eq!(floor.state(english).await, ContactState::Queued);
    assert_eq!(floor.words("ann").await, "available");
}

/// An agent is credited with contacts they completed, and their time, but not with contacts that
/// were cancelled or taken from them.
pub async fn an_agent_is_credited_with_what_they_completed(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    for seconds in [3, 4, 5] {
        let contact = floor.contact("English").await;
        floor.pass(Duration::from_secs(seconds));
        if seconds == 4 {
            floor
                .acd
                .cancel_contact(contact, &ContactSeen::ANYTHING)
                .await
                .unwrap();
        } else {
            floor.complete(contact).await;
        }
    }
    let ann = floor.acd.agent(&Floor::id("ann")).await.unwrap();
    assert_eq!((ann.handled, ann.handle_time), (2, 8_000));
    assert_eq!(ann.average_handle_time(), Some(4_000));
}
