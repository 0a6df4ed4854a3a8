//! The program in a pseudo-terminal. Its output is timestamped as it arrives, counted, and drawn on
//! a screen that can be read.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail, eyre};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

use super::seed::ACD;

const PROGRAM: &str = env!("CARGO_BIN_EXE_switchboard");
const COLUMNS: u16 = 120;
const ROWS: u16 = 36;
/// The end of a frame.
const FRAME_END: &[u8] = b"\x1b[?2026l";
/// A column inside the queue, where a selected row is reversed.
const IN_QUEUE: u16 = 4;
/// The timeout for steps that are not themselves measured.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A piece of output, and when it arrived.
struct Piece {
    at: Instant,
    bytes: Vec<u8>,
}

/// The output so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Output {
    /// Frames that are complete.
    pub(crate) frames: u64,
    /// Bytes.
    pub(crate) bytes: u64,
}

/// The program, running.
pub(crate) struct Session {
    child: Box<dyn Child + Send + Sync>,
    terminal: Option<Terminal>,
    pieces: Receiver<Piece>,
    screen: vt100::Parser,
    /// When it was started.
    pub(crate) begun: Instant,
    /// The output so far.
    pub(crate) output: Output,
    tail: Vec<u8>,
}

/// The terminal's side of the pair.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    reader: JoinHandle<()>,
    closing: Arc<AtomicBool>,
}

impl Session {
    /// Starts the console of the benchmark's ACD on that Redis.
    pub(crate) fn start(url: &str) -> Result<Self> {
        let size = PtySize {
            rows: ROWS,
            cols: COLUMNS,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).map_err(failed)?;
        let reader = pair.master.try_clone_reader().map_err(failed)?;
        let keys = pair.master.take_writer().map_err(failed)?;
        let closing = Arc::new(AtomicBool::new(false));
        let (sender, pieces) = channel();
        let reader = {
            let closing = closing.clone();
            thread::spawn(move || read(reader, &sender, &closing))
        };
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(["--redis-url", url, "--acd", ACD]);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        // The user may have configured keys and colours.
        command.env("XDG_CONFIG_HOME", "/nonexistent");
        for name in ["REDIS_URL", "NO_COLOR", "RUST_LOG"] {
            command.env_remove(name);
        }
        let begun = Instant::now();
        let child = pair.slave.spawn_command(command).map_err(failed)?;
        let [rows, columns] = [ROWS, COLUMNS].map(|cells| NonZeroU16::new(cells).ok_or(()));
        let (Ok(rows), Ok(columns)) = (rows, columns) else {
            bail!("a terminal has at least one cell");
        };
        Ok(Self {
            child,
            terminal: Some(Terminal {
                master: pair.master,
                keys,
                reader,
                closing,
            }),
            pieces,
            screen: vt100::Parser::new(rows, columns, 0),
            begun,
            output: Output::default(),
            tail: vec![],
        })
    }

    /// Starts it and waits until it shows contacts.
    pub(crate) fn live(url: &str) -> Result<Self> {
        let mut session = Self::start(url)?;
        session.must("a live floor", Self::is_live)?;
        Ok(session)
    }

