//! The HTTP client, as all of the engine's own requests are sent.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Url};

/// Begins a client that can speak TLS. It goes through no proxy that the surroundings name: what
/// it asks is near, and what is measured is the engine.
pub fn client() -> ClientBuilder {
    // TLS needs one process-wide choice of cryptography; if somebody chose before, so be it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy()
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
        Err(_) => Err(format!(
            "{engine} does not answer: is it up, and at this address?"
        )),
    }
}
