//! How long Redis itself worked on each script, from its slow log.

use color_eyre::eyre::{Result, bail};
use redis::{Connection, Value};

use crate::server::Redis;

/// How many scripts one look may tell of.
const MOST: u32 = 100_000;

/// A slow log that notes every command.
pub(crate) struct SlowLog(Connection);

impl SlowLog {
    /// Has a Redis note every command from now on.
    pub(crate) fn of(redis: &Redis) -> Result<Self> {
        let mut connection = redis.connect()?;
        for (name, value) in [("slowlog-max-len", MOST), ("slowlog-log-slower-than", 0)] {
            redis::cmd("CONFIG")
                .arg("SET")
                .arg(name)
                .arg(value)
                .exec(&mut connection)?;
        }
        Ok(Self(connection))
    }

    /// Forgets what was noted until now.
    pub(crate) fn clear(&mut self) -> Result<()> {
        Ok(redis::cmd("SLOWLOG").arg("RESET").exec(&mut self.0)?)
    }

    /// Gives how many microseconds each script took, the oldest first.
    pub(crate) fn scripts(&mut self) -> Result<Vec<u64>> {
        let log: Vec<Value> = redis::cmd("SLOWLOG")
            .arg("GET")
            .arg(-1)
            .query(&mut self.0)?;
        let mut took = vec![];
        for entry in log.into_iter().rev() {
            let (micros, command) = entry_of(entry)?;
            if command.eq_ignore_ascii_case("FCALL") || command.eq_ignore_ascii_case("FCALL_RO") {
                took.push(micros);
            }
        }
        Ok(took)
    }
}

/// Reads what the slow log tells of a command: how long it took, and its name.
fn entry_of(entry: Value) -> Result<(u64, String)> {
    let Value::Array(mut parts) = entry else {
        bail!("the slow log has no entries")
    };
    parts.truncate(4);
    let (_, _, micros, words): (u64, u64, u64, Vec<String>) =
        redis::from_redis_value(Value::Array(parts))?;
    Ok((micros, words.into_iter().next().unwrap_or_default()))
}
