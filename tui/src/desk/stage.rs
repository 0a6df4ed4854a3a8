//! Runs a scene, a screen of its own beside the console's: waits for keys, signals, answers, looks
//! and seconds, hands them to the scene and performs what it wants. Decides nothing.
//!
//! The console has a runtime to itself, because it has more to carry than a scene.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, EventStream, KeyEvent};
use futures::StreamExt as _;
use ratatui::Frame;
use rustix::process::{Signal as Stop, kill_current_process_group};
use shared::time::{Clock as _, Millis, SystemClock};
use shared::{Acd, Error};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::feed::backoff;
use crate::runtime::{End, ready_now, until_next_second};
use crate::terminal::{PANIC, Screen, give_back};
use crate::text::clean;

/// How many messages are taken in before a frame is drawn in any case.
const MOST_AT_ONCE: usize = 256;
/// How long work under way is waited for at the end.
const FAREWELL: Duration = Duration::from_millis(300);
/// How far apart two looks are at least. There may be a desk for each agent, so less often than
/// the console.
const APART: Duration = Duration::from_millis(250);
/// How far apart two looks are at most.
const AT_LEAST_EVERY: Duration = Duration::from_secs(1);
/// How long a look or an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// A screen: a model that is told what happens, says what it wants, and can be drawn.
pub trait Scene {
    /// What a look at the ACD brings.
    type Look: Send + 'static;
    /// What can be asked of the ACD.
    type Request: Send + 'static;

    /// Takes in a message, and names what is to be done.
    fn update(&mut self, message: Message<Self::Look>) -> Vec<Effect<Self::Request>>;

    /// Draws the scene.
    fn view(&self, frame: &mut Frame<'_>);
}

/// One thing that happened to a scene.
#[derive(Clone, Debug, PartialEq)]
pub enum Message<Look> {
    /// A key was pressed.
    Key(KeyEvent),
    /// The terminal has a new size.
    Resized,
    /// A second of this machine's clock began.
    Second(Millis),
    /// The ACD was looked at, at that time of this machine's clock.
    Looked(Millis, Look),
    /// The ACD could not be looked at.
    StoreAway(Millis, String),
    /// A request came to an end: a sentence, or the sentence that refused it.
    Answered(Result<String, String>),
}

/// One thing that a scene wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect<Request> {
    /// Draw it: something changed.
    Draw,
    /// Draw every cell anew.
    Repaint,
    /// Ask the ACD for something.
    Ask(Request),
    /// Look now, even if a retry is some time off.
    LookNow,
    /// Give the terminal back and stop until somebody continues the program.
    Suspend,
    /// Leave.
    Quit,
}

/// How a scene's looks and requests are done.
#[derive(Clone, Copy, Debug)]
pub struct Doings<L, A> {
    /// Looks at the ACD.
    pub look: L,
    /// Asks the ACD, and gives the sentence that says what came of it.
    pub ask: A,
}

/// Runs a scene until it ends, and gives it back as it was then.
pub async fn run<S, L, Looking, A, Asking>(
    scene: S,
    doings: Doings<L, A>,
    acd: Arc<dyn Acd>,
    screen: Screen,
) -> io::Result<(End, S)>
where
    S: Scene,
    L: Fn(Arc<dyn Acd>) -> Looking + Send + 'static,
    Looking: Future<Output = Result<S::Look, Error>> + Send + 'static,
    A: Fn(Arc<dyn Acd>, S::Request) -> Asking,
    Asking: Future<Output = Result<String, Error>> + Send + 'static,
{
    let (token, tasks) = (CancellationToken::new(), TaskTracker::new());
    let (sender, messages) = mpsc::channel(64);
    let look_now = Arc::new(Notify::new());
    let feeding = feed(acd.clone(), doings.look, sender.clone(), look_now.clone());
    let child = token.child_token();
    tasks.spawn(async move { child.run_until_cancelled(feeding).await });
    let ask = {
        let tasks = tasks.clone();
        move |request| {
            let (asking, sender) = ((doings.ask)(acd.clone(), request), sender.clone());
            tasks.spawn(async move {
                // The only way to fail is that the scene has ended meanwhile.
                let _ = sender.send(Message::Answered(answer(asking).await)).await;
            });
        }
    };
    let mut stage = Stage {
        scene,
        screen,
        ask,
        look_now,
        continued: signal(SignalKind::from_raw(Stop::CONT.as_raw()))?,
        dirty: true,
    };
    let end = stage.until_the_end(messages).await;
    // First the terminal, then the rest: nobody should wait in front of a dead screen.
    drop(stage.screen);
    token.cancel();
    tasks.close();
    let _ = timeout(FAREWELL, tasks.wait()).await;
    Ok((end?, stage.scene))
}

async fn answer(asking: impl Future<Output = Result<String, Error>>) -> Result<String, String> {
    match timeout(PATIENCE, asking).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!(
            "no answer in {} seconds; it may or may not have happened",
            PATIENCE.as_secs()
        )),
    }
}

