//! The flags of the engine as a server, and the options they resolve to.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use engine::argument::{between, listen_address};
use engine::audit::AuditTrail;
use engine::authorization::Authorization;
use engine::redis_files::RedisFiles;
use engine::server::{Limits, Tls, TlsError};
use ipnet::IpNet;
use shared::redis::RedisServer;
use shared::secret::Secret;
use shared::text::AcdName;
use tracing_subscriber::EnvFilter;

/// The highest value of a limit.
const MOST_OF_A_LIMIT: usize = 1_000_000;

/// How it serves.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The parts that run in this process.
    #[arg(long, env = "SWITCHBOARD_ROLE", value_enum, default_value_t = ProcessRole::All)]
    pub(crate) role: ProcessRole,

    /// The address and port of the API. Port 0 takes any free port, which the log shows.
    #[arg(
        long,
        env = "SWITCHBOARD_LISTEN",
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8000",
        value_parser = listen_address
    )]
    pub(crate) listen: SocketAddr,

    /// The file with the tokens for the API; `switchboard-engine token` manages it. It is read
    /// again when it changes. Without it the API needs no tokens and must listen on a loopback
    /// address.
    #[arg(long, env = "SWITCHBOARD_TOKENS", value_name = "FILE")]
    pub(crate) tokens: Option<PathBuf>,

    /// The audit file: every change is written to it before it is carried out, each line with the
    /// hash of the line before. Each engine needs its own. While it cannot be written, changes are
    /// refused. `switchboard-engine audit verify` checks it.
    #[arg(
        long,
        env = "SWITCHBOARD_AUDIT",
        value_name = "FILE",
        requires = "tokens"
    )]
    pub(crate) audit: Option<PathBuf>,

    /// The load balancers in front of the API: addresses or networks, separated by commas. From
    /// them, X-Forwarded-For is taken as the caller's address in the audit log.
    #[arg(long, env = "SWITCHBOARD_TRUST_PROXY", value_name = "ADDRESSES",
          value_delimiter = ',', value_parser = network)]
    pub(crate) trust_proxy: Vec<IpNet>,

    /// How many dispatchers run in this process. One keeps up with any load that one Redis can
    /// take; others only replace one that fails.
    #[arg(
        long,
        env = "SWITCHBOARD_DISPATCHERS",
        value_name = "NUMBER",
        default_value_t = 1,
        value_parser = between(1_u8, 64)
    )]
    pub(crate) dispatchers: u8,

    /// The Redis that holds the ACD: `redis://[user:password@]host:6379`, or `rediss://` for TLS.
    /// It needs functions and the JSON commands: Redis 8, Redis Stack, Redis Enterprise, or Valkey
    /// with its JSON module. It must not evict (maxmemory-policy noeviction). Without it the ACD is
    /// in the memory of this process and ends with it.
    #[arg(long, env = "REDIS_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) redis_url: Option<Secret>,

    #[command(flatten)]
    pub(crate) redis_files: RedisFiles,

    /// To serve the API over TLS: a PEM file with its certificate, followed by those of the CAs
    /// that signed it. The files are read again within 5 s of a change. Without them the API is
    /// plain HTTP.
    #[arg(
        long,
        env = "SWITCHBOARD_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub(crate) tls_cert: Option<PathBuf>,

    /// A PEM file with the private key of that certificate, without a password.
    #[arg(
        long,
        env = "SWITCHBOARD_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub(crate) tls_key: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) limits: LimitFlags,

    /// How many seconds the API still serves after SIGTERM, while /readyz reports not ready. Choose
    /// a longer time than load balancers take to notice that.
    #[arg(long, env = "SWITCHBOARD_DRAIN", value_name = "SECONDS", default_value_t = 3.0,
          value_parser = seconds)]
    pub(crate) drain: f32,

    /// When a change is confirmed: when the primary Redis has it (local), or when a replica has it,
    /// too (replicated). Replicated changes survive the loss of the primary's host, and take one
    /// round trip to the replica longer. See docs/reliability.md.
    #[arg(long, env = "SWITCHBOARD_DURABILITY", value_enum, default_value_t = Durability::Local)]
    pub(crate) durability: Durability,

    /// The name of the ACD. ACDs with different names can share one Redis.
    #[arg(
        long,
        env = "SWITCHBOARD_ACD",
        value_name = "NAME",
        default_value = "acd"
    )]
    pub(crate) acd: AcdName,

    /// The format of log lines, which go to standard error.
    #[arg(
        long,
        env = "SWITCHBOARD_LOG_FORMAT",
        value_enum,
        default_value_t = LogFormat::Text
    )]
    pub(crate) log_format: LogFormat,

    /// The log level: error, warn, info, debug (a line for each request) or trace. It can differ
    /// per module: warn,engine=debug.
    #[arg(
        long,
        env = "SWITCHBOARD_LOG",
        value_name = "FILTER",
        default_value = "info",
        value_parser = filter
    )]
    pub(crate) log: String,
}

