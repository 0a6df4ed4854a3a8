//! One run: creates the contacts on time, collects what happens to them, and ends.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::args::{Cast, Options};
use super::call_error::CallError;
use super::client::Client;
use super::guest::Taken;
use super::plan::{self, Arrivals, PlannedAgent, PlannedContact};
use super::report::{Progress, Report};
use super::tally::Tally;
use super::visit::{Happening, RunState};
use super::{Error, staff};

/// The most contacts followed at a time. Further ones are not sent but counted as errors: waiting
/// would make the arrivals depend on the server.
const MOST_OPEN: usize = 20_000;
/// How long a stopped run has to end its contacts.
const CLOSE_WITHIN: Duration = Duration::from_secs(10);

/// Sends the traffic until every contact has ended, or the token is cancelled. Then no more arrive,
/// and the open ones are completed or abandon, within ten seconds; if the engine does not answer any
/// more, within three.
///
/// `progress` gets the counts after each change.
pub async fn run(
    options: Options,
    token: CancellationToken,
    mut progress: impl FnMut(&Progress) + Send,
) -> Result<Report, Error> {
    let started = Instant::now();
    let client = Client::new(&options.url, options.token.as_ref(), token.clone())?;
    let options = if options.cast == Cast::Guest {
        Options {
            skills: options.skills.of_guest()?,
            ..options
        }
    } else {
        options
    };
    // Planned once it is known which ids are free.
    let mut agents = vec![];
    let (happenings, inbox) = mpsc::channel(1_024);
    let mut session = Session {
        run: Arc::new(RunState::new(
            client,
            happenings,
            CancellationToken::new(),
            options.cast,
            options.habits,
        )),
        inbox,
        contacts: JoinSet::new(),
        breaks: JoinSet::new(),
        tally: Tally::new(options.contacts)?,
        taken: Taken::default(),
    };
    let client = &session.run.client;
    let begun = async {
        let used = staff::claim(client, &options.url, options.cast).await?;
        agents = plan::agents(&options, &used);
        Ok::<_, Error>(staff::bring_in(client, &options.url, &agents, options.cast).await)
    };
    let staffed = token.run_until_cancelled(begun).await.transpose()?;
    match staffed {
        // Another guest was faster: its agents are left alone.
        Some(Err(error @ Error::Occupied { .. })) => return Err(error),
        Some(Err(error)) if options.cast != Cast::Stays => {
            let left = session.leave(&agents, options.cast).await;
            return Err(Error::half_way(&error, left));
        }
        Some(Err(error)) => return Err(error),
        Some(Ok(())) | None => {}
    }
    if staffed.is_some() {
        if options.breaks {
            let ids = agents.iter().map(|agent| agent.id.clone()).collect();
            let breaks = staff::breaks(session.run.clone(), ids, options.seed);
            session.breaks.spawn(breaks);
        }
        let arrivals = Arrivals::new(&options, &agents);
        session.inject(arrivals, &token, &mut progress).await;
        session.close(&mut progress).await;
    }
    let left = session.leave(&agents, options.cast).await;
    let contacts = session.taken;
    let report = session.tally.report(started.elapsed(), options.seed);
    Ok(Report {
        left,
        taken: contacts,
        ..report
    })
}

struct Session {
    run: Arc<RunState>,
    inbox: mpsc::Receiver<Happening>,
    /// Aborts the contacts' tasks with the run, also when the run itself is dropped.
    contacts: JoinSet<()>,
    breaks: JoinSet<()>,
    tally: Tally,
    /// What was done with contacts on leaving.
    taken: Taken,
}

impl Session {
    /// Creates the contacts, and collects events until all have ended or the token is cancelled.
    async fn inject(
        &mut self,
        mut arrivals: Arrivals,
        token: &CancellationToken,
        progress: &mut (impl FnMut(&Progress) + Send),
    ) {
        let start = Instant::now();
        let mut next = arrivals.next();
        while next.is_some() || !self.contacts.is_empty() {
            let due = next.as_ref().map(|contact| start + contact.due);
            tokio::select! {
                () = token.cancelled() => return,
                () = sleep_until(due.unwrap_or(start)), if due.is_some() => {
                    if let Some((contact, due)) = next.take().zip(due) {
                        self.arrive(contact, due);
                    }
                    next = arrivals.next();
                }
                () = self.listen() => {}
            }
            self.show(progress);
        }
    }

    fn arrive(&mut self, contact: PlannedContact, due: Instant) {
        self.tally.progress.arrived += 1;
        if self.contacts.len() < MOST_OPEN {
            self.contacts.spawn(self.run.clone().play(contact, due));
        } else {
            let message = format!(
                "{MOST_OPEN} contacts were open, the most at a time; this one was not sent"
            );
            self.tally.fail(CallError::other("too_many_open", message));
        }
    }

    /// Processes the next event. Cancel-safe.
    async fn listen(&mut self) {
        tokio::select! {
            Some(happening) = self.inbox.recv() => self.tally.note(happening),
            Some(ended) = self.contacts.join_next() => self.ended(ended),
            Some(ended) = self.breaks.join_next() => self.ended(ended),
        }
    }

    fn ended(&mut self, task: Result<(), JoinError>) {
        if let Err(error) = task {
            self.tally
                .fail(CallError::other("internal", error.to_string()));
        }
    }

    /// Ends what is open, within a time limit.
    async fn close(&mut self, progress: &mut (impl FnMut(&Progress) + Send)) {
        self.run.closing.cancel();
        let ends = async {
            while !(self.contacts.is_empty() && self.breaks.is_empty()) {
                self.listen().await;
                self.show(progress);
            }
        };
        // Whatever has not ended by then is reported as still open.
        let _ = timeout(CLOSE_WITHIN, ends).await;
        self.contacts.shutdown().await;
        self.breaks.shutdown().await;
        while let Ok(happening) = self.inbox.try_recv() {
            self.tally.note(happening);
        }
        self.show(progress);
    }

    /// Removes the agents that are to leave, and records errors. Returns how many are left; `None`
    /// if unknown.
    async fn leave(&mut self, agents: &[PlannedAgent], cast: Cast) -> Option<usize> {
        match staff::take_away(&self.run.client, agents, cast, &mut self.taken).await {
            Ok(0) => Some(0),
            Ok(left) => {
                let message = format!("{left} of its agents could not be removed");
                self.tally.fail(CallError::other("agents_left", message));
                Some(left)
            }
            Err(trouble) => {
                self.tally.fail(trouble);
                None
            }
        }
    }

    fn show(&mut self, progress: &mut (impl FnMut(&Progress) + Send)) {
        self.tally.progress.retries = self.run.client.retries();
        progress(&self.tally.progress);
    }
}
