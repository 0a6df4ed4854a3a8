//! The HTTP client, as all of the engine's own requests are sent.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Url};
use shared::secret::Secret;
use shared::text::Invalid;

/// Begins a client that can speak TLS. It goes through no proxy that the surroundings name: what
/// it asks is near, and what is measured is the engine.
pub fn client() -> ClientBuilder {
    // TLS needs one process-wide choice of cryptography; if somebody chose before, so be it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy()
}

/// Reads the token that a file holds in its first line.
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

/// Gives the token in the first line of a token file's text, if there is one.
pub(crate) fn token_in(text: &str) -> Option<&str> {
    let token = text.lines().next()?.trim();
    let sound = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    sound.then_some(token)
}

/// Gives the cause under an error: the layers above it say less.
pub(crate) fn root(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// Asks an engine whether it takes work; if not, tells why.
pub async fn health(engine: &Url, within: Duration) -> Result<(), String> {
    let mut ready = engine.clone();
    ready.set_path("/readyz");
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
        // As where a client for TLS finds no certificates.
        Err(error) if error.is_builder() => {
            Err(format!("{engine} cannot be asked: {}", root(&error)))
        }
        Err(_) => Err(format!(
            "{engine} does not answer: is it up, and at this address?"
        )),
    }
}
