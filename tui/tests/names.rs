//! Names that are taken can be said, in the palette and in filters.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use proptest::prelude::*;
use shared::skill::Skill;
use shared::view::SkillView;
use tui::effect::Request;
use tui::query::{Kind, Query, quoted};
use tui::sample;
use tui::verbs::{Command, parse};

/// Names of all that names may have, and above all of what means something to somebody.
fn names() -> impl Strategy<Value = Skill> {
    "[a-zé0-9 \\-+@!<>=:;()'`\\\\/%&?#\\[\\]x5p.]{1,9}|any|stop|or|not|x5|p2|@60|7"
        .prop_filter_map("it is no name", |text| text.parse().ok())
}

proptest! {
    #[test]
    fn every_name_can_be_said_in_a_filter(name in names(), other in names()) {
        let view = |skill: &Skill| SkillView {
            skill: skill.clone(),
            waiting: 0,
            available: 0,
            staffed: 0,
            next: vec![],
        };
        let said = quoted(name.as_str());
        let query = Query::parse(&format!("skill:{said}"), Kind::Skills);
        let query = query.map_err(|wrong| TestCaseError::fail(wrong.says))?;
        prop_assert!(query.of_skill(&view(&name)));
        let same = name.as_str().to_lowercase() == other.as_str().to_lowercase();
        prop_assert_eq!(query.of_skill(&view(&other)), same);
        let word = Query::parse(&format!("\"{name}\""), Kind::Skills).unwrap();
        prop_assert!(word.of_skill(&view(&name)));
    }
}

#[tokio::test]
async fn every_name_can_be_said_in_the_palette() {
    let model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    for name in [
        "C++",
        "-1",
        "x5",
        "p2",
        "@60",
        "any",
        "stop",
        "7",
        "Sales & Service",
        "Tier-2 (VIP)",
        "DOMAIN\\jdoe",
        "a:b",
        "24/7",
        "हिन्दी",
    ] {
        let skill: Skill = name.parse().unwrap();
        for (line, wanted) in [
            (
                format!("delete skill \"{name}\""),
                Command::DeleteSkill(skill.clone()),
            ),
            (
                format!("delete agent \"{name}\""),
                Command::DeleteAgent(name.parse().unwrap()),
            ),
        ] {
            assert_eq!(parse(&line, &model), Ok(wanted), "{line}");
        }
        let said = parse(&format!("inject \"{name}\",French"), &model);
        let Ok(Command::Ask(Request::Inject { skills, .. })) = said else {
            panic!("{name}: {said:?}");
        };
        assert_eq!(skills, [skill.clone(), "French".parse().unwrap()]);
        let said = parse(&format!("skills 7 +\"{name}\" \"-{name}\""), &model);
        let Ok(Command::Ask(Request::ChangeSkills { add, remove, .. })) = said else {
            panic!("{name}: {said:?}");
        };
        assert_eq!((add, remove), (vec![skill.clone()], vec![skill]));
    }
}

#[tokio::test]
async fn a_name_is_found_however_it_is_typed() {
    let view = SkillView {
        skill: "Tiếng Việt".parse().unwrap(),
        waiting: 0,
        available: 0,
        staffed: 0,
        next: vec![],
    };
    for typed in [
        "vie\u{323}\u{302}t",
        "skill:*Vi\u{1eb9}\u{302}t",
        "skill:\"TIÊ\u{301}NG VIỆT\"",
    ] {
        let query = Query::parse(typed, Kind::Skills).unwrap();
        assert!(query.of_skill(&view), "{typed}");
    }
}
