//! Logs refused callers without letting strangers fill the log: the first refusals of a
//! caller have a line each, and further ones are summed up once a second.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use super::token::TokenName;
use crate::audit::Content;
use crate::quota::counted_as;

/// How many lines a caller may write in a burst; one more is allowed each second.
const LINES: u32 = 5;
/// How many lines all callers together may write per second.
const LINES_OF_ALL: u32 = 20;
/// How many callers get a sum of their own each second.
const MOST_SUMS: usize = 8;
/// How many callers are tracked. The refusals of further callers are only counted.
const MOST_TRACKED: usize = 1024;

/// A refused caller: the address, and the token's name.
type Source = (Option<IpAddr>, Option<TokenName>);

/// Recent refusals.
#[derive(Debug)]
pub(super) struct RefusalLog(Mutex<State>);

#[derive(Debug)]
struct State {
    callers: HashMap<Source, SourceRefusals>,
    /// How many lines all callers have left in this second.
    lines: u32,
    /// Refusals of callers that are not tracked.
    others: u64,
}

/// The refusals of one caller.
#[derive(Debug)]
struct SourceRefusals {
    lines: u32,
    /// Refusals without a line so far, and the status of the last one.
    without_line: u64,
    status: StatusCode,
}

/// The sum of a second.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sum {
    /// `None` for callers that are summed up together.
    pub(super) caller: Option<Source>,
    pub(super) times: u64,
    pub(super) status: Option<StatusCode>,
}

impl Sum {
    /// Returns the content of its line in the audit trail.
    pub(super) fn content(&self) -> Content {
        let mut content = Content::new();
        content.insert("times".to_owned(), self.times.into());
        if let Some((address, name)) = &self.caller {
            let address = address.map(|address| address.to_string());
            content.insert("address".to_owned(), address.into());
            let name = name
                .as_ref()
                .map_or_else(|| "unknown".to_owned(), ToString::to_string);
            content.insert("actor".to_owned(), name.into());
        }
        if let Some(status) = self.status {
            content.insert("status".to_owned(), status.as_u16().into());
        }
        content
    }
}

impl Default for RefusalLog {
    fn default() -> Self {
        Self(Mutex::new(State {
            callers: HashMap::new(),
            lines: LINES_OF_ALL,
            others: 0,
        }))
    }
}

impl RefusalLog {
    /// Counts a refusal, and returns whether it gets a line of its own.
    pub(super) fn count(
        &self,
        address: Option<IpAddr>,
        name: Option<&TokenName>,
        status: StatusCode,
    ) -> bool {
        let caller = (address.map(counted_as), name.cloned());
        let mut state = self.lock();
        let State {
            callers,
            lines,
            others,
        } = &mut *state;
        if callers.len() >= MOST_TRACKED && !callers.contains_key(&caller) {
            *others += 1;
            return false;
        }
        let recent = callers.entry(caller).or_insert(SourceRefusals {
            lines: LINES,
            without_line: 0,
            status,
        });
        if recent.lines > 0 && *lines > 0 {
            recent.lines -= 1;
            *lines -= 1;
            return true;
        }
        recent.without_line += 1;
        recent.status = status;
        false
    }

    /// Returns the sums of refusals without a line, and begins the next second.
    pub(super) fn sum_up(&self) -> Vec<Sum> {
        let mut state = self.lock();
        state.lines = LINES_OF_ALL;
        let mut sums = vec![];
        for (caller, recent) in &mut state.callers {
            recent.lines = (recent.lines + 1).min(LINES);
            let times = std::mem::take(&mut recent.without_line);
            if times > 0 {
                sums.push(Sum {
                    caller: Some(caller.clone()),
                    times,
                    status: Some(recent.status),
                });
            }
        }
        // A caller that has all its lines again need not be tracked.
        state.callers.retain(|_, recent| recent.lines < LINES);
        sums.sort_by_key(|sum| std::cmp::Reverse(sum.times));
        let rest = sums.iter().skip(MOST_SUMS).map(|sum| sum.times);
        let rest = rest.sum::<u64>() + std::mem::take(&mut state.others);
        sums.truncate(MOST_SUMS);
        if rest > 0 {
            sums.push(Sum {
                caller: None,
                times: rest,
                status: None,
            });
        }
        sums
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO: StatusCode = StatusCode::UNAUTHORIZED;

    fn from(number: u32) -> IpAddr {
        std::net::Ipv4Addr::from(number).into()
    }

    #[test]
    fn a_flood_from_one_address_is_a_few_lines_and_a_sum() {
        let refusals = RefusalLog::default();
        for second in 0..10 {
            let lines = (0..57_000).filter(|_| refusals.count(Some(from(1)), None, NO));
            let lines = lines.count();
            assert!(lines == if second == 0 { 5 } else { 1 }, "{lines}");
            let sums = refusals.sum_up();
            assert_eq!(sums.len(), 1);
            assert_eq!(sums[0].caller, Some((Some(from(1)), None)));
            assert_eq!(sums[0].times + lines as u64, 57_000);
        }
    }

    #[test]
    fn a_flood_from_many_addresses_is_no_more_than_that() {
        let refusals = RefusalLog::default();
        for _ in 0..3 {
            let lines = (0..100_000).filter(|n| refusals.count(Some(from(*n)), None, NO));
            let lines = lines.count();
            assert!(lines <= 20, "{lines}");
            assert!(refusals.lock().callers.len() <= MOST_TRACKED);
            let sums = refusals.sum_up();
            assert_eq!(sums.len(), MOST_SUMS + 1);
            let sum: u64 = sums.iter().map(|sum| sum.times).sum();
            assert_eq!(sum + lines as u64, 100_000, "each has a line or is counted");
        }
        for _ in 0..LINES {
            refusals.sum_up();
        }
        assert!(refusals.lock().callers.is_empty(), "they are forgotten");
    }

    #[test]
    fn somebody_known_is_not_lost_among_strangers_of_his_address() {
        let refusals = RefusalLog::default();
        for _ in 0..100 {
            refusals.count(Some(from(1)), None, NO);
        }
        let name = "wall".parse().unwrap();
        assert!(refusals.count(Some(from(1)), Some(&name), StatusCode::FORBIDDEN));
    }
}
