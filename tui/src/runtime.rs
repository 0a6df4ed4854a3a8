//! Waits and carries: keys, signals, answers, looks and seconds go to the model; its effects go
//! out. Decides nothing, and awaits nothing of the network.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures::StreamExt as _;
use rustix::process::{Signal as Stop, kill_current_process_group};
use shared::Acd;
use shared::time::{Clock as _, SystemClock};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::demo::Demo;
use crate::effect::{Effect, Switch};
use crate::message::Message;
use crate::model::Model;
use crate::model::running::DemoState;
use crate::terminal::{PANIC, Screen, give_back};
use crate::update::update;
use crate::{feed, history, pace, perform};

/// How many messages are taken in before a frame is drawn in any case.
const MOST_AT_ONCE: usize = 256;
/// How long work under way is waited for at the end.
const FAREWELL: Duration = Duration::from_millis(300);

/// How the console came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The operator left, or the terminal did.
    Left,
    /// A signal of that number ended it.
    Signal(i32),
    /// Something panicked.
    Panicked,
}

/// Runs the console until it ends.
pub async fn run(model: Model, acd: Arc<dyn Acd>, screen: Screen) -> io::Result<End> {
    let (token, tasks) = (CancellationToken::new(), TaskTracker::new());
    let (look_sender, looks) = mpsc::channel(1);
    let (reply_sender, replies) = mpsc::channel(64);
    let look_now = Arc::new(Notify::new());
    tasks.spawn(feed::run(
        acd.clone(),
        look_sender,
        look_now.clone(),
        token.child_token(),
    ));
    let mut console = Console {
        demo: Demo::new(model.place.rest.clone()),
        injection: token.child_token(),
        token: token.clone(),
        model,
        acd,
        screen,
        tasks: tasks.clone(),
        reply_sender,
        look_now,
        continued: signal(SignalKind::from_raw(Stop::CONT.as_raw()))?,
        dirty: true,
    };
    let (width, height) = crossterm::terminal::size()?;
    update(&mut console.model, Message::Resized(width, height));
    Screen::take_mouse(console.model.mouse.ours)?;
    if console.model.demo == DemoState::On {
        console.switch_demo(Switch::Start);
    }
    let end = console.until_the_end(looks, replies).await;
    // First the terminal, then the rest: nobody should wait in front of a dead screen.
    let Console { demo, screen, .. } = console;
    drop(screen);
    token.cancel();
    tasks.close();
    let _ = timeout(FAREWELL, tasks.wait()).await;
    demo.end().await;
    end
}

struct Console {
    model: Model,
    acd: Arc<dyn Acd>,
    screen: Screen,
    tasks: TaskTracker,
    reply_sender: mpsc::Sender<Message>,
    look_now: Arc<Notify>,
    continued: Signal,
    dirty: bool,
    demo: Demo,
    token: CancellationToken,
    /// Ends the series of injections that goes on.
    injection: CancellationToken,
}

impl Console {
    async fn until_the_end(
        &mut self,
        mut looks: mpsc::Receiver<Message>,
        mut replies: mpsc::Receiver<Message>,
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
                self.screen.draw(&self.model)?;
                self.dirty = false;
            }
            let message = tokio::select! {
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
                reply = replies.recv() => reply,
                look = looks.recv() => look,
                () = sleep(until_next_second()) => Some(Message::Second(SystemClock.now().millis())),
            };
            let mut next = message;
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
                    None => match replies.try_recv().or_else(|_| looks.try_recv()) {
                        Ok(message) => Some(message),
                        Err(_) => break,
                    },
                };
            }
        }
    }

    /// Takes in a message and performs its effects. Tells whether to leave.
    async fn take_in(&mut self, message: Message) -> io::Result<bool> {
        for effect in update(&mut self.model, message) {
            match effect {
                Effect::Draw => self.dirty = true,
                Effect::Repaint => self.screen.repaint(&self.model)?,
                Effect::LookNow => self.look_now.notify_one(),
                Effect::Ask(request) => {
                    let (acd, replies) = (self.acd.clone(), self.reply_sender.clone());
                    perform::ask(&self.tasks, acd, request, replies);
                }
                Effect::Study { subject, past } => {
                    let (acd, replies) = (self.acd.clone(), self.reply_sender.clone());
                    perform::study(&self.tasks, acd, subject, past, replies);
                }
                Effect::Measure { window, since } => {
                    let (acd, replies) = (self.acd.clone(), self.reply_sender.clone());
                    perform::measure(&self.tasks, acd, (window, since), replies);
                }
                Effect::Inject(series) => {
                    self.injection = self.token.child_token();
                    let (acd, token) = (self.acd.clone(), self.injection.clone());
                    let replies = self.reply_sender.clone();
                    pace::start(&self.tasks, acd, series, token, replies);
                }
                Effect::StopInjecting => self.injection.cancel(),
                Effect::Demo(switch) => self.switch_demo(switch),
                Effect::Remember(command) => self.remember(command),
                Effect::Mouse(ours) => Screen::take_mouse(ours)?,
                Effect::Suspend => self.suspend().await?,
                Effect::Quit => return Ok(true),
            }
        }
        Ok(false)
    }

    fn switch_demo(&mut self, switch: Switch) {
        match switch {
            Switch::Start => {
                let (acd, replies) = (self.acd.clone(), self.reply_sender.clone());
                self.demo.start(acd, replies);
            }
            Switch::Stop => self.demo.stop(),
        }
    }

    /// Keeps a command, beside the keys: a slow disk is no reason to stand still.
    fn remember(&self, command: String) {
        if let Some(path) = history::path() {
            self.tasks
                .spawn_blocking(move || history::keep(&path, &command));
        }
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
        Screen::take_mouse(self.model.mouse.ours)?;
        self.screen.repaint(&self.model)
    }
}

fn of_event(event: &Event) -> Option<Message> {
    match event {
        Event::Key(key) => Some(Message::Key(*key)),
        Event::Resize(width, height) => Some(Message::Resized(*width, *height)),
        Event::Paste(text) => Some(Message::Pasted(text.clone())),
        Event::Mouse(mouse) => Some(Message::Mouse(*mouse, SystemClock.now().millis())),
        Event::FocusGained | Event::FocusLost => None,
    }
}

/// Gives the next event if it is there already; none if not, an inner none at the end of input.
///
/// Not `now_or_never`: crossterm's stream keeps the waker it was polled with first, and with that
/// one's waker, which wakes nobody, keys would lie unseen until something else happened.
pub(crate) async fn ready_now(input: &mut EventStream) -> Option<Option<io::Result<Event>>> {
    poll_fn(|context| {
        Poll::Ready(match input.poll_next_unpin(context) {
            Poll::Ready(event) => Some(event),
            Poll::Pending => None,
        })
    })
    .await
}

pub(crate) fn until_next_second() -> Duration {
    Duration::from_millis(1_000 - SystemClock.now().millis().0 % 1_000)
}
