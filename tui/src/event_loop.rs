//! Runs a screen: waits for keys, signals, messages and seconds, passes them to its model, performs
//! the effects and draws it. Decides nothing, and never waits for the network.

use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::{Event, EventStream, KeyEvent, MouseEvent};
use futures::StreamExt as _;
use ratatui::Frame;
use rustix::io::Errno;
use rustix::process::{Signal as Stop, kill_current_process_group};
use shared::time::{Clock as _, Millis, SystemClock};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::parts::effect::Effect;
use crate::seconds::Seconds;
use crate::terminal::{PANIC, Screen, give_back};

/// The most messages handled before a frame is drawn.
const MOST_AT_ONCE: usize = 256;
/// How long to wait at the end for running tasks. Quitting must not take time.
const LAST_WAIT: Duration = Duration::from_millis(50);

/// A screen: a model that handles messages, returns effects, and can be drawn.
pub trait ScreenModel {
    /// The messages it handles.
    type Message;
    /// What its effects start outside the terminal.
    type Task;

    /// Converts an input to a message; none if the screen ignores it.
    fn message_of(input: Input) -> Option<Self::Message>;

    /// Handles a message and returns the effects.
    fn update(&mut self, message: Self::Message) -> Vec<Effect<Self::Task>>;

    /// Draws it.
    fn view(&self, frame: &mut Frame<'_>);

    /// Returns whether the screen captures the mouse.
    fn has_mouse(&self) -> bool {
        false
    }
}

/// Runs what the effects of a screen start outside the terminal.
pub trait Runner<S: ScreenModel> {
    /// Starts a task. Must not wait for anything.
    fn run(&mut self, task: S::Task);

    /// Called when a second begins.
    fn second(&mut self) {}

    /// Called after the screen has handled all pending messages, before it is drawn.
    fn settled(&mut self, _scene: &S) {}
}

/// Input from the terminal and the clock.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Pasted(String),
    /// A mouse event, at that time by this machine's clock.
    Mouse(MouseEvent, Millis),
    /// The terminal has this many columns and rows.
    Resized(u16, u16),
    /// A second of this machine's clock began.
    Second(Millis),
}

/// How a screen ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The operator quit, or the terminal closed.
    Left,
    /// A signal with this number ended it.
    Signal(i32),
    /// Something panicked.
    Panicked,
}

/// What runs in the background while a screen is shown.
#[derive(Clone, Debug, Default)]
pub struct Background {
    /// Cancelled at the end.
    pub token: CancellationToken,
    /// Tasks to wait for briefly at the end.
    pub tasks: TaskTracker,
}

/// Runs a screen until it ends. Restores the terminal first and only then waits for background
/// tasks: nobody should wait in front of a frozen screen.
pub async fn run<S: ScreenModel>(
    model: &mut S,
    runner: &mut impl Runner<S>,
    messages: mpsc::Receiver<S::Message>,
    screen: Screen,
    background: Background,
) -> io::Result<End> {
    let mut event_loop = EventLoop {
        model,
        runner,
        screen,
        continued: signal(SignalKind::from_raw(Stop::CONT.as_raw()))?,
        dirty: true,
    };
    let (width, height) = crossterm::terminal::size()?;
    event_loop.screen.resize(width, height)?;
    let mut end = event_loop
        .input(Input::Resized(width, height))
        .await
        .map(drop);
    if event_loop.model.has_mouse() {
        Screen::take_mouse(true)?;
    }
    let ended = match end.as_mut() {
        Ok(()) => event_loop.until_the_end(messages).await,
        Err(_) => Ok(End::Left),
    };
    drop(event_loop.screen);
    background.token.cancel();
    background.tasks.close();
    let _ = timeout(LAST_WAIT, background.tasks.wait()).await;
    match end.and(ended) {
        // The terminal is gone, so the error cannot be shown.
        Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => Ok(End::Left),
        ended => ended,
    }
}

struct EventLoop<'a, S, H> {
    model: &'a mut S,
    runner: &'a mut H,
    screen: Screen,
    continued: Signal,
    dirty: bool,
}

