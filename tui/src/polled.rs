//! What the desk and the wallboard both need besides the event loop: polling the ACD, and requests
//! to it. The console does more, and has its own code for it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use shared::time::{Clock as _, Millis, SystemClock};
use shared::{Acd, Error};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

use crate::event_loop::{self, Background, End, Input, Runner};
use crate::feed::{failed, retries};
use crate::parts::effect::Effect;
use crate::perform::answer;
use crate::request::NotDone;
use crate::terminal::Screen;

/// The least time between two polls. There can be a desk for each agent, so they poll less often
/// than the console.
const APART: Duration = Duration::from_millis(250);
/// The most time between two polls.
const AT_LEAST_EVERY: Duration = Duration::from_secs(1);
/// The timeout of a poll or a request.
const PATIENCE: Duration = Duration::from_secs(3);

/// A small screen: a model that handles messages, returns effects, and can be drawn.
pub trait PolledScreen {
    /// The result of a poll.
    type Snapshot: Send + 'static;
    /// A request to the ACD.
    type Request: Send + 'static;

    /// Handles a message and returns the effects.
    fn update(
        &mut self,
        message: PolledMessage<Self::Snapshot>,
    ) -> Vec<Effect<Task<Self::Request>>>;

    /// Draws it.
    fn view(&self, frame: &mut Frame<'_>);
}

/// A message to a small screen.
#[derive(Clone, Debug, PartialEq)]
pub enum PolledMessage<Snapshot> {
    /// A key was pressed.
    Key(KeyEvent),
    /// The terminal has a new size.
    Resized,
    /// A second of this machine's clock began.
    Second(Millis),
    /// The result of a poll, with this machine's time.
    Polled(Millis, Snapshot),
    /// A poll failed: when the store last answered by this machine's clock, or now if it never
    /// did, and the reason.
    StoreUnavailable(Millis, String),
    /// A request was answered: a sentence that says what was done, or why it is not reported as
    /// done.
    Answered(Result<String, NotDone>),
}

/// What a small screen starts outside the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task<Request> {
    /// Sends a request to the ACD.
    Ask(Request),
    /// Polls now, even during a backoff.
    PollNow,
}

/// How a small screen polls and sends requests.
#[derive(Clone, Copy, Debug)]
pub struct AcdCalls<P, A> {
    /// Polls the ACD.
    pub poll: P,
    /// Sends a request to the ACD, and returns the sentence that reports the result.
    pub ask: A,
}

/// Runs a small screen until it ends, and returns its last state.
pub async fn run<G, P, Polling, A, Asking>(
    small_screen: G,
    calls: AcdCalls<P, A>,
    acd: Arc<dyn Acd>,
    screen: Screen,
) -> io::Result<(End, G)>
where
    G: PolledScreen,
    P: Fn(Arc<dyn Acd>) -> Polling + Send + 'static,
    Polling: Future<Output = Result<G::Snapshot, Error>> + Send + 'static,
    A: Fn(Arc<dyn Acd>, G::Request) -> Asking,
    Asking: Future<Output = Result<String, Error>> + Send + 'static,
{
    let background = Background::default();
    let (sender, messages) = mpsc::channel(64);
    let poll_now = Arc::new(Notify::new());
    let feeding = feed(acd.clone(), calls.poll, sender.clone(), poll_now.clone());
    let token = background.token.clone();
    background
        .tasks
        .spawn(async move { token.run_until_cancelled(feeding).await });
    let tasks = background.tasks.clone();
    let ask = move |request| {
        let (asking, sender) = ((calls.ask)(acd.clone(), request), sender.clone());
        tasks.spawn(async move {
            // Sending fails only if the screen has ended.
            let _ = sender
                .send(PolledMessage::Answered(answer(PATIENCE, asking).await))
                .await;
        });
    };
    let mut model = Adapter(small_screen);
    let mut runner = Asker { ask, poll_now };
    let end = event_loop::run(&mut model, &mut runner, messages, screen, background).await?;
    Ok((end, model.0))
}

struct Adapter<G>(G);

impl<G: PolledScreen> event_loop::ScreenModel for Adapter<G> {
    type Message = PolledMessage<G::Snapshot>;
    type Task = Task<G::Request>;

    fn message_of(input: Input) -> Option<Self::Message> {
        match input {
            Input::Key(key) => Some(PolledMessage::Key(key)),
            Input::Resized(..) => Some(PolledMessage::Resized),
            Input::Second(now) => Some(PolledMessage::Second(now)),
            // Pasted text must never act as keys.
            Input::Pasted(_) | Input::Mouse(..) => None,
        }
    }

    fn update(&mut self, message: Self::Message) -> Vec<Effect<Self::Task>> {
        self.0.update(message)
    }

    fn view(&self, frame: &mut Frame<'_>) {
        self.0.view(frame);
    }
}

struct Asker<A> {
    ask: A,
    poll_now: Arc<Notify>,
}

impl<G: PolledScreen, A: Fn(G::Request)> Runner<Adapter<G>> for Asker<A> {
    fn run(&mut self, task: Task<G::Request>) {
        match task {
            Task::Ask(request) => (self.ask)(request),
            Task::PollNow => self.poll_now.notify_one(),
        }
    }
}

/// Polls when something happened and at least once a second; retries while the store is unavailable.
async fn feed<Snapshot, Polling>(
    acd: Arc<dyn Acd>,
    poll: impl Fn(Arc<dyn Acd>) -> Polling,
    messages: mpsc::Sender<PolledMessage<Snapshot>>,
    poll_now: Arc<Notify>,
) where
    Polling: Future<Output = Result<Snapshot, Error>>,
{
    let mut latest = acd.latest_event();
    let mut backoff = retries();
    let mut answered = None;
    loop {
        // Marked before the poll, so that a change during it triggers another.
        latest.mark_unchanged();
        let answer = timeout(PATIENCE, poll(acd.clone())).await;
        let now = SystemClock.now().millis();
        let since = answered.unwrap_or(now);
        let message = match answer {
            Ok(Ok(snapshot)) => {
                backoff.reset();
                answered = Some(now);
                PolledMessage::Polled(now, snapshot)
            }
            Ok(Err(error)) => PolledMessage::StoreUnavailable(since, failed(&error.to_string())),
            Err(_) => PolledMessage::StoreUnavailable(since, failed("it does not answer")),
        };
        let is_down = matches!(message, PolledMessage::StoreUnavailable(..));
        if messages.send(message).await.is_err() {
            return;
        }
        if is_down {
            let _ = timeout(backoff.next_wait(), poll_now.notified()).await;
            continue;
        }
        sleep(APART).await;
        let something = async {
            tokio::select! {
                // After the sender is dropped no changes are signalled; the timeout continues.
                Ok(()) = latest.changed() => {}
                () = poll_now.notified() => {}
            }
        };
        let _ = timeout(AT_LEAST_EVERY.saturating_sub(APART), something).await;
    }
}
