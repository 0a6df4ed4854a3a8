//! A Redis of a test's own, to be killed, to come late, or to ask for a password.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::redis_url;

/// A Redis of the kind that the tests run on, with what it had kept when it is started again.
pub(crate) struct OwnRedis {
    port: u16,
    folder: tempfile::TempDir,
    options: Vec<String>,
    process: Option<Child>,
}

impl OwnRedis {
    /// Chooses a port where nobody listens yet.
    pub(crate) async fn not_started() -> Self {
        // Bound for a moment to find a port that is free.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            port: listener.local_addr().unwrap().port(),
            folder: tempfile::tempdir().unwrap(),
            options: json_options().await,
            process: None,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Starts the server, or starts it again.
    pub(crate) fn start(&mut self) {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args([
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
            ])
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
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts the server so that it asks for this password.
    pub(crate) fn start_with_password(&mut self, password: &str) {
        let asked = ["--requirepass".to_owned(), password.to_owned()];
        self.options.extend(asked);
        self.start();
    }

    /// Kills the server at whatever instruction it is.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
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
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Gives the options by which a server gets JSON as the one has that the tests run on.
async fn json_options() -> Vec<String> {
    let client = redis::Client::open(redis_url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
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
            (name == "path" && Path::new(&path).is_file()).then_some(path)
        });
    paths
        .flat_map(|path| ["--loadmodule".to_owned(), path])
        .collect()
}