/// The limits of the API. What exceeds them is refused at once with 503, or with 429 if it exceeds
/// the limit of one token or address. The answer has `Retry-After`, and
/// `switchboard_http_refused_total` counts it.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Limits of the API")]
pub(crate) struct LimitFlags {
    /// The most requests in progress, except /healthz, /readyz and /metrics. A higher limit only
    /// makes requests wait longer.
    #[arg(long, env = "SWITCHBOARD_MAX_REQUESTS", value_name = "NUMBER",
          default_value_t = Limits::default().requests, value_parser = between(1_usize, MOST_OF_A_LIMIT))]
    max_requests: usize,

    /// The most open connections. Each takes about 20 kB and a file descriptor.
    #[arg(long, env = "SWITCHBOARD_MAX_CONNECTIONS", value_name = "NUMBER",
          default_value_t = Limits::default().connections, value_parser = between(1_usize, MOST_OF_A_LIMIT))]
    max_connections: usize,

    /// The most open event streams (GET /events). Each console, desk and integrator has one.
    #[arg(long, env = "SWITCHBOARD_MAX_STREAMS", value_name = "NUMBER",
          default_value_t = Limits::default().streams, value_parser = between(1_usize, MOST_OF_A_LIMIT))]
    max_streams: usize,

    /// The most open connections from one address, if the API needs tokens. Addresses in
    /// --trust-proxy have no limit.
    #[arg(long, env = "SWITCHBOARD_MAX_CONNECTIONS_PER_ADDRESS", value_name = "NUMBER",
          default_value_t = Limits::default().connections_of_address, value_parser = between(1_usize, MOST_OF_A_LIMIT))]
    max_connections_per_address: usize,

    /// The most open event streams from one address.
    #[arg(long, env = "SWITCHBOARD_MAX_STREAMS_PER_ADDRESS", value_name = "NUMBER",
          default_value_t = Limits::default().streams_of_address, value_parser = between(1_usize, MOST_OF_A_LIMIT))]
    max_streams_per_address: usize,

    /// The most open event streams of one token; for an agent's token an eighth of that.
    #[arg(long, env = "SWITCHBOARD_MAX_STREAMS_PER_TOKEN", value_name = "NUMBER",
          default_value_t = Limits::default().streams_of_token, value_parser = between(1_usize, MOST_OF_A_LIMIT))]
    max_streams_per_token: usize,

    /// The most requests in progress from one address.
    #[arg(long, env = "SWITCHBOARD_MAX_REQUESTS_PER_ADDRESS", value_name = "NUMBER",
          default_value_t = Limits::default().requests_of_address, value_parser = between(1_usize, MOST_OF_A_LIMIT))]
    max_requests_per_address: usize,

    /// The most requests in progress of one token; for an agent's token an eighth of that.
    #[arg(long, env = "SWITCHBOARD_MAX_REQUESTS_PER_TOKEN", value_name = "NUMBER",
          default_value_t = Limits::default().requests_of_token, value_parser = between(1_usize, MOST_OF_A_LIMIT))]
    max_requests_per_token: usize,

    /// How many seconds a connection may take until the head of its next request has arrived.
    /// Choose a longer time than a balancer keeps idle connections (often 60 s).
    #[arg(long, env = "SWITCHBOARD_IDLE", value_name = "SECONDS",
          default_value_t = Limits::default().idle.as_secs(),
          value_parser = between(1_u64, 3600))]
    idle: u64,
}

impl LimitFlags {
    fn limits(self) -> Limits {
        Limits {
            connections: self.max_connections,
            streams: self.max_streams,
            requests: self.max_requests,
            connections_of_address: self.max_connections_per_address,
            streams_of_address: self.max_streams_per_address,
            streams_of_token: self.max_streams_per_token,
            requests_of_address: self.max_requests_per_address,
            requests_of_token: self.max_requests_per_token,
            idle: Duration::from_secs(self.idle),
            ..Limits::default()
        }
    }
}

