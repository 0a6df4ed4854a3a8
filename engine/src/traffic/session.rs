//! One run: lets the contacts arrive on time, listens to what becomes of them, and ends.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::args::{Cast, Options};
use super::client::Client;
use super::guest::Taken;
use super::plan::{self, Arrivals, PlannedAgent, PlannedContact};
use super::report::{Progress, Report};
use super::tally::Tally;
use super::trouble::Trouble;
use super::visit::{Floor, Happening};
use super::{Error, staff};

/// How many contacts are followed at a time. More are not sent, and counted as errors: to wait
/// for room would make the arrivals wait for the server.
const MOST_OPEN: usize = 20_000;
/// How long a run that is stopped has for ending its contacts.
const CLOSE_WITHIN: Duration = Duration::from_secs(10);

/// Sends the traffic until every contact has ended, or the token is cancelled: then no more
/// arrive, and those that are open are completed or hang up, within ten seconds.
///
/// `progress` is told the counts after each change.
pub async fn run(
    options: Options,
    token: CancellationToken,
    mut progress: impl FnMut(&Progress) + Send,
) -> Result<Report, Error> {
    let started = Instant::now();
    let client = Client::new(&options.url, options.token.clone())?;
    let options = if options.cast == Cast::Guest {
        Options {
            skills: options.skills.of_guest(),
            ..options
        }
    } else {
        options
    };
    let agents = plan::agents(&options);
    let (happenings, inbox) = mpsc::channel(1_024);
    let mut session = Session {
        floor: Arc::new(Floor::new(
            client,
            happenings,
            CancellationToken::new(),
            options.cast,
        )),
        inbox,
        contacts: JoinSet::new(),
        breaks: JoinSet::new(),
        tally: Tally::new(options.contacts)?,
        taken: Taken::default(),
    };
    let client = &session.floor.client;
    let begun = async {
        staff::claim(client, &options.url, options.cast).await?;
        Ok::<_, Error>(staff::bring_in(client, &options.url, &agents, options.cast).await)
    };
    let staffed = token.run_until_cancelled(begun).await.transpose()?;
    match staffed {
        // Another guest was faster: what is there belongs to it.
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
            let breaks = staff::breaks(session.floor.clone(), ids, options.seed);
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
    floor: Arc<Floor>,
    inbox: mpsc::Receiver<Happening>,
    /// Ends the contacts' tasks with the run, also when the run itself is dropped.
    contacts: JoinSet<()>,
    breaks: JoinSet<()>,
    tally: Tally,
    /// What was done to contacts on leaving.
    taken: Taken,
}

impl Session {
    /// Lets the contacts arrive, and listens until they all have ended or the token is cancelled.
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
            self.contacts.spawn(self.floor.clone().play(contact, due));
        } else {
            let message = format!("{MOST_OPEN} contacts are open, more were not sent");
            self.tally.fail(Trouble::other("too_many_open", message));
        }
    }

    /// Takes in the next thing that happens. Nothing is lost when it is dropped half-way.
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
                .fail(Trouble::other("internal", error.to_string()));
        }
    }

    /// Ends what is open, in a bounded time.
    async fn close(&mut self, progress: &mut (impl FnMut(&Progress) + Send)) {
        self.floor.closing.cancel();
        let ends = async {
            while !(self.contacts.is_empty() && self.breaks.is_empty()) {
                self.listen().await;
                self.show(progress);
            }
        };
        // What has not ended by then is told as still open.
        let _ = timeout(CLOSE_WITHIN, ends).await;
        self.contacts.shutdown().await;
        self.breaks.shutdown().await;
        while let Ok(happening) = self.inbox.try_recv() {
            self.tally.note(happening);
        }
        self.show(progress);
    }

    /// Takes away the agents that are to leave, and notes what went wrong. Gives how many are there
    /// still; none if that cannot be told.
    async fn leave(&mut self, agents: &[PlannedAgent], cast: Cast) -> Option<usize> {
        match staff::take_away(&self.floor.client, agents, cast, &mut self.taken).await {
            Ok(0) => Some(0),
            Ok(left) => {
                let message = format!("{left} of its agents are there still");
                self.tally.fail(Trouble::other("agents_left", message));
                Some(left)
            }
            Err(trouble) => {
                self.tally.fail(trouble);
                None
            }
        }
    }

    fn show(&mut self, progress: &mut (impl FnMut(&Progress) + Send)) {
        self.tally.progress.retries = self.floor.client.retries();
        progress(&self.tally.progress);
    }
}
