//! The way to a Redis: what is checked before the first operation, and in what words it fails.

use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::io::tcp::TcpSettings;
use redis::io::tcp::socket2::TcpKeepalive;
use redis::{Client, ErrorKind, RedisError, RedisResult, ServerErrorKind};

use super::link::Link;
use super::reply::store_error;
use super::scripts::{LIBRARY, READY};
use super::server::RedisServer;
use crate::error::Error;

/// Why a Redis cannot be used: one sentence, with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The URL is none.
    #[error(
        "the Redis URL is not one ({0}): use redis://[user:password@]host:port, rediss:// for TLS, \
         or unix:///path/to/socket"
    )]
    BadUrl(String),
    /// Files for TLS are named, and the URL is without.
    #[error(
        "--redis-ca, --redis-cert and --redis-key are for TLS, and the Redis URL is without: \
         begin it with rediss://, or leave them out"
    )]
    NotTls,
    /// A certificate without its key, or the other way round.
    #[error("--redis-cert and --redis-key belong together: give both, or neither")]
    HalfIdentity,
    /// The files for TLS cannot be used.
    #[error(
        "the files for TLS to Redis cannot be used ({0}): --redis-ca names the CA's certificate, \
         --redis-cert and --redis-key a certificate and its own key, all in PEM"
    )]
    BadFiles(String),
    /// Nobody answers there.
    #[error(
        "no Redis answers at {address} ({why}): start one (stacks/dev/redis up), or name another \
         with --redis-url or REDIS_URL"
    )]
    Unreachable {
        /// Where.
        address: String,
        /// What the attempt said.
        why: String,
    },
    /// User or password are wrong.
    #[error(
        "the Redis at {address} refuses the user or password: put the right ones into the URL, \
         redis://user:password@host:port"
    )]
    Refused {
        /// Where.
        address: String,
    },
    /// The server is older than what the scripts need.
    #[error(
        "the Redis at {address} is version {version}, too old: use Redis 7.0 or later with JSON, \
         or Redis Enterprise"
    )]
    TooOld {
        /// Where.
        address: String,
        /// What it says it is.
        version: String,
    },
    /// The server has no JSON commands.
    #[error(
        "the Redis at {address} has no JSON commands: use Redis 8, Redis Stack, Redis Enterprise \
         with the JSON capability, or load the RedisJSON module"
    )]
    NoJson {
        /// Where.
        address: String,
    },
    /// The user may not do what has to be done.
    #[error(
        "the Redis at {address} does not permit its user what Switchboard does ({why}): widen its ACL"
    )]
    Forbidden {
        /// Where.
        address: String,
        /// What the server said.
        why: String,
    },
}

/// The least version: scripts with flags, ZINTERCARD.
const LEAST_MAJOR: u32 = 7;

/// How long the other end's kernel may leave data unconfirmed before its host is taken for gone.
/// Behind a virtual address that has moved by then, a new connection works at once. A server that
/// is only slow confirms all the same, so this may be shorter than an answer takes.
const UNCONFIRMED: Duration = Duration::from_millis(500);

/// How long a server may take to answer what is asked first.
const CHECKED_WITHIN: Duration = Duration::from_secs(2);

/// Opens the client and its shared connection, and checks that the server will do.
pub(super) async fn connect(
    server: &RedisServer,
    meta: &str,
) -> Result<(Client, Link, String), ConnectError> {
    // TLS needs one process-wide choice of cryptography; if somebody chose before, so be it.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let info = server.info()?;
    // The client's name is told by a command that a narrow ACL would log as refused.
    let settings = info.redis_settings().clone().set_skip_set_lib_name();
    let info = info.set_redis_settings(settings).set_tcp_settings(tcp());
    let address = info.addr().to_string();
    let client = server.tls.client(info)?;

    let failed = |error: RedisError| refusal(&address, &error);
    let link = Link::open(client.clone()).await.map_err(failed)?;
    let mut connection = link.lease().connection;
    let checks = async {
        check_version(&mut connection, &address).await?;
        check_json(&mut connection, &address).await?;
        let proved = proved(&mut connection, meta).await;
        proved.or_else(passing).map_err(failed)
    };
    let checked = tokio::time::timeout(CHECKED_WITHIN, checks).await;
    let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
    checked.map_err(|_| failed(late.into()))??;
    Ok((client, link, address))
}

