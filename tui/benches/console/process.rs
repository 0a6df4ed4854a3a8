//! The kernel's figures about a process.

use std::fs;
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr as _, eyre};

/// Linux reports processor time in hundredths of a second, on every machine.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// What a process has used since it started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Processor time.
    pub(crate) processor: Duration,
    /// How often any of its threads waited and was woken.
    pub(crate) wakeups: u64,
}

/// Reads what a process has used.
pub(crate) fn usage(pid: u32) -> Result<Usage> {
    let stat = read(pid, "stat")?;
    // The second field is the name, which can contain blanks and parentheses; these are the 14th
    // and 15th.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u32 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u32>().ok())
        .sum();
    let mut wakeups = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end while it is read.
        let Ok(status) = fs::read_to_string(task?.path().join("status")) else {
            continue;
        };
        wakeups += field(&status, "voluntary_ctxt_switches:")?;
    }
    Ok(Usage {
        processor: TICK * ticks,
        wakeups,
    })
}

/// Returns the resident memory of a process, in MiB.
pub(crate) fn resident(pid: u32) -> Result<f64> {
    let kib = field(&read(pid, "status")?, "VmRSS:")?;
    Ok(f64::from(u32::try_from(kib)?) / 1024.0)
}

fn read(pid: u32, name: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{name}");
    fs::read_to_string(&path).wrap_err_with(|| format!("{path} cannot be read"))
}

fn field(status: &str, name: &str) -> Result<u64> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| eyre!("the kernel does not tell {name}"))
}