/// Looks when something happened and at least once a second, and goes on trying while the store
/// is away.
async fn feed<Look, Looking>(
    acd: Arc<dyn Acd>,
    look: impl Fn(Arc<dyn Acd>) -> Looking,
    messages: mpsc::Sender<Message<Look>>,
    look_now: Arc<Notify>,
) where
    Looking: Future<Output = Result<Look, Error>>,
{
    let mut latest = acd.latest_event();
    let mut failures = 0;
    loop {
        // Marked before the look, so that what happens during it brings another.
        latest.mark_unchanged();
        let looked = timeout(PATIENCE, look(acd.clone())).await;
        let now = SystemClock.now().millis();
        let message = match looked {
            Ok(Ok(look)) => {
                failures = 0;
                Message::Looked(now, look)
            }
            Ok(Err(error)) => away(now, &mut failures, &error.to_string()),
            Err(_) => away(now, &mut failures, "it does not answer"),
        };
        if messages.send(message).await.is_err() {
            return;
        }
        if failures > 0 {
            let _ = timeout(backoff(failures), look_now.notified()).await;
            continue;
        }
        sleep(APART).await;
        let something = async {
            tokio::select! {
                // A sender that is gone says nothing new; the timeout goes on.
                Ok(()) = latest.changed() => {}
                () = look_now.notified() => {}
            }
        };
        let _ = timeout(AT_LEAST_EVERY.saturating_sub(APART), something).await;
    }
}

fn away<Look>(now: Millis, failures: &mut u32, why: &str) -> Message<Look> {
    *failures = failures.saturating_add(1);
    tracing::warn!(failures = *failures, "the store is away: {why}");
    Message::StoreAway(now, clean(why))
}

struct Stage<S, A> {
    scene: S,
    screen: Screen,
    ask: A,
    look_now: Arc<Notify>,
    continued: Signal,
    dirty: bool,
}

impl<S: Scene, A: Fn(S::Request)> Stage<S, A> {
    async fn until_the_end(
        &mut self,
        mut messages: mpsc::Receiver<Message<S::Look>>,
    ) -> io::Result<End> {
        let mut input = EventStream::new();
        let [mut terminate, mut interrupt, mut hang_up, mut stop] = [
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::from_raw(Stop::TSTP.as_raw()))?,
        ];
        loop {
            if self.dirty {
                self.screen.draw_by(|frame| self.scene.view(frame))?;
                self.dirty = false;
            }
            let mut next = tokio::select! {
                biased;
                event = input.next() => match event {
                    Some(event) => of_event(&event?),
                    None => return Ok(End::Left),
                },
                _ = terminate.recv() => return Ok(End::Signal(15)),
                _ = interrupt.recv() => return Ok(End::Signal(2)),
                _ = hang_up.recv() => return Ok(End::Signal(1)),
                () = PANIC.notified() => return Ok(End::Panicked),
                _ = stop.recv() => { self.suspend().await?; None }
                _ = self.continued.recv() => { self.come_back()?; None }
                message = messages.recv() => message,
                () = sleep(until_next_second()) => Some(Message::Second(SystemClock.now().millis())),
            };
            for _ in 0..MOST_AT_ONCE {
                if let Some(message) = next.take()
                    && self.take_in(message).await?
                {
                    return Ok(End::Left);
                }
                // All that is there already is taken in before the one frame that shows it.
                next = match ready_now(&mut input).await {
                    Some(Some(event)) => of_event(&event?),
                    Some(None) => return Ok(End::Left),
                    None => match messages.try_recv() {
                        Ok(message) => Some(message),
                        Err(_) => break,
                    },
                };
            }
        }
    }

    /// Takes in a message and performs its effects. Tells whether to leave.
    async fn take_in(&mut self, message: Message<S::Look>) -> io::Result<bool> {
        for effect in self.scene.update(message) {
            match effect {
                Effect::Draw => self.dirty = true,
                Effect::Repaint => self.screen.repaint_by(|frame| self.scene.view(frame))?,
                Effect::LookNow => self.look_now.notify_one(),
                Effect::Ask(request) => (self.ask)(request),
                Effect::Suspend => self.suspend().await?,
                Effect::Quit => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Gives the terminal back, stops, and takes it again when the program is continued.
    async fn suspend(&mut self) -> io::Result<()> {
        give_back();
        kill_current_process_group(Stop::STOP)?;
        // The stop may reach another thread first; taking the terminal back must not outrun it.
        let _ = timeout(Duration::from_millis(500), self.continued.recv()).await;
        self.come_back()
    }

    fn come_back(&mut self) -> io::Result<()> {
        self.screen.retake()?;
        self.screen.repaint_by(|frame| self.scene.view(frame))
    }
}

fn of_event<Look>(event: &Event) -> Option<Message<Look>> {
    match event {
        Event::Key(key) => Some(Message::Key(*key)),
        Event::Resize(..) => Some(Message::Resized),
        // Pasted text must never act as keys.
        Event::Paste(_) | Event::Mouse(_) | Event::FocusGained | Event::FocusLost => None,
    }
}