/// A server that serves nobody for now, as a replica, will do: it is asked again whether it is
/// ready. One that does not permit its user what has to be done will not.
fn passing(error: RedisError) -> RedisResult<()> {
    let forbidden = matches!(refusal("", &error), ConnectError::Forbidden { .. });
    match store_error(&error) {
        Error::Unavailable(_) if !forbidden => Ok(()),
        _ => Err(error),
    }
}

fn tcp() -> TcpSettings {
    // A connection that waits for news sends nothing: only these probes notice that the other
    // end has vanished.
    let probes = TcpKeepalive::new()
        .with_time(Duration::from_secs(5))
        .with_interval(Duration::from_secs(2))
        .with_retries(2);
    TcpSettings::default()
        // Off by default in this client, which costs 40 to 70 % of the throughput.
        .set_nodelay(true)
        .set_keepalive(probes)
        .set_user_timeout(UNCONFIRMED)
}

pub(super) fn refusal(address: &str, error: &RedisError) -> ConnectError {
    let address = address.to_owned();
    match (error.kind(), error.code()) {
        (ErrorKind::AuthenticationFailed, _) | (_, Some("NOAUTH" | "WRONGPASS")) => {
            ConnectError::Refused { address }
        }
        (ErrorKind::Server(ServerErrorKind::NoPerm), _) | (_, Some("NOPERM")) => {
            ConnectError::Forbidden {
                address,
                why: error.to_string(),
            }
        }
        // A certificate and a key that do not belong together, for one.
        (ErrorKind::InvalidClientConfig, _) => ConnectError::BadFiles(error.to_string()),
        _ => ConnectError::Unreachable {
            address,
            why: error.to_string(),
        },
    }
}

async fn check_version(
    connection: &mut ConnectionManager,
    address: &str,
) -> Result<(), ConnectError> {
    let info: String = redis::cmd("INFO")
        .arg("server")
        .query_async(connection)
        .await
        .map_err(|error| refusal(address, &error))?;
    let version = info
        .lines()
        .find_map(|line| line.strip_prefix("redis_version:"))
        .unwrap_or("unknown");
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major >= LEAST_MAJOR) {
        return Ok(());
    }
    Err(ConnectError::TooOld {
        address: address.to_owned(),
        version: version.trim().to_owned(),
    })
}

/// Calls the command without its arguments: a server that has it says that they are missing.
async fn check_json(connection: &mut ConnectionManager, address: &str) -> Result<(), ConnectError> {
    let asked: Result<redis::Value, RedisError> =
        redis::cmd("JSON.MERGE").query_async(connection).await;
    let Err(error) = asked else { return Ok(()) };
    let said = error.to_string().to_lowercase();
    if said.contains("unknown command") {
        Err(ConnectError::NoJson {
            address: address.to_owned(),
        })
    } else if said.contains("wrong number of arguments") {
        Ok(())
    } else {
        Err(refusal(address, &error))
    }
}

/// Asks for proof that operations are possible: a script that may write has run. A server that
/// does not know it is another one than before, and is told all scripts first.
pub(super) async fn proved(connection: &mut ConnectionManager, meta: &str) -> RedisResult<()> {
    let mut prove = redis::cmd("FCALL");
    prove.arg(READY.function()).arg(1).arg(meta).arg("");
    let proved: RedisResult<()> = prove.query_async(connection).await;
    match proved {
        Err(error) if unknown_script(&error) => {
            load_scripts(connection).await?;
            prove.query_async(connection).await
        }
        proved => proved,
    }
}

/// Whether a server does not know the script, which then has not run.
pub(super) fn unknown_script(error: &RedisError) -> bool {
    error.detail() == Some("Function not found")
}

/// Tells the server the scripts. If it knows them already, so be it: their name tells their text.
pub(super) async fn load_scripts(connection: &mut ConnectionManager) -> RedisResult<()> {
    let mut load = redis::cmd("FUNCTION");
    load.arg("LOAD").arg(&LIBRARY.text);
    match load.query_async(connection).await {
        Err(error)
            if error
                .detail()
                .is_some_and(|said| said.ends_with("already exists")) =>
        {
            Ok(())
        }
        loaded => loaded,
    }
}
