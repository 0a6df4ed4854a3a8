//! The API's certificate, read from two files and reloaded when they change.
//!
//! The files are polled every few seconds, without a signal: what renews certificates (certbot, a
//! secret mounted by Kubernetes) replaces files, and often cannot send signals.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, RootCertStore, ServerConfig};
use tokio_util::sync::CancellationToken;

use crate::trust::{self, Untrusted};

/// How often the files are checked.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Why a certificate cannot be used, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {file} ({why}): name a file in PEM that this user may read")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        why: std::io::Error,
    },
    /// Another user could replace it.
    #[error("{file} {why}")]
    Untrusted {
        /// The file.
        file: PathBuf,
        /// Who could, and how.
        why: Untrusted,
    },
    /// There is no certificate in it.
    #[error(
        "{0} holds no certificate: --tls-cert names a file in PEM with the server's certificate \
         first, then those that sign it"
    )]
    NoCertificate(PathBuf),
    /// There is no private key in it.
    #[error("{0} holds no private key: --tls-key names a file in PEM, not protected by a password")]
    NoKey(PathBuf),
    /// It has expired or is not valid yet.
    #[error("{cert} is not valid now ({why}): put a valid certificate and its key in its place")]
    NotInForce {
        /// The certificate's file.
        cert: PathBuf,
        /// Since when, or until when.
        why: String,
    },
    /// They do not belong together.
    #[error("{cert} and {key} cannot be used together ({why}): name a certificate and its own key")]
    Unfit {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong.
        why: rustls::Error,
    },
}

/// A certificate, its key, and their files.
#[derive(Clone, Debug)]
pub struct Tls {
    cert: PathBuf,
    key: PathBuf,
    /// The content of the files, to detect changes.
    read: Pem,
    pub(super) config: Arc<ServerConfig>,
}

/// The bytes of both files.
#[derive(Clone, PartialEq, Eq)]
struct Pem {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl std::fmt::Debug for Pem {
    /// Never prints the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pem")
    }
}

impl Tls {
    /// Reads a certificate and its key.
    pub fn read(cert: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let read = Pem::read(&cert, &key)?;
        let config = Arc::new(read.config(&cert, &key)?);
        Ok(Self {
            cert,
            key,
            read,
            config,
        })
    }

    /// Returns a warning for each problem. An invalid certificate is still served if there is no
    /// other one: clients that do not check it keep working, and a clock that is wrong after boot
    /// gets corrected.
    pub fn warnings(&self) -> Vec<String> {
        let not_in_force = self.read.in_force(&self.cert).err();
        let not_in_force = not_in_force.map(|why| format!("clients will refuse it: {why}"));
        let readable = trust::warnings("the private key", &self.key);
        not_in_force.into_iter().chain(readable).collect()
    }

    /// Reads the files again; returns `None` if they are unchanged.
    fn renewed(&self) -> Result<Option<Self>, TlsError> {
        let read = Pem::read(&self.cert, &self.key)?;
        if read == self.read {
            return Ok(None);
        }
        read.in_force(&self.cert)?;
        let config = Arc::new(read.config(&self.cert, &self.key)?);
        Ok(Some(Self {
            read,
            config,
            ..self.clone()
        }))
    }
}

impl Pem {
    fn read(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = |file: &Path| {
            let unreadable = |why| {
                let file = file.to_owned();
                TlsError::Unreadable { file, why }
            };
            match trust::check(file) {
                Ok(about) => trust::read(file, &about).map_err(unreadable),
                Err(Untrusted::Unknown { why, .. }) => Err(unreadable(why)),
                Err(why) => {
                    let file = file.to_owned();
                    Err(TlsError::Untrusted { file, why })
                }
            }
        };
        Ok(Self {
            cert: read(cert)?,
            key: read(key)?,
        })
    }

    /// Returns the server's certificate, then the ones that sign it.
    fn chain(&self, cert: &Path) -> Result<Vec<CertificateDer<'_>>, TlsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&self.cert)
            .collect::<Result<_, _>>()
            .map_err(|_| TlsError::NoCertificate(cert.to_owned()))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate(cert.to_owned()));
        }
        Ok(chain)
    }

    /// Checks that the server's certificate is valid now. Which clients trust it is unknown.
    fn in_force(&self, cert: &Path) -> Result<(), TlsError> {
        let chain = self.chain(cert)?;
        let Ok(parsed) = ParsedCertificate::try_from(&chain[0]) else {
            return Ok(());
        };
        // The validity period is checked first, so an empty trust store does not matter.
        let (trusted, now) = (RootCertStore::empty(), UnixTime::now());
        let algorithms = ring::default_provider().signature_verification_algorithms;
        let verified =
            verify_server_cert_signed_by_trust_anchor(&parsed, &trusted, &[], now, algorithms.all);
        let day = |time: UnixTime| day(time.as_secs());
        let why = match verified {
            Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
                not_after,
                ..
            })) => format!("it expired on {}", day(not_after)),
            Err(rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
                not_before,
                ..
            })) => format!("it is valid from {} on", day(not_before)),
            _ => return Ok(()),
        };
        let cert = cert.to_owned();
        Err(TlsError::NotInForce { cert, why })
    }

    fn config(&self, cert: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
        let chain = self.chain(cert)?;
        let chain = chain.into_iter().map(CertificateDer::into_owned).collect();
        let secret = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|_| TlsError::NoKey(key.to_owned()))?;
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(chain, secret)
            });
        let mut config = config.map_err(|why| TlsError::Unfit {
            cert: cert.to_owned(),
            key: key.to_owned(),
            why,
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// Formats a time as its day.
fn day(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_second(seconds) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => "an unknown day".to_owned(),
    }
}

/// Puts a renewed certificate into use. The previous one stays while the files are unusable,
/// perhaps because only one of them is replaced yet, or the new certificate has expired.
pub(crate) async fn follow(
    current: tokio::sync::watch::Sender<Tls>,
    stopping: CancellationToken,
) -> &'static str {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    let mut told = None;
    loop {
        tokio::select! {
            () = stopping.cancelled() => return "task that follows the certificate",
            _ = looks.tick() => {}
        }
        let renewed = current.borrow().renewed();
        match renewed {
            Ok(Some(renewed)) => {
                tracing::info!("the certificate was renewed and is in use");
                current.send_replace(renewed);
                told = None;
            }
            Ok(None) => told = None,
            Err(why) => {
                // Logged once, not at every check.
                let why = why.to_string();
                if told.as_ref() != Some(&why) {
                    tracing::warn!("the previous certificate stays in use: {why}");
                    told = Some(why);
                }
            }
        }
    }
}
