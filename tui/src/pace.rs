//! Injects contacts one after another, at a rate. Used by the console, which shows the progress,
//! and by the command `inject`.

use std::sync::Arc;
use std::time::Duration;

use shared::contact::{Attributes, ContactId, ContactState, NewContact};
use shared::{Acd, Error};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::console::message::Message;
use crate::series::Series;

/// The timeout for injecting a contact.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often the progress is reported: each report causes a frame to be drawn.
const REPORT_EVERY: Duration = Duration::from_millis(60);

/// Injects the series until it is complete, the token is cancelled or a contact fails, and calls
/// back for each contact created. Returns the number of contacts created and the error, if any.
///
/// A slow store delays the series; it does not catch up afterwards.
pub async fn run<E: From<Error>>(
    acd: &dyn Acd,
    series: &Series,
    token: &CancellationToken,
    mut made: impl FnMut(ContactId, &ContactState) -> Result<(), E>,
) -> (u32, Result<(), E>) {
    let mut turns = series.per_minute.map(|rate| interval(rate.apart()));
    if let Some(turns) = &mut turns {
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    for done in 0..series.count {
        if let Some(turns) = &mut turns
            && token.run_until_cancelled(turns.tick()).await.is_none()
        {
            return (done, Ok(()));
        }
        if token.is_cancelled() {
            return (done, Ok(()));
        }
        match one(acd, series).await {
            Ok((id, state)) => {
                if let Err(error) = made(id, &state) {
                    return (done + 1, Err(error));
                }
            }
            Err(error) => return (done, Err(error.into())),
        }
    }
    (series.count, Ok(()))
}

async fn one(acd: &dyn Acd, series: &Series) -> Result<(ContactId, ContactState), Error> {
    let id = ContactId::random();
    let needs = series.needs.clone();
    let contact = NewContact::new(id, needs.skills, needs.priority, Attributes::new())?;
    let contact = contact.of_type(needs.contact_type);
    let answer = timeout(PATIENCE, acd.create_contact(contact)).await;
    let silent = |_| Error::Unavailable(format!("no answer in {} seconds", PATIENCE.as_secs()));
    Ok((id, answer.map_err(silent)??.state))
}

/// Injects the series in a task, and reports its progress and its end.
pub fn start(
    tasks: &TaskTracker,
    acd: Arc<dyn Acd>,
    series: Series,
    token: CancellationToken,
    replies: mpsc::Sender<Message>,
) {
    tasks.spawn(async move {
        let (mut count, mut reported_at) = (0, None::<Instant>);
        let progress = replies.clone();
        let made = |_, _: &ContactState| {
            count += 1;
            if reported_at.is_none_or(|at| at.elapsed() >= REPORT_EVERY) {
                reported_at = Some(Instant::now());
                // If the channel is full, the next report carries the count.
                let _ = progress.try_send(Message::Injected(count));
            }
            Ok::<(), Error>(())
        };
        let (made, end) = run(acd.as_ref(), &series, &token, made).await;
        let why = end.err().map(|error| error.to_string());
        // Sending fails only if the console has quit.
        let _ = replies.send(Message::InjectionEnded { made, why }).await;
    });
}

#[cfg(test)]
mod tests {
    use shared::embedded::EmbeddedAcd;
    use shared::time::{ManualClock, Moment};
    use tokio::time::Instant;

    use super::*;
    use crate::series::Needs;

    fn acd() -> EmbeddedAcd {
        let clock = Arc::new(ManualClock::new(Moment(1_795_348_800_000_000)));
        EmbeddedAcd::new("acd".parse().unwrap(), clock)
    }

    fn series(count: u32, per_minute: Option<&str>) -> Series {
        Series {
            needs: Needs::new(None, None, None),
            count,
            per_minute: per_minute.map(|rate| rate.parse().unwrap()),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn contacts_come_at_the_rate_the_first_at_once() {
        let (acd, token) = (acd(), CancellationToken::new());
        let begun = Instant::now();
        let mut times = vec![];
        let made = |_, _: &ContactState| {
            times.push(begun.elapsed().as_secs());
            Ok::<(), Error>(())
        };
        let (made, end) = run(&acd, &series(4, Some("30")), &token, made).await;
        assert_eq!((made, end), (4, Ok(())));
        assert_eq!(times, [0, 2, 4, 6]);
        assert_eq!(acd.overview().await.unwrap().waiting, 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_series_that_is_stopped_tells_how_many_were_made() {
        let (acd, token) = (acd(), CancellationToken::new());
        let stop = token.clone();
        let mut count = 0;
        let made = |_, _: &ContactState| {
            count += 1;
            if count == 3 {
                stop.cancel();
            }
            Ok::<(), Error>(())
        };
        let (made, end) = run(&acd, &series(20, Some("60")), &token, made).await;
        assert_eq!((made, end), (3, Ok(())));
        assert_eq!(acd.overview().await.unwrap().waiting, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_fast_series_is_told_now_and_then_and_at_its_end() {
        let (sender, mut replies) = mpsc::channel(10_000);
        let tasks = TaskTracker::new();
        let token = CancellationToken::new();
        start(
            &tasks,
            Arc::new(acd()),
            series(600, Some("60000")),
            token,
            sender,
        );
        let (mut reports, mut last) = (0, None);
        while let Some(message) = replies.recv().await {
            reports += 1;
            last = Some(message);
        }
        let end = Message::InjectionEnded {
            made: 600,
            why: None,
        };
        assert_eq!(last, Some(end));
        assert!((6..=16).contains(&reports), "{reports}");
    }

    #[tokio::test]
    async fn a_series_that_fails_tells_how_many_were_made() {
        let acd = acd();
        acd.close().await.unwrap();
        let made = |_, _: &ContactState| Ok::<(), Error>(());
        let token = CancellationToken::new();
        let end = run(&acd, &series(3, None), &token, made).await;
        assert_eq!(end, (0, Err(Error::Closed)));
    }
}
