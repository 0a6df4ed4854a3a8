//! The engine's binary as a process of the benchmark's own.

use std::io::{self, BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::child::Own;

/// A running engine, ended with this.
#[derive(Debug)]
pub(crate) struct Engine {
    process: Own,
    /// Where its API is, `address:port`.
    pub(crate) address: String,
}

impl Engine {
    /// Starts one on that Redis, or with the ACD in its memory. It says where it listens then.
    pub(crate) fn start(redis_url: Option<&str>, arguments: &[String]) -> io::Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-engine"));
        command.args(["--listen", "127.0.0.1:0", "--drain", "0"]);
        command.args(arguments).env_remove("REDIS_URL");
        if let Some(url) = redis_url {
            command.env("REDIS_URL", url);
        }
        let mut process = Own::start(command.stderr(Stdio::piped()))?;
        let log = process.child().stderr.take();
        let mut lines = BufReader::new(log.ok_or(io::ErrorKind::BrokenPipe)?).lines();
        let mut said = String::new();
        let address = loop {
            let Some(line) = lines.next().transpose()? else {
                return Err(io::Error::other(format!(
                    "the engine did not start: {said}"
                )));
            };
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split(' ').next().unwrap_or_default().to_owned();
            }
            said = line;
        };
        // What it says later must be read, or it would wait for that.
        std::thread::spawn(move || {
            let lines = lines.map_while(Result::ok);
            let telling = |line: &String| line.contains("WARN") || line.contains("ERROR");
            lines.filter(telling).for_each(|line| eprintln!("{line}"));
        });
        Ok(Self { process, address })
    }

    /// Gives the id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}
