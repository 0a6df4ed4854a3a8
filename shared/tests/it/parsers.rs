//! Round trips of everything that is parsed from outside; nothing makes a parser panic. Names and
//! replies have fuzz targets instead (`stacks/fuzz`).

use std::str::FromStr;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use shared::agent::{Agent, AgentId, AgentState, Mark, Presence};
use shared::contact::{Contact, ContactId, ContactState, Outcome, Priority, Rank, Taken};
use shared::service_level::{ServiceLevel, Within};
use shared::skill::Skill;
use shared::text::{Invalid, PersonName, Reason};
use shared::time::{Millis, Tick};
use uuid::Uuid;

/// A name of any kind, made of allowed characters.
fn name<Name: FromStr<Err = Invalid> + std::fmt::Debug>() -> impl Strategy<Value = Name> {
    "[a-zA-Z0-9éß日नب \\\\'()+./:@?\\[\\]%&#;=<>~^$!`_-]{1,64}"
        .prop_filter_map("it is no name", |text| text.parse().ok())
}

fn skills() -> impl Strategy<Value = Vec<Skill>> {
    vec(name(), 0..5)
}

fn agent_id() -> impl Strategy<Value = AgentId> {
    name()
}

fn reason() -> impl Strategy<Value = Option<Reason>> {
    option::of(name())
}

fn contact_id() -> impl Strategy<Value = ContactId> {
    any::<u128>().prop_map(|id| ContactId(Uuid::from_u128(id)))
}

fn millis() -> impl Strategy<Value = Millis> {
    any::<u64>().prop_map(Millis)
}

fn person() -> impl Strategy<Value = PersonName> {
    "[a-zA-Zéß日नب ,{}*|\"'-]{0,100}".prop_filter_map("it is no name", |name| name.try_into().ok())
}

fn contact_state() -> impl Strategy<Value = ContactState> {
    let outcome = prop_oneof![
        Just(Outcome::Handled),
        Just(Outcome::Abandoned),
        Just(Outcome::Cancelled)
    ];
    prop_oneof![
        Just(ContactState::Queued),
        (agent_id(), millis()).prop_map(|(agent, at)| ContactState::Assigned { agent, at }),
        (option::of((agent_id(), millis())), millis(), outcome).prop_map(
            |(served, at, outcome)| ContactState::Complete {
                served,
                at,
                outcome
            }
        ),
    ]
}

fn mark() -> impl Strategy<Value = Option<Mark>> {
    prop_oneof![
        Just(None),
        Just(Some(Mark::New)),
        Just(Some(Mark::Closed)),
        Just(Some(Mark::Requeued))
    ]
}

fn agent_state() -> impl Strategy<Value = AgentState> {
    let next = prop_oneof![
        Just(Presence::Available),
        reason().prop_map(Presence::Unavailable)
    ];
    prop_oneof![
        any::<u64>().prop_map(|since| AgentState::Available { since: Tick(since) }),
        (reason(), mark()).prop_map(|(reason, mark)| AgentState::Unavailable {
            // A state with a mark has no chosen reason.
            reason: reason.filter(|_| mark.is_none()),
            mark
        }),
        (contact_id(), next).prop_map(|(contact, next)| AgentState::Busy {
            contact,
            next,
            next_mark: None
        }),
    ]
}

/// Attributes of a contact, nested as deep as is worth testing.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 8, 4, |inner| vec(inner, 0..4).prop_map(Into::into))
}

