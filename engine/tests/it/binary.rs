//! The binary: it starts, logs its address, stops on a signal, and says in a sentence why it cannot
//! start.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use shared::testing::OwnRedis;

/// How long a read from the engine may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn engine(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-engine"));
    command.args(flags).stdin(Stdio::null());
    for (name, _) in std::env::vars() {
        if name.starts_with("SWITCHBOARD_") || name == "REDIS_URL" {
            command.env_remove(name);
        }
    }
    command
}

/// A running engine, killed at the end of its test in any case.
pub(crate) struct Engine {
    child: Child,
    log: BufReader<ChildStderr>,
    pub(crate) address: String,
}

impl Engine {
    fn start(flags: &[&str]) -> Self {
        Self::run(engine(flags))
    }

    /// Runs the engine's command on a free port.
    pub(crate) fn run(mut command: Command) -> Self {
        command.args(["--listen", "127.0.0.1:0", "--log-format", "json"]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let address = String::new();
        let mut engine = Self {
            child,
            log,
            address,
        };
        let started = engine.logged("serving ACD");
        let address = started["fields"]["address"].as_str().unwrap();
        engine.address.push_str(address);
        engine
    }

    /// Returns the next log line whose message starts with this text.
    fn logged(&mut self, message: &str) -> Value {
        let mut line = String::new();
        while self.log.read_line(&mut line).unwrap() > 0 {
            let json: Value = serde_json::from_str(&line).unwrap();
            if json["fields"]["message"]
                .as_str()
                .unwrap()
                .starts_with(message)
            {
                return json;
            }
            line.clear();
        }
        panic!("the log ended before {message:?}");
    }

    /// Stops the engine, and returns the unread rest of its log.
    pub(crate) fn stop(&mut self) -> String {
        self.signal("-TERM");
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).unwrap();
        assert_eq!(self.ended(), Some(0), "{rest}");
        rest
    }

    /// Kills the engine, which has no time to answer anybody.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end, and returns the exit code.
    fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // It has ended already if the test succeeded.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads until this text has come.
fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut read = Vec::new();
    let mut byte = [0];
    while !String::from_utf8_lossy(&read).contains(text) {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "the connection ended");
        read.push(byte[0]);
    }
    String::from_utf8(read).unwrap()
}

#[test]
fn it_serves_and_stops_when_told_to() {
    for (flags, signal) in [
        (&["--drain", "0"][..], "-TERM"),
        (&["serve", "--drain", "60"], "-INT"),
    ] {
        let mut engine = Engine::start(flags);
        let mut stream = engine.connect();
        let request = "GET /acd HTTP/1.1\r\nhost: localhost\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let answer = read_until(&mut stream, r#""totals""#);
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        // The connection stays open, which must not delay the exit.
        let began = Instant::now();
        engine.signal(signal);
        assert_eq!(engine.ended(), Some(0));
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
    }
}

