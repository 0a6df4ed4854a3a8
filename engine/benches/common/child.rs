//! Processes of a benchmark's own, which end with it on every way out.

use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process};
use tokio::signal::unix::{SignalKind, signal};

/// Those that run, for the end by a signal, where nothing is dropped.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(vec![]);

/// A process that is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Own(Child);

impl Own {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        // In one step, so that no signal comes between.
        running(|pids| {
            let child = command.spawn()?;
            pids.push(child.id());
            Ok(Self(child))
        })
    }

    /// Gives its id.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Gives the process itself.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        running(|pids| pids.retain(|pid| *pid != self.0.id()));
    }
}

fn running<T>(look: impl FnOnce(&mut Vec<u32>) -> T) -> T {
    look(&mut RUNNING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Waits for a signal that ends the benchmark, kills what it started, and ends it.
pub(crate) async fn end_by_signal() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let code = tokio::select! {
        _ = terminate.recv() => 143,
        _ = interrupt.recv() => 130,
    };
    running(|pids| {
        for pid in pids.drain(..) {
            if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        std::process::exit(code);
    })
}
