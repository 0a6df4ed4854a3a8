//! Parts of a request that its route does not use: they are refused on every such route, because
//! ignoring them would do something other than what was asked.

use serde_json::Value;

use crate::floor::{Answer, Floor};

/// Returns each operation of the document: its method, its path, and itself.
async fn operations() -> Vec<(String, String, Value)> {
    let document = Floor::embedded().await.get("/openapi.json").await;
    let mut all = vec![];
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            all.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    all
}

/// Returns a floor with an agent on a contact, and the path of a route for one of them.
async fn furnished(path: &str) -> (Floor, String) {
    let floor = Floor::embedded().await;
    floor.staff("agent:7", &["English"]).await;
    let contact = floor.call(&["English"]).await;
    let key = if path.starts_with("/contact") {
        &contact
    } else {
        "agent:7"
    };
    floor.send("PUT", "/type/billing", "{}").await;
    let path = path.replace("{key}", key).replace("{skill}", "English");
    let path = path.replace("{name}", "billing");
    (floor, path)
}

fn takes_if_match(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array();
    let mut parameters = parameters.into_iter().flatten();
    parameters.any(|parameter| parameter["name"] == "If-Match")
}

#[tokio::test]
async fn a_precondition_that_a_change_does_not_evaluate_is_refused() {
    let mut refused = 0;
    for (method, path, operation) in operations().await {
        if method == "GET" {
            continue;
        }
        for header in ["If-Match", "If-None-Match"] {
            if header == "If-Match" && takes_if_match(&operation) {
                continue;
            }
            for value in ["\"x\"", "*", ""] {
                let (floor, path) = furnished(&path).await;
                let before = floor.everything().await;
                let request = floor.request(&method, &path).header(header, value);
                let answer = Answer::to(request).await;
                let detail = answer.problem(422, "invalid");
                assert!(detail.starts_with(header), "{method} {path}: {detail}");
                assert_eq!(answer.json["invalid"]["what"], header);
                assert_eq!(floor.everything().await, before, "{method} {path}");
                refused += 1;
            }
        }
    }
    assert!(refused > 3 * 15, "{refused}");
}

#[tokio::test]
async fn a_read_ignores_preconditions() {
    let (floor, path) = furnished("/agent/{key}").await;
    for header in ["If-Match", "If-None-Match"] {
        let request = floor.request("GET", &path).header(header, "\"x\"");
        assert_eq!(Answer::to(request).await.status, 200);
    }
}

#[tokio::test]
async fn a_route_without_a_body_takes_an_empty_one_and_refuses_any_other() {
    let mut routes = 0;
    for (method, path, operation) in operations().await {
        // A stream of events does not end.
        let streams = ["/events", "/events/newest"].contains(&&*path);
        if operation["requestBody"].is_object() || streams {
            continue;
        }
        routes += 1;
        let (floor, there) = furnished(&path).await;
        let plain = floor.send(&method, &there, "").await.status;
        for empty in [" ", "\r\n\t", "{}", " {} ", "{ \n}"] {
            let (floor, path) = furnished(&path).await;
            let status = floor.send(&method, &path, empty).await.status;
            assert_eq!(status, plain, "{method} {path} {empty:?}");
        }
        for body in ["{\"a\":1}", "null", "[]", "x", "{", "}", "{}{}", "\"\""] {
            let (floor, path) = furnished(&path).await;
            let before = floor.everything().await;
            let answer = floor.send(&method, &path, body).await;
            let detail = answer.problem(422, "invalid");
            assert!(detail.contains("takes no body"), "{detail}");
            assert!(!detail.contains('\n') && detail.len() < 200, "{detail}");
            assert_eq!(floor.everything().await, before, "{method} {path}");
        }
    }
    assert!(routes > 15, "{routes}");
}

#[tokio::test]
async fn two_types_of_a_body_are_refused() {
    let floor = Floor::embedded().await;
    for (header, first, second) in [
        ("Content-Type", "application/json", "text/plain"),
        ("Content-Type", "application/json", "application/json"),
        ("Content-Encoding", "identity", "gzip"),
    ] {
        let request = floor.request("POST", "/contact").body(r#"{"skills":[]}"#);
        let request = request.header(header, first).header(header, second);
        let answer = Answer::to(request).await;
        let detail = answer.problem(415, "unsupported_body");
        assert!(detail.contains(header), "{detail}");
    }
    assert_eq!(floor.get("/stats").await["created"], 0);
}
