//! The console and the desk over the API of an engine in a process of its own, which can be killed.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use shared::Acd as _;
use shared::agent::Presence;
use shared::contact::{ContactId, NewContact};

use crate::session::{PATIENCE, PROGRAM, Session};
use crate::support::{TestFloor, redis_url};

/// An engine for the floor's Redis, in a process of its own.
struct Engine {
    process: Child,
    port: u16,
}

impl Engine {
    fn start(floor: &TestFloor) -> Self {
        Self::start_at(free_port(), floor)
    }

    fn start_at(port: u16, floor: &TestFloor) -> Self {
        Self::start_with(port, floor, &[])
    }

    fn start_with(port: u16, floor: &TestFloor, further: &[&str]) -> Self {
        let process = Command::new(engine_program())
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--acd", floor.name.as_str(), "--log", "warn"])
            .args(further)
            .env("REDIS_URL", redis_url())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let engine = Self { process, port };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "the engine did not come up");
            thread::sleep(Duration::from_millis(20));
        }
        engine
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills the engine at an arbitrary point.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Returns the routes requested so far, from the engine's metrics.
    fn routes(&self) -> Vec<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let lines = text.lines().filter(|line| line.contains("_count{"));
        let routes = lines.filter_map(|line| {
            let route = line.split_once("route=\"")?.1;
            Some(route.split_once('"')?.0.to_owned())
        });
        let mut routes: Vec<String> = routes.collect();
        routes.sort();
        routes.dedup();
        routes
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Returns the engine's program, which is beside the console's once the workspace is built.
fn engine_program() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let program = Path::new(PROGRAM).with_file_name("switchboard-engine");
        if !program.exists() {
            let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
            let arguments = ["build", "--quiet", "--package", "engine"];
            let built = Command::new(cargo).args(arguments).status();
            assert!(built.unwrap().success());
        }
        program
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_works_through_an_engine_that_is_killed_and_comes_back() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let mut engine = Engine::start(&floor);
    let url = engine.url();
    let mut session = Session::start(&["--api", &url], &[]);
    session.until_text("● live");
    // The console learns the ACD's name from the engine.
    session.until_text(&url);
    session.until_text(floor.name.as_str());
    session.press("i\r\r");
    session.until_text("Queue 1");
    // Changes by others appear without a key press.
    let contact = NewContact::needing(ContactId::random(), vec![]).unwrap();
    floor.acd.create_contact(contact).await.unwrap();
    session.until_text("Queue 2");

    engine.kill();
    session.until_text("store unavailable since ");
    session.until_text("STALE");
    session.until_text("no engine answers at http://127");
    session.press("3a");
    session.until_text("Not sent: the store is unavailable. It is not sent later either.");

    let _engine = Engine::start_at(engine.port, &floor);
    session.until_text("The store is available again after ");
    session.until("live floor", |screen| {
        let text = screen.contents();
        text.contains("● live") && !text.contains("store unavailable")
    });
    session.press("a");
    session.until_text("■ busy");
    assert_eq!(floor.acd.overview().await.unwrap().busy, 1);
    session.press("q");
    assert_eq!(session.end(), 0);
    floor.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_there_before_its_engine_and_comes_to_life_with_it() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let mut session = Session::start(&["--api", &url], &[]);
    session.until_text("store unavailable since ");
    session.until_text("no engine answers at http://127");
    session.press("?");
    session.until_text("these keys");
    session.press("q");
    let _engine = Engine::start_at(port, &floor);
    session.until_text("● live");
    session.until_text("agent:7");
    session.press("q");
    assert_eq!(session.end(), 0);
    floor.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_asks_for_its_agents_own_things_and_the_settings_only() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let mut engine = Engine::start(&floor);
    let url = engine.url();
    let mut session = Session::start(&["agent", "agent:7", "--api", &url], &[]);
    session.until_text("○ UNAVAILABLE");
    session.press(" ");
    session.until_text("● AVAILABLE");
    let contact = NewContact::needing(ContactId::random(), vec![]).unwrap();
    floor.acd.create_contact(contact).await.unwrap();
    session.until_text("■ BUSY");
    session.press("c");
    session.until_text("● AVAILABLE");
    session.press("o2");
    session.until_text("lunch");
    session.until_text("○ UNAVAILABLE");
    let lunch = Presence::Unavailable(Some("lunch".parse().unwrap()));
    assert_eq!(floor.chosen().await, lunch);
    let own = [
        "/acd/settings",
        "/agent/{key}",
        "/agent/{key}/state",
        "/contact/{key}",
        "/events/newest",
    ];
    assert_eq!(engine.routes(), own);

    engine.kill();
    session.until_text("store unavailable since ");
    session.until_text("STALE");
    let _engine = Engine::start_at(engine.port, &floor);
    session.until_text("The store is available again after ");
    session.press(" ");
    session.until_text("● AVAILABLE");
    session.press("q");
    assert_eq!(session.end(), 0);
    session.until_text(&format!("unavailable --api {url}"));
    floor.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wallboard_and_the_commands_work_through_an_engine() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let engine = Engine::start(&floor);
    let url = engine.url();
    let mut session = Session::start(&["wallboard", "--api", &url], &[]);
    session.until_text("LONGEST WAIT");
    session.press("q");
    assert_eq!(session.end(), 0);
    for (line, code, said) in [
        ("agent agent:7 available", 0, "agent:7 is available."),
        ("inject --skills English", 0, "assigned\tagent:7"),
        ("agent agent:7 complete", 0, "completed."),
        ("agent agent:8 available", 1, "there is no agent agent:8"),
        ("status", 0, "handled       1"),
        ("acd close", 0, "is closed."),
        ("inject", 1, "the ACD is closed"),
        ("acd open --acd another", 2, "is not what the engine"),
    ] {
        let output = Command::new(PROGRAM)
            .args(line.split(' '))
            .env_remove("REDIS_URL")
            .env("SWITCHBOARD_API", &url)
            .output()
            .unwrap();
        let output_text = [output.stdout, output.stderr].concat();
        let output_text = String::from_utf8(output_text).unwrap();
        assert!(output_text.contains(said), "{line}: {output_text}");
        assert_eq!(output.status.code(), Some(code), "{line}");
    }
    floor.clean().await;
}

