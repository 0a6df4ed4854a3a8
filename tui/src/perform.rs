//! Sends the model's requests to the ACD, each in a task of its own.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use shared::contact::ContactState;
use shared::event::Event;
use shared::seen::AgentSeen;
use shared::{Acd, Error};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::console::detail::{Facts, Study};
use crate::console::message::Message;
use crate::console::subject::Subject;
use crate::console::window::Window;
use crate::find::{self, ContactName};
use crate::request::{NotDone, Request};
use crate::series::{Needs, Series};
use crate::{agent_words, offer_answer, operation_words, pace, seen, sentence, settings_words};
use shared::time::Millis;

/// How many events are searched for the past of a contact or agent.
const LOOKED_BACK: u64 = 4_000;
/// How many of them are requested at once.
const EVENTS_AT_ONCE: usize = 500;
/// The timeout of a request.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sends a request in a task and reports the answer.
pub fn ask(
    tasks: &TaskTracker,
    acd: Arc<dyn Acd>,
    request: Request,
    replies: mpsc::Sender<Message>,
) {
    tasks.spawn(async move {
        let answer = answer(patience(&request), perform(acd.as_ref(), &request)).await;
        // Sending fails only if the console has quit.
        let _ = replies.send(Message::Answered { request, answer }).await;
    });
}

/// Waits for the answer to a request, up to its timeout. Returns the sentence that reports what was
/// done, or why it is not reported as done.
pub(crate) async fn answer(
    patience: Duration,
    asking: impl Future<Output = Result<String, Error>>,
) -> Result<String, NotDone> {
    match timeout(patience, asking).await {
        Ok(answer) => answer.map_err(NotDone::from),
        Err(_) => {
            let seconds = patience.as_secs();
            Err(NotDone::Unknown(format!("no answer in {seconds} seconds")))
        }
    }
}

/// Returns the timeout of a request.
fn patience(request: &Request) -> Duration {
    let steps = match request {
        Request::Inject { count, .. } => u32::from(*count),
        Request::All(requests) => u32::try_from(requests.len()).unwrap_or(u32::MAX),
        _ => 1,
    };
    PATIENCE + Duration::from_millis(20).saturating_mul(steps)
}

/// Requests one contact or agent in a task and reports what is known.
pub fn study(
    tasks: &TaskTracker,
    acd: Arc<dyn Acd>,
    subject: Subject,
    past: bool,
    replies: mpsc::Sender<Message>,
) {
    tasks.spawn(async move {
        let study = match timeout(PATIENCE, known(acd.as_ref(), &subject, past)).await {
            Ok(study) => study,
            Err(_) => Study {
                subject,
                facts: Err("the store does not answer".to_owned()),
                past: None,
            },
        };
        let _ = replies.send(Message::Studied(Box::new(study))).await;
    });
}

/// Looks up the contact that a command line names, in a task, and reports it.
pub fn find(
    tasks: &TaskTracker,
    acd: Arc<dyn Acd>,
    (name, line): (ContactName, String),
    replies: mpsc::Sender<Message>,
) {
    tasks.spawn(async move {
        let found = async {
            let id = find::contact(acd.as_ref(), &name).await;
            let id = id.map_err(|why| why.to_string())?;
            let contact = acd.contact(id).await;
            contact.map(Box::new).map_err(|error| error.to_string())
        };
        let found = timeout(PATIENCE, found).await.unwrap_or_else(|_| {
            Err("the ACD did not answer in time: use its whole key, contact:...".to_owned())
        });
        let _ = replies.send(Message::Found { line, found }).await;
    });
}

/// Requests the service figures since a time in a task and reports them.
pub fn measure(
    tasks: &TaskTracker,
    acd: Arc<dyn Acd>,
    (window, since): (Window, Millis),
    replies: mpsc::Sender<Message>,
) {
    tasks.spawn(async move {
        let figures = match timeout(PATIENCE, acd.figures(since)).await {
            Ok(Ok(figures)) => Some(Box::new(figures)),
            Ok(Err(_)) | Err(_) => None,
        };
        let _ = replies.send(Message::Measured(window, figures)).await;
    });
}

/// Requests what is known of one contact or agent.
pub async fn known(acd: &dyn Acd, subject: &Subject, past: bool) -> Study {
    let facts = facts(acd, subject).await.map_err(|error| error.to_string());
    let past = if past {
        // The detail is useful without past events; the next poll requests them again.
        events_of(acd, subject).await.ok()
    } else {
        None
    };
    Study {
        subject: subject.clone(),
        facts,
        past,
    }
}

