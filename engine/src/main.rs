//! `switchboard-engine`: reads the command line, opens the store, and runs the engine until it is
//! stopped. The work itself is in the library.

mod cli;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory as _, FromArgMatches as _};
use cli::{Cli, Command, LogFormat, Serve};
use engine::log::{Form, LAST_LINES, Log};
use engine::serve::{self, Running};
use engine::server::{Tls, allow_connections};
use engine::{
    argument, authorization, check, environment, http, output, provision, time_zone, traffic,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// The system's allocator keeps the memory of a crowd of connections after they have gone. This one
/// returns it from a background thread, even when the process is idle.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Exit code: it could not start as asked; standard error says what is wrong.
const CANNOT_START: u8 = 2;
/// How long an engine may take to answer that it is ready.
const HEALTH_WITHIN: Duration = Duration::from_secs(2);

fn main() -> color_eyre::Result<ExitCode> {
    output::install_error_reports()?;
    let cli = read();
    if let Err(why) = time_zone::check() {
        output::print_error(format_args!("switchboard-engine: {why}"));
        return Ok(ExitCode::from(CANNOT_START));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let code = runtime.block_on(command(cli));
    // A task that still blocks, for example on a terminal that reads nothing, must not delay the
    // exit.
    runtime.shutdown_background();
    code
}

/// Parses the command line; ends the program if it is invalid.
fn read() -> Cli {
    let words: Vec<_> = std::env::args_os().collect();
    let matches = argument::read(Cli::command(), &words);
    let cli = matches.and_then(|matches| Cli::from_arg_matches(&matches));
    cli.unwrap_or_else(|error| error.format(&mut Cli::command()).exit())
}

async fn command(Cli { command, serve }: Cli) -> color_eyre::Result<ExitCode> {
    match command {
        None => run(serve).await,
        Some(Command::Serve(serve)) => run(serve).await,
        Some(Command::Traffic(args)) => play(args).await,
        Some(Command::Token(args)) => Ok(exit_code(authorization::command::command(args))),
        Some(Command::Audit(args)) => Ok(exit_code(engine::audit::command::command(args))),
        Some(Command::RedisAcl(args)) => {
            let line = authorization::redis_acl::line(&args);
            Ok(exit_code(output::print(format_args!("{line}\n"))))
        }
        Some(Command::RedisFunctions { check }) => {
            let functions = if check {
                shared::redis::functions_of_the_audit()
            } else {
                shared::redis::functions()
            };
            Ok(exit_code(output::print(functions)))
        }
        Some(Command::Provision(args)) => Ok(exit_code(provision::command(args).await)),
        Some(Command::Check(args)) => Ok(match check::command(args).await {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(why) => {
                output::print_error(format_args!("switchboard-engine: {why}"));
                ExitCode::from(CANNOT_START)
            }
        }),
        Some(Command::Health { url }) => Ok(exit_code(http::health(&url, HEALTH_WITHIN).await)),
    }
}

/// Prints the error, if there is one, and returns the exit code.
fn exit_code<E: std::fmt::Display>(done: Result<(), E>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            output::print_error(format_args!("switchboard-engine: {why}"));
            ExitCode::FAILURE
        }
    }
}

