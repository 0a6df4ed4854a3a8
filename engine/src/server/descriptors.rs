//! File descriptors: each connection takes one, and the default limit is 1024.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many are reserved for other uses: the store, files, the runtime.
const OTHERS: u64 = 64;

/// Raises the process's limit for that many connections, and returns how many it allows.
pub fn allow_connections(wanted: usize) -> usize {
    let needed = u64::try_from(wanted)
        .unwrap_or(u64::MAX)
        .saturating_add(OTHERS);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // No limit is set.
    let (Some(current), maximum) = (current, maximum.unwrap_or(u64::MAX)) else {
        return wanted;
    };
    if current >= needed {
        return wanted;
    }
    let raised = needed.min(maximum);
    let asked = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: Some(raised),
            maximum: getrlimit(Resource::Nofile).maximum,
        },
    );
    let allowed = if asked.is_ok() { raised } else { current };
    usize::try_from(allowed.saturating_sub(OTHERS).max(1)).unwrap_or(wanted)
}
