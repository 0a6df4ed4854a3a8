//! Runs a scene, which is a screen: waits for keys, signals, messages and seconds, hands them to
//! the scene, has its effects performed, draws it. Decides nothing, and awaits nothing of the
//! network.

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

use crate::seconds::Seconds;
use crate::terminal::{PANIC, Screen, give_back};

/// How many messages are taken in before a frame is drawn in any case.
const MOST_AT_ONCE: usize = 256;
/// How long work under way is waited for at the end. Nobody should wait to get out.
const FAREWELL: Duration = Duration::from_millis(50);

/// A screen: a model that is told what happens, says what it wants done, and can be drawn.
pub trait Scene {
    /// What it can be told.
    type Message;
    /// What it can want done.
    type Effect;

    /// Gives what it is told of an input, if that concerns it.
    fn told(input: Input) -> Option<Self::Message>;

    /// Takes in a message, and names what is to be done.
    fn update(&mut self, message: Self::Message) -> Vec<Self::Effect>;

    /// Draws it.
    fn view(&self, frame: &mut Frame<'_>);

    /// Tells whether the mouse is the scene's, not the terminal's.
    fn has_mouse(&self) -> bool {
        false
    }
}

/// What performs the effects of a scene.
pub trait Hands<S: Scene> {
    /// Performs an effect, or gives the act that is to be done on the terminal for it.
    fn perform(&mut self, effect: S::Effect) -> Option<Act>;

    /// Told when a second begins.
    fn second(&mut self) {}

    /// Told when the scene has taken in what there was, before it is drawn.
    fn settled(&mut self, _scene: &S) {}
}

/// What comes from the terminal and the clock.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Pasted(String),
    /// The mouse did something, at that time by this machine's clock.
    Mouse(MouseEvent, Millis),
    /// The terminal has this many columns and rows.
    Resized(u16, u16),
    /// A second of this machine's clock began.
    Second(Millis),
}

/// What is done on the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Draw the scene: something in it changed.
    Draw,
    /// Draw every cell anew, whatever the terminal shows.
    Repaint,
    /// Take the mouse from the terminal, or leave it to it.
    Mouse(bool),
    /// Give the terminal back and stop until somebody continues the program.
    Suspend,
    /// Leave.
    Quit,
}

/// How a scene came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The operator left, or the terminal did.
    Left,
    /// A signal of that number ended it.
    Signal(i32),
    /// Something panicked.
    Panicked,
}

/// What works while a scene is shown.
#[derive(Clone, Debug, Default)]
pub struct Backstage {
    /// Cancelled at the end.
    pub token: CancellationToken,
    /// What is waited for at the end, for a moment.
    pub tasks: TaskTracker,
}

/// Runs a scene until it ends. Then the terminal is given back first, and only then is waited for
/// what works backstage: nobody should wait in front of a dead screen.
pub async fn run<S: Scene>(
    scene: &mut S,
    hands: &mut impl Hands<S>,
    messages: mpsc::Receiver<S::Message>,
    screen: Screen,
    backstage: Backstage,
) -> io::Result<End> {
    let mut stage = Stage {
        scene,
        hands,
        screen,
        continued: signal(SignalKind::from_raw(Stop::CONT.as_raw()))?,
        dirty: true,
    };
    let (width, height) = crossterm::terminal::size()?;
    stage.screen.resize(width, height)?;
    let mut end = stage.input(Input::Resized(width, height)).await.map(drop);
    if stage.scene.has_mouse() {
        Screen::take_mouse(true)?;
    }
    let ended = match end.as_mut() {
        Ok(()) => stage.until_the_end(messages).await,
        Err(_) => Ok(End::Left),
    };
    drop(stage.screen);
    backstage.token.cancel();
    backstage.tasks.close();
    let _ = timeout(FAREWELL, backstage.tasks.wait()).await;
    match end.and(ended) {
        // Nobody is there any more to be told of it.
        Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => Ok(End::Left),
        ended => ended,
    }
}

struct Stage<'a, S, H> {
    scene: &'a mut S,
    hands: &'a mut H,
    screen: Screen,
    continued: Signal,
    dirty: bool,
}

impl<S: Scene, H: Hands<S>> Stage<'_, S, H> {
    async fn until_the_end(&mut self, mut messages: mpsc::Receiver<S::Message>) -> io::Result<End> {
        let (mut input, seconds) = (EventStream::new(), Seconds::new());
        let [mut terminate, mut interrupt, mut hang_up, mut stop] = [
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::from_raw(Stop::TSTP.as_raw()))?,
        ];
        loop {
            self.hands.settled(self.scene);
            if self.dirty {
                self.screen.draw_by(|frame| self.scene.view(frame))?;
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
                    self.hands.second();
                    S::told(Input::Second(now))
                }
            };
            for _ in 0..MOST_AT_ONCE {
                if let Some(message) = next.take()
                    && self.take_in(message).await?
                {
                    return Ok(End::Left);
                }
                // All that is there already is taken in before the one frame that shows it.
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
        Ok(S::told(input))
    }

    /// Takes in an input. Tells whether to leave.
    async fn input(&mut self, input: Input) -> io::Result<bool> {
        match S::told(input) {
            Some(message) => self.take_in(message).await,
            None => Ok(false),
        }
    }

    /// Takes in a message and has its effects performed. Tells whether to leave.
    async fn take_in(&mut self, message: S::Message) -> io::Result<bool> {
        for effect in self.scene.update(message) {
            match self.hands.perform(effect) {
                None => {}
                Some(Act::Draw) => self.dirty = true,
                Some(Act::Repaint) => self.screen.repaint_by(|frame| self.scene.view(frame))?,
                Some(Act::Mouse(ours)) => Screen::take_mouse(ours)?,
                Some(Act::Suspend) => self.suspend().await?,
                Some(Act::Quit) => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Gives the terminal back, stops, and takes it again when the program is continued.
    async fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // The whole group, as the terminal itself would: `cargo run` and pipes stop with us.
        kill_current_process_group(Stop::STOP)?;
        // The stop may reach another thread first; taking the terminal back must not outrun it.
        let _ = timeout(Duration::from_millis(500), self.continued.recv()).await;
        self.come_back()
    }

    fn come_back(&mut self) -> io::Result<()> {
        self.screen.retake()?;
        if self.scene.has_mouse() {
            Screen::take_mouse(true)?;
        }
        self.screen.repaint_by(|frame| self.scene.view(frame))
    }
}

/// Gives the next event if it is there already; none if not, an inner none at the end of input.
///
/// Not `now_or_never`: crossterm's stream keeps the waker it was polled with first, and with that
/// one's waker, which wakes nobody, keys would lie unseen until something else happened.
async fn ready_now(input: &mut EventStream) -> Option<Option<io::Result<Event>>> {
    poll_fn(|context| {
        Poll::Ready(match input.poll_next_unpin(context) {
            Poll::Ready(event) => Some(event),
            Poll::Pending => None,
        })
    })
    .await
}