/// Generates traffic until it is complete or a signal comes. Open contacts are still ended then,
/// unless a second signal comes.
async fn play(args: traffic::TrafficArgs) -> color_eyre::Result<ExitCode> {
    let log = Log::to_stderr(Form::Text)?;
    let token = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (progress, stop) = (log.clone(), token.clone());
    // A separate task, so that signals are handled even if the terminal blocks.
    let mut playing = tokio::spawn(async move { traffic::command(args, stop, &progress).await });
    let mut asked_to_stop = false;
    let played = loop {
        tokio::select! {
            played = &mut playing => break played?,
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if asked_to_stop {
            return Ok(ExitCode::FAILURE);
        }
        asked_to_stop = true;
        token.cancel();
    };
    log.flush(LAST_LINES);
    let report = match played {
        Ok(report) => report,
        Err(reason) => return Ok(refuse(&log, &reason.to_string())),
    };
    let code = ExitCode::from(report.exit_code());
    tokio::select! {
        // A reader that has closed the pipe is not an error.
        _ = output::print_in_thread(report.to_string()) => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(code)
}

/// Serves until a signal comes or a part of the engine fails.
async fn run(flags: Serve) -> color_eyre::Result<ExitCode> {
    let log = log_to_stderr(&flags)?;
    let code = serve(flags, &log).await;
    log.flush(LAST_LINES);
    code
}

async fn serve(flags: Serve, log: &Log) -> color_eyre::Result<ExitCode> {
    let mut options = match flags.options() {
        Ok(options) => options,
        Err(reason) => return Ok(refuse(log, &reason)),
    };
    for warning in flags.warnings() {
        tracing::warn!("{warning}");
    }
    for warning in options.tls.iter().flat_map(Tls::warnings) {
        tracing::warn!("{warning}");
    }
    for warning in environment::misspelt_variables(&Cli::command()) {
        tracing::warn!("{warning}");
    }
    let allowed = allow_connections(options.limits.connections);
    if allowed < options.limits.connections {
        tracing::warn!(
            "only {allowed} connections are accepted, because the system allows this process no \
             more open files; raise its limit (ulimit -Hn, LimitNOFILE=) or lower \
             --max-connections"
        );
        options.limits.connections = allowed;
    }
    // Before anything is started, so that no signal finds the engine half started.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;

    let (redis, name) = (flags.redis(), flags.acd.clone());
    let opened = shared::open_durable(redis.as_ref(), name, flags.durability.into());
    let acd = match opened.await {
        Ok(acd) => acd,
        Err(reason) => return Ok(refuse(log, &reason.to_string())),
    };
    for warning in acd.keeping().await.unwrap_or_default().warnings() {
        tracing::warn!("{warning}");
    }
    let authorization = options.authorization.clone();
    let mut running = match serve::start(acd, options).await {
        Ok(running) => running,
        Err(reason) => return Ok(refuse(log, &cannot_listen(&flags, &reason))),
    };
    announce(&flags, &running);

    let mut failed = false;
    let drain = tokio::select! {
        _ = terminate.recv() => flags.drain(),
        // From a person at a terminal, with no load balancer in front.
        _ = interrupt.recv() => Duration::ZERO,
        part = running.stopped() => {
            tracing::error!("stopping, because {part}");
            failed = true;
            Duration::ZERO
        }
    };
    tokio::select! {
        () = wind_up(running, drain) => tracing::info!("stopped"),
        // A second signal means: do not wait.
        _ = terminate.recv() => tracing::warn!("second signal to stop: requests in progress are aborted"),
        _ = interrupt.recv() => tracing::warn!("second signal to stop: requests in progress are aborted"),
    }
    authorization.flush_audit(LAST_LINES);
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Shuts down in order: first not ready, then no new connections, then the requests in flight.
async fn wind_up(running: Running, drain: Duration) {
    if !drain.is_zero() {
        running.drain(drain).await;
    }
    tracing::info!("stopping: requests in progress may finish");
    running.stop().await;
}

/// Starts the log. From here on, panics go to it as well.
fn log_to_stderr(flags: &Serve) -> color_eyre::Result<Log> {
    let form = match flags.log_format {
        LogFormat::Text => Form::Text,
        LogFormat::Json => Form::Json,
    };
    let log = Log::to_stderr(form)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&flags.log)?)
        .with_timer(time_zone::LocalTime)
        .with_writer(log.clone());
    match form {
        Form::Text => {
            let colours = io::IsTerminal::is_terminal(&io::stderr());
            lines.with_ansi(colours).init();
        }
        Form::Json => lines.json().init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.to_string().replace('\n', " ");
        let trace = Backtrace::capture();
        match trace.status() {
            BacktraceStatus::Captured => tracing::error!("{message}\n{trace}"),
            _ => tracing::error!("{message}"),
        }
    }));
    Ok(log)
}

/// Logs what is running and its address, also for a caller that asked for any free port.
fn announce(flags: &Serve, running: &Running) {
    let store = match flags.redis_url {
        Some(_) => "redis",
        None => "embedded",
    };
    if flags.redis_url.is_none() {
        tracing::warn!(
            "the embedded store is in memory only: contacts, agents and figures are lost when this \
             process ends; use --redis-url to keep them"
        );
    }
    let acd = flags.acd.as_str();
    let role = flags.role.word();
    let scheme = if flags.tls_cert.is_some() {
        "https"
    } else {
        "http"
    };
    match running.address() {
        Some(address) => {
            if flags.tokens.is_none() {
                tracing::warn!(
                    "no token file: everybody on this machine may do everything through the API"
                );
            }
            tracing::info!(
            %address, store, role, acd,
            "serving ACD {acd} at {scheme}://{address} ({store} store), documented at /docs"
            );
        }
        None => tracing::info!(store, role, acd, "dispatching for ACD {acd}"),
    }
}

fn cannot_listen(flags: &Serve, reason: &io::Error) -> String {
    let address = flags.listen;
    match reason.kind() {
        io::ErrorKind::AddrInUse => format!(
            "cannot listen on {address}, because another program uses it; stop that program, or \
             choose another address with --listen (port 0 takes any free port)"
        ),
        _ => format!("cannot listen on {address} ({reason}); choose another with --listen"),
    }
}

/// Writes in one sentence why the engine cannot start.
fn refuse(log: &Log, reason: &str) -> ExitCode {
    log.put(format!("switchboard-engine: {reason}\n").as_bytes());
    log.flush(LAST_LINES);
    ExitCode::from(CANNOT_START)
}
