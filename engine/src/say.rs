//! What a program says on standard output and standard error, without ever failing by it: where
//! `println!` panics once nobody reads, and its report of the panic with it.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::panic;

use color_eyre::config::HookBuilder;

/// Writes to standard output. A reader who has seen enough, as `head` has, is no error.
pub fn out(text: impl Display) -> Result<(), String> {
    match write_out(text) {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => Err(unwritten(&why)),
        _ => Ok(()),
    }
}

/// Writes to standard output what is of no use unless somebody reads it: a reader who has left is an
/// error, too.
pub fn out_to_a_reader(text: impl Display) -> Result<(), String> {
    write_out(text).map_err(|why| unwritten(&why))
}

fn write_out(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{text}").and_then(|()| out.flush())
}

fn unwritten(why: &io::Error) -> String {
    format!("standard output could not be written ({why})")
}

/// Writes to standard output from a thread of its own: whoever waits for it can stop waiting.
pub async fn out_aside(text: String) -> Result<(), String> {
    let (done, written) = tokio::sync::oneshot::channel();
    // Nobody may be waiting any more.
    std::thread::spawn(move || drop(done.send(out(text))));
    written.await.unwrap_or(Ok(()))
}

/// Writes a line to standard error, if it can be written.
pub fn err(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Has errors and panics reported in full, where that can be written.
pub fn install_reports() -> color_eyre::Result<()> {
    let (panics, errors) = HookBuilder::default().into_hooks();
    errors.install()?;
    panic::set_hook(Box::new(move |panic| err(panics.panic_report(panic))));
    Ok(())
}
