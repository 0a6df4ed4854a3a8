//! The API over TLS: its certificate, and the new one after its files change.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use engine::serve::{self, Options, Running};
use engine::server::{Tls, TlsError};
use reqwest::Certificate;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Writes a new certificate with its key into a folder, and returns it for a client to trust.
fn write_certificate(folder: &Path) -> Certificate {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()
}

/// Writes one that is valid between these years.
fn write_certificate_of(folder: &Path, years: (i32, i32)) {
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let cert = params.self_signed(&key).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}

fn read(folder: &Path) -> Result<Tls, TlsError> {
    Tls::read(folder.join("cert.pem"), folder.join("key.pem"))
}

async fn start(folder: &Path) -> Running {
    let name = "test".parse().unwrap();
    let acd = shared::open(None, name).await.unwrap();
    let options = Options {
        listen: Some(([127, 0, 0, 1], 0).into()),
        tls: Some(read(folder).unwrap()),
        ..Options::default()
    };
    serve::start(acd, options).await.unwrap()
}

/// Checks liveness on a new connection that trusts only this certificate.
async fn ask(running: &Running, trusted: &Certificate) -> reqwest::Result<String> {
    let port = running.address().unwrap().port();
    let client = engine::http::client()
        .tls_certs_only([trusted.clone()])
        .build()?;
    let answer = client.get(format!("https://localhost:{port}/healthz"));
    answer.send().await?.text().await
}

#[tokio::test]
async fn it_is_served_to_who_trusts_its_certificate() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let trusted = write_certificate(folder.path());
    let running = start(folder.path()).await;
    assert_eq!(ask(&running, &trusted).await.unwrap(), "alive\n");
    let stranger = write_certificate(other.path());
    assert!(ask(&running, &stranger).await.unwrap_err().is_connect());
    running.stop().await;
}

#[tokio::test]
async fn a_plain_request_is_told_to_use_tls() {
    let folder = tempfile::tempdir().unwrap();
    write_certificate(folder.path());
    let running = start(folder.path()).await;
    let mut plain = TcpStream::connect(running.address().unwrap())
        .await
        .unwrap();
    let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    plain.write_all(request).await.unwrap();
    let mut said = String::new();
    plain.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 400"), "{said}");
    assert!(said.contains("use https://"), "{said}");
}

#[tokio::test]
async fn a_renewed_certificate_is_used_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let before = write_certificate(folder.path());
    let running = start(folder.path()).await;
    assert_eq!(ask(&running, &before).await.unwrap(), "alive\n");
    std::fs::write(folder.path().join("cert.pem"), "half of it").unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(ask(&running, &before).await.unwrap(), "alive\n");
    let renewed = write_certificate(folder.path());
    let began = Instant::now();
    while ask(&running, &renewed).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "it is not used");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(ask(&running, &before).await.is_err());
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_does_not_take_the_place_of_one_that_is() {
    let folder = tempfile::tempdir().unwrap();
    let before = write_certificate(folder.path());
    let running = start(folder.path()).await;
    for years in [(2000, 2001), (4000, 4001)] {
        write_certificate_of(folder.path(), years);
        tokio::time::sleep(Duration::from_secs(6)).await;
        assert_eq!(ask(&running, &before).await.unwrap(), "alive\n");
    }
    running.stop().await;
}

#[test]
fn at_the_start_a_certificate_that_is_not_valid_is_warned_of_and_a_key_that_others_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    let warnings = |mode| {
        std::fs::set_permissions(&key, Permissions::from_mode(mode)).unwrap();
        read(folder.path()).unwrap().warnings().join("\n")
    };
    write_certificate(folder.path());
    assert_eq!(warnings(0o600), "");
    assert!(warnings(0o644).contains("chmod 600"));
    write_certificate_of(folder.path(), (2000, 2001));
    let said = warnings(0o600);
    assert!(said.contains("expired on 2001-01-01"), "{said}");
    write_certificate_of(folder.path(), (4000, 4001));
    let said = warnings(0o600);
    assert!(said.contains("valid from 4000-01-01"), "{said}");
}

#[test]
fn files_that_will_not_do_are_told_with_the_remedy() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let said = |folder: &Path| read(folder).unwrap_err().to_string();
    assert!(said(folder.path()).contains("cannot read"));
    write_certificate(folder.path());
    write_certificate(other.path());
    assert!(read(folder.path()).is_ok());

    std::fs::copy(other.path().join("key.pem"), folder.path().join("key.pem")).unwrap();
    let unfit = said(folder.path());
    assert!(unfit.contains("cannot be used together"), "{unfit}");
    std::fs::write(folder.path().join("key.pem"), "").unwrap();
    let keyless = said(folder.path());
    assert!(keyless.contains("holds no private key"), "{keyless}");
    std::fs::write(folder.path().join("cert.pem"), "").unwrap();
    let empty = said(folder.path());
    assert!(empty.contains("holds no certificate"), "{empty}");
}
