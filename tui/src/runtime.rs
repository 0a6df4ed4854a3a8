//! Runs the console and the tasks that its effects start. Whatever waits for the network runs in a task of its
//! own.

use std::io;
use std::sync::{Arc, OnceLock};

use ratatui::Frame;
use shared::Acd;
use shared::time::{Clock as _, SystemClock};
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::console::Model;
use crate::console::demo::DemoState;
use crate::console::effect::{Effect, Switch, Task};
use crate::console::message::Message;
use crate::console::update::update;
use crate::console::view::view;
use crate::console::wanted::Wanted;
use crate::demo::{Demo, DemoTarget};
use crate::event_loop::{self, Background, End, Input, Runner};
use crate::feed::{self, Feeding};
use crate::remote::Remote;
use crate::terminal::Screen;
use crate::{history, pace, perform};

/// Where the ACD of the console is.
#[derive(Debug)]
pub enum Home {
    /// In this process.
    Here(Arc<dyn Acd>),
    /// Elsewhere. The console is already shown while it connects.
    There(Remote),
}

/// Runs the console until it ends, and returns its last state.
pub async fn run(mut model: Model, home: Home, screen: Screen) -> io::Result<(End, Model)> {
    let background = Background::default();
    let (sender, messages) = mpsc::channel(64);
    let (wanted_sender, wanted) = watch::channel(model.wanted());
    let (poll_now, second) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let acd = Arc::new(OnceLock::new());
    let feeding = Feeding {
        messages: sender.clone(),
        wanted,
        poll_now: poll_now.clone(),
        second: second.clone(),
    };
    let mut demo = Demo::new(match &home {
        Home::Here(_) => DemoTarget::ThisProcess {
            address: model.place.rest.clone(),
            begun_for_it: model.place.demo,
        },
        Home::There(remote) => DemoTarget::Remote(remote.clone()),
    });
    if model.demo == DemoState::On {
        demo.start(sender.clone());
    }
    let (opened, token) = (acd.clone(), background.token.clone());
    background.tasks.spawn(async move {
        let feed = async {
            let acd = match home {
                Home::Here(acd) => acd,
                Home::There(remote) => feed::open(&remote, &feeding).await?,
            };
            let acd = opened.get_or_init(|| acd);
            feed::run(acd.as_ref(), feeding).await
        };
        token.run_until_cancelled(feed).await
    });
    let mut runner = ConsoleRunner {
        acd,
        tasks: background.tasks.clone(),
        sender,
        wanted: wanted_sender,
        poll_now,
        second,
        demo,
        injection: background.token.child_token(),
        token: background.token.clone(),
    };
    let end = event_loop::run(&mut model, &mut runner, messages, screen, background).await;
    runner.demo.end().await;
    Ok((end?, model))
}

impl event_loop::ScreenModel for Model {
    type Message = Message;
    type Task = Task;

    fn message_of(input: Input) -> Option<Message> {
        Some(match input {
            Input::Key(key) => Message::Key(key),
            Input::Pasted(text) => Message::Pasted(text),
            Input::Mouse(mouse, at) => Message::Mouse(mouse, at),
            Input::Resized(width, height) => Message::Resized(width, height),
            Input::Second(now) => Message::Second(now),
        })
    }

    fn update(&mut self, message: Message) -> Vec<Effect> {
        self.moment = SystemClock.now().millis();
        update(self, message)
    }

    fn view(&self, frame: &mut Frame<'_>) {
        view(self, frame);
    }

    fn has_mouse(&self) -> bool {
        self.mouse.ours
    }
}

struct ConsoleRunner {
    /// Empty until the store has answered; until then the model sends no request.
    acd: Arc<OnceLock<Arc<dyn Acd>>>,
    tasks: TaskTracker,
    sender: mpsc::Sender<Message>,
    wanted: watch::Sender<Wanted>,
    poll_now: Arc<Notify>,
    second: Arc<Notify>,
    demo: Demo,
    token: CancellationToken,
    /// Stops the running series of injections.
    injection: CancellationToken,
}

impl Runner<Model> for ConsoleRunner {
    fn run(&mut self, task: Task) {
        match task {
            Task::Ask(request) => self.with_acd(|acd, sender| {
                perform::ask(&self.tasks, acd, request, sender);
            }),
            Task::Study { subject, past } => self.with_acd(|acd, sender| {
                perform::study(&self.tasks, acd, subject, past, sender);
            }),
            Task::Find { name, line } => self.with_acd(|acd, sender| {
                perform::find(&self.tasks, acd, (name, line), sender);
            }),
            Task::Measure { window, since } => self.with_acd(|acd, sender| {
                perform::measure(&self.tasks, acd, (window, since), sender);
            }),
            Task::PollNow => self.poll_now.notify_one(),
            Task::Inject(series) => {
                self.injection = self.token.child_token();
                self.with_acd(|acd, sender| {
                    let token = self.injection.clone();
                    pace::start(&self.tasks, acd, series, token, sender);
                });
            }
            Task::StopInjecting => self.injection.cancel(),
            Task::Demo(Switch::Start) => self.demo.start(self.sender.clone()),
            Task::Demo(Switch::Stop) => self.demo.stop(self.sender.clone()),
            Task::Remember(command) => self.remember(command),
        }
    }

    fn second(&mut self) {
        self.second.notify_one();
    }

    fn settled(&mut self, model: &Model) {
        let wanted = model.wanted();
        if *self.wanted.borrow() == wanted {
            return;
        }
        // A few rows more than what was read can wait for the next poll.
        let now = model.lacks(&wanted);
        self.wanted.send_replace(wanted);
        if now {
            self.poll_now.notify_one();
        }
    }
}

impl ConsoleRunner {
    /// Starts what needs the ACD. The model asks for nothing of it until the store has answered.
    fn with_acd(&self, start: impl FnOnce(Arc<dyn Acd>, mpsc::Sender<Message>)) {
        if let Some(acd) = self.acd.get() {
            start(acd.clone(), self.sender.clone());
        }
    }

    /// Stores a command in the history, in a thread of its own: a slow disk must not block the
    /// console.
    fn remember(&self, command: String) {
        if let Some(path) = history::path() {
            self.tasks
                .spawn_blocking(move || history::keep(&path, &command));
        }
    }
}
