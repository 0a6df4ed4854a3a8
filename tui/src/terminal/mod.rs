//! The only code that touches the terminal. Takes it over, draws whole frames, and restores it
//! whatever happens.

mod characters;
mod rows;

use std::cell::RefCell;
use std::env;
use std::io::{self, IsTerminal as _, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::sync::Notify;

pub use self::characters::Characters;
pub(crate) use self::characters::fold;
use self::rows::DoubtfulRows;

/// Whether the terminal is taken over, so that it is restored only once.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether any thread has panicked. Then the console ends, because its screen is gone.
static PANICKED: AtomicBool = AtomicBool::new(false);
/// Wakes the console when a thread panics.
pub static PANIC: Notify = Notify::const_new();

/// The terminal, taken over.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<CrosstermBackend<FrameBytes>>,
    bytes: FrameBytes,
    characters: Characters,
    doubtful: DoubtfulRows,
}

/// Returns what is missing for a screen: standard output must be a terminal that can position its
/// cursor. Does not touch the terminal.
pub fn missing() -> Option<String> {
    if !io::stdout().is_terminal() {
        return Some("there is no terminal on its standard output".to_owned());
    }
    match env::var("TERM").unwrap_or_default().as_str() {
        "" => Some(
            "TERM does not say which terminal this is; TERM=xterm-256color fits most".to_owned(),
        ),
        name @ ("dumb" | "unknown") => Some(format!(
            "TERM={name} is a terminal that cannot place its cursor; TERM=xterm-256color fits most"
        )),
        _ => None,
    }
}

impl Screen {
    /// Takes over the terminal: raw mode, the alternate screen, this character set.
    pub fn take(characters: Characters) -> io::Result<Self> {
        // Under NO_COLOR, crossterm 0.29 writes an empty `CSI m`, which resets bold and reverse.
        // The theme already leaves colours out.
        crossterm::style::force_color_output(true);
        enter()?;
        end_with_the_terminal();
        let bytes = FrameBytes::default();
        let taken = || {
            let (width, height) = size()?;
            // A fixed viewport; otherwise ratatui asks the terminal for its size at every frame.
            let options = TerminalOptions {
                viewport: Viewport::Fixed(Rect::new(0, 0, width, height)),
            };
            Terminal::with_options(CrosstermBackend::new(bytes.clone()), options)
        };
        let terminal = taken().inspect_err(|_| give_back())?;
        Ok(Self {
            terminal,
            bytes,
            characters,
            doubtful: DoubtfulRows::default(),
        })
    }

    /// Sets the size of the frames.
    pub fn resize(&mut self, width: u16, height: u16) -> io::Result<()> {
        self.doubtful.forget();
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    /// Draws a frame, in one write.
    pub fn draw_by(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        // After a panic the normal screen is back, with the report on it.
        if PANICKED.load(Ordering::SeqCst) {
            return Ok(());
        }
        let ascii = self.characters == Characters::Ascii;
        let drawn = self.terminal.draw(|frame| {
            view(frame);
            if ascii {
                fold(frame.buffer_mut());
            }
        })?;
        self.doubtful.rewrite(drawn.buffer, &mut self.bytes)?;
        self.bytes.write_frame(&mut io::stdout().lock())
    }

    /// Draws every cell of a frame, whatever the terminal shows.
    pub fn repaint_by(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        let (width, height) = size()?;
        // `Terminal::clear` would query the cursor position and lose keys meanwhile.
        self.resize(width, height)?;
        self.draw_by(view)
    }

    /// Captures the mouse, or releases it to the terminal, which can then select text again.
    pub fn take_mouse(ours: bool) -> io::Result<()> {
        if ours {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }

    /// Takes over the terminal again, after it was restored or used by another program.
    pub fn retake(&mut self) -> io::Result<()> {
        // The other program may have changed the mode behind crossterm's back.
        disable_raw_mode()?;
        enter()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        Hide
    )
    .inspect_err(|_| give_back())
}

/// How long the program may take to end by itself once its terminal is gone.
const GRACE: Duration = Duration::from_millis(80);

/// Ends the program if its terminal is gone and it does not end by itself. When the terminal hangs
/// up, crossterm's reader can loop forever, and then signals are not handled either.
fn end_with_the_terminal() {
    let watch = || {
        let stdout = io::stdout();
        let mut terminal = [PollFd::new(&stdout, PollFlags::empty())];
        loop {
            match poll(&mut terminal, None) {
                Ok(_) if terminal[0].revents().contains(PollFlags::HUP) => break,
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => return,
            }
        }
        std::thread::sleep(GRACE);
        // The shell's exit code for SIGHUP.
        std::process::exit(129);
    };
    // Without this thread the program still ends by itself, in all but a few cases in a thousand.
    let _ = std::thread::Builder::new()
        .name("hang-up".to_owned())
        .spawn(watch);
}

/// Restores the terminal. Safe to call at any time, from any thread.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // If the terminal is gone there is nothing to restore, and an error cannot be shown.
    let _ = disable_raw_mode();
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
}

/// Installs a panic hook that restores the terminal before the report is printed.
pub fn give_back_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICKED.store(true, Ordering::SeqCst);
        give_back();
        report(panic);
        PANIC.notify_one();
    }));
}

/// Returns whether any thread has panicked.
pub fn panicked() -> bool {
    PANICKED.load(Ordering::SeqCst)
}

/// The bytes of one frame. ratatui flushes in the middle of a frame, and standard output at every
/// line. So the bytes are collected here and sent in one write, which the terminal shows at once.
#[derive(Clone, Debug, Default)]
struct FrameBytes(Rc<RefCell<Vec<u8>>>);

impl FrameBytes {
    fn write_frame(&self, out: &mut impl Write) -> io::Result<()> {
        let mut bytes = self.0.borrow_mut();
        if bytes.is_empty() {
            return Ok(());
        }
        queue!(*bytes, EndSynchronizedUpdate)?;
        let written = out.write_all(&bytes).and_then(|()| out.flush());
        bytes.clear();
        written
    }
}

impl Write for FrameBytes {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let mut bytes = self.0.borrow_mut();
        if bytes.is_empty() {
            queue!(*bytes, BeginSynchronizedUpdate)?;
        }
        bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_frame_leaves_in_one_write_between_the_marks_of_a_synchronized_update() {
        let mut bytes = FrameBytes::default();
        let mut out = Writes::default();
        for piece in ["a", "b", "c"] {
            bytes.write_all(piece.as_bytes()).unwrap();
            bytes.flush().unwrap();
        }
        bytes.write_frame(&mut out).unwrap();
        bytes.write_frame(&mut out).unwrap();
        assert_eq!(out.0, [b"\x1b[?2026habc\x1b[?2026l".to_vec()]);
    }
}