async fn facts(acd: &dyn Acd, subject: &Subject) -> Result<Facts, Error> {
    Ok(match subject {
        Subject::Contact(id) => {
            let contact = acd.contact(*id).await?;
            Facts::Contact(Box::new(contact), Box::new(acd.explain(*id).await?))
        }
        Subject::Agent(id) => Facts::Agent(Box::new(acd.agent(id).await?)),
    })
}

/// Returns the subject's events among the last few thousand, and the number of the newest of all
/// events.
async fn events_of(acd: &dyn Acd, subject: &Subject) -> Result<(Vec<Event>, u64), Error> {
    let newest = acd.overview().await?.event;
    let mut seen = newest.saturating_sub(LOOKED_BACK);
    let mut found = vec![];
    while seen < newest {
        let events = acd.events_after(seen, EVENTS_AT_ONCE).await?;
        let Some(last) = events.last() else { break };
        seen = last.number;
        found.extend(events.into_iter().filter(|event| subject.is_in(event)));
    }
    Ok((found, seen.max(newest)))
}

/// Performs a request and returns the sentence that reports what was done.
///
/// Boxed, because requests can contain requests.
pub fn perform<'a>(acd: &'a dyn Acd, request: &'a Request) -> BoxFuture<'a, Result<String, Error>> {
    Box::pin(one(acd, request))
}

async fn inject(acd: &dyn Acd, needs: &Needs, count: u16) -> Result<String, Error> {
    let series = Series {
        needs: needs.clone(),
        count: count.into(),
        per_minute: None,
    };
    let (mut served, mut last) = (0, None);
    let keep = |id, state: &ContactState| {
        served += u64::from(state.agent().is_some());
        last = Some((id, state.clone()));
        Ok(())
    };
    let (made, end) = pace::run(acd, &series, &CancellationToken::new(), keep).await;
    match (end, last) {
        (Err(error), _) if made == 0 => Err(error),
        // Reports what was created before the failure: it is not undone.
        (Err(error), _) => Ok(sentence::stopped(made.into(), &error)),
        (Ok(()), Some((id, state))) if count == 1 => Ok(sentence::injected(id, needs, &state)),
        (Ok(()), _) => Ok(sentence::injected_many(count.into(), needs, served)),
    }
}

async fn all(acd: &dyn Acd, requests: &[Request]) -> Result<String, Error> {
    let mut done = 0;
    let mut refused = None;
    for request in requests {
        match perform(acd, request).await {
            Ok(_) => done += 1,
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if done == 0 => Err(error),
        refused => Ok(sentence::done_of(done, requests.len(), refused.as_ref())),
    }
}

async fn one(acd: &dyn Acd, request: &Request) -> Result<String, Error> {
    match request {
        Request::Apply(operation) => {
            let answer = acd.apply(operation.clone()).await?;
            Ok(operation_words::done(operation, &answer))
        }
        Request::InjectSlowly(series) => {
            // Inside a larger request it cannot be stopped, and its progress is not shown.
            let alone = CancellationToken::new();
            let (made, end) = pace::run(acd, series, &alone, |_, _| Ok(())).await;
            match end {
                Err(error) if made == 0 => Err(error),
                end => Ok(sentence::series(series, made, end.err().as_ref())),
            }
        }
        Request::RenameAgent {
            agent,
            fname,
            lname,
            seen,
        } => {
            seen::rename(acd, agent, (fname, lname), seen.as_ref()).await?;
            Ok(format!("{agent} is now called {fname} {lname}."))
        }
        Request::SetPresence {
            agent,
            presence,
            when,
            seen,
        } => {
            let seen = seen.clone().map_or(AgentSeen::ANYTHING, AgentSeen::chose);
            acd.set_presence(agent, presence.clone(), &seen).await?;
            Ok(agent_words::present(agent, presence, *when))
        }
        Request::Inject { needs, count } => inject(acd, needs, *count).await,
        Request::ChangeType { name, change } => {
            let (was, now) = settings_words::change_type(acd, name, change).await?;
            Ok(settings_words::type_changed(name, was.as_ref(), &now))
        }
        Request::Show(what) => settings_words::shown(acd, what).await,
        Request::ChangeSkills {
            agent,
            add,
            remove,
            held,
        } => seen::change_skills(acd, agent, (add, remove), held.as_deref()).await,
        Request::DeleteAgent { agent, seen } => {
            seen::delete(acd, agent, seen.as_ref()).await?;
            Ok(format!("{agent} was deleted."))
        }
        Request::AnswerOffer {
            contact,
            agent,
            answer,
        } => {
            offer_answer::answer(acd, *contact, agent, answer).await?;
            Ok(sentence::answered(*contact, agent, answer))
        }
        Request::All(requests) => all(acd, requests).await,
    }
}