/// Which parts run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProcessRole {
    /// The API and the dispatchers.
    All,
    /// Only the API. Dispatchers run in other processes on the same Redis.
    Api,
    /// Only the dispatchers. The API runs in other processes on the same Redis.
    Dispatcher,
}

impl ProcessRole {
    /// Returns its name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Api => "api",
            Self::Dispatcher => "dispatcher",
        }
    }
}

/// When a change is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Durability {
    /// When the primary has the change.
    Local,
    /// When a replica has it, too.
    Replicated,
}

impl From<Durability> for shared::redis::Durability {
    fn from(durability: Durability) -> Self {
        match durability {
            Durability::Local => Self::Local,
            Durability::Replicated => Self::Replicated,
        }
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line, for programs.
    Json,
}

impl Serve {
    /// Returns the Redis that holds the ACD, if there is one.
    pub(crate) fn redis(&self) -> Option<RedisServer> {
        let url = self.redis_url.as_ref().map(Secret::reveal)?;
        Some(self.redis_files.server(url))
    }

    /// Reads the certificate of the API, if one is given.
    fn tls(&self) -> Result<Option<Tls>, TlsError> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Tls::read(cert.clone(), key.clone()).map(Some),
            // The parser requires both or neither.
            _ => Ok(None),
        }
    }

    /// Returns a warning for each security problem of the flags.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let redis = self.redis_url.iter().flat_map(Secret::warnings);
        let mut warnings: Vec<String> = redis.map(str::to_owned).collect();
        warnings.extend(self.redis_files.warnings());
        let near = self.listen.ip().is_loopback() || self.role == ProcessRole::Dispatcher;
        if self.tokens.is_some() && self.tls_cert.is_none() && !near {
            warnings.push(
                "tokens cross the network unencrypted, and whoever reads one can use it: set \
                 --tls-cert and --tls-key, or listen on a network that only a balancer with TLS can \
                 reach"
                    .to_owned(),
            );
        }
        warnings
    }

    /// Returns how long it drains.
    pub(crate) fn drain(&self) -> Duration {
        Duration::from_secs_f32(self.drain)
    }

    /// Returns the access control of an API that listens there; the error says why it may not.
    fn authorization(&self, listen: Option<SocketAddr>) -> Result<Authorization, String> {
        let Some(listen) = listen else {
            return Ok(Authorization::local_only());
        };
        let authorization = match &self.tokens {
            Some(file) => Authorization::with_tokens(file, self.trust_proxy.clone())
                .map_err(|error| error.to_string())?,
            None => Authorization::local_only(),
        };
        authorization.check(listen)?;
        if let Some(file) = &self.audit {
            authorization.audit_to(AuditTrail::open(file).map_err(|why| why.to_string())?);
        }
        Ok(authorization)
    }

    /// Returns what to start; the error says why the flags do not go together.
    pub(crate) fn options(&self) -> Result<engine::serve::Options, String> {
        let role = self.role.word();
        if self.role != ProcessRole::All && self.redis_url.is_none() {
            return Err(format!(
                "--role {role} needs Redis: without it the ACD is in the memory of this process, \
                 where no other process can reach it; set --redis-url, or use --role all"
            ));
        }
        if self.durability == Durability::Replicated && self.redis_url.is_none() {
            return Err(
                "--durability replicated needs a Redis with a replica: set --redis-url".to_owned(),
            );
        }
        let listen = (self.role != ProcessRole::Dispatcher).then_some(self.listen);
        Ok(engine::serve::Options {
            listen,
            tls: self.tls().map_err(|why| why.to_string())?,
            limits: self.limits.limits(),
            authorization: self.authorization(listen)?,
            dispatchers: if self.role == ProcessRole::Api {
                0
            } else {
                self.dispatchers.into()
            },
        })
    }
}

/// Parses an address or a network.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| {
        "use an address like 192.168.20.21 or a network like 192.168.20.0/24".to_owned()
    })
}

/// Parses a time in seconds, at most a minute.
fn seconds(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(seconds) if (0.0..=60.0).contains(&seconds) => Ok(seconds),
        _ => Err("use a number of seconds from 0 to 60".to_owned()),
    }
}

/// Checks a log filter and returns it unchanged.
fn filter(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(reason) => Err(reason.to_string()),
    }
}
