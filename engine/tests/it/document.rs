//! The OpenAPI document and its page: it has every route with its answers.

use serde_json::Value;

use crate::floor::Floor;

const ROUTES: &[&str] = &[
    "post /acd",
    "get /acd",
    "get /acd/settings",
    "patch /acd/settings",
    "get /type",
    "get /type/{name}",
    "put /type/{name}",
    "delete /type/{name}",
    "get /stats",
    "post /contact",
    "get /contact/{key}",
    "patch /contact/{key}",
    "delete /contact/{key}",
    "post /contact/{key}/requeue",
    "patch /contact/{key}/priority",
    "post /contact/{key}/accept",
    "post /contact/{key}/reject",
    "post /contact/{key}/complete",
    "patch /contact/{key}/disposition",
    "get /contact/{key}/explain",
    "get /queue",
    "get /agent",
    "get /agent/{key}",
    "post /agent/{key}",
    "patch /agent/{key}",
    "delete /agent/{key}",
    "patch /agent/{key}/state",
    "post /agent/{key}/wrap-up",
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

/// Returns each operation of the document: its method, its path, and itself.
async fn operations(floor: &Floor) -> Vec<(String, String, Value)> {
    let document = floor.get("/openapi.json").await;
    let mut all = vec![];
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            all.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    all
}

#[tokio::test]
async fn every_operation_has_a_verb_for_a_name_and_says_what_each_answer_is() {
    let floor = Floor::embedded().await;
    let mut ids = vec![];
    for (method, path, operation) in operations(&floor).await {
        let name = operation["operationId"].as_str().unwrap();
        let end = name.find(char::is_uppercase).unwrap();
        let verbs = [
            "accept", "add", "cancel", "change", "check", "complete", "create", "delete",
            "explain", "follow", "get", "list", "put", "reject", "remove", "rename", "requeue",
            "set",
        ];
        assert!(verbs.contains(&&name[..end]), "{method} {path}: {name}");
        assert!(name.chars().all(char::is_alphanumeric), "{name}");
        ids.push(name.to_owned());
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let said = answer["description"].as_str().unwrap_or_default();
            assert!(!said.is_empty(), "{method} {path} {status}");
        }
        let refusals = ["408", "413", "422", "500", "503"];
        let open = path == "/healthz";
        for status in refusals.iter().filter(|_| !open) {
            let answer = &operation["responses"][status];
            assert!(answer.is_object(), "{method} {path} {status}");
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "each has a name of its own");
}

/// An answer that matches two alternatives at once breaks generated clients.
#[tokio::test]
async fn no_answer_fits_two_alternatives() {
    fn look(schema: &Value, place: &str) {
        if let Some(alternatives) = schema["oneOf"].as_array() {
            let null = alternatives.iter().any(|one| one["type"] == "null");
            let told_apart = schema["discriminator"]["propertyName"] == "type";
            assert!(told_apart || null && alternatives.len() == 2, "{place}");
        }
        match schema {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    look(inner, &format!("{place}/{name}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|inner| look(inner, place)),
            _ => {}
        }
    }
    let floor = Floor::embedded().await;
    look(&floor.get("/openapi.json").await, "");
}

#[tokio::test]
async fn every_example_of_a_body_is_taken_as_it_is() {
    let floor = Floor::embedded().await;
    let document = floor.get("/openapi.json").await;
    let mut bodies = 0;
    for (method, path, operation) in operations(&floor).await {
        if operation["requestBody"].is_null() {
            continue;
        }
        bodies += 1;
        let content = &operation["requestBody"]["content"]["application/json"];
        let named = content["schema"]["$ref"].as_str().unwrap();
        let schema = &document["components"]["schemas"][named.rsplit('/').next().unwrap()];
        let mut example = schema["example"].clone();
        assert!(example.is_object(), "{method} {path} has no example");
        // A floor on which the example works: agent:7 has a contact, which is offered or ended where
        // that is needed, or does not exist yet.
        let floor = Floor::embedded().await;
        let mut contact = String::new();
        let about_an_offer = !example["offer"].is_null();
        let settings = if about_an_offer {
            r#"{"offer_timeout_s":60}"#
        } else {
            r#"{"wrap_up":{"mode":"timed","seconds":60}}"#
        };
        floor.send("PATCH", "/acd/settings", settings).await;
        if path != "/agent/{key}" || method != "POST" {
            floor.staff("agent:7", &["English", "Billing"]).await;
            contact = floor.call(&["English"]).await;
        }
        if about_an_offer {
            let offered = floor.get(&format!("/contact/{contact}")).await;
            example["offer"] = offered["offer"]["number"].clone();
        }
        if ["/wrap-up", "/disposition"]
            .iter()
            .any(|end| path.ends_with(end))
        {
            floor
                .send("PATCH", &format!("/contact/{contact}"), "")
                .await;
        }
        let key = if path.starts_with("/contact") {
            &contact
        } else {
            "agent:7"
        };
        let path = path.replace("{key}", key).replace("{name}", "billing");
        let answer = floor.send(&method, &path, &example.to_string()).await;
        let taken = [200, 201].contains(&answer.status);
        assert!(taken, "{method} {path}: {}", answer.text);
    }
    assert!(bodies > 7, "{bodies}");
}

/// The document says `int64` for each of them; this number is one larger.
#[tokio::test]
async fn no_number_of_a_query_is_greater_than_the_document_says() {
    let floor = Floor::embedded().await;
    let document = floor.get("/openapi.json").await;
    let mut asked = vec![];
    for (path, operations) in document["paths"].as_object().unwrap() {
        let parameters = operations["get"]["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            if parameter["in"] == "query" && parameter["schema"]["format"] == "int64" {
                asked.push((path, parameter["name"].as_str().unwrap().to_owned()));
            }
        }
    }
    let names: Vec<&str> = asked.iter().map(|(_, name)| name.as_str()).collect();
    for name in ["offset", "back", "after", "since_ms"] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
    for (path, name) in asked {
        let path = path.replace("{key}", "agent:1");
        let path = format!("{path}?around=agent:1&{name}=9223372036854775808");
        let path = if name == "back" {
            path
        } else {
            path.replace("around=agent:1&", "")
        };
        assert_eq!(floor.send("GET", &path, "").await.status, 422, "{path}");
    }
    let most = "/stats?since_ms=9223372036854775807";
    assert_eq!(floor.send("GET", most, "").await.status, 200);
}
