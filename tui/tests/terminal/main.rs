//! The program in a terminal of its own: it draws, it acts, and it restores the terminal however it
//! ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod api;
mod outage;
mod session;
#[path = "../support/mod.rs"]
mod support;

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use shared::Acd as _;
use shared::agent::Presence;
use shared::time::Millis;
use shared::view::Page;

use crate::session::{PATIENCE, PROGRAM, Session, cells, modes, size};
use crate::support::{TestFloor, redis_url};

#[test]
fn it_shows_the_floor_at_work_and_quits_on_q() {
    let mut session = Session::start(&[], &[]);
    session.until_text("● live");
    assert!(session.screen.screen().alternate_screen());
    assert!(session.screen.screen().hide_cursor());
    session.until_text("goes to agent:");
    session.press("?");
    session.until_text("these keys");
    session.press("q");
    session.until("floor", |screen| !screen.contents().contains("these keys"));
    session.press("q");
    session.until_text("Quit?");
    session.press("y");
    assert_eq!(session.end(), 0);
}

#[test]
fn it_acts_and_follows_the_size_of_the_terminal() {
    let mut session = Session::start(&["--no-demo"], &[]);
    session.until_text("there are no agents");
    session.press("i\r\r");
    session.until_text("injected (any agent): it waits.");
    session.press("O");
    session.until_text("Close the ACD?");
    session.press("y");
    session.until_text("[CLOSED]");
    session.press("i\r\r");
    session.until_text("No contact injected: the ACD is closed");
    session.master.resize(size(80, 24)).unwrap();
    session.screen.screen_mut().set_size(cells(24), cells(80));
    session.until_text("[1 Queue 1]");
    session.press("\u{3}");
    assert_eq!(session.end(), 0);
}

#[test]
fn what_is_injected_by_the_dialog_is_found_by_the_filter() {
    let mut session = Session::start(&["--no-demo"], &[]);
    session.until_text("there are no agents");
    session.press(":add 7 Ada Byron French\r");
    session.until_text("2 Skills 1");
    // The first letters of a known skill, then a new skill; three contacts of priority 2.
    session.press("iFre\t\t\x7f2\t\x7f3\r\r");
    session.until_text("Queue 3");
    session.press("iSpanish\t\x7f5\t\x7f1\r\r");
    session.until_text("Queue 4");
    session.press("/skill:Spanish");
    session.until("filtered queue", |screen| {
        let text = screen.contents();
        text.contains("Spanish") && !text.contains("P2 ")
    });
    session.press("\x1b");
    session.until("whole queue", |screen| screen.contents().contains("P2 "));
    session.press("?/inject");
    session.until_text("inject a contact");
    session.press("\x03");
    assert_eq!(session.end(), 0);
}

