//! Runs the console and performs its effects. Whatever waits for the network runs in a task of its
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
use crate::console::effect::{Effect, Switch};
use crate::console::message::Message;
use crate::console::update::update;
use crate::console::view::view;
use crate::console::wanted::Wanted;
use crate::demo::{Demo, Ground};
use crate::feed::{self, Feeding};
use crate::remote::Remote;
use crate::stage::{self, Act, Backstage, End, Hands, Input};
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
    let backstage = Backstage::default();
    let (sender, messages) = mpsc::channel(64);
    let (wanted_sender, wanted) = watch::channel(model.wanted());
    let (look_now, second) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let acd = Arc::new(OnceLock::new());
    let feeding = Feeding {
        messages: sender.clone(),
        wanted,
        look_now: look_now.clone(),
        second: second.clone(),
    };
    let mut demo = Demo::new(match &home {
        Home::Here(_) => Ground::Here {
            address: model.place.rest.clone(),
            begun_for_it: model.place.demo,
        },
        Home::There(remote) => Ground::There(remote.clone()),
    });
    if model.demo == DemoState::On {
        demo.start(sender.clone());
    }
    let (opened, token) = (acd.clone(), backstage.token.clone());
    backstage.tasks.spawn(async move {
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
    let mut hands = Console {
        acd,
        tasks: backstage.tasks.clone(),
        sender,
        wanted: wanted_sender,
        look_now,
        second,
        demo,
        injection: backstage.token.child_token(),
        token: backstage.token.clone(),
    };
    let end = stage::run(&mut model, &mut hands, messages, screen, backstage).await;
    hands.demo.end().await;
    Ok((end?, model))
}

impl stage::Scene for Model {
    type Message = Message;
    type Effect = Effect;

    fn told(input: Input) -> Option<Message> {
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

struct Console {
    /// Empty until the store has answered; until then the model sends no request.
    acd: Arc<OnceLock<Arc<dyn Acd>>>,
    tasks: TaskTracker,
    sender: mpsc::Sender<Message>,
    wanted: watch::Sender<Wanted>,
    look_now: Arc<Notify>,
    second: Arc<Notify>,
    demo: Demo,
    token: CancellationToken,
    /// Stops the running series of injections.
    injection: CancellationToken,
}

impl Hands<Model> for Console {
    fn perform(&mut self, effect: Effect) -> Option<Act> {
        let act = match effect {
            Effect::Draw => Act::Draw,
            Effect::Repaint => Act::Repaint,
            Effect::Mouse(ours) => Act::Mouse(ours),
            Effect::Suspend => Act::Suspend,
            Effect::Quit => Act::Quit,
            Effect::LookNow => {
                self.look_now.notify_one();
                return None;
            }
            Effect::StopInjecting => {
                self.injection.cancel();
                return None;
            }
            Effect::Demo(Switch::Stop) => {
                self.demo.stop(self.sender.clone());
                return None;
            }
            Effect::Remember(command) => {
                self.remember(command);
                return None;
            }
            asking => {
                self.ask(asking);
                return None;
            }
        };
        Some(act)
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
            self.look_now.notify_one();
        }
    }
}

impl Console {
    /// Performs an effect that needs the ACD.
    fn ask(&mut self, effect: Effect) {
        let Some(acd) = self.acd.get().cloned() else {
            return;
        };
        let sender = self.sender.clone();
        match effect {
            Effect::Ask(request) => perform::ask(&self.tasks, acd, request, sender),
            Effect::Study { subject, past } => {
                perform::study(&self.tasks, acd, subject, past, sender);
            }
            Effect::Find { name, line } => {
                perform::find(&self.tasks, acd, (name, line), sender);
            }
            Effect::Measure { window, since } => {
                perform::measure(&self.tasks, acd, (window, since), sender);
            }
            Effect::Inject(series) => {
                self.injection = self.token.child_token();
                let token = self.injection.clone();
                pace::start(&self.tasks, acd, series, token, sender);
            }
            Effect::Demo(Switch::Start) => self.demo.start(sender),
            Effect::Demo(Switch::Stop)
            | Effect::StopInjecting
            | Effect::Remember(_)
            | Effect::Draw
            | Effect::Repaint
            | Effect::LookNow
            | Effect::Mouse(_)
            | Effect::Suspend
            | Effect::Quit => {}
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
