//! Draws random steps.

use proptest::prelude::*;
use shared::contact::Priority;
use shared::service_level::BOUNDS;
use shared::settings::{Reasons, SettingsChange, WrapUp};

use super::saw::Saw;
use super::values::{AGENTS, CONTACTS, SKILLS, TYPES, disposition, reason, skill};

/// One step: an operation on one of few agents, contacts and skills, or time that passes.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Create {
        contact: u8,
        /// The type; of so many there may be none.
        of: Option<u8>,
        skills: Option<Vec<u8>>,
        priority: Option<u8>,
        extras: u8,
    },
    SetType {
        number: u8,
        change: SettingsChange,
    },
    DeleteType {
        number: u8,
    },
    Accept {
        contact: u8,
        /// Another agent than the one with the offer; another number.
        other: Option<u8>,
        other_number: bool,
    },
    Reject {
        contact: u8,
        other: Option<u8>,
        reason: Option<u8>,
    },
    Complete {
        contact: u8,
        /// The disposition and the note: many have neither.
        remarks: u8,
        saw: Saw,
    },
    SetDisposition {
        contact: u8,
        remarks: u8,
    },
    WrapUp {
        agent: u8,
        longer: Option<u64>,
    },
    Cancel {
        contact: u8,
        saw: Saw,
    },
    Requeue {
        contact: u8,
        agent: u8,
        saw: Saw,
    },
    Prioritise {
        contact: u8,
        priority: u8,
        saw: Saw,
    },
    CreateAgent {
        agent: u8,
        skills: Vec<u8>,
    },
    Rename {
        agent: u8,
        saw: Saw,
    },
    Available {
        agent: u8,
        saw: Saw,
    },
    Unavailable {
        agent: u8,
        reason: Option<u8>,
        saw: Saw,
    },
    AddSkill {
        agent: u8,
        skill: u8,
        saw: Saw,
    },
    RemoveSkill {
        agent: u8,
        skill: u8,
        saw: Saw,
    },
    DeleteAgent {
        agent: u8,
        saw: Saw,
    },
    DeleteSkill {
        skill: u8,
    },
    Open,
    Close,
    Set {
        change: SettingsChange,
    },
    RunDue,
    Pass {
        millis: u64,
    },
}

/// Draws a sequence of steps.
pub(super) fn sequence() -> impl Strategy<Value = Vec<Step>> {
    use Step::{
        AddSkill, Available, Close, Complete, Create, CreateAgent, DeleteAgent, DeleteSkill, Open,
        Pass, RemoveSkill, Rename, RunDue, Unavailable,
    };
    let agent = || 0..AGENTS;
    let contact = || 0..CONTACTS;
    let skill = || 0..SKILLS;
    let saw = Saw::any();
    let skills = |most| prop::collection::vec(0..SKILLS, 0..=most);
    let one = prop_oneof![
        14 => (contact(), skills(3), prop_oneof![4 => Just(5), 1 => 4..=6u8], extras())
            .prop_map(|(contact, skills, priority, extras)| Create {
                contact, of: None, skills: Some(skills), priority: Some(priority), extras,
            }),
        8 => (
            contact(), prop::option::weighted(0.8, 0..TYPES), prop::option::weighted(0.4, skills(3)),
            prop::option::weighted(0.3, 4..=6u8), extras(),
        )
            .prop_map(|(contact, of, skills, priority, extras)| Create {
                contact, of, skills, priority, extras,
            }),
        4 => (0..TYPES, a_setting_of_a_type())
            .prop_map(|(number, change)| Step::SetType { number, change }),
        1 => (0..TYPES).prop_map(|number| Step::DeleteType { number }),
        // There are so few of these that many creations are repeats, with the same or a different
        // request.
        6 => (contact(), extras()).prop_map(|(contact, extras)| Create {
            contact, of: None, skills: Some(vec![contact % SKILLS]), priority: Some(5), extras,
        }),
        9 => (contact(), prop::option::weighted(0.1, agent()), prop::bool::weighted(0.05))
            .prop_map(|(contact, other, other_number)| Step::Accept {
                contact, other, other_number,
            }),
        5 => (contact(), prop::option::weighted(0.1, agent()), prop::option::of(0..4u8))
            .prop_map(|(contact, other, reason)| Step::Reject { contact, other, reason }),
        10 => (contact(), 0..8u8, saw.clone())
            .prop_map(|(contact, remarks, saw)| Complete { contact, remarks, saw }),
        3 => (contact(), 0..8u8)
            .prop_map(|(contact, remarks)| Step::SetDisposition { contact, remarks }),
        4 => (agent(), prop::option::weighted(0.3, 1..40u64))
            .prop_map(|(agent, longer)| Step::WrapUp { agent, longer }),
        2 => (contact(), saw.clone()).prop_map(|(contact, saw)| Step::Cancel { contact, saw }),
        4 => (contact(), agent(), saw.clone())
            .prop_map(|(contact, agent, saw)| Step::Requeue { contact, agent, saw }),
        3 => (contact(), 4..=6u8, saw.clone())
            .prop_map(|(contact, priority, saw)| Step::Prioritise { contact, priority, saw }),
        6 => (agent(), skills(4)).prop_map(|(agent, skills)| CreateAgent { agent, skills }),
        1 => (agent(), saw.clone()).prop_map(|(agent, saw)| Rename { agent, saw }),
        10 => (agent(), saw.clone()).prop_map(|(agent, saw)| Available { agent, saw }),
        4 => (agent(), prop::option::of(0..4u8), saw.clone())
            .prop_map(|(agent, reason, saw)| Unavailable { agent, reason, saw }),
        4 => (agent(), skill(), saw.clone())
            .prop_map(|(agent, skill, saw)| AddSkill { agent, skill, saw }),
        3 => (agent(), skill(), saw.clone())
            .prop_map(|(agent, skill, saw)| RemoveSkill { agent, skill, saw }),
        2 => (agent(), saw).prop_map(|(agent, saw)| DeleteAgent { agent, saw }),
        1 => skill().prop_map(|skill| DeleteSkill { skill }),
        2 => Just(Open),
        1 => Just(Close),
        2 => a_setting().prop_map(|change| Step::Set { change }),
        5 => Just(RunDue),
        6 => prop_oneof![3 => 0..5_000u64, 1 => 0..4_000_000u64, 2 => about_a_bound(), 2 => a_break()]
            .prop_map(|millis| Pass { millis }),
    ];
    prop::collection::vec(one, 100..150)
}

