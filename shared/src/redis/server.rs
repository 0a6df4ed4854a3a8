//! The address of a Redis server and the TLS files for connecting to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use redis::io::tcp::TcpSettings;
use redis::io::tcp::socket2::TcpKeepalive;
use redis::{
    Client, ClientTlsConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, TlsCertificates,
};

use tokio_util::task::AbortOnDropHandle;

use super::connect_error::{ConnectError, refusal};
use super::link::ClientSource;

/// How long sent data may stay unacknowledged by the other end's kernel before its host is
/// considered gone. If a virtual address has moved by then, a new connection works at once. The
/// kernel of a slow server still acknowledges, so this may be shorter than the answer timeout.
const UNCONFIRMED: Duration = Duration::from_millis(500);

/// A Redis server as an operator configures it.
#[derive(Clone)]
pub struct RedisServer {
    /// The URL: `redis://`, `rediss://` for TLS, or `unix://`.
    pub url: String,
    /// The files for TLS.
    pub tls: RedisTls,
}

/// The PEM files of a TLS connection.
#[derive(Clone, Debug, Default)]
pub struct RedisTls {
    /// The CAs to trust, instead of those of the system.
    pub ca: Option<PathBuf>,
    /// The client certificate.
    pub cert: Option<PathBuf>,
    /// Its private key.
    pub key: Option<PathBuf>,
}

impl std::fmt::Debug for RedisServer {
    /// Does not show the URL, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { url: _, tls } = self;
        f.debug_struct("RedisServer")
            .field("tls", tls)
            .finish_non_exhaustive()
    }
}

impl RedisServer {
    /// Makes a server at a URL, trusting the system's CAs.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            tls: RedisTls::default(),
        }
    }

    pub(super) fn info(&self) -> Result<ConnectionInfo, ConnectError> {
        self.url
            .as_str()
            .into_connection_info()
            .map_err(|error| ConnectError::BadUrl(error.to_string()))
    }
}

/// How often the files are checked for changes.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long the server may take to answer with renewed files.
const TRIED_WITHIN: Duration = Duration::from_secs(2);

impl RedisServer {
    /// Watches the files and uses renewed ones, as long as the returned handle is kept; `None` if
    /// there are no files. The old ones stay in use until the server accepts the new ones.
    pub(super) fn follow(&self, source: Arc<ClientSource>) -> Option<AbortOnDropHandle<()>> {
        self.tls.held()?;
        let server = self.clone();
        let following = async move {
            let (mut used, mut tried) = (server.tls.held(), None);
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let held = server.tls.held();
                if held == used {
                    tried = None;
                    continue;
                }
                match server.renewed().await {
                    Ok(client) => {
                        tracing::info!("the files for TLS to Redis were renewed and are in use");
                        source.replace(client);
                        (used, tried) = (held, None);
                    }
                    Err(why) => {
                        // Logged once per change, retried at every check.
                        if tried != held {
                            tracing::warn!("the files for TLS to Redis before stay in use: {why}");
                            tried = held;
                        }
                    }
                }
            }
        };
        Some(AbortOnDropHandle::new(tokio::spawn(following)))
    }

    /// Makes a client from the current files.
    pub(super) fn client(&self) -> Result<Client, ConnectError> {
        let info = self.info()?;
        // Setting the client's library name needs a command that a narrow ACL would log as refused.
        let settings = info.redis_settings().clone().set_skip_set_lib_name();
        let info = info.set_redis_settings(settings).set_tcp_settings(tcp());
        self.tls.client(info)
    }

    /// Makes a client from the current files and checks that the server answers it.
    async fn renewed(&self) -> Result<Client, ConnectError> {
        let client = self.client()?;
        let address = client.get_connection_info().addr().to_string();
        let failed = |error| refusal(&address, &error);
        let asked = client.get_multiplexed_async_connection();
        match tokio::time::timeout(TRIED_WITHIN, asked).await {
            Ok(answer) => answer.map_err(failed)?,
            Err(_) => {
                return Err(failed(
                    std::io::Error::from(std::io::ErrorKind::TimedOut).into(),
                ));
            }
        };
        Ok(client)
    }
}

fn tcp() -> TcpSettings {
    // A connection that waits for events sends nothing, so only these probes notice that the other
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

impl RedisTls {
    /// Returns the contents of the files; `None` if none is configured.
    fn held(&self) -> Option<Vec<Option<Vec<u8>>>> {
        let files = [&self.ca, &self.cert, &self.key];
        let named: Vec<_> = files.into_iter().flatten().collect();
        if named.is_empty() {
            return None;
        }
        Some(
            named
                .into_iter()
                .map(|file| std::fs::read(file).ok())
                .collect(),
        )
    }

    /// Makes the client for a server, with these files.
    pub(super) fn client(&self, info: ConnectionInfo) -> Result<Client, ConnectError> {
        let Self { ca, cert, key } = self;
        let opened = match (ca, cert, key) {
            (None, None, None) => Client::open(info),
            _ if !matches!(info.addr(), ConnectionAddr::TcpTls { .. }) => {
                return Err(ConnectError::NotTls);
            }
            (_, Some(_), None) | (_, None, Some(_)) => return Err(ConnectError::HalfIdentity),
            (ca, cert, key) => {
                let client_tls = match (cert, key) {
                    (Some(cert), Some(key)) => Some(ClientTlsConfig {
                        client_cert: read(cert, "certificate")?,
                        client_key: read(key, "private key")?,
                    }),
                    _ => None,
                };
                let root_cert = ca
                    .as_deref()
                    .map(|ca| read(ca, "certificate"))
                    .transpose()?;
                let files = TlsCertificates {
                    client_tls,
                    root_cert,
                };
                Client::build_with_tls(info, files)
            }
        };
        opened.map_err(|error| ConnectError::BadFiles(error.to_string()))
    }
}

/// Reads a PEM file that must hold a `thing`. A file without one would not be refused later, but
/// treated as a CA bundle that trusts nobody.
fn read(file: &Path, thing: &str) -> Result<Vec<u8>, ConnectError> {
    let read = std::fs::read(file).and_then(|bytes| {
        let label = format!("{}-----", thing.to_uppercase());
        if String::from_utf8_lossy(&bytes).contains(&label) {
            Ok(bytes)
        } else {
            Err(std::io::Error::other(format!("it holds no {thing}")))
        }
    });
    read.map_err(|why| ConnectError::BadFiles(format!("{}: {why}", file.display())))
}