#[test]
fn the_demo_session_starts_and_stops_at_a_key() {
    let mut session = Session::start(&["--no-demo"], &[]);
    session.until_text("there are no agents");
    session.press("D");
    session.until_text("demo session");
    session.until_text("goes to demo:");
    session.press("D");
    session.until_text("The demo session has ended");
    session.until("empty floor", |screen| {
        let text = screen.contents();
        !text.contains("demo session  ") && text.contains("there are no agents")
    });
    session.press("q");
    assert_eq!(session.end(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_redis_the_demo_session_brings_an_engine_and_ends_with_the_console() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let (url, name) = (redis_url(), floor.name.to_string());
    let mut session = Session::start(&["--redis-url", &url, "--acd", &name], &[]);
    session.until_text("● live");
    session.press("D");
    session.until_text("Start a demo session?");
    assert_eq!(floor.acd.overview().await.unwrap().agents, 1);
    session.press("y");
    session.until_text("goes to demo:");
    session.press("q");
    assert_eq!(session.end(), 0);
    expect_no_trace(&floor).await;
    floor.clean().await;
}

/// Expects that a demo session changed nothing on the floor and left nothing there.
async fn expect_no_trace(floor: &TestFloor) {
    let left = floor.acd.overview().await.unwrap();
    assert_eq!((left.agents, left.waiting, left.busy), (1, 0, 0));
    let agent = floor.acd.agent(&floor.agent).await.unwrap();
    let skills: Vec<&str> = agent
        .skills
        .iter()
        .map(shared::skill::Skill::as_str)
        .collect();
    assert_eq!(skills, ["English", "Billing"]);
    assert_eq!(agent.state.chosen(), Presence::Unavailable(None));
    let skills = floor.acd.skills(Page::first(100)).await.unwrap().items;
    let names: Vec<&str> = skills.iter().map(|view| view.skill.as_str()).collect();
    assert_eq!(names, ["Billing", "English"]);
    let figures = floor.acd.figures(Millis(0)).await.unwrap();
    let counted = figures
        .by_skill
        .iter()
        .filter(|(skill, _)| !skill.as_str().starts_with("demo-"));
    assert_eq!(counted.count(), 0, "no figures of others' skills");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_demo_session_is_refused_and_what_one_left_that_died_is_removed() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let (url, name) = (redis_url(), floor.name.to_string());
    let flags = ["--redis-url", &url, "--acd", &name];
    let mut first = Session::start(&flags, &[]);
    first.until_text("● live");
    first.press("Dy");
    first.until_text("goes to demo:");
    let mut second = Session::start(&flags, &[]);
    second.until_text("● live");
    second.press("Dy");
    second.until_text("a demo session is already running on this floor");
    second.press("q");
    assert_eq!(second.end(), 0);
    first.signal(Signal::KILL);
    first.child.wait().unwrap();
    assert!(floor.acd.overview().await.unwrap().agents > 1);
    // A session whose agents are all idle for half a minute counts as dead.
    thread::sleep(Duration::from_secs(31));
    let mut third = Session::start(&flags, &[]);
    third.until_text("● live");
    third.press("Dy");
    third.until_text("goes to demo:");
    third.press("q");
    assert_eq!(third.end(), 0);
    expect_no_trace(&floor).await;
    floor.clean().await;
}

#[test]
fn contacts_are_injected_at_a_rate_and_that_is_stopped() {
    let mut session = Session::start(&["--no-demo"], &[]);
    session.until_text("there are no agents");
    session.press(":inject any x900 @600\r");
    // Frames may be skipped, so no count in particular is waited for.
    session.until("growing count", |screen| {
        injected(&screen.contents()).is_some_and(|made| (3..900).contains(&made))
    });
    session.press("i");
    session.until_text("Stop injecting?");
    session.press("y");
    session.until_text("of 900 contacts were injected.");
    session.until("quiet", |screen| !screen.contents().contains("injecting"));
    session.press("qy");
    assert_eq!(session.end(), 0);
}

/// Returns how many of the 900 contacts the screen says are injected so far.
fn injected(text: &str) -> Option<u32> {
    let (_, after) = text.split_once("injecting ")?;
    after.split_once(" of 900")?.0.parse().ok()
}

#[test]
fn a_command_is_recalled_in_the_next_session() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    for recalled in [false, true] {
        let mut session = Session::start(&["--no-demo"], &[("XDG_STATE_HOME", state)]);
        session.until_text("there are no agents");
        if recalled {
            session.press(":\u{1b}[A");
            session.until_text(": filter a-thing");
            session.press("\u{3}");
        } else {
            session.press(":filter a-thing\r");
            session.until_text("/a-thing");
            session.press("q");
        }
        assert_eq!(session.end(), 0);
    }
}

#[test]
fn a_key_is_seen_at_once_also_when_nothing_else_happens() {
    let mut session = Session::start(&["--no-demo"], &[]);
    session.until_text("● live");
    let begun = Instant::now();
    for _ in 0..40 {
        session.press("?");
        session.until_text("these keys");
        session.press("q");
        session.until("floor", |screen| !screen.contents().contains("these keys"));
    }
    // If the console noticed keys only at the next second, this would take about forty seconds.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    session.press("q");
    assert_eq!(session.end(), 0);
}

#[test]
fn signals_end_it_with_the_terminal_given_back() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut session = Session::start(&[], &[]);
        session.until_text("● live");
        session.signal(signal);
        assert_eq!(session.end(), code);
    }
}

#[test]
fn a_panic_is_reported_on_the_terminal_that_was_given_back() {
    let mut session = Session::start(&["--panic"], &[]);
    session.until_text("● live");
    assert_eq!(session.end(), 101);
    assert!(
        session.text().contains("this panic was asked for"),
        "{}",
        session.text()
    );
}

