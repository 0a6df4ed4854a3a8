//! Without tokens, the API serves this machine's own programs and no page of another site.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::floor::{Answer, Floor};

/// Sends a request with these headers, and returns the answer.
async fn told(floor: &Floor, (method, path): (&str, &str), headers: &[(&str, &str)]) -> Answer {
    let mut request = floor.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if method == "POST" {
        request = request.body(r#"{"state":0}"#);
    }
    Answer::to(request).await
}

/// Routes other than the health checks.
const ROUTES: &[(&str, &str)] = &[
    ("GET", "/acd"),
    ("POST", "/acd"),
    ("GET", "/v1/queue"),
    ("GET", "/events"),
    ("GET", "/events/newest"),
    ("GET", "/metrics"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/nothing"),
];

#[tokio::test]
async fn a_foreign_name_or_page_opens_nothing_without_tokens() {
    let floor = Floor::embedded().await;
    let address = floor.running.address().unwrap();
    let own = format!("http://{address}");
    let other_port = "http://127.0.0.1:1".to_owned();
    for headers in [
        vec![("host", "evil.example")],
        vec![("host", "localhost.evil.example:8000")],
        vec![("host", "0.0.0.0:8000")],
        vec![
            ("origin", "https://evil.example"),
            ("content-type", "text/plain"),
        ],
        vec![("origin", "null")],
        vec![("origin", &*other_port)],
        vec![("origin", &*own), ("origin", "https://evil.example")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("host", "evil.example"), ("origin", "http://evil.example")],
    ] {
        let host = headers[0].0 == "host";
        let code = if host {
            "foreign_host"
        } else {
            "foreign_origin"
        };
        for &route in ROUTES {
            let answer = told(&floor, route, &headers).await;
            let detail = answer.problem(403, code);
            assert!(
                detail.contains("--tokens"),
                "{route:?} {headers:?}: {detail}"
            );
        }
    }
    assert_eq!(floor.get("/acd").await["acd_state"], 1, "nobody closed it");
}

#[tokio::test]
async fn programs_of_this_machine_and_the_engines_own_page_go_on_working() {
    let floor = Floor::embedded().await;
    let address = floor.running.address().unwrap();
    let own = format!("http://{address}");
    let local = format!("localhost:{}", address.port());
    let local_page = format!("http://{local}");
    for headers in [
        vec![],
        vec![("host", &*local)],
        vec![("host", "acd.localhost")],
        vec![("host", "[::1]:8000")],
        vec![("origin", &*own), ("sec-fetch-site", "same-origin")],
        vec![("host", &*local), ("origin", &*local_page)],
        vec![("sec-fetch-site", "none")],
    ] {
        let answer = told(&floor, ("POST", "/acd"), &headers).await;
        assert_eq!(answer.status, 201, "{headers:?}: {}", answer.text);
    }
    // A balancer's checks may use any name.
    for path in ["/healthz", "/readyz", "/v1/readyz"] {
        let answer = told(&floor, ("GET", path), &[("host", "switchboard")]).await;
        assert_eq!(answer.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_name_is_looked_at_in_the_target_too_and_none_is_no_foreign_one() {
    let floor = Floor::embedded().await;
    let address = floor.running.address().unwrap();
    for (head, status) in [
        ("GET /acd HTTP/1.0\r\n\r\n", "200"),
        ("GET /acd HTTP/1.0\r\nHost:\r\n\r\n", "200"),
        (
            "GET http://localhost/acd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "200",
        ),
        (
            "GET http://evil.example/acd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "403",
        ),
        (
            "GET http://localhost/acd HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
            "403",
        ),
        (
            "GET /acd HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
            "403",
        ),
        (
            "GET /acd HTTP/1.0\r\nOrigin: http://evil.example\r\n\r\n",
            "403",
        ),
    ] {
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        let answer = answer.await.unwrap();
        assert_eq!(answer.get(9..12), Some(status), "{head}: {answer}");
    }
}

#[tokio::test]
async fn with_tokens_any_name_is_answered() {
    let floor = Floor::locked().await;
    let answer = told(&floor, ("GET", "/acd"), &[("host", "acd.example")]).await;
    answer.problem(401, "unauthorized");
}
