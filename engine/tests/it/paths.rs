//! Paths, and headers for intermediaries: `/v1`, `Location`, the headers of streams.

use serde_json::Value;

use crate::floor::{Answer, Floor, on_each_store};

on_each_store!(what_is_created_is_where_the_answer_says);

async fn what_is_created_is_where_the_answer_says(floor: Floor) {
    let agent = r#"{"fname":"a","lname":"b","skills":[]}"#;
    for (path, body, place) in [
        ("/agent/J%C3%B6rg%201", agent, "/agent/J%C3%B6rg%201"),
        ("/agent/%61gent:8", agent, "/agent/agent:8"),
        ("/v1/agent/agent:9", agent, "/v1/agent/agent:9"),
        ("/contact", r#"{"skills":["x"]}"#, "/contact/contact:"),
        ("/v1/contact", r#"{"skills":["x"]}"#, "/v1/contact/contact:"),
    ] {
        let created = floor.send("POST", path, body).await;
        assert_eq!(created.status, 201, "{}", created.text);
        let location = created.header("location");
        assert!(location.starts_with(place), "{path}: {location}");
        let found = floor.get(location).await;
        for key in ["agent_key", "contact_key"] {
            assert_eq!(found[key], created.json[key], "{path}");
        }
    }
    let refused = floor.send("POST", "/agent/agent:8", agent).await;
    assert_eq!(refused.header("location"), "", "nothing was created");
}

#[tokio::test]
async fn every_route_also_stands_under_its_version() {
    let floor = Floor::embedded().await;
    let document = floor.get("/v1/openapi.json").await;
    for (path, operations) in document["paths"].as_object().unwrap() {
        if path.starts_with("/events") && path != "/events/past" {
            continue;
        }
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let path = path.replace(['{', '}'], "");
            let plain = floor.send(&method, &path, "").await;
            let versioned = floor.send(&method, &format!("/v1{path}"), "").await;
            let said = |answer: &Answer| (answer.status, answer.json["code"].clone());
            assert_eq!(said(&versioned), said(&plain), "{method} {path}");
            assert_ne!(plain.json["code"], "unknown_route", "{method} {path}");
        }
    }
    for path in ["/v1/v1/acd", "/v2/acd", "/v1acd", "/v1", "/v1/"] {
        let answer = floor.send("GET", path, "").await;
        let detail = answer.problem(404, "unknown_route").to_owned();
        assert!(detail.contains(&format!("no route {path};")), "{detail}");
    }
}

#[tokio::test]
async fn a_version_in_the_path_opens_no_door() {
    let floor = Floor::locked().await;
    for path in ["/acd", "/v1/acd"] {
        let answer = floor.send("GET", path, "").await;
        answer.problem(401, "unauthorized");
    }
    assert_eq!(floor.send("GET", "/v1/healthz", "").await.status, 200);
}

#[tokio::test]
async fn every_stream_asks_to_be_passed_on_at_once() {
    let floor = Floor::embedded().await;
    let document = floor.get("/openapi.json").await;
    let mut streams = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let content: &Value = &operations["get"]["responses"]["200"]["content"];
        if content["text/event-stream"].is_null() {
            continue;
        }
        streams += 1;
        for path in [path.clone(), format!("/v1{path}")] {
            let response = floor.request("GET", &path).send().await.unwrap();
            let headers = response.headers();
            assert_eq!(headers["content-type"], "text/event-stream", "{path}");
            assert_eq!(headers["x-accel-buffering"], "no", "{path}");
            assert_eq!(headers["cache-control"], "no-cache, no-transform", "{path}");
        }
    }
    assert_eq!(streams, 2);
}
