//! Test support: the Redis that tests run on, cleanup after them, and dedicated servers that a test
//! may kill.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on must stop"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

use ::redis::aio::MultiplexedConnection;
use ::redis::{Client, Value, cmd, from_redis_value};
use uuid::Uuid;

use crate::text::AcdName;

/// The variable with the address of the Redis that tests use.
const VARIABLE: &str = "TEST_REDIS_URL";

/// Ends a test at once if there is no Redis for it. It is the first line of every test that needs
/// one, and of every function that runs a case on one. Without it such a test fails in
/// [`redis_url`].
#[macro_export]
macro_rules! needs_redis {
    () => {
        if $crate::testing::has_no_redis() {
            return;
        }
    };
}

/// Returns whether tests have no Redis, because nothing names one. If so, says it once per process.
/// A wrong or empty address is not skipped: tests fail with it.
pub fn has_no_redis() -> bool {
    static SAID: Once = Once::new();
    let none = std::env::var_os(VARIABLE).is_none();
    if none {
        // Written to the stream itself, because the test harness hides what `eprintln!` writes.
        // stacks/dev/test looks for the first words.
        SAID.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "\nSKIPPED: tests that need Redis, as {VARIABLE} is not set. Run all: stacks/dev/test"
            );
        });
    }
    none
}

/// Returns the address of the Redis that tests use.
pub fn redis_url() -> String {
    let url = std::env::var(VARIABLE);
    url.expect("a test that uses TEST_REDIS_URL begins with needs_redis!()")
}

