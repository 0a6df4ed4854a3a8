//! The desk in a terminal of its own, with a real Redis: it opens, acts, and restores the terminal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod support;

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use shared::agent::Presence;
use support::{TestFloor, redis_url};

/// Long, because the machine may be busy; a passing test does not wait for it.
const PATIENCE: Duration = Duration::from_secs(30);
const SIZE: PtySize = PtySize {
    rows: 24,
    cols: 80,
    pixel_width: 0,
    pixel_height: 0,
};

struct Session {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    modes_before: String,
}

impl Session {
    fn start(floor: &TestFloor, arguments: &[&str]) -> Self {
        Self::start_in(floor, arguments, Path::new("/nowhere"))
    }

    /// Starts with the settings in that folder.
    fn start_in(floor: &TestFloor, arguments: &[&str], settings: &Path) -> Self {
        let pair = native_pty_system().openpty(SIZE).unwrap();
        let modes_before = modes(pair.master.as_ref());
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_switchboard"));
        command.args(arguments);
        command.args(["--acd", floor.name.as_str()]);
        command.env("TERM", "xterm-256color");
        command.env("REDIS_URL", redis_url());
        command.env("XDG_CONFIG_HOME", settings);
        command.env_remove("NO_COLOR");
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut piece = vec![0; 65_536];
            while let Ok(length) = reader.read(&mut piece)
                && length > 0
                && sender.send(piece[..length].to_vec()).is_ok()
            {}
        });
        let cells = |number| NonZeroU16::new(number).unwrap();
        Self {
            child,
            keys: pair.master.take_writer().unwrap(),
            master: pair.master,
            output,
            screen: vt100::Parser::new(cells(SIZE.rows), cells(SIZE.cols), 0),
            modes_before,
        }
    }

    /// Waits until the screen meets a condition.
    fn until(&mut self, what: &str, wish: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !wish(self.screen.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(piece) => self.screen.process(&piece),
                Err(error) => panic!(
                    "{error}: no {what} on the screen:\n{}",
                    self.screen.screen().contents()
                ),
            }
        }
    }

    fn until_text(&mut self, wanted: &str) {
        self.until(wanted, |screen| screen.contents().contains(wanted));
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the program to end, and checks that the terminal is restored. Returns the exit
    /// code.
    fn end(&mut self) -> u32 {
        let code = self.child.wait().unwrap().exit_code();
        self.until("ordinary screen", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        });
        assert_eq!(modes(self.master.as_ref()), self.modes_before);
        code
    }
}

/// Returns the terminal's modes, for comparison.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

#[tokio::test]
async fn the_desk_opens_acts_for_its_agent_and_gives_the_terminal_back() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let mut session = Session::start(&floor, &["agent", "agent:7"]);
    session.until_text("○ UNAVAILABLE");
    assert!(session.screen.screen().alternate_screen());
    session.press(" ");
    session.until_text("● AVAILABLE");
    assert_eq!(floor.chosen().await, Presence::Available);
    session.press("o2");
    session.until_text("lunch");
    session.until_text("○ UNAVAILABLE");
    let lunch = Presence::Unavailable(Some("lunch".parse().unwrap()));
    assert_eq!(floor.chosen().await, lunch);
    session.press("q");
    assert_eq!(session.end(), 0);
    session.until_text("agent:7 stays unavailable.");
    floor.clean().await;
}

#[tokio::test]
async fn there_is_no_desk_for_an_agent_who_is_not_there() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let mut session = Session::start(&floor, &["agent", "agent:8"]);
    session.until_text("switchboard: there is no agent agent:8");
    assert_eq!(session.end(), 1);
    floor.clean().await;
}

#[tokio::test]
async fn the_wallboard_opens_and_q_gives_the_terminal_back() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let mut session = Session::start(&floor, &["wallboard"]);
    session.until_text("LONGEST WAIT");
    session.press(" ");
    session.press("q");
    assert_eq!(session.end(), 0);
    floor.clean().await;
}

#[tokio::test]
async fn the_console_has_the_keys_that_the_config_file_gives_it() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let settings = tempfile::tempdir().unwrap();
    let folder = settings.path().join("switchboard");
    std::fs::create_dir(&folder).unwrap();
    let text = "[keys]\nquit = \"Q\"\nhelp = [\"q\", \"F2\"]\n";
    std::fs::write(folder.join("config.toml"), text).unwrap();
    let mut session = Session::start_in(&floor, &[], settings.path());
    session.until_text("Q quit");
    session.press("q");
    session.until_text("quit; an ACD on a Redis");
    session.press("\u{1b}");
    session.until("floor", |screen| {
        !screen.contents().contains("quit; an ACD")
    });
    session.press("Q");
    assert_eq!(session.end(), 0);
    floor.clean().await;
}

#[tokio::test]
async fn a_wrong_config_file_is_said_before_the_terminal_is_taken() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let settings = tempfile::tempdir().unwrap();
    let folder = settings.path().join("switchboard");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "theme = \"mauve\"").unwrap();
    for arguments in [&["agent", "agent:7"][..], &["wallboard"], &[]] {
        let mut session = Session::start_in(&floor, arguments, settings.path());
        session.until_text("line 1: unknown variant");
        assert_eq!(session.end(), 2);
    }
    floor.clean().await;
}
