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
