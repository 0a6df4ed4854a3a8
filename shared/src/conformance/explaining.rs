//! Explanations of why a contact is in its present state.

use std::time::Duration;

use super::Floor;
use crate::seen::{AgentSeen, ContactSeen};

const SECOND: Duration = Duration::from_secs(1);

/// The reason for waiting can always be asked for.
pub async fn an_explanation_names_what_is_missing(floor: &Floor) {
    floor.available_agent("ann", "English,Billing").await;
    floor.agent("bob", "English,Billing,Sales").await;
    floor.agent("cem", "Sales").await;
    let served = floor.contact("English").await;
    let klingon = floor.contact("English,Klingon").await;
    let waits = floor.contact("Billing,English").await;
    floor.pass(SECOND);

    let why = floor.acd.explain(waits).await.unwrap();
    assert_eq!(
        (why.ahead, why.qualified, why.qualified_busy, why.wait),
        (Some(0), 2, 1, 1_000),
        "nobody serves the other"
    );
    assert_eq!((why.place, why.agents, why.open), (Some(1), 3, true));
    assert!(why.unstaffed.is_empty());
    let held: Vec<String> = why
        .holders
        .iter()
        .map(|agent| agent.id.to_string())
        .collect();
    assert_eq!(held, ["ann", "bob"]);
    assert_eq!(why.holders[0].state.contact(), Some(served));
    let why = floor.acd.explain(klingon).await.unwrap();
    assert_eq!((why.ahead, why.qualified), (Some(0), 0));
    assert_eq!(why.unstaffed, Floor::skills("Klingon"));
    let why = floor.acd.explain(served).await.unwrap();
    assert_eq!((why.ahead, why.qualified), (None, 2));
    assert!(why.sentence().contains("ann"), "{}", why.sentence());
    let anybody = floor.contact("").await;
    let why = floor.acd.explain(anybody).await.unwrap();
    assert_eq!((why.qualified, why.qualified_busy), (3, 1));
}

/// The explanation is correct for a cancelled contact, a floor without agents, a closed one, and a
/// busy agent who stops after the contact.
pub async fn an_explanation_says_what_is_true(floor: &Floor) {
    let waits = floor.contact("").await;
    let why = async |id| floor.acd.explain(id).await.unwrap();
    let nobody = "It waits because there are no agents.";
    assert_eq!(why(waits).await.sentence(), nobody);
    floor.complete(waits).await;

    for name in ["ann", "bob", "cem", "dan"] {
        floor.available_agent(name, "English").await;
    }
    let ended = floor.contact("English").await;
    floor
        .acd
        .cancel_contact(ended, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    let said = why(ended).await.sentence();
    let cancelled =
        "It was cancelled while agent ann was on it. They got it 0.0 s after it arrived.";
    assert_eq!(said, cancelled);

    // Bob and Cem are busy, Cem goes to lunch afterwards, Dan is unavailable.
    floor.contact("English").await;
    floor.contact("English").await;
    floor.make_unavailable("cem", "lunch").await;
    floor.make_unavailable("dan", "lunch").await;
    floor.acd.close().await.unwrap();
    floor.make_available("bob").await;
    floor.acd.open().await.unwrap();
    floor.make_available("ann").await;
    floor.contact("English").await;
    let waits = floor.contact("English").await;
    floor.acd.close().await.unwrap();
    floor.make_available("bob").await;
    floor.agent("eve", "English").await;
    let told = why(waits).await;
    assert_eq!(
        (
            told.open,
            told.qualified,
            told.qualified_busy,
            told.qualified_stopping,
            told.qualified_closed
        ),
        (false, 5, 3, 2, 0)
    );
    assert!(told.sentence().starts_with("The ACD is closed."));
}

/// Agents made unavailable by closing are distinguished from those who chose it.
pub async fn an_explanation_counts_agents_taken_off_by_closing(floor: &Floor) {
    let waits = floor.contact("English,Sales").await;
    for name in ["ann", "bob", "cem"] {
        floor.available_agent(name, "English").await;
    }
    floor.acd.close().await.unwrap();
    floor.make_unavailable("cem", "lunch").await;
    for name in ["ann", "bob", "cem"] {
        let sales = "Sales".parse().unwrap();
        floor
            .acd
            .add_skill(&Floor::id(name), &sales, &AgentSeen::ANYTHING)
            .await
            .unwrap();
    }
    let why = floor.acd.explain(waits).await.unwrap();
    assert_eq!((why.qualified, why.qualified_closed), (3, 2));
    let said = "The ACD is closed. It waits because none of the 3 agents who hold all of its skills \
                is free: 2 taken off by closing the ACD, 1 unavailable.";
    assert_eq!(why.sentence(), said);
}

/// A contact is ahead only if it competes for an agent who could serve this one, whatever that
/// agent is doing.
pub async fn only_contacts_that_compete_for_its_agents_are_ahead(floor: &Floor) {
    floor.agent("ann", "English,Sales").await;
    floor.agent("bob", "French").await;
    floor.agent("cem", "Sales,French").await;
    let needs = [
        "English",        // Ann could serve it, and the last one.
        "French",         // Nobody who could serve it could serve the last one.
        "",               // Anybody could serve it.
        "French,English", // Nobody could serve it.
        "Sales",
        "English,Sales",
    ];
    for skills in needs {
        floor.contact(skills).await;
    }
    let last = floor.contact("English").await;
    floor.contact("English").await;
    let why = floor.acd.explain(last).await.unwrap();
    assert_eq!((why.place, why.ahead), (Some(6), Some(4)));
    let hopeless = floor.waiting_ids().await[3];
    let why = floor.acd.explain(hopeless).await.unwrap();
    assert_eq!((why.place, why.ahead), (Some(3), Some(0)));
}

/// For a skill that nobody holds, a similar one is suggested.
pub async fn an_explanation_names_the_skill_that_may_have_been_meant(floor: &Floor) {
    for name in ["ann", "bob"] {
        floor.agent(name, "English").await;
    }
    let waits = floor.contact("english,Klingon").await;
    // A skill that contacts need but nobody holds is not suggested.
    floor.contact("englis").await;
    let why = floor.acd.explain(waits).await.unwrap();
    let said = "It waits because no agent holds Klingon or english; 2 hold English.";
    assert_eq!(why.sentence(), said);
    assert_eq!(why.nearest.len(), 1);
}

/// Who is in wrap-up counts as that, whatever they chose to be next.
pub async fn an_explanation_names_who_is_in_wrap_up(floor: &Floor) {
    let set = r#"{"wrap_up":{"mode":"timed","seconds":30}}"#;
    let set = serde_json::from_str(set).unwrap();
    floor.acd.change_settings(set).await.unwrap();
    for name in ["ann", "bob", "eve"] {
        floor.available_agent(name, "English").await;
        let contact = floor.contact("English").await;
        if name != "eve" {
            floor.complete(contact).await;
        }
    }
    floor.make_unavailable("ann", "lunch").await;
    floor.make_unavailable("eve", "lunch").await;
    let waits = floor.contact("English").await;
    let why = floor.acd.explain(waits).await.unwrap();
    let told = (
        why.qualified_wrap_up,
        why.qualified_busy,
        why.qualified_stopping,
    );
    assert_eq!((told, why.qualified), ((2, 1, 1), 3));
    assert!(
        why.sentence()
            .contains("1 busy and then unavailable, 2 in wrap-up"),
        "{}",
        why.sentence()
    );
}
