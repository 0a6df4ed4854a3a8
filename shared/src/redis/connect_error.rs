//! Why a Redis cannot be used, in terms for the operator.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::failure::{is_forbidden, is_refused};

/// Why a Redis cannot be used: one sentence with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The URL is invalid.
    #[error(
        "the Redis URL is invalid ({0}): use redis://[user:password@]host:port, rediss:// for TLS, \
         or unix:///path/to/socket"
    )]
    BadUrl(String),
    /// TLS files are given, but the URL does not use TLS.
    #[error(
        "--redis-ca, --redis-cert and --redis-key are for TLS, which the Redis URL does not use: \
         begin it with rediss://, or leave the files out"
    )]
    NotTls,
    /// A certificate without its key, or a key without its certificate.
    #[error("--redis-cert and --redis-key belong together: set both or neither")]
    HalfIdentity,
    /// The TLS files cannot be used.
    #[error(
        "the files for TLS to Redis cannot be used ({0}): --redis-ca needs the certificate of the \
         CA, --redis-cert and --redis-key need a certificate and its private key, all as PEM files"
    )]
    BadFiles(String),
    /// No server answers there.
    #[error(
        "no Redis answers at {address} ({why}): start one (stacks/dev/redis up), or set another \
         with --redis-url or REDIS_URL"
    )]
    Unreachable {
        /// The server's address.
        address: String,
        /// The error of the attempt.
        why: String,
    },
    /// The server there is not a Redis.
    #[error(
        "the server at {address} is not a Redis ({why}): set the host and port of a Redis with \
         --redis-url or REDIS_URL, with rediss:// if it uses TLS"
    )]
    NotRedis {
        /// The server's address.
        address: String,
        /// How it answered.
        why: &'static str,
    },
    /// It is a replica, and the request needs a primary.
    #[error(
        "the Redis at {address} is a replica, which accepts no changes: set its primary with \
         --redis-url or REDIS_URL"
    )]
    Replica {
        /// The server's address.
        address: String,
    },
    /// The user or the password is wrong.
    #[error(
        "the Redis at {address} refuses the user or password: correct them in the URL, \
         redis://user:password@host:port"
    )]
    Refused {
        /// The server's address.
        address: String,
    },
    /// The server is too old for the scripts.
    #[error(
        "the server at {address} is too old ({server}): use Redis 7.0 or later or Valkey, with the \
         JSON commands, or Redis Enterprise"
    )]
    TooOld {
        /// The server's address.
        address: String,
        /// What it reports to be.
        server: String,
    },
    /// The server has no JSON commands.
    #[error(
        "the server at {address} ({server}) has no JSON commands such as JSON.MERGE: load its JSON \
         module (RedisJSON, valkey-json; on Redis Enterprise add the JSON capability to the \
         database), or use a server that has it: Redis 8 from its packages or images, Redis Stack, \
         Valkey with its bundle of modules"
    )]
    NoJson {
        /// The server's address.
        address: String,
        /// What it reports to be.
        server: String,
    },
    /// The server does not support functions.
    #[error(
        "the server at {address} ({server}) has no functions (FUNCTION LOAD, FCALL), which every \
         operation needs: use Redis 7.0 or later, Valkey, or Redis Enterprise, with the JSON commands"
    )]
    NoFunctions {
        /// The server's address.
        address: String,
        /// What it reports to be.
        server: String,
    },
    /// The server evicts its data.
    #[error("the server at {address} may lose data: {why}")]
    Evicts {
        /// The server's address.
        address: String,
        /// What is evicted, and the remedy.
        why: String,
    },
    /// The user lacks a permission.
    #[error(
        "the Redis user at {address} lacks a permission that Switchboard needs ({why}): \
         `switchboard-engine redis-acl` prints the rules that it needs"
    )]
    Forbidden {
        /// The server's address.
        address: String,
        /// The server's message.
        why: String,
    },
}

/// Maps an error of the first request to a server.
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
        // For example, a certificate and a key that do not belong together.
        ErrorKind::InvalidClientConfig => ConnectError::BadFiles(error.to_string()),
        ErrorKind::Parse => ConnectError::NotRedis {
            address,
            why: "it uses another protocol; it may be a web server",
        },
        _ if error.is_connection_dropped() && !error.is_connection_refusal() => {
            let why = format!(
                "{error}: it closed the connection without an answer; it may not be a Redis, may use \
                 TLS (rediss://) or need another certificate, or may be a balancer whose Redis is down"
            );
            ConnectError::Unreachable { address, why }
        }
        _ => ConnectError::Unreachable {
            address,
            why: error.to_string(),
        },
    }
}
