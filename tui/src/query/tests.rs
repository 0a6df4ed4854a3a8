//! What the language accepts, what it rejects and how, and what queries match.

use proptest::prelude::*;
use shared::agent::{Agent, AgentState, Presence};
use shared::contact::{Contact, ContactId, ContactState, Priority, Rank, Taken};
use shared::time::{Millis, Tick};

use super::{Kind, Pattern, Query};

const NOW: Millis = Millis(1_000_000);

fn contact() -> Contact {
    Contact {
        id: "contact:0198f2a4-0000-7000-8000-00009f2b3c4d"
            .parse()
            .unwrap(),
        contact_type: Some("sales chat".parse().unwrap()),
        taken: Taken::default(),
        skills: vec!["English".parse().unwrap(), "Tier 2".parse().unwrap()],
        priority: Priority(2),
        rank: Rank(0),
        created: Millis(NOW.0 - 90_000),
        attributes: shared::contact::Attributes::default(),
        owner: None,
        accepted: None,
        disposition: None,
        note: None,
        state: ContactState::Queued,
        requeues: 0,
        asked: Priority(2),
    }
}

fn agent(state: AgentState) -> Agent {
    Agent {
        id: "agent:7".parse().unwrap(),
        fname: "Élodie".to_owned().try_into().unwrap(),
        lname: "Marchand".to_owned().try_into().unwrap(),
        skills: vec!["Billing".parse().unwrap()],
        state,
        changed: Millis(NOW.0 - 20_000),
        handled: 0,
        handle_time: 0,
        wrap_up_time: 0,
        ready: false,
        misses: 0,
        penalty: None,
        rejected: None,
    }
}

#[test]
fn a_contact_is_found_by_what_it_is() {
    for (text, found) in [
        ("", true),
        ("skill:english", true),
        ("skill:Engl", false),
        ("skill:Engl*", true),
        ("skill:\"tier 2\"", true),
        ("\"er 2\"", true),
        ("type:sales*", true),
        ("type:\"Sales chat\"", true),
        ("type:chat", false),
        ("chat", true),
        ("wait>30s", true),
        ("wait<1m30s", false),
        ("wait<=1m30s", true),
        ("wait=90", true),
        ("wait:90s", true),
        ("pri<=2", true),
        ("pri<2", false),
        ("priority=P2", true),
        ("id:c-9f*", true),
        ("id:*3c4d", true),
        ("9F2B", true),
        ("state:waiting", true),
        ("state:busy", false),
        ("english wait>30s", true),
        ("english wait>30m", false),
        ("!english", false),
        ("!skill:French !pri>9", true),
        ("skill:French or skill:English", true),
        ("skill:French or skill:German", false),
        ("(skill:French or skill:English) wait>30m", false),
        ("skill:French or skill:English wait>30m", false),
        ("skill:English or skill:French wait>30m", true),
        ("wait>30m (skill:French or skill:English)", false),
        ("not skill:French and not (pri>9 OR pri<2)", true),
        ("-skill:French", true),
        ("-(skill:French or skill:English)", false),
        ("!(skill:French)", true),
        ("!!english", true),
        ("((english))", true),
        ("\"or\"", false),
        ("c-9f", true),
    ] {
        let query = Query::parse(text, Kind::Contacts).unwrap();
        assert_eq!(query.of_contact(&contact(), NOW), found, "{text}");
    }
}

#[test]
fn an_agent_is_found_by_what_he_is() {
    // A tick is a sequence number, not a time.
    let since = Tick(1);
    let idle = agent(AgentState::Available { since });
    let busy = agent(AgentState::Busy {
        contact: ContactId::for_key("a", "b"),
        next: Presence::Available,
        next_mark: None,
    });
    for (text, of_idle, of_busy) in [
        ("state:idle", true, false),
        ("state:available", true, false),
        ("state:busy", false, true),
        ("state:unavailable", false, false),
        ("idle>10s", true, false),
        ("idle>30s", false, false),
        ("!idle>10s", false, true),
        ("agent:7", true, true),
        ("agent:agent:7", true, true),
        ("agent:70", false, false),
        ("id:agent*", true, true),
        ("élod", true, true),
        ("ÉLODIE", true, true),
        ("bill", true, true),
    ] {
        let query = Query::parse(text, Kind::Agents).unwrap();
        assert_eq!(query.of_agent(&idle, NOW), of_idle, "{text}");
        assert_eq!(query.of_agent(&busy, NOW), of_busy, "{text}");
    }
}

