//! The OpenAPI document and its page: every route is in it, with what it may answer.

use crate::floor::Floor;

const ROUTES: [&str; 29] = [
    "post /acd",
    "get /acd",
    "get /acd/settings",
    "patch /acd/settings",
    "get /stats",
    "post /contact",
    "get /contact/{key}",
    "patch /contact/{key}",
    "delete /contact/{key}",
    "post /contact/{key}/requeue",
    "patch /contact/{key}/priority",
    "get /contact/{key}/explain",
    "get /queue",
    "get /agent",
    "get /agent/{key}",
    "post /agent/{key}",
    "patch /agent/{key}",
    "delete /agent/{key}",
    "patch /agent/{key}/state",
    "patch /agent/{key}/skill",
    "delete /agent/{key}/skill/{skill}",
    "get /skill",
    "delete /skill/{skill}",
    "get /events",
    "get /events/past",
    "get /events/newest",
    "get /healthz",
    "get /readyz",
    "get /metrics",
];

#[tokio::test]
async fn every_route_is_documented_with_its_answers() {
    let floor = Floor::embedded().await;
    let document = floor.get("/openapi.json").await;
    let mut documented = vec![];
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = format!("{method} {path}");
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers.keys().any(|status| status.starts_with('2')),
                "{name}"
            );
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{name}");
            if !["get /healthz", "get /metrics"].contains(&&*name) {
                let problem = &answers["503"]["content"]["application/problem+json"];
                assert_eq!(
                    problem["schema"]["$ref"], "#/components/schemas/Problem",
                    "{name}"
                );
            }
            documented.push(name);
        }
    }
    documented.sort();
    let mut routes = ROUTES.to_vec();
    routes.sort_unstable();
    assert_eq!(documented, routes);
}

#[tokio::test]
async fn every_schema_that_is_named_is_there() {
    let floor = Floor::embedded().await;
    let document = floor.get("/openapi.json").await;
    let text = document.to_string();
    for named in text.split("#/components/schemas/").skip(1) {
        let name = named.split('"').next().unwrap();
        assert!(
            document["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_page_of_the_document_needs_nothing_from_elsewhere() {
    let floor = Floor::embedded().await;
    let page = floor.send("GET", "/docs", "").await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("swagger-ui") && !page.text.contains("://"),
        "{}",
        page.text
    );
    let script = floor.send("GET", "/docs/swagger-ui-bundle.js", "").await;
    assert!(script.status == 200 && script.text.len() > 100_000);
}
