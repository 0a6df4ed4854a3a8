//! A Redis of a test's own, to be killed, restarted, or to lack something.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::connection;

/// A Redis server of the kind that the tests run on.
pub(crate) struct OwnRedis {
    port: u16,
    folder: tempfile::TempDir,
    options: Vec<String>,
    process: Option<Child>,
}

impl OwnRedis {
    /// Starts a server with the JSON commands.
    pub(crate) async fn start() -> Self {
        Self::start_with(json_options().await).await
    }

    /// Starts a server with these options.
    pub(crate) async fn start_with(options: Vec<String>) -> Self {
        // Bound for a moment to find a port that is free.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self {
            port,
            folder,
            options,
            process: None,
        };
        server.start_again().await;
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Sends one command, written as in `redis-cli`, and gives the answer as text.
    pub(crate) async fn ask(&self, command: &str) -> String {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut words = command.split(' ');
        let mut asked = redis::cmd(words.next().unwrap());
        asked.arg(words.collect::<Vec<_>>());
        asked.query_async(&mut connection).await.unwrap()
    }

    /// Makes the server the replica of another, and waits until it has all of it; or a primary.
    pub(crate) async fn follow(&self, primary: Option<&Self>) {
        let Some(primary) = primary else {
            self.ask("REPLICAOF NO ONE").await;
            return;
        };
        self.ask(&format!("REPLICAOF 127.0.0.1 {}", primary.port))
            .await;
        self.wait_until("master_link_status:up").await;
    }

    /// Waits until its replica has all that was written.
    pub(crate) async fn replicated(&self) {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut both = redis::pipe();
        // WAIT is about the writes of its own connection, and what came before them.
        both.cmd("SET").arg("probe").arg(1).ignore();
        both.cmd("WAIT").arg(1).arg(400);
        let (replicas,): (u32,) = both.query_async(&mut connection).await.unwrap();
        assert_eq!(replicas, 1);
    }

    async fn wait_until(&self, line: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.ask("INFO replication").await.contains(line) {
            assert!(Instant::now() < deadline, "no {line}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Starts the server, with what it had written to its disk.
    pub(crate) async fn start_again(&mut self) {
        let child = Command::new("redis-server")
            .args([
                "--port",
                &self.port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
            ])
            .args(["--appendonly", "yes", "--appendfsync", "everysec"])
            .args(["--repl-diskless-sync-delay", "0"])
            .arg("--dir")
            .arg(self.folder.path())
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
        use std::io::{Read, Write};
        let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", self.port)) else {
            return false;
        };
        let mut answer = [0; 64];
        stream.write_all(b"PING\r\n").is_ok()
            && stream
                .read(&mut answer)
                .is_ok_and(|read| !answer[..read].starts_with(b"-LOADING"))
    }

    /// Kills the server at whatever instruction it is.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Freezes the server: connections stay, nothing answers.
    pub(crate) fn signal(&self, signal: &str) {
        let process = self.process.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &process])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Gives the options by which a server gets JSON as the one has that the tests run on.
async fn json_options() -> Vec<String> {
    let mut connection = connection().await;
    let modules: Vec<Vec<redis::Value>> = redis::cmd("MODULE")
        .arg("LIST")
        .query_async(&mut connection)
        .await
        .unwrap();
    let paths = modules
        .iter()
        .flat_map(|module| module.windows(2))
        .filter_map(|pair| {
            let name: String = redis::from_redis_value(pair[0].clone()).ok()?;
            let path: String = redis::from_redis_value(pair[1].clone()).ok()?;
            (name == "path" && std::path::Path::new(&path).is_file()).then_some(path)
        });
    paths
        .flat_map(|path| ["--loadmodule".to_owned(), path])
        .collect()
}