#[test]
fn it_stops_on_ctrl_z_and_comes_back() {
    let mut session = Session::start(&[], &[]);
    session.until_text("● live");
    session.press("\u{1a}");
    session.until("ordinary screen", |screen| !screen.alternate_screen());
    let end = Instant::now() + PATIENCE;
    while !stopped(session.child.process_id().unwrap()) {
        assert!(Instant::now() < end, "not stopped");
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(modes(session.master.as_ref()), session.modes_before);
    session.signal(Signal::CONT);
    session.until("console", |screen| {
        screen.alternate_screen() && screen.contents().contains("● live")
    });
    session.press("\u{3}");
    assert_eq!(session.end(), 0);
}

fn stopped(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit(')')
        .next()
        .unwrap()
        .trim_start()
        .starts_with('T')
}

#[test]
fn without_colours_the_selection_is_still_reversed() {
    let mut session = Session::start(&[], &[("NO_COLOR", "1")]);
    session.until_text("● live");
    session.press("3");
    session.until("reversed row", |screen| {
        (0..36).any(|row| screen.cell(row, 4).is_some_and(vt100::Cell::inverse))
    });
    let coloured = (0..36)
        .flat_map(|row| (0..120).map(move |column| (row, column)))
        .any(|(row, column)| {
            let cell = session.screen.screen().cell(row, column);
            cell.is_some_and(|cell| cell.fgcolor() != vt100::Color::Default)
        });
    assert!(!coloured);
    // What crossterm would write by itself, which would reset reverse.
    assert!(!session.all.windows(4).any(|bytes| bytes == b"\x1b[;m"));
    session.press("\u{3}");
    assert_eq!(session.end(), 0);
}

#[test]
fn without_a_terminal_it_says_so() {
    let output = Command::new(PROGRAM).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs a terminal"));
    assert!(output.stdout.is_empty());
}

#[test]
fn every_screen_that_cannot_begin_ends_with_2_and_one_sentence() {
    for screen in [&["--no-demo"][..], &["wallboard"], &["agent", "agent:7"]] {
        let log = ["--log-file", "/nowhere/switchboard.log"];
        let (code, said) = session::output_of(&[&log[..], screen].concat(), &[]);
        assert_eq!(code, 2, "{said}");
        let said = said.trim();
        assert!(
            said.starts_with("switchboard: the log file /nowhere"),
            "{said}"
        );
        assert!(said.ends_with("this user may write"), "{said}");
    }
}

#[test]
fn a_terminal_that_cannot_place_its_cursor_is_told_so_without_an_escape() {
    for (arguments, words) in [
        (
            &["--no-demo"][..],
            "switchboard is a console and needs a terminal",
        ),
        (
            &["wallboard"],
            "switchboard is a console and needs a terminal",
        ),
        (&["agent", "agent:7"], "a desk needs a terminal"),
    ] {
        for term in ["dumb", ""] {
            let (code, said) = session::output_of(arguments, &[("TERM", term)]);
            assert_eq!(code, 2, "{said}");
            assert!(said.contains(words) && said.contains("TERM"), "{said}");
            assert!(!said.contains('\u{1b}'), "{said:?}");
        }
    }
}

#[test]
fn where_the_locale_is_not_unicode_every_screen_is_ascii() {
    for (environment, flags, ascii) in [
        (&[("LC_ALL", "C")][..], &[][..], true),
        (
            &[("LC_ALL", ""), ("LC_CTYPE", "de_DE"), ("LANG", "C.UTF-8")],
            &[],
            true,
        ),
        (&[("LC_ALL", "C")], &["--characters", "unicode"], false),
        (&[("LC_ALL", "C.UTF-8")], &["--characters", "ascii"], true),
    ] {
        let mut session = Session::start(flags, environment);
        session.until_text(" live");
        session.until_text("goes to agent:");
        session.press("?");
        session.until_text("these keys");
        assert_eq!(
            session.all.is_ascii(),
            ascii,
            "{environment:?}\n{}",
            session.text()
        );
        session.press("\u{3}");
        assert_eq!(session.end(), 0);
    }
    let mut board = Session::start(&["wallboard"], &[("LC_ALL", "C")]);
    board.until_text("* AVAILABLE");
    assert!(board.all.is_ascii(), "{}", board.text());
    board.press("q");
    assert_eq!(board.end(), 0);
}

#[test]
fn names_of_every_width_leave_nothing_behind_when_rows_move() {
    let mut session = Session::start(&["--no-demo"], &[]);
    session.until_text("there are no agents");
    for (number, name) in ["日本語", "Zoe\u{301}", "नि\u{932}", "A", "王小龙", "Ö"]
        .iter()
        .enumerate()
    {
        session.press(&format!(":add {number} {name} {name}{name} x\r"));
        session.until_text(&format!("agent:{number} was added"));
    }
    session.press("3");
    for keys in [
        "s", "s", "S", "j", "jj", "k", "/A\r", "\\", "z", "z", "?", "\u{1b}", "G", "ss",
    ] {
        session.press(keys);
        session.settle();
        let (shown, all) = (session.text(), session.all.len());
        session.press("\u{c}");
        session.until("repainted", |_| true);
        session.settle();
        assert!(session.all.len() > all, "repainted");
        // Times change meanwhile, and blanks at the end of a line are invisible.
        let seen = |text: &str| -> Vec<String> {
            let lines = text.lines().skip(1);
            lines
                .map(|line| {
                    line.replace(|c: char| c.is_ascii_digit(), " ")
                        .trim_end()
                        .to_owned()
                })
                .collect()
        };
        let same = seen(&session.text()) == seen(&shown);
        assert!(
            same,
            "after {keys:?}:\n{shown}\nrepainted:\n{}",
            session.text()
        );
    }
    session.press("\u{3}");
    assert_eq!(session.end(), 0);
}
