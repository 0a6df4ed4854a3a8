//! The way to a Redis, and what is checked before the first operation.

use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::{RedisError, RedisResult};

use super::connect_error::{ConnectError, refusal};
use super::failure::{is_unknown_command, store_error, unknown_script};
use super::link::{Link, Way};
use super::scripts::{LIBRARY, READY};
use super::server::RedisServer;
use crate::error::Error;
use crate::keeping;

/// The least version: scripts with flags, ZINTERCARD.
const LEAST_MAJOR: u32 = 7;

/// How long a server may take to answer what is asked first.
const CHECKED_WITHIN: Duration = Duration::from_secs(2);

/// Opens the way to a server and the shared connection, and checks that the server will do.
pub(super) async fn connect(
    server: &RedisServer,
    meta: &str,
) -> Result<(Link, String), ConnectError> {
    // TLS needs one process-wide choice of cryptography; if somebody chose before, so be it.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let client = server.client()?;
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
