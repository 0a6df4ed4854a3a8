//! Writing to standard output and standard error without panicking. `println!` panics once nobody
//! reads, and so does the report of that panic.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::panic;

use color_eyre::config::HookBuilder;

/// Writes to standard output. A closed pipe, as with `head`, is not an error.
pub fn print(text: impl Display) -> Result<(), String> {
    match write_out(text) {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => Err(not_written(&why)),
        _ => Ok(()),
    }
}

/// Writes to standard output text that is useless unless it is read: a closed pipe is an error,
/// too.
pub fn print_required(text: impl Display) -> Result<(), String> {
    write_out(text).map_err(|why| not_written(&why))
}

fn write_out(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{text}").and_then(|()| out.flush())
}

fn not_written(why: &io::Error) -> String {
    format!("standard output could not be written ({why})")
}

/// Writes to standard output from a separate thread, so that the caller can stop waiting.
pub async fn print_in_thread(text: String) -> Result<(), String> {
    let (done, written) = tokio::sync::oneshot::channel();
    // The receiver may have gone.
    std::thread::spawn(move || drop(done.send(print(text))));
    written.await.unwrap_or(Ok(()))
}

/// Writes a line to standard error, ignoring errors.
pub fn print_error(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Installs the full reports of errors and panics; a failed write of one is ignored.
pub fn install_error_reports() -> color_eyre::Result<()> {
    let (panics, errors) = HookBuilder::default().into_hooks();
    errors.install()?;
    panic::set_hook(Box::new(move |panic| {
        print_error(panics.panic_report(panic));
    }));
    Ok(())
}
