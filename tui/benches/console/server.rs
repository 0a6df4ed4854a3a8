//! A Redis of the benchmark's own: a child, so that it can be stopped and goes when we go.

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
    /// Starts one with the data of that file, if the file is there; it answers then.
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

    /// Gives where it is.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Writes its data to the file that it was started with.
    pub(crate) fn save(&self) -> Result<()> {
        let saved = redis::cmd("SAVE").query(&mut connect(&self.url())?);
        saved.wrap_err("Redis cannot save the floor; is there room on the disk?")
    }

    /// Has it say nothing more, with its connections open.
    pub(crate) fn fall_silent(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Has it go on where it fell silent.
    pub(crate) fn speak_again(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| eyre!("the Redis of the benchmark has no process id"))?;
        Ok(kill_process(pid, signal)?)
    }

    /// Waits until it answers: a floor of a million contacts takes its time to load.
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
        // Also when it is silent; what it held is saved or not wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Recipe {
    /// Has the development script bring a server with JSON up, asks it what it is, and lets it go:
    /// that script knows where Redis and the module come from.
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
            // One that is built in has none.
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

/// Gives a port where nobody listens.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