#[test]
fn a_request_in_flight_is_finished_before_the_end() {
    let mut engine = Engine::start(&["--drain", "0"]);
    let mut stream = engine.connect();
    let body = r#"{"skills":["English"]}"#;
    let head = format!(
        "POST /contact HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Now the engine waits for the body: the request is in flight.
    read_until(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n");
    engine.signal("-TERM");
    engine.logged("stopping");
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    assert!(answer.contains(r#""state":1,"agent":null"#), "{answer}");
    engine.logged("stopped");
    assert_eq!(engine.ended(), Some(0));
}

/// The default log describes a fault under the id that the caller was given.
#[tokio::test]
async fn a_fault_is_in_the_log_under_the_id_of_its_request() {
    shared::needs_redis!();
    let redis = OwnRedis::start().await;
    let mut command = engine(&["--drain", "0"]);
    command.env("REDIS_URL", redis.url());
    let mut engine = Engine::run(command);
    let id = "01980f4c-0000-7000-8000-000000000000";
    let damage = format!("JSON.SET {{acd}}:contact:{id} $ 1");
    redis.ask(&damage).await;
    let mut stream = engine.connect();
    let ask =
        format!("GET /contact/{id} HTTP/1.1\r\nhost: localhost\r\nx-request-id: this one\r\n\r\n");
    stream.write_all(ask.as_bytes()).unwrap();
    read_until(&mut stream, r#""instance":"this one"}"#);
    let told = engine.logged("the store broke its contract");
    assert_eq!(told["level"], "ERROR");
    let fields = ["request.id", "method", "route"].map(|name| told["fields"][name].clone());
    assert_eq!(fields, ["this one", "GET", "/contact/{key}"]);
}

#[test]
fn a_stream_of_events_does_not_hold_the_end() {
    let mut engine = Engine::start(&["--drain", "0"]);
    let mut stream = engine.connect();
    stream
        .write_all(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    read_until(&mut stream, "text/event-stream");
    engine.signal("-TERM");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(engine.ended(), Some(0));
}

fn asked(engine: &Engine, path: &str) -> String {
    let mut stream = engine.connect();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_draining_engine_is_not_ready_but_serves_and_ends_by_itself() {
    let mut engine = Engine::start(&["--drain", "1.5"]);
    let mut events = engine.connect();
    events
        .write_all(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    read_until(&mut events, "text/event-stream");
    let began = Instant::now();
    engine.signal("-TERM");
    engine.logged("draining for 1.5 s");
    let ready = asked(&engine, "/readyz");
    assert!(
        ready.starts_with("HTTP/1.1 503") && ready.contains("stopping"),
        "{ready}"
    );
    assert!(asked(&engine, "/healthz").starts_with("HTTP/1.1 200"));
    assert!(asked(&engine, "/acd").starts_with("HTTP/1.1 200"));
    // The stream ends properly, with the last chunk.
    let mut rest = String::new();
    events.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "{rest:?}");
    assert!(began.elapsed() >= Duration::from_millis(1500), "it drained");
    assert_eq!(engine.ended(), Some(0));
}

#[test]
fn a_second_signal_ends_a_draining_engine_at_once() {
    let mut engine = Engine::start(&["--drain", "60"]);
    let began = Instant::now();
    engine.signal("-TERM");
    engine.logged("draining for 60 s");
    engine.signal("-TERM");
    engine.logged("second signal to stop");
    assert_eq!(engine.ended(), Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}

fn run(flags: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = engine(flags).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn what_keeps_it_from_starting_is_said_in_a_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (flags, said) in [
        (
            &["--listen", &address][..],
            "choose another address with --listen",
        ),
        (&["--role", "dispatcher"], "--role dispatcher needs Redis"),
        (&["--role", "api"], "--role api needs Redis"),
        (
            &["--tls-cert", "/nowhere.crt", "--tls-key", "/nowhere.key"],
            "cannot read /nowhere.crt",
        ),
        (
            &["--listen", "0.0.0.0:0"],
            "switchboard-engine token create --tokens",
        ),
        (
            &["--tokens", "/nowhere/tokens.json"],
            "there is no token file /nowhere/tokens.json",
        ),
        // Nothing listens there.
        (
            &["--redis-url", "redis://127.0.0.1:1"],
            "switchboard-engine: ",
        ),
    ] {
        let (code, stderr) = run(flags);
        assert_eq!(code, Some(2), "{stderr}");
        let told: Vec<&str> = stderr.lines().collect();
        assert_eq!(told.len(), 1, "{stderr}");
        assert!(
            told[0].starts_with("switchboard-engine: ") && told[0].contains(said),
            "{stderr}"
        );
        assert!(!stderr.contains("panicked"));
    }
}

#[test]
fn bad_flags_are_refused_and_help_teaches() {
    for flags in [
        &["--dispatchers", "0"][..],
        &["--role", "both"],
        &["--acd", "{x}"],
        &["--tls-cert", "engine.crt"],
        &["--max-requests", "0"],
        &["--idle", "0"],
        &["fly"],
    ] {
        assert_eq!(run(flags).0, Some(2), "{flags:?}");
    }
    let help = engine(&["--help"]).output().unwrap();
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).unwrap();
    for taught in [
        "Examples:",
        "--redis-url",
        "SWITCHBOARD_LISTEN",
        "Exit codes:",
    ] {
        assert!(text.contains(taught), "{taught}");
    }
}

#[test]
fn a_password_in_the_address_of_the_store_is_not_shown() {
    let mut command = engine(&["--help"]);
    command.env("REDIS_URL", "redis://:secret@db:6379");
    let help = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(help.contains("REDIS_URL") && !help.contains("secret"));
}

#[test]
fn check_reports_damage_and_repairs_it() {
    shared::needs_redis!();
    let url = shared::testing::redis_url();
    let acd = format!("audit-{}", uuid::Uuid::new_v4().simple());
    let run = |flags: &[&str]| {
        let mut command = engine(&["check", "--acd", &acd]);
        let ended = command.args(flags).env("REDIS_URL", &url).output().unwrap();
        let report = String::from_utf8(ended.stdout).unwrap();
        (ended.status.code(), report)
    };
    let mut redis = redis::Client::open(url.as_str()).unwrap();
    let busy = format!("{{{acd}}}:busy");
    let _: () = redis::Commands::zadd(&mut redis, &busy, "nobody", 1).unwrap();

    let (code, report) = run(&[]);
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("nobody stands on"), "{report}");
    let (code, report) = run(&["--repair"]);
    assert_eq!(code, Some(0), "{report}");
    assert!(report.contains("repaired  nobody"), "{report}");
    let (code, report) = run(&[]);
    assert_eq!(code, Some(0), "{report}");
    assert!(report.ends_with("no inconsistencies\n"), "{report}");
}

#[test]
fn times_are_of_the_zone_that_tz_names() {
    // The second is a POSIX rule instead of a name; the third runs without a zone database.
    for (zone, tzdir, offset) in [
        ("Asia/Kolkata", None, "+05:30"),
        ("IST-5:30", None, "+05:30"),
        ("Asia/Kolkata", Some("/nowhere"), "+05:30"),
        ("UTC", None, "Z"),
    ] {
        let mut command = engine(&["--drain", "0"]);
        command.env("TZ", zone);
        command.envs(tzdir.map(|dir| ("TZDIR", dir)));
        let mut engine = Engine::run(command);
        let figures = asked(&engine, "/stats?window=today");
        let (_, body) = figures.split_once("\r\n\r\n").unwrap();
        let figures: Value = serde_json::from_str(body).unwrap();
        let since = figures["window"]["since_ms"].as_u64().unwrap();
        let half_past = since % 86_400_000 == 18 * 3_600_000 + 1_800_000;
        assert_eq!(half_past, offset != "Z", "{zone}: {since}");
        engine.signal("-TERM");
        let stopped = engine.logged("stopped");
        let time = stopped["timestamp"].as_str().unwrap();
        assert!(time.ends_with(offset), "{zone}: {time}");
        assert_eq!(engine.ended(), Some(0));
    }
}

#[test]
fn a_zone_that_there_is_not_is_an_error_at_the_start() {
    for (zone, remedy) in [
        ("Europe/Berln", "did you mean Europe/Berlin?"),
        ("Nowhere/At_All", "use a name like Europe/Berlin"),
    ] {
        let mut command = engine(&["--listen", "127.0.0.1:0"]);
        let refused = command.env("TZ", zone).output().unwrap();
        assert_eq!(refused.status.code(), Some(2));
        let said = String::from_utf8(refused.stderr).unwrap();
        let wrong = format!("switchboard-engine: TZ \"{zone}\" is not a time zone; {remedy}");
        assert!(said.starts_with(&wrong), "{said}");
    }
}

#[test]
fn the_version_names_the_commit_where_there_is_one() {
    let said = engine(&["--version"]).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let plain = concat!("switchboard-engine ", env!("CARGO_PKG_VERSION"));
    assert!(said.starts_with(plain), "{said}");
    let mut git = Command::new("git");
    let git = git.args(["rev-parse", "--short", "HEAD"]).output();
    let git = git.map(|git| git.stdout).unwrap_or_default();
    let commit = String::from_utf8(git).unwrap();
    if !commit.is_empty() && std::path::Path::new("../.git").exists() {
        assert_eq!(said, format!("{plain} ({})\n", commit.trim()));
    }
}
