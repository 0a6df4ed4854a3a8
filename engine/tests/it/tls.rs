//! A Redis behind TLS: trusted when its certificate is, and not otherwise.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A Redis that speaks only TLS, with a certificate of its own.
struct TlsRedis {
    process: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl TlsRedis {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(
            folder.path().join("key.pem"),
            made.signing_key.serialize_pem(),
        )
        .unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let process = Command::new("redis-server")
            .current_dir(folder.path())
            .args([
                "--port",
                "0",
                "--tls-port",
                &port.to_string(),
                "--bind",
                "127.0.0.1",
            ])
            .args(["--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem"])
            .args([
                "--tls-ca-cert-file",
                "cert.pem",
                "--tls-auth-clients",
                "no",
                "--save",
                "",
            ])
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

    /// Has the engine connect, and listen where somebody else does: it ends in either case.
    fn try_engine(&self, scheme: &str, trusting: bool) -> Output {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = taken.local_addr().unwrap().to_string();
        let url = format!("{scheme}://localhost:{}", self.port);
        let mut engine = Command::new(env!("CARGO_BIN_EXE_switchboard-engine"));
        engine
            .args(["--redis-url", &url, "--listen", &listen])
            .env_remove("SSL_CERT_FILE");
        if trusting {
            engine.env("SSL_CERT_FILE", self.folder.path().join("cert.pem"));
        }
        engine.output().unwrap()
    }
}

impl Drop for TlsRedis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_redis_behind_tls_is_used_if_its_certificate_is_trusted() {
    let redis = TlsRedis::start();
    let said = |output: Output| {
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let trusting = said(redis.try_engine("rediss", true));
    // Past TLS: this server has no JSON, or if it has, the address is taken.
    let passed = trusting.contains("no JSON commands") || trusting.contains("cannot listen");
    assert!(passed, "{trusting}");
    let doubting = said(redis.try_engine("rediss", false));
    assert!(doubting.contains("certificate"), "{doubting}");
    let plain = said(redis.try_engine("redis", true));
    assert!(plain.contains("no Redis answers"), "{plain}");
}