impl<S: ScreenModel, H: Runner<S>> EventLoop<'_, S, H> {
    async fn until_the_end(&mut self, mut messages: mpsc::Receiver<S::Message>) -> io::Result<End> {
        let (mut input, seconds) = (EventStream::new(), Seconds::new());
        let [mut terminate, mut interrupt, mut hang_up, mut stop] = [
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::from_raw(Stop::TSTP.as_raw()))?,
        ];
        loop {
            self.runner.settled(self.model);
            if self.dirty {
                self.screen.draw_by(|frame| self.model.view(frame))?;
                self.dirty = false;
            }
            let mut next = tokio::select! {
                biased;
                event = input.next() => match event {
                    Some(event) => self.of_event(event?)?,
                    None => return Ok(End::Left),
                },
                _ = terminate.recv() => return Ok(End::Signal(15)),
                _ = interrupt.recv() => return Ok(End::Signal(2)),
                _ = hang_up.recv() => return Ok(End::Signal(1)),
                () = PANIC.notified() => return Ok(End::Panicked),
                _ = stop.recv() => { self.suspend().await?; None }
                _ = self.continued.recv() => { self.come_back()?; None }
                message = messages.recv() => message,
                now = seconds.next() => {
                    self.runner.second();
                    S::message_of(Input::Second(now))
                }
            };
            for _ in 0..MOST_AT_ONCE {
                if let Some(message) = next.take()
                    && self.take_in(message).await?
                {
                    return Ok(End::Left);
                }
                // Handles everything pending before drawing one frame.
                next = match ready_now(&mut input).await {
                    Some(Some(event)) => self.of_event(event?)?,
                    Some(None) => return Ok(End::Left),
                    None => match messages.try_recv() {
                        Ok(message) => Some(message),
                        Err(_) => break,
                    },
                };
            }
        }
    }

    fn of_event(&mut self, event: Event) -> io::Result<Option<S::Message>> {
        let input = match event {
            Event::Key(key) => Input::Key(key),
            Event::Resize(width, height) => {
                self.screen.resize(width, height)?;
                Input::Resized(width, height)
            }
            Event::Paste(text) => Input::Pasted(text),
            Event::Mouse(mouse) => Input::Mouse(mouse, SystemClock.now().millis()),
            Event::FocusGained | Event::FocusLost => return Ok(None),
        };
        Ok(S::message_of(input))
    }

    /// Handles an input. Returns whether to quit.
    async fn input(&mut self, input: Input) -> io::Result<bool> {
        match S::message_of(input) {
            Some(message) => self.take_in(message).await,
            None => Ok(false),
        }
    }

    /// Handles a message and performs its effects. Returns whether to quit.
    async fn take_in(&mut self, message: S::Message) -> io::Result<bool> {
        for effect in self.model.update(message) {
            match effect {
                Effect::Draw => self.dirty = true,
                Effect::Repaint => self.screen.repaint_by(|frame| self.model.view(frame))?,
                Effect::Mouse(ours) => Screen::take_mouse(ours)?,
                Effect::Suspend => self.suspend().await?,
                Effect::Quit => return Ok(true),
                Effect::Run(task) => self.runner.run(task),
            }
        }
        Ok(false)
    }

    /// Restores the terminal, suspends the program, and takes the terminal again on continue.
    async fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // Stops the whole process group, as the terminal would, so that `cargo run` and pipes stop
        // too.
        kill_current_process_group(Stop::STOP)?;
        // Another thread may receive the stop first. The terminal must not be taken again before
        // it.
        let _ = timeout(Duration::from_millis(500), self.continued.recv()).await;
        self.come_back()
    }

    fn come_back(&mut self) -> io::Result<()> {
        self.screen.retake()?;
        if self.model.has_mouse() {
            Screen::take_mouse(true)?;
        }
        self.screen.repaint_by(|frame| self.model.view(frame))
    }
}

/// Returns the next event if it is ready; none if not, and an inner none at the end of input.
///
/// Not `now_or_never`: crossterm's stream keeps the waker of its first poll. That function's waker
/// does nothing, so keys would go unnoticed until something else happened.
async fn ready_now(input: &mut EventStream) -> Option<Option<io::Result<Event>>> {
    poll_fn(|context| {
        Poll::Ready(match input.poll_next_unpin(context) {
            Poll::Ready(event) => Some(event),
            Poll::Pending => None,
        })
    })
    .await
}
