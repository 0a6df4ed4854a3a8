//! Test traffic that is stopped while its engine does not answer.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::binary::{Engine, engine};

/// Starts traffic of a guest, and returns once contacts arrive.
fn guest(address: &str) -> Child {
    let mut open = TcpStream::connect(address).unwrap();
    let request = "POST /acd HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                   content-type: application/json\r\ncontent-length: 11\r\n\r\n{\"state\":1}";
    open.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    let url = format!("http://{address}");
    let flags = [
        "traffic", "--guest", "--agents", "5", "--rate", "20", "--url", &url,
    ];
    let mut command = engine(&flags);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let mut lines = log.lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("100 contacts")));
    std::thread::sleep(Duration::from_secs(1));
    child
}

fn signal(process: u32, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Stops the traffic, and returns its report and how long it took to end.
fn stopped(mut child: Child) -> (String, Duration) {
    let began = Instant::now();
    signal(child.id(), "-TERM");
    let mut report = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut report)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{report}");
    (report, began.elapsed())
}

#[test]
fn traffic_that_is_stopped_without_its_engine_says_what_it_leaves_and_ends_soon() {
    let mut running = Engine::run(engine(&[]));
    let traffic = guest(&running.address);
    running.kill();
    let (report, took) = stopped(traffic);
    assert!(took < Duration::from_secs(6), "{took:?}: {report}");
    assert!(report.contains("left behind: its agents"), "{report}");
    assert!(report.contains("while stopping"), "{report}");
}

#[test]
fn an_engine_that_accepts_and_never_answers_counts_as_gone_too() {
    let mut running = Engine::run(engine(&[]));
    let traffic = guest(&running.address);
    running.kill();
    // The connections are made, and nobody reads.
    let address = &running.address;
    let _silent = TcpListener::bind(address.as_str()).unwrap();
    let (report, took) = stopped(traffic);
    assert!(took < Duration::from_secs(6), "{took:?}: {report}");
    assert!(report.contains("left behind: its agents"), "{report}");
}