/// Opens a connection of its own, to act as another client.
pub async fn connection() -> MultiplexedConnection {
    let client = Client::open(redis_url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// Returns a name that no other test's ACD has.
pub fn fresh_name() -> AcdName {
    let name = format!("test-{}", Uuid::new_v4().simple());
    name.parse().unwrap()
}

/// Deletes every key of a test's ACD. After a failed test the keys stay for inspection.
pub async fn clean(name: &AcdName) {
    let mut connection = connection().await;
    let mut cursor = 0;
    loop {
        let (next, keys): (u64, Vec<String>) = cmd("SCAN")
            .arg(cursor)
            .arg("MATCH")
            .arg(format!("{{{name}}}:*"))
            .arg("COUNT")
            .arg(1000)
            .query_async(&mut connection)
            .await
            .unwrap();
        if !keys.is_empty() {
            let unlink = cmd("UNLINK").arg(keys).clone();
            let _: u64 = unlink.query_async(&mut connection).await.unwrap();
        }
        if next == 0 {
            return;
        }
        cursor = next;
    }
}

/// A Redis server for one test, with the same modules as the shared one: to be killed and
/// restarted, started late, or started with something missing. It persists what was written.
#[derive(Debug)]
pub struct OwnRedis {
    port: u16,
    folder: PathBuf,
    options: Vec<String>,
    process: Option<Child>,
}

impl OwnRedis {
    /// Starts a server with the JSON commands.
    pub async fn start() -> Self {
        Self::start_with(json_options().await).await
    }

    /// Starts a server with the JSON commands and these options.
    pub async fn start_with_json(options: Vec<String>) -> Self {
        let mut all = json_options().await;
        all.extend(options);
        Self::start_with(all).await
    }

    /// Starts a server that is a whole cluster by itself.
    pub async fn start_cluster() -> Self {
        let mut options = json_options().await;
        options.extend(["--cluster-enabled", "yes"].map(str::to_owned));
        let server = Self::start_with(options).await;
        server.ask("CLUSTER ADDSLOTSRANGE 0 16383").await;
        let deadline = Instant::now() + Duration::from_secs(20);
        while !server
            .ask("CLUSTER INFO")
            .await
            .contains("cluster_state:ok")
        {
            assert!(Instant::now() < deadline, "no cluster");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// Starts a server with these options.
    pub async fn start_with(options: Vec<String>) -> Self {
        let mut server = Self::at_free_port(options);
        server.start_again().await;
        server
    }

    /// Chooses a free port for a server with the JSON commands, and does not start it.
    pub async fn not_started() -> Self {
        Self::at_free_port(json_options().await)
    }

    fn at_free_port(options: Vec<String>) -> Self {
        // Bound for a moment to find a free port.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let folder = std::env::temp_dir().join(format!("redis-{}", Uuid::new_v4().simple()));
        std::fs::create_dir(&folder).unwrap();
        Self {
            port: listener.local_addr().unwrap().port(),
            folder,
            options,
            process: None,
        }
    }

    /// Makes the server require this password from its next start on.
    pub fn ask_password(&mut self, password: &str) {
        let asked = ["--requirepass".to_owned(), password.to_owned()];
        self.options.extend(asked);
    }

    /// Returns the server's address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Returns the port on which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Sends one command, written as in `redis-cli`, and returns the answer as text.
    pub async fn ask(&self, command: &str) -> String {
        let mut words = command.split(' ');
        let mut asked = cmd(words.next().unwrap());
        asked.arg(words.collect::<Vec<_>>());
        asked
            .query_async(&mut self.connection().await)
            .await
            .unwrap()
    }

    async fn connection(&self) -> MultiplexedConnection {
        let client = Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// Makes the server a replica of `primary` and waits until it is in sync, or makes it a
    /// primary.
    pub async fn follow(&self, primary: Option<&Self>) {
        let Some(primary) = primary else {
            self.ask("REPLICAOF NO ONE").await;
            return;
        };
        let follow = format!("REPLICAOF 127.0.0.1 {}", primary.port);
        self.ask(&follow).await;
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self
            .ask("INFO replication")
            .await
            .contains("master_link_status:up")
        {
            assert!(Instant::now() < deadline, "no link to the primary");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until its replica has acknowledged all writes. A new replica does not acknowledge for
    /// up to a second.
    pub async fn replicated(&self) {
        let mut both = ::redis::pipe();
        // WAIT covers the writes of its own connection and those before them.
        both.cmd("SET").arg("probe").arg(1).ignore();
        both.cmd("WAIT").arg(1).arg(100);
        let mut connection = self.connection().await;
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let (replicas,): (u32,) = both.query_async(&mut connection).await.unwrap();
            if replicas == 1 {
                return;
            }
            assert!(Instant::now() < deadline, "its replica does not follow");
        }
    }

    /// Starts the server with what it had persisted.
    pub async fn start_again(&mut self) {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "yes"])
            .args(["--appendfsync", "everysec"])
            .args(["--repl-diskless-sync-delay", "0"])
            .arg("--dir")
            .arg(&self.folder)
            .args(&self.options)
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed by stacks/dev/test");
        self.process = Some(child);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.answers() {
            assert!(Instant::now() < deadline, "redis-server did not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else {
            return false;
        };
        let mut answer = [0; 64];
        stream.write_all(b"PING\r\n").is_ok()
            && stream
                .read(&mut answer)
                .is_ok_and(|read| !answer[..read].starts_with(b"-LOADING"))
    }

    /// Kills the server without a shutdown.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Sends the server a signal: `-STOP` freezes it, so that connections stay open and nothing
    /// answers; `-CONT` resumes it.
    pub fn signal(&self, signal: &str) {
        let process = self.process.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill").args([signal, &process]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        self.kill();
        // Leftovers in the temporary folder do no harm.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Returns the options that load the JSON module of the shared test server.
async fn json_options() -> Vec<String> {
    let list = cmd("MODULE").arg("LIST").clone();
    let modules: Vec<Vec<Value>> = list.query_async(&mut connection().await).await.unwrap();
    let paths = modules
        .iter()
        .flat_map(|module| module.windows(2))
        .filter_map(|pair| {
            let name: String = from_redis_value(pair[0].clone()).ok()?;
            let path: String = from_redis_value(pair[1].clone()).ok()?;
            (name == "path" && Path::new(&path).is_file()).then_some(path)
        });
    paths
        .flat_map(|path| ["--loadmodule".to_owned(), path])
        .collect()
}
