//! The program in a pseudo-terminal: presses keys and reads the screen.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// The console's program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_switchboard");
/// Long, because the machine may be busy; a passing test does not wait for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The program in a terminal.
pub(crate) struct Session {
    pub(crate) child: Box<dyn Child + Send + Sync>,
    pub(crate) master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    pub(crate) all: Vec<u8>,
    pub(crate) screen: vt100::Parser,
    pub(crate) modes_before: String,
}

pub(crate) fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

pub(crate) fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

impl Session {
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let pair = native_pty_system().openpty(size(120, 36)).unwrap();
        let modes_before = modes(pair.master.as_ref());
        let mut command = CommandBuilder::new(PROGRAM);
        if arguments.first() != Some(&"agent") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        let places = ["REDIS_URL", "SWITCHBOARD_API", "SWITCHBOARD_TOKEN_FILE"];
        for name in places.into_iter().chain(["NO_COLOR", "RUST_BACKTRACE"]) {
            command.env_remove(name);
        }
        // Keeps the test's commands out of the user's history.
        command.env(
            "XDG_STATE_HOME",
            std::env::temp_dir().join("switchboard-tests"),
        );
        for (name, value) in environment {
            command.env(name, value);
        }
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
        Self {
            child,
            keys: pair.master.take_writer().unwrap(),
            master: pair.master,
            output,
            all: vec![],
            screen: vt100::Parser::new(cells(36), cells(120), 0),
            modes_before,
        }
    }

    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits until the screen meets a condition.
    pub(crate) fn until(&mut self, what: &str, wish: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !wish(self.screen.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(piece) => {
                    self.screen.process(&piece);
                    self.all.extend(piece);
                }
                Err(error) => panic!("{error}: no {what} on the screen:\n{}", self.text()),
            }
        }
    }

    /// Reads output until there is none for a moment.
    pub(crate) fn settle(&mut self) {
        while let Ok(piece) = self.output.recv_timeout(Duration::from_millis(150)) {
            self.screen.process(&piece);
            self.all.extend(piece);
        }
    }

    pub(crate) fn until_text(&mut self, wanted: &str) {
        self.until(wanted, |screen| screen.contents().contains(wanted));
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Waits for the program to end, and checks that the terminal is restored. Returns the exit
    /// code.
    pub(crate) fn end(&mut self) -> u32 {
        self.until("ordinary screen", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor()
        });
        let code = self.child.wait().unwrap().exit_code();
        while let Ok(piece) = self.output.recv_timeout(Duration::from_millis(100)) {
            self.screen.process(&piece);
            self.all.extend(piece);
        }
        assert!(!self.screen.screen().alternate_screen());
        assert!(!self.screen.screen().hide_cursor());
        assert!(!self.screen.screen().bracketed_paste());
        assert_eq!(modes(self.master.as_ref()), self.modes_before);
        code
    }
}

/// Runs the program to its end without pressing keys. Returns its exit code and its whole output.
pub(crate) fn output_of(arguments: &[&str], environment: &[(&str, &str)]) -> (u32, String) {
    let mut session = Session::start(arguments, environment);
    let code = session.child.wait().unwrap().exit_code();
    session.settle();
    (code, String::from_utf8_lossy(&session.all).into_owned())
}

/// Returns the terminal's modes, for comparison.
pub(crate) fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}