/// Writes a contact's document as `docs/data-model.md` describes it.
fn document_of(contact: &Contact, asked: Option<u8>) -> serde_json::Value {
    let names: Vec<&str> = contact.skills.iter().map(Skill::as_str).collect();
    let mut json = serde_json::json!({
        "profile": contact.profile().to_string(),
        "rank": contact.rank,
        "created": contact.created,
        "requeues": contact.requeues,
        "attributes": contact.attributes.as_str(),
    });
    let mut set = |name: &str, value: serde_json::Value| json[name] = value;
    if !names.is_sorted_by(|one, other| one < other) {
        set("asked_skills", names.join(",").into());
    }
    if let Some(asked) = asked {
        set("asked", asked.into());
    }
    if let Some(owner) = &contact.owner {
        set("owner", owner.as_str().into());
    }
    if let Some(name) = &contact.contact_type {
        set("type", name.as_str().into());
    }
    match (contact.taken.skills, contact.taken.priority) {
        (true, true) => set("taken", "skills priority".into()),
        (true, false) => set("taken", "skills".into()),
        (false, true) => set("taken", "priority".into()),
        (false, false) => {}
    }
    if let Some(disposition) = &contact.disposition {
        set("disposition", disposition.as_str().into());
    }
    if let Some(note) = &contact.note {
        set("note", note.as_str().into());
    }
    if let Some(offer) = contact.accepted {
        set("offer", offer.into());
    }
    let (served, over) = match &contact.state {
        ContactState::Queued => (None, None),
        ContactState::Offered(offer) => {
            set("offer", offer.number.into());
            set("offered_to", offer.agent.as_str().into());
            set("offered_until", offer.until.0.into());
            (None, None)
        }
        ContactState::Assigned { agent, at } => (Some((agent, *at)), None),
        ContactState::Complete {
            served,
            at,
            outcome,
        } => (
            served.as_ref().map(|(agent, at)| (agent, *at)),
            Some((*at, outcome)),
        ),
    };
    if let Some((agent, at)) = served {
        set("agent", agent.as_str().into());
        set("assigned", at.0.into());
    }
    if let Some((at, outcome)) = over {
        set("ended", at.0.into());
        set("outcome", serde_json::to_value(outcome).unwrap());
    }
    json
}

proptest! {
    #[test]
    fn any_contact_round_trips_through_its_document(
        (id, skills, rank, state) in (contact_id(), skills(), 0..1_u64 << 53, contact_state()),
        (asked, requeues, owned) in any::<(Option<u8>, u32, bool)>(),
        (typed, taken, accepted) in any::<(bool, (bool, bool), Option<u64>)>(),
        (created, name, attribute) in (millis(), any::<String>(), json()),
    ) {
        let rank = Rank(rank);
        let priority = rank.priority().unwrap();
        let contact = Contact {
            id,
            contact_type: typed.then(|| "billing".parse().unwrap()),
            taken: Taken { skills: taken.0, priority: taken.1 },
            skills,
            priority,
            asked: asked.map_or(priority, Priority),
            rank,
            created,
            requeues,
            attributes: serde_json::json!({ name: attribute }).to_string().parse().unwrap(),
            owner: owned.then(|| "Shop 2".parse().unwrap()),
            disposition: typed.then(|| "sold".parse().unwrap()),
            note: owned.then(|| "}\"\\ note".parse().unwrap()),
            accepted: accepted.filter(|_| state.agent().is_some()),
            state,
        };
        let json = document_of(&contact, asked).to_string();
        prop_assert_eq!(Contact::from_document(id, &json), Ok(contact));
    }

    #[test]
    fn any_agent_round_trips_through_the_document(
        (id, fname, lname, skills) in (agent_id(), person(), person(), skills()),
        (state, changed) in (agent_state(), millis()),
        (handled, handle_time) in any::<(u64, u64)>(),
        (misses, penalty, rejected) in any::<(u32, Option<u64>, Option<u64>)>(),
        (wrap_up_time, ready) in any::<(u64, bool)>(),
    ) {
        let penalty = penalty.map(Millis);
        let agent = Agent {
            id, fname, lname, skills, state, changed, handled, handle_time, misses, penalty, rejected,
            wrap_up_time, ready,
        };
        let json = serde_json::to_string(&agent).unwrap();
        prop_assert_eq!(serde_json::from_str::<Agent>(&json).unwrap(), agent);
    }

    #[test]
    fn a_service_level_is_read_as_written_or_refused_in_few_words(
        text in "\\PC{0,99}|[0-9+-]{0,4}/(5|20|600|[0-9+-]{0,4})"
    ) {
        match text.parse::<ServiceLevel>() {
            Ok(level) => prop_assert_eq!(level.to_string().parse(), Ok(level)),
            Err(refused) => prop_assert!(refused.to_string().len() < 600, "{}", refused),
        }
        match text.parse::<Within>() {
            Ok(within) => prop_assert_eq!(within.to_string().parse(), Ok(within)),
            Err(refused) => prop_assert!(refused.to_string().len() < 600, "{}", refused),
        }
    }
}
