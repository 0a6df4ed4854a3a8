//! The HTTP client for all of the engine's own requests.

pub(crate) mod api;

use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Client, ClientBuilder, Url};
use shared::secret::Secret;
use shared::text::Invalid;

/// Returns a builder for a client with TLS. It ignores proxies from the environment: the targets
/// are near, and measurements must be of the engine.
pub fn client() -> ClientBuilder {
    // TLS needs one process-wide crypto provider; an earlier choice is kept.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy()
}

/// Reads the token from the first line of a file.
pub fn token(file: &Path) -> Result<Secret, Invalid> {
    let refuse = |problem: String| {
        let what = format!("the token file {}", file.display());
        let rule =
            "put the token into its first line, as switchboard-engine token create prints it";
        Invalid::new(what, problem, rule)
    };
    let text =
        std::fs::read_to_string(file).map_err(|why| refuse(format!("cannot be read ({why})")))?;
    match token_in(&text) {
        Some(token) => Ok(token.to_owned().into()),
        None => Err(refuse("holds no token".to_owned())),
    }
}

/// Returns the value of the header `Authorization` for a token, marked as sensitive, so that debug
/// output hides it; `None` if a header cannot hold it.
pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Bearer {}", token.reveal())).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// Returns the token in the first line of a text, if there is one.
pub(crate) fn token_in(text: &str) -> Option<&str> {
    let token = text.lines().next()?.trim();
    let sound = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    sound.then_some(token)
}

/// Returns the root cause of an error: the outer layers say less.
pub(crate) fn root(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// Returns why a connection failed: the root cause, for a failure of the network without the
/// system's number.
pub(crate) fn cause(error: &reqwest::Error) -> String {
    let failed = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>());
    match failed.map(io::Error::kind) {
        Some(
            kind @ (ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::NotConnected
            | ErrorKind::AddrNotAvailable
            | ErrorKind::BrokenPipe
            | ErrorKind::TimedOut),
        ) => kind.to_string(),
        _ => root(error),
    }
}

/// Returns whether the certificate of the server is not trusted.
pub(crate) fn is_untrusted(error: &reqwest::Error) -> bool {
    let refused = causes(error).find_map(|cause| {
        // An I/O error of TLS has the reason inside, and not as its source.
        let inside = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        let inside = inside.and_then(|inside| inside.downcast_ref::<rustls::Error>());
        inside.or_else(|| cause.downcast_ref::<rustls::Error>())
    });
    matches!(
        refused,
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    )
}

/// Returns an error and its sources, the outermost first.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

/// Asks an engine whether it is ready; the error says why not.
pub async fn health(engine: &Url, within: Duration) -> Result<(), String> {
    let mut ready = engine.clone();
    ready.set_path(crate::route::READYZ);
    let asked = async {
        let client = client().timeout(within).build()?;
        client.get(ready).send().await
    };
    match asked.await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!(
            "{engine} is not ready: it answers {}",
            answer.status()
        )),
        // For example when a TLS client finds no CA certificates.
        Err(error) if error.is_builder() => {
            Err(format!("{engine} cannot be asked: {}", root(&error)))
        }
        Err(_) => Err(format!(
            "{engine} does not answer: is it up, and at this address?"
        )),
    }
}
