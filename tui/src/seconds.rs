//! Ticks at each full second of this machine's clock.

use std::time::Duration;

use shared::time::{Clock as _, Millis, SystemClock};
use tokio::time::sleep;

/// The ticks.
#[derive(Debug)]
pub(crate) struct Seconds {
    /// The kernel's timer, where available. The runtime's timer wakes the process twice for each
    /// sleep of a second, which is half of all wake-ups on a quiet floor.
    #[cfg(target_os = "linux")]
    timer: Option<kernel::Timer>,
}

impl Seconds {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            timer: kernel::Timer::new().ok(),
        }
    }

    /// Waits for the next second.
    pub(crate) async fn next(&self) -> Millis {
        #[cfg(target_os = "linux")]
        if let Some(timer) = &self.timer
            && timer.expired().await.is_ok()
        {
            return SystemClock.now().millis();
        }
        sleep(until_next()).await;
        SystemClock.now().millis()
    }
}

fn until_next() -> Duration {
    Duration::from_millis(1_000 - SystemClock.now().millis().0 % 1_000)
}

#[cfg(target_os = "linux")]
mod kernel {
    use std::io;
    use std::os::fd::OwnedFd;

    use rustix::io::{Errno, read};
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use shared::time::{Clock as _, SystemClock};
    use tokio::io::unix::AsyncFd;

    /// A timer that expires at each full second, and when the clock is set.
    #[derive(Debug)]
    pub(super) struct Timer(AsyncFd<OwnedFd>);

    impl Timer {
        pub(super) fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
            #[expect(
                deprecated,
                reason = "its replacement is unsafe; what that asks for, an OwnedFd keeps"
            )]
            let timer = Self(AsyncFd::new(timer)?);
            timer.arm()?;
            Ok(timer)
        }

        /// Arms the timer for the next second. If the clock were set back, the timer would wait
        /// until the old second; so it is also cancelled when the clock is set.
        fn arm(&self) -> io::Result<()> {
            let now = SystemClock.now().millis().0 / 1_000;
            let seconds = |tv_sec| Timespec { tv_sec, tv_nsec: 0 };
            let every = Itimerspec {
                it_interval: seconds(1),
                it_value: seconds(i64::try_from(now + 1).map_err(io::Error::other)?),
            };
            let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
            timerfd_settime(self.0.get_ref(), flags, &every)?;
            Ok(())
        }

        pub(super) async fn expired(&self) -> io::Result<()> {
            loop {
                let mut ready = self.0.readable().await?;
                // The number of expirations; after a suspension there is more than one.
                let mut times = [0; 8];
                match read(self.0.get_ref(), &mut times) {
                    Ok(_) => return Ok(()),
                    Err(Errno::AGAIN) => ready.clear_ready(),
                    // The clock was set: report a second now.
                    Err(Errno::CANCELED) => return self.arm(),
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
}
