//! Why a Redis cannot be used, in terms for the operator.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::failure::{is_forbidden, is_refused};

/// Why a Redis cannot be used: one sentence with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The URL is invalid.
    #[error(
        "the Redis URL is not one ({0}): use redis://[user:password@]host:port, rediss:// for TLS, \
         or unix:///path/to/socket"
    )]
    BadUrl(String),
    /// TLS files are given, but the URL does not use TLS.
    #[error(
        "--redis-ca, --redis-cert and --redis-key are for TLS, and the Redis URL is without: \
         begin it with rediss://, or leave them out"
    )]
    NotTls,
    /// A certificate without its key, or a key without its certificate.
    #[error("--redis-cert and --redis-key belong together: give both, or neither")]
    HalfIdentity,
    /// The TLS files cannot be used.
    #[error(
        "the files for TLS to Redis cannot be used ({0}): --redis-ca names the CA's certificate, \
         --redis-cert and --redis-key a certificate and its own key, all in PEM"
    )]
    BadFiles(String),
    /// No server answers there.
    #[error(
        "no Redis answers at {address} ({why}): start one (stacks/dev/redis up), or name another \
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
        "what listens at {address} does not answer as a Redis does ({why}): name the host and port \
         of a Redis with --redis-url or REDIS_URL, with rediss:// if it speaks TLS"
    )]
    NotRedis {
        /// The server's address.
        address: String,
        /// How it answered.
        why: &'static str,
    },
    /// It is a replica, and the request needs a primary.
    #[error(
        "the Redis at {address} is a replica, which takes no changes: name its primary with \
         --redis-url or REDIS_URL"
    )]
    Replica {
        /// The server's address.
        address: String,
    },
    /// The user or the password is wrong.
    #[error(
        "the Redis at {address} refuses the user or password: put the right ones into the URL, \
         redis://user:password@host:port"
    )]
    Refused {
        /// The server's address.
        address: String,
    },
    /// The server is too old for the scripts.
    #[error(
        "the server at {address} is {server}, too old: use Redis 7.0 or later, or Valkey, with the \
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
        "the server at {address} ({server}) has no JSON commands, JSON.MERGE for one: load its JSON \
         module (RedisJSON, valkey-json; with Redis Enterprise, give the database the JSON \
         capability), or use a server that has it: Redis 8 as its packages and images are built, \
         Redis Stack, Valkey with its bundle of modules"
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
         operation is: use Redis 7.0 or later, Valkey, or Redis Enterprise, with the JSON commands"
    )]
    NoFunctions {
        /// The server's address.
        address: String,
        /// What it reports to be.
        server: String,
    },
    /// The server evicts its data.
    #[error("the server at {address} does not keep what it is given: {why}")]
    Evicts {
        /// The server's address.
        address: String,
        /// What is evicted, and the remedy.
        why: String,
    },
    /// The user lacks a permission.
    #[error(
        "the Redis at {address} does not permit its user what Switchboard does ({why}): \
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
            why: "it speaks another protocol, as a web server does",
        },
        _ if error.is_connection_dropped() && !error.is_connection_refusal() => {
            let why = format!(
                "{error}: it ended the connection without an answer, as what is no Redis does, one \
                 that speaks TLS (rediss://) or asks for another certificate, or a balancer whose \
                 Redis is away"
            );
            ConnectError::Unreachable { address, why }
        }
        _ => ConnectError::Unreachable {
            address,
            why: error.to_string(),
        },
    }
}
