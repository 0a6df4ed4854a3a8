//! Connects to a Redis and checks it before the first operation.

use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::{RedisError, RedisResult};

use super::connect_error::{ConnectError, refusal};
use super::failure::{is_unknown_command, store_error, unknown_script};
use super::link::{ClientSource, Link};
use super::scripts::{LIBRARY, Library, READY};
use super::server::RedisServer;
use crate::error::Error;
use crate::keeping;

/// The lowest version with script flags and ZINTERCARD.
const LEAST_MAJOR: u32 = 7;

/// How long a server may take to answer these checks.
const CHECKED_WITHIN: Duration = Duration::from_secs(2);

/// Opens the shared connection to a server and checks that the server is suitable.
pub(super) async fn connect(
    server: &RedisServer,
    meta: &str,
) -> Result<(Link, String), ConnectError> {
    // TLS needs one process-wide crypto provider; one that is already installed is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let client = server.client()?;
    let address = client.get_connection_info().addr().to_string();
    let failed = |error: RedisError| refusal(&address, &error);
    let link = Link::open(ClientSource::new(client))
        .await
        .map_err(failed)?;
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

/// Accepts a server that cannot serve now, such as a replica: readiness is checked again later.
/// Also accepts one with a key of a wrong type, which an audit must be able to reach. A server that
/// denies a needed permission is refused.
fn passing(error: RedisError) -> RedisResult<()> {
    match store_error(&error) {
        Error::Unavailable(_) => Ok(()),
        _ if error.code() == Some("WRONGTYPE") => Ok(()),
        _ => Err(error),
    }
}

/// Checks the version. Returns what the server reports to be.
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
    // Other servers report the compatible Redis version beside their own.
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

/// Calls the command without arguments: a server that has it complains that they are missing.
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

/// Runs a script that may write, to prove that operations are possible. Loads all scripts first if
/// the server does not know it, as after a change of server.
pub(super) async fn proved(connection: &mut ConnectionManager, meta: &str) -> RedisResult<()> {
    let mut prove = redis::cmd("FCALL");
    prove.arg(READY.function()).arg(1).arg(meta).arg("");
    let proved: RedisResult<()> = prove.query_async(connection).await;
    match proved {
        Err(error) if unknown_script(&error) => {
            load_scripts(connection, &LIBRARY).await?;
            prove.query_async(connection).await
        }
        proved => proved,
    }
}

/// Loads scripts into the server. If they exist already that is fine: their names depend on the
/// text.
pub(super) async fn load_scripts(
    connection: &mut ConnectionManager,
    library: &Library,
) -> RedisResult<()> {
    let mut load = redis::cmd("FUNCTION");
    load.arg("LOAD").arg(&library.text);
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
