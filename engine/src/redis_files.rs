//! The flags for TLS to Redis, the same wherever a Redis is named.

use std::path::PathBuf;

use shared::redis::{RedisServer, RedisTls};

use crate::trust;

/// The files of a connection with TLS.
#[derive(Clone, Debug, clap::Args)]
pub struct RedisFiles {
    /// For `rediss://`: a PEM file with the CA certificates to trust, instead of the system's (or
    /// those in `SSL_CERT_FILE`).
    #[arg(long = "redis-ca", env = "REDIS_CA", value_name = "FILE")]
    ca: Option<PathBuf>,

    /// For `rediss://`: a PEM file with the client certificate, if the Redis asks for one.
    #[arg(long = "redis-cert", env = "REDIS_CERT", value_name = "FILE")]
    cert: Option<PathBuf>,

    /// For `rediss://`: a PEM file with the private key of the client certificate.
    #[arg(long = "redis-key", env = "REDIS_KEY", value_name = "FILE")]
    key: Option<PathBuf>,
}

impl RedisFiles {
    /// Returns warnings about the permissions of the private key.
    pub fn warnings(&self) -> Vec<String> {
        let key = self.key.iter();
        key.flat_map(|key| trust::warnings("the private key", key))
            .collect()
    }

    /// Returns the server at a URL, with these files.
    pub fn server(&self, url: &str) -> RedisServer {
        RedisServer {
            url: url.to_owned(),
            tls: RedisTls {
                ca: self.ca.clone(),
                cert: self.cert.clone(),
                key: self.key.clone(),
            },
        }
    }
}
