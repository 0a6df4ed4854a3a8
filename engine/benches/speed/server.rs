//! The Redis that is measured: of the benchmark's own, or one that is named.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr as _, bail, eyre};
use redis::{Client, Connection, ConnectionAddr, IntoConnectionInfo as _};
use tempfile::TempDir;

use crate::child::Own;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../stacks/dev/redis");

/// A running Redis with JSON, which the benchmark fills and empties.
#[derive(Debug)]
pub(crate) struct Redis {
    address: SocketAddr,
    process: Option<(Own, TempDir)>,
    pid: Option<u32>,
}

impl Redis {
    /// Starts one that keeps nothing on its disk.
    pub(crate) fn start() -> Result<Self> {
        Self::start_with(&["--appendonly", "no"])
    }

    /// Starts one that writes all changes to its disk, and has them there within a second.
    pub(crate) fn start_with_aof() -> Result<Self> {
        Self::start_with(&["--appendonly", "yes", "--appendfsync", "everysec"])
    }

    fn start_with(options: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let program = program(folder.path())?;
        let (program, json) = program
            .split_first()
            .ok_or_else(|| eyre!("no Redis is known"))?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(program);
        command
            .args(["--bind", "127.0.0.1", "--save", ""])
            .args(json);
        command.arg("--port").arg(address.port().to_string());
        command.arg("--dir").arg(folder.path()).args(options);
        let own = Own::start(command.stdout(Stdio::null()));
        let own = own.wrap_err("redis-server cannot be started")?;
        let pid = Some(own.id());
        let mut redis = Self {
            address,
            process: Some((own, folder)),
            pid,
        };
        redis.wait()?;
        Ok(redis)
    }

    /// Takes one that runs, and is empty.
    pub(crate) fn named(url: &str) -> Result<Self> {
        let wanted = || eyre!("--redis-url takes redis://host:port, without a password or TLS");
        let info = url.into_connection_info().map_err(|_| wanted())?;
        let ConnectionAddr::Tcp(host, port) = info.addr() else {
            return Err(wanted());
        };
        if info.redis_settings().password().is_some() {
            return Err(wanted());
        }
        let address = (host.as_str(), *port)
            .to_socket_addrs()?
            .next()
            .ok_or_else(wanted)?;
        let mut redis = Self {
            address,
            process: None,
            pid: None,
        };
        let keys: u64 = redis::cmd("DBSIZE").query(&mut redis.connect()?)?;
        if keys > 0 {
            bail!(
                "the Redis at {address} holds {keys} keys, and the benchmark would delete them: \
                 name one that is empty"
            );
        }
        let local = address.ip().is_loopback();
        let pid = redis.info("server", "process_id")?.parse().ok();
        redis.pid = pid.filter(|pid| local && Path::new(&format!("/proc/{pid}")).exists());
        Ok(redis)
    }

    /// Waits until it answers.
    fn wait(&mut self) -> Result<()> {
        loop {
            let ended = self.process.as_mut().map(|(own, _)| own.child().try_wait());
            if let Some(status) = ended.transpose()?.flatten() {
                bail!("redis-server ended at once ({status})");
            }
            if self.connect().is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// Gives where it is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Gives where it is, as clients write it.
    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Gives its process, if it is on this host.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.pid
    }

    /// Opens a connection.
    pub(crate) fn connect(&self) -> Result<Connection> {
        let nodelay = redis::io::tcp::TcpSettings::default().set_nodelay(true);
        let info = self.url().into_connection_info()?.set_tcp_settings(nodelay);
        let connection = Client::open(info)?.get_connection();
        connection.wrap_err_with(|| format!("no Redis answers at {}", self.address))
    }

    /// Deletes all that is in it; its scripts stay.
    pub(crate) fn empty(&self) -> Result<()> {
        Ok(redis::cmd("FLUSHALL")
            .arg("SYNC")
            .query(&mut self.connect()?)?)
    }

    /// Gives one of the figures that it tells of itself.
    pub(crate) fn info(&self, section: &str, name: &str) -> Result<String> {
        let text: String = redis::cmd("INFO")
            .arg(section)
            .query(&mut self.connect()?)?;
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        Ok(value
            .ok_or_else(|| eyre!("Redis does not tell {name}"))?
            .trim()
            .to_owned())
    }
}

/// Asks the development script for a server with JSON: it knows where Redis and the module come from.
fn program(folder: &Path) -> Result<Vec<String>> {
    let output = Command::new(SCRIPT)
        .arg("program")
        .env("SWITCHBOARD_REDIS_DIR", folder)
        .output()
        .wrap_err("stacks/dev/redis cannot be run")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let words = String::from_utf8_lossy(&output.stdout);
    Ok(words.lines().map(str::to_owned).collect())
}
