//! The way to a Redis: what is checked before the first operation, and in what words it fails.

use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::io::tcp::TcpSettings;
use redis::io::tcp::socket2::TcpKeepalive;
use redis::{Client, ErrorKind, RedisError, RedisResult, ServerErrorKind};

use super::failure::{is_forbidden, is_refused, is_unknown_command, store_error};
use super::link::{Link, Way};
use super::scripts::{LIBRARY, READY};
use super::server::RedisServer;
use crate::error::Error;
use crate::keeping;

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
    /// It is a replica, and what was asked for has to be told to a primary.
    #[error(
        "the Redis at {address} is a replica, which takes no changes: name its primary with \
         --redis-url or REDIS_URL"
    )]
    Replica {
        /// Where.
        address: String,
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
        "the server at {address} is {server}, too old: use Redis 7.0 or later, or Valkey, with the \
         JSON commands, or Redis Enterprise"
    )]
    TooOld {
        /// Where.
        address: String,
        /// What it says it is.
        server: String,
    },
    /// The server has no JSON commands.
    #[error(
        "the server at {address} ({server}) has no JSON commands, JSON.MERGE for one: load its JSON \
         module (RedisJSON, valkey-json; with Redis Enterprise, give the database the JSON \
         capability), or use a server that has it: Redis 8 as its packages and images are built, \
         Redis Stack, Valkey with its bundle of modules"
    )]
    NoJson {
        /// Where.
        address: String,
        /// What it says it is.
        server: String,
    },
    /// The server keeps no functions.
    #[error(
        "the server at {address} ({server}) has no functions (FUNCTION LOAD, FCALL), which every \
         operation is: use Redis 7.0 or later, Valkey, or Redis Enterprise, with the JSON commands"
    )]
    NoFunctions {
        /// Where.
        address: String,
        /// What it says it is.
        server: String,
    },
    /// The server throws away what it holds.
    #[error("the server at {address} does not keep what it is given: {why}")]
    Evicts {
        /// Where.
        address: String,
        /// What of it, and the remedy.
        why: String,
    },
    /// The user may not do what has to be done.
    #[error(
        "the Redis at {address} does not permit its user what Switchboard does ({why}): \
         `switchboard-engine redis-acl` prints the rules that it needs"
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

/// Makes the client for a server, from the files as they are now.
pub(super) fn client(server: &RedisServer) -> Result<Client, ConnectError> {
    let info = server.info()?;
    // The client's name is told by a command that a narrow ACL would log as refused.
    let settings = info.redis_settings().clone().set_skip_set_lib_name();
    let info = info.set_redis_settings(settings).set_tcp_settings(tcp());
    server.tls.client(info)
}

/// Opens the way to a server and the shared connection, and checks that the server will do.
pub(super) async fn connect(
    server: &RedisServer,
    meta: &str,
) -> Result<(Link, String), ConnectError> {
    // TLS needs one process-wide choice of cryptography; if somebody chose before, so be it.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let client = client(server)?;
    let address = client.get_connection_info().addr().to_string();
    let failed = |error: RedisError| refusal(&address, &error);
    let link = Link::open(Way::by(client)).await.map_err(failed)?;
    let mut connection = link.lease().connection;
    let checks = async {
        let server = check_version(&mut connection, &address).await?;
        check_json(&mut connection, &address, &server).await?;
        let proved = proved(&mut connection, meta).await;
        proved.or_else(passing).map_err(|error| {
            if is_unknown_command(&error) {
                let address = address.clone();
                return ConnectError::NoFunctions { address, server };
            }
            failed(error)
        })
    };
    let checked = tokio::time::timeout(CHECKED_WITHIN, checks).await;
    let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
    checked.map_err(|_| failed(late.into()))??;
    Ok((link, address))
}

/// A server that serves nobody for now, as a replica, will do: it is asked again whether it is
/// ready. So will one with a key of a wrong type, which an audit must come to. One that does not
/// permit its user what has to be done will not.
fn passing(error: RedisError) -> RedisResult<()> {
    match store_error(&error) {
        Error::Unavailable(_) => Ok(()),
        _ if error.code() == Some("WRONGTYPE") => Ok(()),
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
    if is_refused(error) {
        return ConnectError::Refused { address };
    }
    if is_forbidden(error) {
        let why = error.to_string();
        return ConnectError::Forbidden { address, why };
    }
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::ReadOnly) => ConnectError::Replica { address },
        // A certificate and a key that do not belong together, for one.
        ErrorKind::InvalidClientConfig => ConnectError::BadFiles(error.to_string()),
        _ => ConnectError::Unreachable {
            address,
            why: error.to_string(),
        },
    }
}

/// Checks the version, and gives what the server says it is.
async fn check_version(
    connection: &mut ConnectionManager,
    address: &str,
) -> Result<String, ConnectError> {
    let info: String = redis::cmd("INFO")
        .arg("server")
        .query_async(connection)
        .await
        .map_err(|error| refusal(address, &error))?;
    let figure = |name| keeping::figure(&info, name);
    // The others say beside their own version which one of Redis they are like.
    let version = figure("redis_version").unwrap_or("unknown");
    let others = [
        ("valkey_version", "Valkey"),
        ("dragonfly_version", "Dragonfly"),
        ("keydb_version", "KeyDB"),
    ];
    let other = others
        .into_iter()
        .find_map(|(field, name)| Some(format!("{name} {}", figure(field)?)));
    let server = other.unwrap_or_else(|| format!("Redis {version}"));
    let major = version.split('.').next().and_then(|it| it.parse().ok());
    if major.is_some_and(|major: u32| major >= LEAST_MAJOR) {
        return Ok(server);
    }
    Err(ConnectError::TooOld {
        address: address.to_owned(),
        server,
    })
}

/// Calls the command without its arguments: a server that has it says that they are missing.
async fn check_json(
    connection: &mut ConnectionManager,
    address: &str,
    server: &str,
) -> Result<(), ConnectError> {
    let asked: Result<redis::Value, RedisError> =
        redis::cmd("JSON.MERGE").query_async(connection).await;
    let Err(error) = asked else { return Ok(()) };
    if is_unknown_command(&error) {
        Err(ConnectError::NoJson {
            address: address.to_owned(),
            server: server.to_owned(),
        })
    } else if error
        .to_string()
        .to_lowercase()
        .contains("wrong number of arguments")
    {
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
