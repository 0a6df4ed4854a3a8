//! A Redis with TLS: connected to only if its certificate is trusted.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use shared::Acd as _;
use shared::redis::{RedisAcd, RedisServer, RedisTls};
use shared::testing::{OwnRedis, fresh_name};

/// A Redis that accepts only TLS, with a certificate of its own, and one for a client, which it may
/// require.
struct TlsRedis {
    process: Child,
    folder: tempfile::TempDir,
    port: u16,
}

/// Writes a self-signed certificate and its key.
fn write_certificate(folder: &Path, name: &str, file: &str) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = made.signing_key.serialize_pem();
    std::fs::write(folder.join(format!("{file}.crt")), made.cert.pem()).unwrap();
    std::fs::write(folder.join(format!("{file}.key")), key).unwrap();
}

impl TlsRedis {
    fn start(asks_clients: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_certificate(folder.path(), "localhost", "server");
        write_certificate(folder.path(), "engine", "client");
        write_certificate(folder.path(), "localhost", "stranger");
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let port_text = port.to_string();
        let process = Command::new("redis-server")
            .current_dir(folder.path())
            .args(["--port", "0", "--bind", "127.0.0.1", "--save", ""])
            .args(["--tls-port", &port_text])
            .args(["--tls-cert-file", "server.crt"])
            .args(["--tls-key-file", "server.key"])
            .args(["--tls-ca-cert-file", "client.crt"])
            .args(["--tls-auth-clients", asks_clients])
            .stdout(Stdio::null())
            .spawn()
            .expect("stacks/dev/test installs redis-server");
        let redis = Self {
            process,
            folder,
            port,
        };
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                Instant::now() < deadline,
                "redis-server did not come up with TLS"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        redis
    }

    /// Runs an engine that connects with these files, each named by its flag, and listens on an
    /// address in use: so it ends in either case. Returns its output.
    fn try_engine(&self, scheme: &str, files: &str) -> String {
        self.engine(scheme, files, None)
    }

    fn engine(&self, scheme: &str, files: &str, trusted: Option<&str>) -> String {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = taken.local_addr().unwrap().to_string();
        let url = format!("{scheme}://localhost:{}", self.port);
        let mut engine = Command::new(env!("CARGO_BIN_EXE_switchboard-engine"));
        engine
            .current_dir(self.folder.path())
            .args(["--redis-url", &url, "--listen", &listen])
            .args(files.split_whitespace())
            .env_remove("SSL_CERT_FILE");
        if let Some(file) = trusted {
            engine.env("SSL_CERT_FILE", file);
        }
        let output = engine.output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    }
}

impl Drop for TlsRedis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns whether the engine got past TLS: the server has no JSON, or else the address is in use.
fn passed(said: &str) -> bool {
    said.contains("no JSON commands") || said.contains("cannot listen")
}

#[test]
fn a_redis_behind_tls_is_used_if_its_certificate_is_trusted() {
    shared::needs_redis!();
    let redis = TlsRedis::start("no");
    let trusting = redis.engine("rediss", "", Some("server.crt"));
    assert!(passed(&trusting), "{trusting}");
    let trusting = redis.try_engine("rediss", "--redis-ca server.crt");
    assert!(passed(&trusting), "{trusting}");
    for files in ["", "--redis-ca stranger.crt"] {
        let doubting = redis.try_engine("rediss", files);
        assert!(doubting.contains("certificate"), "{files}: {doubting}");
    }
    let plain = redis.try_engine("redis", "");
    assert!(plain.contains("no Redis answers"), "{plain}");
}

#[test]
fn a_redis_that_asks_for_a_certificate_gets_it() {
    shared::needs_redis!();
    let redis = TlsRedis::start("yes");
    let known = "--redis-ca server.crt --redis-cert client.crt --redis-key client.key";
    let said = redis.try_engine("rediss", known);
    assert!(passed(&said), "{said}");
    for files in [
        "--redis-ca server.crt",
        "--redis-ca server.crt --redis-cert stranger.crt --redis-key stranger.key",
    ] {
        let said = redis.try_engine("rediss", files);
        assert!(said.contains("no Redis answers"), "{files}: {said}");
    }
}

#[test]
fn files_that_will_not_do_are_told_with_the_remedy() {
    shared::needs_redis!();
    let redis = TlsRedis::start("no");
    std::fs::write(redis.folder.path().join("empty"), "").unwrap();
    for (scheme, files, said) in [
        ("redis", "--redis-ca server.crt", "begin it with rediss://"),
        (
            "rediss",
            "--redis-ca nowhere.crt",
            "nowhere.crt: No such file",
        ),
        (
            "rediss",
            "--redis-ca empty",
            "empty: it holds no certificate",
        ),
        (
            "rediss",
            "--redis-ca server.key",
            "server.key: it holds no certificate",
        ),
        ("rediss", "--redis-cert client.crt", "belong together"),
        (
            "rediss",
            "--redis-ca server.crt --redis-cert client.crt --redis-key stranger.key",
            "KeyMismatch): --redis-ca needs",
        ),
    ] {
        let told = redis.try_engine(scheme, files);
        assert!(told.contains(said), "{files}: {told}");
    }
}

/// Waits until the store answers, or no longer answers, with the files as they are.
async fn until_ready(acd: &RedisAcd, ready: bool) {
    let deadline = Instant::now() + Duration::from_secs(40);
    while acd.ready().await.is_ok() != ready {
        assert!(Instant::now() < deadline, "ready should be {ready}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn renewed_files_are_read_while_the_engine_runs() {
    shared::needs_redis!();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    write_certificate(folder.path(), "localhost", "before");
    write_certificate(folder.path(), "localhost", "after");
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let shows = |name: &str| {
        let path = |ending: &str| file(&format!("{name}.{ending}")).display().to_string();
        format!("tls-cert-file {} tls-key-file {}", path("crt"), path("key"))
    };
    let options = format!(
        "--tls-port {port} --tls-auth-clients no {}",
        shows("before")
    );
    let options = options.replace(" tls-", " --tls-");
    let options = options.split(' ').map(str::to_owned).collect();
    let redis = OwnRedis::start_with_json(options).await;

    std::fs::copy(file("before.crt"), file("ca.crt")).unwrap();
    let server = RedisServer {
        url: format!("rediss://localhost:{port}"),
        tls: RedisTls {
            ca: Some(file("ca.crt")),
            ..RedisTls::default()
        },
    };
    let acd = RedisAcd::connect_to(&server, fresh_name()).await.unwrap();
    until_ready(&acd, true).await;

    redis.ask(&format!("CONFIG SET {}", shows("after"))).await;
    redis.ask("CLIENT KILL TYPE normal").await;
    until_ready(&acd, false).await;
    // A truncated file changes nothing.
    std::fs::write(file("ca.crt"), "half of it").unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    until_ready(&acd, false).await;
    std::fs::copy(file("after.crt"), file("ca.crt")).unwrap();
    until_ready(&acd, true).await;
}