/// Starts a server that answers every request like an engine that does not know the token.
fn closed_door() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4_096]);
            let body = r#"{"type":"urn:x","title":"t","status":401,"detail":"who are you?","code":"unauthorized"}"#;
            let length = body.len();
            let head = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {length}\r\n");
            let kind = "content-type: application/problem+json\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(format!("{head}{kind}{body}").as_bytes());
        }
    });
    url
}

#[test]
fn a_wrong_token_ends_it_with_one_sentence() {
    let url = closed_door();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "s3cret\n").unwrap();
    let file = path.to_str().unwrap();
    for arguments in [&[][..], &["agent", "agent:7"], &["wallboard"], &["status"]] {
        let mut whole = arguments.to_vec();
        whole.extend(["--api", &url, "--token-file", file]);
        let mut session = Session::start(&whole, &[]);
        session.until_text("does not know this token");
        assert_eq!(session.end(), 2, "{arguments:?}");
        let text = session.text();
        assert!(text.contains("chmod 600"), "{text}");
        assert!(text.contains("--token-file"), "{text}");
        assert!(!text.contains("s3cret"), "the token is shown: {text}");
    }
}

/// Makes a token in that folder, and returns the file that contains it.
fn token(folder: &Path, role: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let made = Command::new(engine_program())
        .args(["token", "create", "--role", role, "--name", role])
        .arg("--tokens")
        .arg(folder.join("tokens.json"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let file = folder.join(role);
    std::fs::write(&file, made.stdout).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_needs_no_more_of_its_token_than_what_it_asks_for() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let folder = tempfile::tempdir().unwrap();
    let [integrator, wallboard] =
        ["integrator", "wallboard"].map(|role| token(folder.path(), role));
    let tokens = folder.path().join("tokens.json");
    let tokens = ["--tokens", tokens.to_str().unwrap()];
    let engine = Engine::start_with(free_port(), &floor, &tokens);
    let run = |token: &Path, arguments: &str| {
        let done = Command::new(PROGRAM)
            .args(arguments.split(' '))
            .args(["--api", &engine.url(), "--token-file"])
            .arg(token)
            .output()
            .unwrap();
        let said = [done.stdout, done.stderr].concat();
        (done.status.code(), String::from_utf8(said).unwrap())
    };
    let (code, said) = run(&integrator, "inject --skills Klingon --count 2");
    assert_eq!(code, Some(0), "{said}");
    let keys: Vec<&str> = said
        .lines()
        .filter_map(|line| line.split('\t').next())
        .collect();
    let (code, said) = run(&integrator, &format!("cancel {}", keys[0]));
    assert_eq!(
        (code, said),
        (Some(0), format!("{} is over: cancelled.\n", keys[0]))
    );
    assert_eq!(floor.acd.overview().await.unwrap().waiting, 1);

    // A short id is searched on the floor, which this token cannot read.
    let short = &keys[1][keys[1].len() - 8..];
    let (code, said) = run(&integrator, &format!("cancel {short}"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("use its whole key, contact:..."), "{said}");
    for (token, arguments, says) in [
        (&integrator, "status", "integrator may not GET /acd"),
        (&integrator, "acd close", "integrator may not GET /acd"),
        (&wallboard, "inject", "wallboard may not POST /contact"),
    ] {
        let (code, said) = run(token, arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(says), "{said}");
    }
    floor.clean().await;
}