#[test]
fn a_refusal_points_at_the_place_and_says_what_would_be_right() {
    for (text, kind, at, says) in [
        (
            "english wait>soon",
            Kind::Contacts,
            13,
            "use a time: wait>30s, wait<2m",
        ),
        (
            "pri<=900",
            Kind::Contacts,
            5,
            "use a number from 0 to 255: pri<=2, pri=5",
        ),
        (
            "skill:",
            Kind::Contacts,
            6,
            "use the name of a skill: skill:Billing, skill:B*",
        ),
        (
            "french wait",
            Kind::Contacts,
            11,
            "use a time: wait>30s, wait<2m",
        ),
        (
            "state:bored",
            Kind::Agents,
            6,
            "use state:idle, available, offered, busy, wrap-up, penalty, not-responding, \
             unavailable or waiting",
        ),
        (
            "a \"b c",
            Kind::Agents,
            2,
            "this quote is not closed: \"two words\"",
        ),
        (
            "a !",
            Kind::Agents,
            3,
            "a term is missing here: !state:busy, !Billing",
        ),
        (
            "a \"\"",
            Kind::Agents,
            2,
            "a term is missing here: !state:busy, !Billing",
        ),
        (
            "a not ",
            Kind::Agents,
            5,
            "a term is missing here: !state:busy, !Billing",
        ),
    ] {
        let wrong = Query::parse(text, kind).unwrap_err();
        assert_eq!((wrong.at, wrong.says.as_str()), (at, says), "{text}");
    }
    let wrong = Query::parse("x wait>3s", Kind::Agents).unwrap_err();
    assert_eq!(wrong.at, 2);
    assert!(
        wrong.says.starts_with("\"wait\" is not known here"),
        "{}",
        wrong.says
    );
}

#[test]
fn what_joins_is_refused_where_something_is_missing() {
    for (text, at, says) in [
        ("a (b or c", 2, "this parenthesis is not closed: (a or b) c"),
        ("a b) c", 3, "this parenthesis was not opened: (a or b) c"),
        ("a or", 4, "a term is missing here: a or b, (a or b) c"),
        (
            "a ()",
            3,
            "a term is missing before this: a or b, (a or b) c",
        ),
        ("a or or b", 5, "a term is missing before this: a or b"),
        (
            "(x or wait>3s)",
            6,
            "\"wait\" is not known here; state:busy  idle>9s  skill:B*  agent:7  !not  (a or b)",
        ),
    ] {
        let wrong = Query::parse(text, Kind::Agents).unwrap_err();
        assert_eq!((wrong.at, wrong.says.as_str()), (at, says), "{text}");
    }
}

#[test]
fn what_is_too_deep_is_refused_before_the_stack_ends() {
    for (sign, at) in [("(", 32), ("!", 32), ("not ", 128)] {
        let text = format!("{}a", sign.repeat(1_900));
        let wrong = Query::parse(&text, Kind::Agents).unwrap_err();
        assert_eq!(wrong.at, at, "{sign}");
        assert!(wrong.says.contains("too deep"), "{}", wrong.says);
    }
}

#[test]
fn a_star_stands_for_anything() {
    for (pattern, text, is) in [
        ("*", "", true),
        ("a*c", "abc", true),
        ("a*c", "ac", true),
        ("a*c", "acb", false),
        ("*b*", "abc", true),
        ("a**c", "abbc", true),
        ("ab*ba", "aba", false),
        ("abc", "ABC", true),
    ] {
        assert_eq!(Pattern::new(pattern).matches(text), is, "{pattern} {text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused_at_a_place_inside(
        text in "(\\PC{0,3}|skill:|state:busy|wait[<>=:]{0,2}|[0-9]{1,25}[smhd]{0,2}|[!\"*() -]| or | not ){0,9}"
    ) {
        for kind in [Kind::Contacts, Kind::Skills, Kind::Agents, Kind::Events] {
            match Query::parse(&text, kind) {
                Ok(query) => {
                    query.of_contact(&contact(), NOW);
                    let (reason, mark) = (None, None);
                    query.of_agent(&agent(AgentState::Unavailable { reason, mark }), NOW);
                }
                Err(wrong) => prop_assert!(wrong.at <= text.chars().count()),
            }
        }
    }
}
