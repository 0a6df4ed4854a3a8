//! Contact types, and what a contact takes from its type or from the floor.

use serde_json::{Value, json};

use crate::floor::{Answer, Floor, on_each_store};

on_each_store!(
    a_type_is_created_replaced_and_deleted,
    bad_settings_are_refused_and_change_nothing,
    a_contact_takes_from_its_type_what_it_does_not_say,
    a_contact_without_skills_or_of_an_unknown_type_is_refused,
    a_type_with_live_contacts_is_not_deleted,
    figures_are_shown_per_type,
);

/// Sends a request that prefers the full answer.
async fn full(floor: &Floor, method: &'static str, path: &str, body: &'static str) -> Answer {
    let request = floor.request(method, path).body(body);
    Answer::to(request.header("Prefer", "return=representation")).await
}

async fn a_type_is_created_replaced_and_deleted(floor: Floor) {
    assert_eq!(floor.get("/type").await, json!({"types": []}));
    let first = r#"{"skills":["Billing","Été"],"priority":3}"#;
    let new = full(&floor, "PUT", "/v1/type/sales%20chat", first).await;
    let mut expected: Value = serde_json::from_str(first).unwrap();
    expected["before"] = Value::Null;
    assert_eq!((new.status, &new.json), (201, &expected), "{}", new.text);
    assert!(new.json.as_object().unwrap().contains_key("before"));
    assert_eq!(new.header("location"), "/v1/type/sales%20chat");
    let place = new.header("location").to_owned();
    let read = floor.get(&place).await;
    let settings: Value = serde_json::from_str(first).unwrap();
    assert_eq!(read, json!({"name": "sales chat", "settings": settings}));
    // All fields are replaced, and null is as if it were absent.
    let second = r#"{"short_abandon_s":9,"skills":null}"#;
    let replaced = full(&floor, "PUT", "/type/sales%20chat", second).await;
    let expected = json!({"short_abandon_s": 9, "before": settings});
    assert_eq!((replaced.status, &replaced.json), (200, &expected));
    assert!(!replaced.headers.contains_key("location"));
    let brief = floor.send("PUT", "/type/billing", "{}").await;
    assert_eq!((brief.status, brief.text.as_str()), (201, "{}"));
    let list = floor.get("/type").await;
    let expected = json!({"types": [
        {"name": "billing", "settings": {}},
        {"name": "sales chat", "settings": {"short_abandon_s": 9}},
    ]});
    assert_eq!(list, expected);
    let deleted = floor.send("DELETE", "/type/sales%20chat", "").await;
    let expected = (200, r#"{"short_abandon_s":9}"#);
    assert_eq!((deleted.status, deleted.text.as_str()), expected);
    for method in ["GET", "DELETE"] {
        let gone = floor.send(method, "/type/sales%20chat", "").await;
        let detail = gone.problem(404, "unknown_type");
        assert!(detail.contains("sales chat"), "{detail}");
    }
    let events = floor.get("/events/past?after=2").await["items"].take();
    let told = |event: &Value| {
        let of_event = ["type", "contact_type", "settings"].map(|name| event[name].clone());
        json!(of_event)
    };
    let told: Vec<Value> = events.as_array().unwrap().iter().map(told).collect();
    let expected = [
        json!(["type_changed", "billing", {}]),
        json!(["type_deleted", "sales chat", null]),
    ];
    assert_eq!(told, expected);
}

async fn bad_settings_are_refused_and_change_nothing(floor: Floor) {
    let was = r#"{"skills":["Billing"]}"#;
    floor.send("PUT", "/type/billing", was).await;
    floor.send("PATCH", "/acd/settings", was).await;
    let many: Vec<String> = (0..17).map(|number| format!("skill {number}")).collect();
    let many = json!({ "skills": many }).to_string();
    for (body, said) in [
        ("", "the body is missing; send a JSON object"),
        ("[]", "it is a list"),
        (
            r#"{"priority":300}"#,
            "priority: invalid value: integer `300`, expected a whole number from 0 to 255",
        ),
        (r#"{"priority":"1"}"#, "priority: invalid type: string"),
        (
            r#"{"skills":["a,b"]}"#,
            "skills: skill \"a,b\" has the character ','; use 1 to 64 letters",
        ),
        (r#"{"skills":[1]}"#, "skills"),
        (r#"{"skills":"a"}"#, "expected a list of names"),
        (&many, "at most 16"),
        (
            r#"{"short_abandon_s":-1}"#,
            "short_abandon_s: invalid value: integer `-1`, expected a whole number",
        ),
        (
            r#"{"short_abandon_s":86401}"#,
            "short_abandon_s: 86401 is out of range; use 0 to 86400",
        ),
        (
            r#"{"prioritty":1}"#,
            "there is no field prioritty; did you mean priority? fields: ",
        ),
        (r#"{"before":{}}"#, "short_abandon_s, skills, priority"),
        (r#"{"priority":1,"priority":2}"#, "duplicate field"),
    ] {
        for (method, path) in [("PUT", "/type/billing"), ("PATCH", "/acd/settings")] {
            let answer = floor.send(method, path, body).await;
            let detail = answer.problem(422, "invalid");
            assert!(detail.contains(said), "{method} {path} {body}: {detail}");
        }
    }
    let unknown = floor.send("PUT", "/type/billing", r#"{"x":1}"#).await;
    let detail = unknown.problem(422, "invalid");
    let expected = "there is no field x; fields: short_abandon_s, skills, priority, offer_timeout_s, \
         max_misses, penalty_s, wrap_up, dispositions";
    assert_eq!(detail, expected);
    for (body, name) in [
        (r#"{"known_skills_only":true}"#, "known_skills_only"),
        (r#"{"priority":1,"reasons":[]}"#, "reasons"),
    ] {
        let answer = floor.send("PUT", "/type/billing", body).await;
        let detail = answer.problem(422, "invalid");
        let expected = format!(
            "{name} is a setting of the whole floor and not of a contact type; set it with PATCH \
             /acd/settings"
        );
        assert_eq!(detail, expected);
        assert_eq!(answer.json["invalid"]["what"], name);
    }
    for path in ["/type/*", "/type/a%2Cb", "/type/%7Bacd%7D"] {
        for (method, body) in [("GET", ""), ("PUT", "{}"), ("DELETE", "")] {
            let answer = floor.send(method, path, body).await;
            answer.problem(422, "invalid");
        }
    }
    let settings = json!({"skills": ["Billing"]});
    assert_eq!(floor.get("/acd/settings").await, settings);
    let types = json!({"types": [{"name": "billing", "settings": settings}]});
    assert_eq!(floor.get("/type").await, types);
}

/// Creates a contact, and returns its type, its skills and its priority.
async fn created(floor: &Floor, body: &str) -> Value {
    let answer = floor.send("POST", "/contact", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let key = answer.json["contact_key"].as_str().unwrap();
    let contact = floor.get(&format!("/contact/{key}")).await;
    let queue = floor.get("/queue").await["items"].take();
    let mut queue = queue.as_array().unwrap().iter();
    let waiting = queue.find(|waiting| waiting["contact_key"] == key);
    assert_eq!(waiting.unwrap()["type"], contact["type"]);
    let has_type = contact.as_object().unwrap().contains_key("type");
    assert_eq!(has_type, body.contains("type"));
    json!([contact["type"], contact["skills"], contact["priority"]])
}

async fn a_contact_takes_from_its_type_what_it_does_not_say(floor: Floor) {
    let billing = r#"{"skills":["Billing","English"],"priority":3}"#;
    floor.send("PUT", "/type/billing", billing).await;
    for (body, expected) in [
        (
            r#"{"type":"billing"}"#,
            json!(["billing", ["Billing", "English"], 3]),
        ),
        (
            r#"{"type":"billing","skills":["French"],"priority":0}"#,
            json!(["billing", ["French"], 0]),
        ),
        (
            r#"{"type":"billing","skills":[]}"#,
            json!(["billing", [], 3]),
        ),
        (r#"{"skills":["French"]}"#, json!([null, ["French"], 5])),
    ] {
        assert_eq!(created(&floor, body).await, expected, "{body}");
    }
    let floor_wide = r#"{"skills":["Sales"],"priority":7}"#;
    floor.send("PATCH", "/acd/settings", floor_wide).await;
    floor
        .send("PUT", "/type/billing", r#"{"priority":1}"#)
        .await;
    for (body, expected) in [
        (r#"{"type":"billing"}"#, json!(["billing", ["Sales"], 1])),
        ("{}", json!([null, ["Sales"], 7])),
    ] {
        assert_eq!(created(&floor, body).await, expected, "{body}");
    }
}

async fn a_contact_without_skills_or_of_an_unknown_type_is_refused(floor: Floor) {
    floor.send("PUT", "/type/chat", "{}").await;
    for body in ["{}", r#"{"type":"chat"}"#, r#"{"skills":null}"#] {
        let refused = floor.send("POST", "/contact", body).await;
        assert_eq!(
            refused.problem(422, "invalid"),
            "skills are missing; say which skills it needs, or its type; [] is for any agent"
        );
    }
    let body = r#"{"type":"billing","skills":[]}"#;
    let refused = floor.send("POST", "/contact", body).await;
    let detail = refused.problem(404, "unknown_type");
    assert!(detail.contains("there is no contact type billing"));
    for body in [r#"{"type":"a,b","skills":[]}"#, r#"{"type":1,"skills":[]}"#] {
        let refused = floor.send("POST", "/contact", body).await;
        assert!(refused.problem(422, "invalid").contains("type"));
    }
    assert_eq!(floor.get("/queue").await["total"], 0);
}

async fn a_type_with_live_contacts_is_not_deleted(floor: Floor) {
    floor.send("PUT", "/type/chat", r#"{"skills":[]}"#).await;
    let contact = floor.send("POST", "/contact", r#"{"type":"chat"}"#).await;
    let key = contact.json["contact_key"].as_str().unwrap().to_owned();
    let refused = floor.send("DELETE", "/type/chat", "").await;
    let detail = refused.problem(409, "type_in_use");
    assert!(detail.contains("chat"), "{detail}");
    assert_eq!(floor.get("/type/chat").await["name"], "chat");
    floor.send("PATCH", &format!("/contact/{key}"), "").await;
    assert_eq!(floor.send("DELETE", "/type/chat", "").await.status, 200);
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(contact["type"], "chat", "it keeps the name");
}

async fn figures_are_shown_per_type(floor: Floor) {
    floor.send("PUT", "/type/chat", r#"{"skills":["a"]}"#).await;
    floor.send("PUT", "/type/idle", r#"{"skills":["a"]}"#).await;
    for _ in 0..2 {
        floor.send("POST", "/contact", r#"{"type":"chat"}"#).await;
    }
    floor.call(&["a"]).await;
    let window = floor.get("/stats").await["window"].take();
    let types = window["types"].as_object().unwrap();
    let names: Vec<&String> = types.keys().collect();
    assert_eq!(names, ["chat"]);
    assert_eq!(types["chat"]["created"], 2);
    assert_eq!(types["chat"]["service_level"], Value::Null);
    assert_eq!(window["skills"]["a"]["created"], 3);
}
