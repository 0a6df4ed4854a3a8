//! The benchmark's own Redis: a child process, so that it can be suspended and ends with the
//! benchmark.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr as _, bail, eyre};
use redis::{Client, Connection, Value};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../stacks/dev/redis");

/// A running Redis with JSON.
pub(crate) struct Server {
    child: Child,
    port: u16,
    _dir: TempDir,
}

/// What a server is started from.
struct Recipe {
    program: PathBuf,
    module: Option<PathBuf>,
}

impl Server {
    /// Starts a server with the data in that file, if it exists; returns once it answers.
    pub(crate) fn start(file: &Path) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let recipe = Recipe::find(dir.path())?;
        let port = free_port()?;
        let (folder, name) = file
            .parent()
            .zip(file.file_name())
            .ok_or_else(|| eyre!("{} is not the name of a file", file.display()))?;
        let mut command = Command::new(&recipe.program);
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.arg("--port").arg(port.to_string());
        command.arg("--dir").arg(folder);
        command.arg("--dbfilename").arg(name);
        command.arg("--logfile").arg(dir.path().join("redis.log"));
        if let Some(module) = &recipe.module {
            command.arg("--loadmodule").arg(module);
        }
        let child = command.stdout(Stdio::null()).spawn();
        let mut server = Self {
            child: child.wrap_err("redis-server cannot be started")?,
            port,
            _dir: dir,
        };
        server.wait()?;
        Ok(server)
    }

    /// Returns its URL.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Saves its data to the file that it was started with.
    pub(crate) fn save(&self) -> Result<()> {
        let saved = redis::cmd("SAVE").query(&mut connect(&self.url())?);
        saved.wrap_err("Redis cannot save the floor; is there room on the disk?")
    }

    /// Suspends it, with its connections open.
    pub(crate) fn fall_silent(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Resumes it.
    pub(crate) fn speak_again(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| eyre!("the Redis of the benchmark has no process id"))?;
        Ok(kill_process(pid, signal)?)
    }

    /// Waits until it answers: a floor of a million contacts takes time to load.
    fn wait(&mut self) -> Result<()> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!(
                    "redis-server ended at once ({status}): is its JSON module of another build?"
                );
            }
            let answer: Result<String> = connect(&self.url())
                .and_then(|mut connection| Ok(redis::cmd("PING").query(&mut connection)?));
            if answer.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Also when it is suspended; its data is saved or not needed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Recipe {
    /// Has the development script start a server with JSON, asks it for its program and module, and
    /// stops it: that script knows where to get Redis and the module.
    fn find(dir: &Path) -> Result<Self> {
        let url = script("up", dir)?;
        let found = connect(&url).and_then(|mut connection| Self::of(&mut connection));
        script("down", dir)?;
        found
    }

    fn of(connection: &mut Connection) -> Result<Self> {
        let about: String = redis::cmd("INFO").arg("server").query(connection)?;
        let program = about
            .lines()
            .find_map(|line| line.strip_prefix("executable:"))
            .ok_or_else(|| eyre!("Redis does not say which program it is"))?;
        let modules: Vec<HashMap<String, Value>> =
            redis::cmd("MODULE").arg("LIST").query(connection)?;
        let paths = modules
            .into_iter()
            .filter_map(|mut module| module.remove("path"))
            .filter_map(|path| redis::from_redis_value::<String>(path).ok());
        Ok(Self {
            program: program.into(),
            // With a built-in module there is no file.
            module: paths.map(PathBuf::from).find(|path| path.is_file()),
        })
    }
}

fn script(verb: &str, dir: &Path) -> Result<String> {
    let output = Command::new(SCRIPT)
        .arg(verb)
        .env_remove("REDIS_URL")
        .env("SWITCHBOARD_REDIS_DIR", dir)
        .env("SWITCHBOARD_REDIS_PORT", free_port()?.to_string())
        .output()
        .wrap_err("stacks/dev/redis cannot be run")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn connect(url: &str) -> Result<Connection> {
    Ok(Client::open(url)?.get_connection()?)
}

/// Returns a free port.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
