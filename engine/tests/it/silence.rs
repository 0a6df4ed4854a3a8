//! Unknown input is refused on every route of the document: no field, no parameter and no body is
//! silently ignored.

use serde_json::{Value, json};

use crate::floor::{Answer, Floor, on_each_store};

on_each_store!(what_would_have_been_passed_over_is_refused_and_changes_nothing);

/// Returns each operation of the document: its method, its path with names filled in, and itself.
async fn operations(floor: &Floor) -> Vec<(String, String, Value)> {
    let document = floor.get("/openapi.json").await;
    let mut all = vec![];
    for (path, operations) in document["paths"].as_object().unwrap() {
        let kind = if path.starts_with("/contact") {
            "contact:01890a5d-ac96-774b-bcce-b302099a8057"
        } else {
            "agent:7"
        };
        let filled = path.replace("{key}", kind).replace("{skill}", "English");
        let filled = filled.replace("{name}", "billing");
        for (method, operation) in operations.as_object().unwrap() {
            all.push((method.to_uppercase(), filled.clone(), operation.clone()));
        }
    }
    assert!(all.len() > 25, "{}", all.len());
    all
}

#[tokio::test]
async fn a_parameter_that_there_is_not_is_refused_on_every_route() {
    let floor = Floor::embedded().await;
    for (method, path, _) in operations(&floor).await {
        for version in ["", "/v1"] {
            let asked = format!("{version}{path}?zzz=1");
            let answer = floor.send(&method, &asked, "").await;
            let detail = answer.problem(422, "invalid");
            let said = "there is no parameter zzz; ";
            assert!(detail.starts_with(said), "{method} {asked}: {detail}");
        }
    }
    let head = floor.send("HEAD", "/queue?zzz=1", "").await;
    assert_eq!(head.status, 422);
}

#[tokio::test]
async fn a_parameter_is_given_once_on_every_route() {
    let floor = Floor::embedded().await;
    let mut checked = 0;
    for (method, path, operation) in operations(&floor).await {
        let parameters = operation["parameters"].as_array().cloned();
        for parameter in parameters.unwrap_or_default() {
            if parameter["in"] != "query" {
                continue;
            }
            checked += 1;
            let name = parameter["name"].as_str().unwrap();
            let asked = format!("{path}?{name}=1&{name}=1");
            let answer = floor.send(&method, &asked, "").await;
            let detail = answer.problem(422, "invalid");
            let said = format!("the parameter {name} is given more than once; give it once");
            assert_eq!(detail, said, "{method} {asked}");
        }
    }
    assert!(checked > 15, "{checked}");
}

#[tokio::test]
async fn a_field_that_there_is_not_is_refused_in_every_body() {
    let floor = Floor::embedded().await;
    let mut bodies = 0;
    for (method, path, operation) in operations(&floor).await {
        if operation["requestBody"].is_null() {
            continue;
        }
        bodies += 1;
        let answer = floor.send(&method, &path, r#"{"zzz":1}"#).await;
        let detail = answer.problem(422, "invalid");
        let said = "there is no field zzz; fields: ";
        assert!(detail.starts_with(said), "{method} {path}: {detail}");
    }
    assert!(bodies > 7, "{bodies}");
}

#[tokio::test]
async fn a_body_is_refused_on_every_route_that_takes_none() {
    let floor = Floor::embedded().await;
    for (method, path, operation) in operations(&floor).await {
        if !operation["requestBody"].is_null() || path.starts_with("/events") {
            continue;
        }
        for body in [r#"{"attributes":{}}"#, "null", "x"] {
            let answer = floor.send(&method, &path, body).await;
            let detail = answer.problem(422, "invalid");
            assert!(
                detail.contains("takes no body"),
                "{method} {path}: {detail}"
            );
        }
        let nothing = floor.send(&method, &path, " {} ").await;
        assert_ne!(nothing.status, 422, "{method} {path}: {}", nothing.text);
    }
}

#[tokio::test]
async fn a_body_that_says_it_is_no_json_is_refused_on_every_route_that_takes_one() {
    let floor = Floor::embedded().await;
    for (method, path, operation) in operations(&floor).await {
        if operation["requestBody"].is_null() {
            continue;
        }
        for (name, value) in [
            ("content-type", "text/plain"),
            ("content-type", "multipart/form-data; boundary=x"),
            ("content-encoding", "gzip"),
        ] {
            let request = floor.request(&method, &path).header(name, value);
            let answer = Answer::to(request.body("{}")).await;
            let detail = answer.problem(415, "unsupported_body");
            assert!(detail.contains("; send "), "{method} {path}: {detail}");
        }
    }
}

async fn what_would_have_been_passed_over_is_refused_and_changes_nothing(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let contact = floor.call(&["English"]).await;
    let path = format!("/contact/{contact}");
    let before = floor.everything().await;
    for (method, path, body, said) in [
        (
            "POST",
            "/contact",
            r#"{"skills":[],"prioritty":1}"#,
            "there is no field prioritty; did you mean priority? fields: contact_key, type, \
             skills, priority, attributes",
        ),
        (
            "POST",
            "/contact",
            r#"{"skills":[],"Skills":["x"]}"#,
            "did you mean skills?",
        ),
        (
            "POST",
            "/contact?priority=1",
            r#"{"skills":[]}"#,
            "there is no parameter priority",
        ),
        (
            "PUT",
            "/type/billing",
            r#"{"skill":["a"]}"#,
            "did you mean skills? fields: short_abandon_s, skills, priority",
        ),
        (
            "GET",
            "/agent?skill=French",
            "",
            "there is no parameter skill; parameters: limit",
        ),
        ("GET", "/queue?Limit=5", "", "did you mean limit?"),
        (
            "PATCH",
            &path,
            r#"{"attributes":{}}"#,
            "Completes a contact",
        ),
        ("PATCH", &path, r#"{"priority":1}"#, "takes no body"),
        ("DELETE", &path, r#"{"reason":"x"}"#, "takes no body"),
        (
            "PATCH",
            "/agent/agent:7",
            r#"{"fname":"a","lname":"b","skills":["x"]}"#,
            "there is no field skills; fields: fname, lname",
        ),
        (
            "PATCH",
            "/agent/agent:7/state",
            r#"{"state":0,"reson":"x"}"#,
            "did you mean reason?",
        ),
        (
            "PATCH",
            "/agent/agent:7/skill",
            r#"{"skill":"a","level":3}"#,
            "no field level",
        ),
    ] {
        let answer = floor.send(method, path, body).await;
        let detail = answer.problem(422, "invalid");
        assert!(detail.contains(said), "{method} {path} {body}: {detail}");
    }
    assert_eq!(floor.everything().await, before);
    assert_eq!(floor.get(&path).await["state"], 2);
    let contact = floor.call(&["English"]).await;
    for (key, body) in [
        (path, json!({}).to_string()),
        (format!("/contact/{contact}"), String::new()),
    ] {
        assert_eq!(floor.send("PATCH", &key, &body).await.status, 200);
        assert_eq!(floor.get(&key).await["state"], 3);
    }
}