    /// Returns its process id.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.child
            .process_id()
            .ok_or_else(|| eyre!("the console has no process id"))
    }

    /// Waits until a condition holds. Returns when the piece of output arrived that met it; none if
    /// it does not hold within that time or before the program ends.
    pub(crate) fn until(
        &mut self,
        patience: Duration,
        mut wish: impl FnMut(&Self) -> bool,
    ) -> Option<Instant> {
        let end = Instant::now() + patience;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let piece = self.pieces.recv_timeout(left).ok()?;
            self.take_in(&piece);
            if wish(self) {
                return Some(piece.at);
            }
        }
    }

    /// Waits until a condition holds that the next steps need.
    pub(crate) fn must(&mut self, what: &str, wish: impl Fn(&Self) -> bool) -> Result<()> {
        if wish(self) || self.until(PATIENCE, wish).is_some() {
            return Ok(());
        }
        bail!("no {what} on the screen:\n{}", self.text())
    }

    /// Reads output until that moment.
    pub(crate) fn watch_until(&mut self, end: Instant) {
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.pieces.recv_timeout(left) {
                Ok(piece) => self.take_in(&piece),
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => return sleep(left),
            }
        }
    }

    /// Reads output for that long.
    pub(crate) fn watch(&mut self, long: Duration) {
        self.watch_until(Instant::now() + long);
    }

    /// Waits for the first byte of output.
    pub(crate) fn first_byte(&mut self, patience: Duration) -> Option<Instant> {
        self.until(patience, |_| true)
    }

    fn take_in(&mut self, piece: &Piece) {
        self.screen.process(&piece.bytes);
        self.output.bytes += piece.bytes.len() as u64;
        // The end of a frame can span two pieces.
        self.tail.extend_from_slice(&piece.bytes);
        let ends = self.tail.windows(FRAME_END.len());
        self.output.frames += ends.filter(|bytes| *bytes == FRAME_END).count() as u64;
        let kept = self.tail.len().min(FRAME_END.len() - 1);
        self.tail.drain(..self.tail.len() - kept);
    }

    /// Presses keys. Returns when.
    pub(crate) fn press(&mut self, keys: &str) -> Result<Instant> {
        let terminal = self.terminal.as_mut();
        let terminal = terminal.ok_or_else(|| eyre!("the terminal was closed"))?;
        let at = Instant::now();
        terminal.keys.write_all(keys.as_bytes())?;
        terminal.keys.flush()?;
        Ok(at)
    }

    /// Sends a signal. Returns when.
    pub(crate) fn signal(&self, signal: Signal) -> Result<Instant> {
        let pid = i32::try_from(self.pid()?).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| eyre!("the console has no process id"))?;
        let at = Instant::now();
        // A program that has already ended needs no signal.
        let _ = kill_process(pid, signal);
        Ok(at)
    }

    /// Closes the terminal. Returns when.
    pub(crate) fn close(&mut self) -> Result<Instant> {
        let Some(terminal) = self.terminal.take() else {
            bail!("the terminal was closed already");
        };
        let Terminal {
            master,
            keys,
            reader,
            closing,
        } = terminal;
        // The reader keeps the terminal open too. It closes it after the next piece, which arrives
        // with the next second of the console's clock.
        closing.store(true, Ordering::SeqCst);
        let end = Instant::now() + PATIENCE;
        while !reader.is_finished() && Instant::now() < end {
            sleep(Duration::from_millis(1));
        }
        let at = Instant::now();
        drop(keys);
        drop(master);
        Ok(at)
    }

    /// Waits for the end of the program. Returns when it ended.
    pub(crate) fn end(&mut self, patience: Duration) -> Result<Option<Instant>> {
        let end = Instant::now() + patience;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > end {
                return Ok(None);
            }
            sleep(Duration::from_micros(500));
        }
        Ok(Some(Instant::now()))
    }

    /// Returns its exit code, if it has ended.
    pub(crate) fn code(&mut self) -> Result<Option<u32>> {
        Ok(self.child.try_wait()?.map(|status| status.exit_code()))
    }

    /// Returns whether the terminal is restored.
    pub(crate) fn is_given_back(&self) -> bool {
        let screen = self.screen.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    /// Returns the text on the screen.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Returns whether a text is on the screen.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// Returns whether the store answers and contacts are shown.
    pub(crate) fn is_live(&self) -> bool {
        let text = self.text();
        text.contains("● live") && text.lines().any(|line| has_priority(line, "P1"))
    }

    /// Returns whether a contact of the most urgent priority is shown in the queue.
    pub(crate) fn shows_urgent(&self) -> bool {
        self.text().lines().any(|line| has_priority(line, "P0"))
    }

    /// Returns the place in the queue of the selected row.
    pub(crate) fn selected_place(&self) -> Option<u64> {
        let screen = self.screen.screen();
        let reversed = |row: u16, column: u16| {
            let cell = screen.cell(row, column);
            cell.is_some_and(vt100::Cell::inverse)
        };
        let row = (0..ROWS).find(|row| reversed(*row, IN_QUEUE))?;
        let text: String = (0..COLUMNS)
            .filter(|column| reversed(row, *column))
            .filter_map(|column| Some(screen.cell(row, column)?.contents()))
            .map(|cell| if cell.is_empty() { " " } else { cell })
            .collect();
        text.split_whitespace()
            .next()?
            .replace(',', "")
            .parse()
            .ok()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.signal(Signal::KILL);
        let _ = self.child.wait();
    }
}

fn has_priority(line: &str, priority: &str) -> bool {
    line.split_whitespace().any(|word| word == priority)
}

fn read(mut reader: Box<dyn Read + Send>, pieces: &Sender<Piece>, closing: &AtomicBool) {
    let mut bytes = vec![0; 65_536];
    while let Ok(length) = reader.read(&mut bytes)
        && length > 0
        && !closing.load(Ordering::SeqCst)
    {
        let piece = Piece {
            at: Instant::now(),
            bytes: bytes[..length].to_vec(),
        };
        if pieces.send(piece).is_err() {
            return;
        }
    }
}

fn failed(error: impl std::fmt::Display) -> color_eyre::Report {
    eyre!("there is no pseudo-terminal: {error:#}")
}
