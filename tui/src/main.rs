//! The console's program: reads the command line, opens the ACD, runs a screen or a command.
//!
//! Exits with 2 and a one-sentence message if it cannot start.

use std::fs::File;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use clap::CommandFactory as _;
use color_eyre::eyre::{Result, WrapErr as _};
use engine::log::{Form, Log};
use engine::{environment, output, time_zone};
use shared::agent::AgentId;
use shared::secret::Secret;
use shared::time::{Clock as _, SystemClock};
use tokio::sync::mpsc;
use tui::cli::{Arguments, Command};
use tui::commands::{self, Failure, OneShot, Whose, generate};
use tui::config::{self, Config};
use tui::console::{Model, Place, Rights};
use tui::demo::{Demo, DemoTarget};
use tui::desk::poll::Visibility;
use tui::desk::{self, Desk};
use tui::event_loop::End;
use tui::local::{self, Local};
use tui::remote::Remote;
use tui::runtime::{self, Home};
use tui::terminal::{Screen, give_back_on_panic, missing, panicked};
use tui::wallboard::{self, Wallboard};
use tui::{history, picture};

/// Exit code when the program cannot start.
const CANNOT_BEGIN: u8 = 2;
const FAILED: &str = "the terminal failed";

fn main() -> Result<ExitCode> {
    output::install_error_reports()?;
    let arguments = Arguments::read();
    for warning in arguments.redis_url.iter().flat_map(Secret::warnings) {
        output::print_error(format_args!("switchboard: {warning}"));
    }
    if let Err(why) = time_zone::check() {
        return Ok(refuse(&format!("switchboard: {why}")));
    }
    for warning in environment::misspelt_variables(&Arguments::command()) {
        output::print_error(format_args!("switchboard: {warning}"));
    }
    let remote = match arguments.remote() {
        Ok(remote) => remote,
        Err(failure) => return Ok(commands::end(&failure).into()),
    };
    if let Some(Remote::Api(access, _)) = &remote {
        for warning in access.warnings() {
            output::print_error(format_args!("switchboard: {warning}"));
        }
    }
    // An ACD in this process runs an engine beside the screen. Otherwise one thread is enough, and
    // it wakes only when there is work.
    let mut runtime = if remote.is_none() {
        let mut several = tokio::runtime::Builder::new_multi_thread();
        several.worker_threads(2);
        several
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    let runtime = runtime.enable_all().build()?;
    let code = runtime.block_on(start(arguments, remote));
    // Does not wait for a DNS lookup that is still running.
    runtime.shutdown_background();
    code
}

async fn start(arguments: Arguments, remote: Option<Remote>) -> Result<ExitCode> {
    match &arguments.command {
        None => on_screen(&arguments, remote, Show::Console).await,
        Some(Command::Wallboard) => on_screen(&arguments, remote, Show::Wallboard).await,
        Some(Command::Agent { id, verb: None, .. }) => {
            at_desk(&arguments, remote.as_ref(), id.clone()).await
        }
        Some(Command::Agent {
            id,
            verb: Some(verb),
            json,
        }) => {
            let asked = OneShot::Agent(id.clone(), verb.clone(), *json);
            Ok(run_command(&arguments, remote.as_ref(), &asked).await)
        }
        Some(Command::OneShot(asked)) => Ok(run_command(&arguments, remote.as_ref(), asked).await),
        Some(Command::Config) => Ok(commands::exit_code(config::print(arguments.flags())).into()),
        Some(Command::Completions { shell }) => {
            Ok(commands::exit_code(generate::completions(Arguments::command(), *shell)).into())
        }
        Some(Command::Man { dir }) => {
            Ok(commands::exit_code(generate::manual(Arguments::command(), dir.as_deref())).into())
        }
        Some(Command::Picture { of, size }) => {
            let theme = arguments.theme.unwrap_or_default();
            let picture = picture::draw(*of, theme, *size).await?;
            Ok(commands::exit_code(commands::print(&picture)).into())
        }
    }
}

async fn run_command(
    arguments: &Arguments,
    remote: Option<&Remote>,
    command: &OneShot,
) -> ExitCode {
    if arguments.read_only && command.changes_something() {
        let why = "not sent: --read-only allows no changes".to_owned();
        return commands::end(&Failure::Refused(why)).into();
    }
    let level = arguments.service_level.unwrap_or_default();
    commands::run(remote, command, level).await.into()
}

/// The screens that show a whole ACD.
#[derive(Clone, Copy, Debug)]
enum Show {
    Console,
    Wallboard,
}

/// Shows a remote ACD, or else one that runs in this process.
async fn on_screen(arguments: &Arguments, remote: Option<Remote>, show: Show) -> Result<ExitCode> {
    if let Some(why) = missing() {
        return Ok(refuse(&format!(
            "switchboard is a console and needs a terminal: {why}. `switchboard status`, the \
             other commands and switchboard-engine do not need one."
        )));
    }
    let config = match Config::read(arguments.flags()) {
        Ok(config) => config,
        Err(failure) => return Ok(commands::end(&failure).into()),
    };
    if let Err(failure) = log_to_file(arguments) {
        return Ok(commands::end(&failure).into());
    }
    let Some(remote) = remote else {
        let listen = arguments.listen;
        let name = arguments.acd.clone().unwrap_or_default();
        let local = match local::start(name, listen).await {
            Ok(local) => local,
            Err(error) => {
                return Ok(refuse(&format!(
                    "The REST API cannot listen on {listen} ({error}); choose another address \
                     with --listen."
                )));
            }
        };
        let place = place_of(arguments, &local);
        let home = Home::Here(local.acd());
        let end = shown(arguments, &config, show, home, place).await;
        local.stop().await;
        return end;
    };
    let place = Place {
        acd: remote.name().to_string(),
        store: remote.shown(),
        rest: None,
        demo: false,
    };
    let home = Home::There(remote);
    shown(arguments, &config, show, home, place).await
}

/// Opens the desk of an agent who exists.
async fn at_desk(
    arguments: &Arguments,
    remote: Option<&Remote>,
    agent: AgentId,
) -> Result<ExitCode> {
    if let Some(why) = missing() {
        return Ok(refuse(&format!(
            "a desk needs a terminal: {why}. Commands with a verb need none, for example \
             `switchboard agent agent:7 available`."
        )));
    }
    if let Err(failure) = log_to_file(arguments) {
        return Ok(commands::end(&failure).into());
    }
    let opened = async {
        let config = Config::read(arguments.flags())?;
        let acd = commands::open(remote, Whose::Agents).await?;
        commands::expect_there(&*acd, remote).await?;
        acd.agent(&agent).await?;
        Ok((acd, config))
    };
    let (acd, config) = match opened.await {
        Ok(opened) => opened,
        Err(failure) => return Ok(commands::end(&failure).into()),
    };
    give_back_on_panic();
    let now = SystemClock.now().millis();
    let mut desk = Desk::new(agent, acd.name().to_string(), now, time_zone::local());
    if let Some(remote) = remote {
        desk.visibility = Visibility::at(remote);
        desk.flags = remote.flags();
        if desk.visibility == Visibility::Own {
            desk.place = remote.shown();
        }
    }
    desk.palette = config.palette();
    desk.read_only = arguments.read_only;
    let screen = match take(&config) {
        Ok(screen) => screen,
        Err(failure) => return Ok(commands::end(&failure).into()),
    };
    let (end, last_line) = desk::run(desk, acd, screen).await.wrap_err(FAILED)?;
    if end == End::Left && !panicked() {
        // A failed write is ignored: standard output may be closed.
        let _ = output::print(format_args!("{last_line}\n"));
    }
    Ok(code_of(end))
}

fn code_of(end: End) -> ExitCode {
    match end {
        End::Left if !panicked() => ExitCode::SUCCESS,
        // The shell's convention: 128 plus the signal number.
        End::Signal(number) => ExitCode::from(128 | u8::try_from(number).unwrap_or(0)),
        End::Left | End::Panicked => ExitCode::from(101),
    }
}

fn place_of(arguments: &Arguments, local: &Local) -> Place {
    Place {
        acd: local.acd().name().to_string(),
        store: "embedded".to_owned(),
        rest: local.address().map(|address| address.to_string()),
        demo: !arguments.no_demo,
    }
}

async fn shown(
    arguments: &Arguments,
    config: &Config,
    show: Show,
    home: Home,
    place: Place,
) -> Result<ExitCode> {
    give_back_on_panic();
    if arguments.panic {
        tokio::spawn(async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            panic!("this panic was asked for");
        });
    }
    let (now, zone) = (SystemClock.now().millis(), time_zone::local());
    let end = match show {
        Show::Console => {
            let mut model = Model::new(place, now, zone);
            model.service.level = config.service_level();
            model.commands = history::path().map_or_else(Vec::new, |path| history::read(&path));
            let palette = config.palette();
            model.colours = palette.is_some();
            model.palette = palette.unwrap_or_default();
            model.keys = config.keys().clone();
            if arguments.read_only {
                model.rights = Rights::Looking;
            }
            let screen = match take(config) {
                Ok(screen) => screen,
                Err(failure) => return Ok(commands::end(&failure).into()),
            };
            let (end, model) = runtime::run(model, home, screen).await.wrap_err(FAILED)?;
            if let Some(why) = model.refusal {
                return Ok(refuse(&why));
            }
            end
        }
        Show::Wallboard => {
            let (acd, target) = match home {
                Home::Here(acd) => {
                    let target = DemoTarget::ThisProcess {
                        address: place.rest,
                        begun_for_it: place.demo,
                    };
                    (acd, target)
                }
                Home::There(remote) => match remote.open().await {
                    Ok(acd) => (acd, DemoTarget::Remote(remote)),
                    Err(closed) => return Ok(refuse(&closed.why())),
                },
            };
            let mut demo = Demo::new(target);
            if place.demo {
                // Nothing listens for the end of the session.
                demo.start(mpsc::channel(1).0);
            }
            let mut board = Wallboard::new(acd.name().to_string(), now, zone);
            board.palette = config.palette();
            board.level = config.service_level();
            let screen = match take(config) {
                Ok(screen) => screen,
                Err(failure) => {
                    demo.end().await;
                    return Ok(commands::end(&failure).into());
                }
            };
            let ended = wallboard::run(board, acd, screen).await;
            demo.end().await;
            ended.wrap_err(FAILED)?
        }
    };
    Ok(code_of(end))
}

fn refuse(why: &str) -> ExitCode {
    output::print_error(why);
    ExitCode::from(CANNOT_BEGIN)
}

/// Takes the terminal over.
fn take(config: &Config) -> Result<Screen, Failure> {
    Screen::take(config.characters())
        .map_err(|why| Failure::CannotBegin(format!("the terminal cannot be taken over ({why})")))
}

fn log_to_file(arguments: &Arguments) -> Result<(), Failure> {
    let Some(path) = &arguments.log_file else {
        return Ok(());
    };
    let cannot = |why: io::Error| {
        Failure::CannotBegin(format!(
            "the log file {} cannot be written ({why}): name one in a folder that this user may \
             write",
            path.display()
        ))
    };
    let file = File::options().create(true).append(true).open(path);
    let file = file.map_err(cannot)?;
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing::Level::INFO.into())
        .from_env_lossy();
    // A full or slow disk must not block the screen.
    let log = Log::to(file.into(), Form::Text).map_err(cannot)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_timer(time_zone::LocalTime)
        .with_ansi(false)
        .with_writer(log)
        .init();
    Ok(())
}
