//! Every accepted name can be drawn and typed: in as many cells as counted, in commands and in
//! filters.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::num::NonZero;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use shared::skill::Skill;
use shared::text::PersonName;
use shared::view::SkillView;
use tui::console::overlay::command::verbs::{Command, parse};
use tui::query::{Kind, Query, quoted};
use tui::request::Request;
use tui::sample;

fn terminal() -> vt100::Parser {
    let size = |cells| NonZero::new(cells).unwrap();
    vt100::Parser::new(size(2), size(80), 0)
}

/// Returns how many cells a terminal advances for this text.
fn drawn(terminal: &mut vt100::Parser, text: &str) -> u16 {
    terminal.process(b"\x1b[H\x1b[2K");
    terminal.process(text.as_bytes());
    assert_eq!(
        terminal.screen().cursor_position().0,
        0,
        "{text:?} has one line"
    );
    terminal.screen().cursor_position().1
}

#[test]
fn every_name_is_drawn_in_the_cells_that_are_counted() {
    let (mut terminal, mut count) = (terminal(), 0);
    // The halfwidth sound marks: ratatui leaves two cells, a terminal draws one. Rows with such
    // characters are rewritten whole, so that nothing is left over.
    let doubtful = ['\u{ff9e}', '\u{ff9f}'];
    for c in ('\0'..='\u{1ffff}').filter(|c| !doubtful.contains(c)) {
        for text in [format!("{c}"), format!("a{c}b")] {
            let Ok(name) = PersonName::try_from(text) else {
                continue;
            };
            let mut cells = Buffer::empty(Rect::new(0, 0, 80, 1));
            let (counted, _) = cells.set_stringn(0, 0, name.as_str(), 80, Style::default());
            assert_eq!(
                counted,
                drawn(&mut terminal, name.as_str()),
                "{:?}",
                name.as_str()
            );
            assert!(
                name.as_str().is_empty() || counted > 0,
                "{:?}",
                name.as_str()
            );
            count += 1;
        }
    }
    assert!(count > 150_000, "only {count} were looked at");
}

/// Names of all permitted characters, above all those with a special meaning.
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
        let Ok(Command::Ask(Request::Inject { needs, .. })) = said else {
            panic!("{name}: {said:?}");
        };
        let expected = vec![skill.clone(), "French".parse().unwrap()];
        assert_eq!(needs.skills, Some(expected));
        for (typed, expected) in [
            (format!("+\"{name}\""), (vec![skill.clone()], vec![])),
            (format!("\"-{name}\""), (vec![], vec![skill.clone()])),
        ] {
            let said = parse(&format!("skills 7 {typed}"), &model);
            let Ok(Command::Ask(Request::ChangeSkills { add, remove, .. })) = said else {
                panic!("{name}: {said:?}");
            };
            assert_eq!((add, remove), expected);
        }
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
