//! A log that cannot be written, or that nobody reads, harms only the readers of the log.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::binary::engine;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// An engine whose log is blocked, ended with its test.
struct Muted {
    child: Child,
    address: String,
}

impl Muted {
    /// Starts it with this standard error, and waits until it answers.
    fn start(stderr: Stdio) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let mut command = engine(&["--listen", &address, "--drain", "0", "--log", "debug"]);
        let child = command.stderr(stderr).spawn().unwrap();
        let muted = Self { child, address };
        let began = Instant::now();
        while muted.asked("/healthz").is_none() {
            assert!(began.elapsed() < PATIENCE, "it does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        muted
    }

    fn asked(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let long = "x".repeat(120);
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nx-request-id: {long}\r\n\
             connection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        Some(answer)
    }

    /// Sends more requests than a pipe and the log's buffer hold lines, and then reads the metrics.
    fn serves(&self) -> String {
        for _ in 0..400 {
            let answer = self.asked("/acd").unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        }
        self.asked("/metrics").unwrap()
    }

    fn stops(&mut self) {
        let (pid, began) = (self.child.id().to_string(), Instant::now());
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert_eq!(status.code(), Some(0));
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not stop");
    }
}

impl Drop for Muted {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lost(metrics: &str) -> u64 {
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("switchboard_log_lines_lost_total "));
    line.expect("lost lines are counted").parse().unwrap()
}

#[test]
fn a_log_that_cannot_be_written_harms_no_request() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let (reader, gone) = std::io::pipe().unwrap();
    drop(reader);
    for stderr in [Stdio::from(full), Stdio::from(gone)] {
        let mut engine = Muted::start(stderr);
        assert!(lost(&engine.serves()) > 400);
        engine.stops();
    }
}

#[test]
fn a_log_that_nobody_reads_holds_no_request_and_no_end() {
    let mut engine = Muted::start(Stdio::piped());
    engine.serves();
    engine.stops();
}

#[test]
fn a_reader_of_the_log_that_comes_back_finds_it_going_on() {
    let mut engine = Muted::start(Stdio::piped());
    engine.serves();
    let mut log = BufReader::new(engine.child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("GET /metrics") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the log ended");
    }
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    engine.stops();
}

#[test]
fn a_command_whose_reader_has_seen_enough_ends_quietly() {
    for (flags, code) in [
        (&["redis-acl"][..], Some(0)),
        (&["redis-functions"], Some(0)),
        (&["--help"], Some(0)),
        (&["health", "--url", "http://127.0.0.1:1"], Some(1)),
    ] {
        let (reader, gone) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = engine(flags);
        command.stdout(gone.try_clone().unwrap()).stderr(gone);
        assert_eq!(command.status().unwrap().code(), code, "{flags:?}");
        let full = || File::options().write(true).open("/dev/full").unwrap();
        let mut command = engine(flags);
        let ended = command.stdout(full()).stderr(full()).status().unwrap();
        assert!(
            ended.code().is_some_and(|code| code < 3),
            "{flags:?}: {ended}"
        );
    }
}