/// A change of one setting, often back to its default.
fn a_setting() -> impl Strategy<Value = SettingsChange> {
    let list = || prop::sample::subsequence(vec![0, 1, 2, 3], 0..4);
    prop_oneof![
        2 => a_setting_of_a_type(),
        1 => prop::option::weighted(0.4, any::<bool>()).prop_map(|value| SettingsChange {
            known_skills_only: Some(value),
            ..Default::default()
        }),
        1 => prop::option::weighted(0.4, list()).prop_map(|list| SettingsChange {
            reasons: Some(list.map(reasons)),
            ..Default::default()
        }),
    ]
}

/// A change of one setting that types have, too.
fn a_setting_of_a_type() -> impl Strategy<Value = SettingsChange> {
    prop_oneof![
        1 => prop::option::weighted(0.7, prop::collection::vec(0..SKILLS, 0..=2)).prop_map(|list| {
            let names = list.map(|list| list.into_iter().map(|number| skill(number).into()));
            SettingsChange {
                skills: Some(names.map(|names| names.collect::<Vec<String>>().try_into().unwrap())),
                ..Default::default()
            }
        }),
        2 => prop::option::weighted(0.8, 1..40u64).prop_map(|seconds| SettingsChange {
            offer_timeout_s: Some(seconds.map(|seconds| seconds.try_into().unwrap())),
            ..Default::default()
        }),
        2 => wrap_up().prop_map(|mode| SettingsChange {
            wrap_up: Some(mode),
            ..Default::default()
        }),
        1 => prop::option::weighted(0.4, prop::sample::subsequence(vec![0, 1, 2], 0..3)).prop_map(
            |list| {
                let names = list.map(|list| list.into_iter().map(|name| disposition(name).into()));
                let names = names.map(|names| names.collect::<Vec<String>>().try_into().unwrap());
                SettingsChange {
                    dispositions: Some(names),
                    ..Default::default()
                }
            }
        ),
        1 => prop::option::weighted(0.6, 1..4u64).prop_map(|misses| SettingsChange {
            max_misses: Some(misses.map(|misses| misses.try_into().unwrap())),
            ..Default::default()
        }),
        1 => prop::option::weighted(0.6, 0..9u64).prop_map(|seconds| SettingsChange {
            penalty_s: Some(seconds.map(|seconds| seconds.try_into().unwrap())),
            ..Default::default()
        }),
        1 => prop::option::weighted(0.6, 4..=6u8).prop_map(|priority| SettingsChange {
            priority: Some(priority.map(Priority)),
            ..Default::default()
        }),
        1 => prop::option::weighted(0.6, 0..7u64).prop_map(|seconds| SettingsChange {
            short_abandon_s: Some(seconds.map(|seconds| seconds.try_into().unwrap())),
            ..Default::default()
        }),
    ]
}

fn wrap_up() -> impl Strategy<Value = Option<WrapUp>> {
    prop_oneof![
        2 => (1..40u64).prop_map(|seconds| Some(WrapUp::Timed {
            seconds: seconds.try_into().unwrap(),
        })),
        2 => Just(Some(WrapUp::Manual {})),
        1 => Just(Some(WrapUp::None {})),
        1 => Just(None),
    ]
}

fn reasons(numbers: Vec<u8>) -> Reasons {
    let names = numbers.into_iter().map(|number| reason(number).to_string());
    names.collect::<Vec<_>>().try_into().unwrap()
}

/// The optional parts of a contact: for most none, for others attributes and an owner.
fn extras() -> impl Strategy<Value = u8> {
    prop_oneof![3 => Just(0), 2 => 0..6u8]
}

/// The bounds at which waits are counted differently, and one millisecond more.
fn about_a_bound() -> impl Strategy<Value = u64> {
    (prop::sample::select(&BOUNDS[..]), 0..2u64)
        .prop_map(|(bound, more)| u64::from(bound) * 1_000 + more)
}

/// Mostly some minutes, so that snapshots of the counters lie close; sometimes a night.
fn a_break() -> impl Strategy<Value = u64> {
    prop_oneof![9 => 1..20u64, 1 => 0..1_000u64].prop_map(|minutes| minutes * 60_000)
}
