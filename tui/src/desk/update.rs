//! Handles the desk's messages: pure, and never fails.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use shared::agent::Presence;
use shared::contact::Outcome;
use shared::operation::Operation;
use shared::seen::ContactSeen;
use shared::text::{Note, Reason};
use shared::time::Millis;

use super::keys::{self, Action, Scope};
use super::model::{Desk, DeskOverlay, Saying};
use super::poll::{AgentSnapshot, Fate, Left};
use crate::parts::link::Link;
use crate::polled;
use crate::request::{NotDone, Request, When};
use crate::text::{short_contact, span, time_of_day};

type Effect = crate::parts::effect::Effect<Task>;
type Task = polled::Task<Request>;
type PolledMessage = polled::PolledMessage<AgentSnapshot>;

/// The most requests in flight. A key that is held down must not pile up work.
const MOST_ASKED: usize = 4;
/// The longest reason or disposition that can be typed, in characters; other rules are checked when
/// it is chosen.
const LONGEST_NAME: usize = 64;

#[derive(Clone, Copy, Debug)]
enum Step {
    Down,
    Up,
}

impl Desk {
    /// Handles one message.
    pub fn update(&mut self, message: PolledMessage) -> Vec<Effect> {
        match message {
            PolledMessage::Key(event) => self.key(event),
            PolledMessage::Resized => vec![Effect::Draw],
            PolledMessage::Second(now) => self.second(now),
            PolledMessage::Polled(at, snapshot) => self.polled(at, snapshot),
            PolledMessage::StoreUnavailable(since, why) => {
                self.link.fail(since, self.clock, why);
                vec![Effect::Draw]
            }
            PolledMessage::Answered(answer) => self.answered(answer),
        }
    }

    fn second(&mut self, now: Millis) -> Vec<Effect> {
        self.clock = now;
        self.notice.take_if(|notice| notice.until <= now);
        vec![Effect::Draw]
    }

    fn polled(&mut self, at: Millis, snapshot: AgentSnapshot) -> Vec<Effect> {
        if let Link::Down { since, .. } = self.link {
            let duration = span(at.since(since));
            self.say(format!("The store is available again after {duration}."));
        }
        self.link = Link::Live;
        self.clock = self.clock.max(at);
        let before = self.snapshot();
        let replaced = before.is_some_and(|before| before.is_replaced_in(&snapshot));
        if replaced && !self.replaced {
            self.replaced = true;
            self.overlay = None;
            self.refuse(self.without_agent());
        }
        let pair = self.agent().cloned().zip(snapshot.agent.clone());
        if let Some((before, now)) = pair.filter(|_| !self.replaced) {
            self.follow_offer(&before, &now);
            self.notice_offer(&before, &now);
        }
        let snapshot = if self.replaced {
            snapshot.without_agent()
        } else {
            snapshot
        };
        if let Some(left) = &snapshot.left {
            self.lost(left);
        }
        self.latest = Some((at, snapshot));
        let mut effects = self.follow_remarks();
        effects.push(Effect::Draw);
        effects
    }

    /// Reports what others did to the agent's contact.
    fn lost(&mut self, left: &Left) {
        let contact = short_contact(left.contact);
        let at = time_of_day(left.at, &self.zone);
        let became = match left.fate {
            Fate::Ended(Outcome::Cancelled) => {
                format!("was cancelled at {at} by a supervisor or by the program that created it")
            }
            Fate::TakenBack => {
                format!("was taken from you at {at} by a supervisor and put back in the queue")
            }
            Fate::Unseen => format!("has not been yours since {at}: it ended, or was requeued"),
            // A normal end; reported unless this desk completed the contact itself.
            Fate::Ended(_) if self.completed == Some(left.contact) => return,
            Fate::Ended(_) => {
                return self.say(format!(
                    "{contact} was completed at {at}, not at this desk."
                ));
            }
        };
        self.kept.push(format!("{contact} {became}."));
    }

    fn answered(&mut self, answer: Result<String, NotDone>) -> Vec<Effect> {
        self.asked = self.asked.saturating_sub(1);
        match answer {
            Ok(sentence) => self.say(sentence),
            Err(NotDone::Refused(why)) => {
                // What was said about the contact is then not sent either.
                if self.asked == 0 {
                    self.completed = None;
                }
                self.refuse(format!("Not done: {why}"));
            }
            Err(NotDone::Unknown(why)) => {
                self.refuse(format!("Unknown whether it was done: {why}"));
            }
            Err(NotDone::Unconfirmed(why)) => self.refuse(format!("Not confirmed: {why}")),
        }
        vec![Effect::Draw, Effect::Run(Task::PollNow)]
    }

