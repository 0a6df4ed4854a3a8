//! Processor time, as the kernel counts it.

use std::fs;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr as _, eyre};
use rustix::time::{ClockId, clock_gettime};

/// Whose time is looked at, beside this process's.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Processes {
    pub(crate) engine: Option<u32>,
    /// None if it is on another host.
    pub(crate) redis: Option<u32>,
}

/// What each has used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    pub(crate) engine: Duration,
    pub(crate) redis: Duration,
    /// This process: the client, and in the ops layer what it measures.
    pub(crate) client: Duration,
}

impl Processes {
    /// Looks at what each has used since it began.
    pub(crate) fn used(self) -> Result<Used> {
        let of = |process: Option<u32>| process.map_or(Ok(Duration::ZERO), of_process);
        let own = clock_gettime(ClockId::ProcessCPUTime);
        Ok(Used {
            engine: of(self.engine)?,
            redis: of(self.redis)?,
            client: own
                .try_into()
                .map_err(|_| eyre!("this process has no time"))?,
        })
    }
}

/// Gives the time that a process has had, to the nanosecond: its stat tells hundredths of a second.
pub(crate) fn of_process(pid: u32) -> Result<Duration> {
    let threads = format!("/proc/{pid}/task");
    let threads = fs::read_dir(&threads).wrap_err("a process has ended that is measured")?;
    let mut nanos = 0;
    for thread in threads {
        // One that ends meanwhile takes its time along; those that matter last.
        let text = fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
        let ran = text
            .split(' ')
            .next()
            .and_then(|ran| ran.parse::<u64>().ok());
        nanos += ran.unwrap_or(0);
    }
    Ok(Duration::from_nanos(nanos))
}

impl Add for Used {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            engine: self.engine + other.engine,
            redis: self.redis + other.redis,
            client: self.client + other.client,
        }
    }
}

impl Sub for Used {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            engine: self.engine.saturating_sub(other.engine),
            redis: self.redis.saturating_sub(other.redis),
            client: self.client.saturating_sub(other.client),
        }
    }
}

impl Sum for Used {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}
