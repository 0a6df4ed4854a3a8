//! Measures how many system calls it takes to write a frame.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, eyre};
use rustix::process::{Pid, Signal, kill_process};

use super::Bench;
use super::report::{Row, Wanted};
use super::session::Session;

/// How long to trace.
const LOOK: Duration = Duration::from_secs(5);
/// How long strace may take to attach.
const ATTACH: Duration = Duration::from_secs(3);

/// Measures the writes to the terminal under load, with strace.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let wanted = Wanted::at_most(1.0, "a frame").beside("12 through a line buffer");
    let quantity = "writes to the terminal";
    let mut session = Session::live(&bench.server.url())?;
    let load = bench.load()?;
    let seen = traced(&mut session, LOOK.min(bench.options.sample()));
    load.stop()?;
    Ok(vec![match seen? {
        Some((frames, writes)) if frames > 0 => {
            let remark = format!("{frames} frames");
            Row::of(quantity, f64::from(writes) / f64::from(frames), wanted).with(&remark)
        }
        _ => Row::skipped(quantity, "strace is not there or may not look", wanted),
    }])
}

/// Returns how many frames were begun and how many writes went to the terminal; none if strace
/// cannot trace.
fn traced(session: &mut Session, poll: Duration) -> Result<Option<(u32, u32)>> {
    let file = tempfile::NamedTempFile::new()?;
    let strace = Command::new("strace")
        // All threads, with file names and the first bytes of what is written.
        .args(["-f", "-y", "-s", "8", "-e", "trace=write,writev", "-o"])
        .arg(file.path())
        .arg("-p")
        .arg(session.pid()?.to_string())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut strace) = strace else {
        return Ok(None);
    };
    let patience = Instant::now() + ATTACH;
    while fs::metadata(file.path())?.len() == 0
        && strace.try_wait()?.is_none()
        && Instant::now() < patience
    {
        // Frames are drawn all the time, so the first one seen shows that strace has attached.
        session.watch(Duration::from_millis(20));
    }
    session.watch(poll);
    // At its end strace lets the console continue.
    let pid = i32::try_from(strace.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| eyre!("strace has no process id"))?;
    while strace.try_wait()?.is_none() {
        let _ = kill_process(pid, Signal::INT);
        sleep(Duration::from_millis(20));
    }
    let seen = fs::read_to_string(file.path())?;
    let to_terminal = |line: &&str| line.contains("write") && line.contains("</dev/pts/");
    let frames = seen
        .lines()
        .filter(to_terminal)
        .filter(|line| line.contains(r"\33[?2026"));
    let count = |lines: usize| u32::try_from(lines).unwrap_or(u32::MAX);
    let writes = seen.lines().filter(to_terminal).count();
    Ok(Some((count(frames.count()), count(writes))))
}