    fn key(&mut self, event: KeyEvent) -> Vec<Effect> {
        let scope = self.scope();
        let action = keys::action(event, scope);
        let said = event.kind != KeyEventKind::Release && !self.kept.is_empty();
        if said {
            self.kept.clear();
        }
        if said && scope == Scope::Desk {
            // The key may have been meant for the contact that has gone, so it acts on no other.
            return match action {
                Some(action @ (Action::Quit | Action::Suspend | Action::Repaint)) => {
                    self.act(action)
                }
                _ => vec![Effect::Draw],
            };
        }
        match action {
            Some(action) => self.act(action),
            None if scope == Scope::Typing => self.type_in(event),
            None => vec![],
        }
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Quit => return vec![Effect::Quit],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Repaint => return vec![Effect::Repaint],
            Action::PollNow => return vec![Effect::Run(Task::PollNow)],
            Action::Toggle => return self.toggle(),
            Action::Complete => return self.complete(),
            Action::Accept => return self.accept(),
            Action::Reject => return self.reject(),
            Action::Done => return self.done(),
            Action::Longer => return self.longer(),
            Action::Disposition => return self.ask_what(Saying::Disposition),
            Action::Note => return self.ask_what(Saying::Note),
            Action::Choose => return self.choose(),
            Action::Nth(place) if matches!(self.overlay, Some(DeskOverlay::Dispositions(_))) => {
                let list = self.dispositions().unwrap_or_default();
                if place < list.len() {
                    self.overlay = None;
                    return self.choose_disposition(place);
                }
            }
            Action::Nth(place) => {
                let (reasons, typed) = self.reasons();
                if place < reasons.len() + usize::from(typed) {
                    self.overlay = Some(DeskOverlay::Reasons(place));
                    return self.choose();
                }
            }
            // Refuses before a reason is chosen or typed in vain.
            Action::NotReady if self.refused() => {}
            // The floor's list may be empty.
            Action::NotReady if self.reasons() == (vec![], false) => {
                return self.be(Presence::Unavailable(None));
            }
            Action::NotReady => {
                self.offer_under = None;
                self.overlay = Some(DeskOverlay::Reasons(0));
            }
            Action::Down => self.walk(Step::Down),
            Action::Up => self.walk(Step::Up),
            Action::Help => self.overlay = Some(DeskOverlay::Help(0)),
            Action::Back => {
                if self.overlay.take().is_none() {
                    self.notice = None;
                }
            }
        }
        vec![Effect::Draw]
    }

    fn walk(&mut self, step: Step) {
        // The list wraps around.
        let (reasons, typed) = self.reasons();
        let reasons = (reasons.len() + usize::from(typed)).max(1);
        let dispositions = self.dispositions().map_or(1, |list| list.len().max(1));
        let last_line = keys::help().count() - 1;
        self.overlay = match (self.overlay.take(), step) {
            (Some(DeskOverlay::Reasons(place)), Step::Down) => {
                Some(DeskOverlay::Reasons((place + 1) % reasons))
            }
            (Some(DeskOverlay::Reasons(place)), Step::Up) => {
                Some(DeskOverlay::Reasons((place + reasons - 1) % reasons))
            }
            (Some(DeskOverlay::Dispositions(place)), Step::Down) => {
                Some(DeskOverlay::Dispositions((place + 1) % dispositions))
            }
            (Some(DeskOverlay::Dispositions(place)), Step::Up) => Some(DeskOverlay::Dispositions(
                (place + dispositions - 1) % dispositions,
            )),
            (Some(DeskOverlay::Help(line)), Step::Down) => {
                Some(DeskOverlay::Help((line + 1).min(last_line)))
            }
            (Some(DeskOverlay::Help(line)), Step::Up) => {
                Some(DeskOverlay::Help(line.saturating_sub(1)))
            }
            (other, _) => other,
        };
    }

    fn type_in(&mut self, event: KeyEvent) -> Vec<Effect> {
        let (text, longest) = match &mut self.overlay {
            Some(DeskOverlay::Typing(text) | DeskOverlay::Saying(Saying::Disposition, text)) => {
                (text, LONGEST_NAME)
            }
            Some(DeskOverlay::Saying(Saying::Note, text)) => (text, Note::LONGEST),
            _ => return vec![],
        };
        match event.code {
            _ if event.kind == KeyEventKind::Release => return vec![],
            KeyCode::Backspace => {
                text.pop();
            }
            KeyCode::Char(c)
                if (event.modifiers - KeyModifiers::SHIFT).is_empty()
                    && text.chars().count() < longest =>
            {
                text.push(c);
            }
            _ => return vec![],
        }
        vec![Effect::Draw]
    }

    /// Chooses the selected or typed reason.
    fn choose(&mut self) -> Vec<Effect> {
        if self.closed_for_offer() {
            return vec![Effect::Draw];
        }
        let text = match self.overlay.take() {
            Some(DeskOverlay::Reasons(place)) => match self.reasons() {
                (reasons, _) if place < reasons.len() => reasons[place].to_owned(),
                (_, true) => {
                    self.overlay = Some(DeskOverlay::Typing(String::new()));
                    return vec![Effect::Draw];
                }
                // The list became shorter meanwhile.
                (_, false) => return self.act(Action::NotReady),
            },
            Some(DeskOverlay::Typing(text)) => text.trim().to_owned(),
            Some(DeskOverlay::Dispositions(place)) => return self.choose_disposition(place),
            Some(DeskOverlay::Saying(saying, text)) => {
                return self.said(saying, text.trim().to_owned());
            }
            Some(DeskOverlay::Help(_)) | None => return vec![Effect::Draw],
        };
        match text.parse::<Reason>() {
            Ok(reason) => self.be(Presence::Unavailable(Some(reason))),
            Err(error) => {
                // Keeps what was typed, so that it can be corrected.
                self.overlay = Some(DeskOverlay::Typing(text));
                self.refuse(error.to_string());
                vec![Effect::Draw]
            }
        }
    }

    fn toggle(&mut self) -> Vec<Effect> {
        let chosen = self.agent().map(|agent| agent.state.chosen());
        match chosen {
            Some(Presence::Available) => self.be(Presence::Unavailable(None)),
            Some(Presence::Unavailable(_)) => self.be(Presence::Available),
            None => self.nobody(),
        }
    }

    /// Requests a presence.
    fn be(&mut self, presence: Presence) -> Vec<Effect> {
        let Some(agent) = self.agent() else {
            return self.nobody();
        };
        let request = Request::SetPresence {
            agent: agent.id.clone(),
            when: When::of(&agent.state, &presence),
            presence,
            seen: Some(agent.state.chosen()),
        };
        self.ask(request)
    }

    fn complete(&mut self) -> Vec<Effect> {
        let Some(agent) = self.agent() else {
            return self.nobody();
        };
        let on = agent.state.contact().filter(|_| agent.state.is_busy());
        let Some(id) = on else {
            self.refuse("You are not on a contact.");
            return vec![Effect::Draw];
        };
        let seen = ContactSeen::with(agent.id.clone());
        self.completed = Some(id);
        let remarks = self.remarks_on(id);
        let complete = Operation::CompleteContact { id, remarks, seen };
        self.ask(Request::Apply(complete))
    }

    pub(super) fn nobody(&mut self) -> Vec<Effect> {
        if !self.refused() {
            self.refuse(self.without_agent());
        }
        vec![Effect::Draw]
    }

    /// Sends a request, unless that is pointless now. Nothing is queued for later: a change that
    /// takes effect minutes after the key press is worse than none.
    pub(super) fn ask(&mut self, request: Request) -> Vec<Effect> {
        if self.refused() {
            return vec![Effect::Draw];
        }
        self.asked += 1;
        vec![Effect::Run(Task::Ask(request)), Effect::Draw]
    }

    pub(super) fn refused(&mut self) -> bool {
        match self.link {
            _ if self.read_only => self.refuse("Not sent: --read-only allows no changes."),
            Link::Live if self.asked < MOST_ASKED => return false,
            Link::Live => self.refuse("Not sent: the last request has no answer yet."),
            Link::Connecting => self.refuse("Not sent: the store has not answered yet."),
            Link::Down { .. } => {
                self.refuse("Not sent: the store is unavailable. It is not sent later either.");
            }
        }
        true
    }
}

impl polled::PolledScreen for Desk {
    type Snapshot = AgentSnapshot;
    type Request = Request;

    fn update(&mut self, message: PolledMessage) -> Vec<Effect> {
        Self::update(self, message)
    }

    fn view(&self, frame: &mut ratatui::Frame<'_>) {
        super::view::view(self, frame);
    }
}
