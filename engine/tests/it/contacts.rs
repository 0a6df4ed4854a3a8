//! The routes of contacts, and of the ACD's state, which decides whether any are accepted.

use crate::floor::{Answer, Floor, on_each_store};
use serde_json::json;
use shared::contact::ContactId;

on_each_store!(
    a_contact_without_an_agent_waits,
    a_contact_goes_at_once_to_the_longest_available_agent,
    a_contact_shows_its_whole_life,
    a_contact_that_leaves_the_queue_is_abandoned,
    completing_takes_no_body_and_can_be_repeated,
    skills_may_be_none_and_count_once,
    priority_and_attributes_are_kept,
    attributes_come_back_as_they_came,
    an_idempotency_key_creates_one_contact,
    an_idempotency_key_stands_for_one_request_only,
    an_unknown_contact_is_not_found,
    opening_and_closing_are_answered_with_the_state,
    a_closed_acd_refuses_contacts,
    a_body_is_json_also_where_curl_says_otherwise,
    a_client_may_make_the_key_itself,
    where_a_contact_stands_is_told_to_who_prefers_it,
);

async fn a_contact_without_an_agent_waits(floor: Floor) {
    let body = r#"{"skills":["English","Billing"]}"#;
    let created = floor.send("POST", "/contact", body).await;
    assert_eq!(created.status, 201);
    let key = created.json["contact_key"].as_str().unwrap();
    assert!(key.starts_with("contact:") && key.len() == 44, "{key}");
    let expected = format!(r#"{{"contact_key":"{key}","state":1,"agent":null}}"#);
    assert_eq!(created.text, expected);
}

async fn a_contact_goes_at_once_to_the_longest_available_agent(floor: Floor) {
    floor.staff("agent:7", &["English", "Billing"]).await;
    floor.staff("agent:3", &["English", "Billing"]).await;
    let body = r#"{"skills":["Billing","English"]}"#;
    let created = floor.send("POST", "/contact", body).await;
    let key = created.json["contact_key"].as_str().unwrap();
    let expected = format!(r#"{{"contact_key":"{key}","state":2,"agent":"agent:7"}}"#);
    assert_eq!((created.status, created.text.as_str()), (201, &*expected));
}

async fn a_contact_shows_its_whole_life(floor: Floor) {
    let key = floor.call(&["English"]).await;
    let path = format!("/contact/{key}");
    let queued = floor.get(&path).await;
    assert_eq!(queued["contact_key"], key);
    assert_eq!(queued["skills"], json!(["English"]));
    assert_eq!(
        (&queued["state"], &queued["priority"]),
        (&json!(1), &json!(5))
    );
    assert_eq!(queued["attributes"], json!({}));
    for later in ["agent", "assigned_ms", "ended_ms", "outcome"] {
        assert!(queued.as_object().unwrap()[later].is_null(), "{later}");
    }

    floor.staff("agent:7", &["English"]).await;
    let assigned = floor.get(&path).await;
    assert_eq!(
        (&assigned["state"], &assigned["agent"]),
        (&json!(2), &json!("agent:7"))
    );
    let (created, at) = (&assigned["created_ms"], &assigned["assigned_ms"]);
    let waited = at.as_u64().unwrap() - created.as_u64().unwrap();
    assert_eq!(assigned["wait_ms"], waited);

    let completed = floor.send("PATCH", &path, "").await;
    assert_eq!(completed.status, 200);
    assert_eq!(completed.text, format!(r#"{{"contact_key":"{key}"}}"#));
    let complete = floor.get(&path).await;
    assert_eq!(
        (&complete["state"], &complete["agent"]),
        (&json!(3), &json!("agent:7"))
    );
    assert_eq!(complete["outcome"], "handled");
    assert_eq!(complete["wait_ms"], waited);
    assert!(complete["ended_ms"].as_u64() >= at.as_u64());
}

async fn a_contact_that_leaves_the_queue_is_abandoned(floor: Floor) {
    let key = floor.call(&["English"]).await;
    floor.send("PATCH", &format!("/contact/{key}"), "").await;
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(contact["state"], 3);
    assert_eq!(contact["outcome"], "abandoned");
    assert!(contact["agent"].is_null() && contact["assigned_ms"].is_null());
}

async fn completing_takes_no_body_and_can_be_repeated(floor: Floor) {
    let key = floor.call(&[]).await;
    // The key is accepted with and without its prefix.
    let bare = key.strip_prefix("contact:").unwrap();
    for (key, body) in [(&*key, "{}"), (bare, " {}\n"), (bare, ""), (&*key, "")] {
        let answer = floor.send("PATCH", &format!("/contact/{key}"), body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
    }
    assert_eq!(floor.get("/stats").await["abandoned"], 1);
}

async fn skills_may_be_none_and_count_once(floor: Floor) {
    let key = floor.call(&["English", "Billing", "English"]).await;
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(contact["skills"], json!(["English", "Billing"]));
    let key = floor.call(&[]).await;
    floor.staff("agent:7", &[]).await;
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(
        (&contact["skills"], &contact["state"]),
        (&json!([]), &json!(2))
    );
}

async fn priority_and_attributes_are_kept(floor: Floor) {
    let body = json!({
        "skills": [], "priority": 2, "attributes": {"caller": "+49 30", "n": [1, {"x": null}]},
    });
    let created = floor.send("POST", "/contact", &body.to_string()).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let key = created.json["contact_key"].as_str().unwrap();
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(contact["priority"], 2);
    assert_eq!(contact["attributes"], body["attributes"]);
}

async fn attributes_come_back_as_they_came(floor: Floor) {
    for attributes in [
        r#"{"order":18446744073709551616,"iban":123456789012345678901234567890}"#,
        r#"{"n":[1.0,1,0.10,1e400,-0,-0.0,1E2],"b":1,"a":2,"b":3,"t":"\u0041"}"#,
    ] {
        let body = format!(r#"{{"skills":[],"attributes":{attributes}}}"#);
        let created = floor.send("POST", "/contact", &body).await;
        assert_eq!(created.status, 201, "{}", created.text);
        let key = created.json["contact_key"].as_str().unwrap();
        let kept = format!(r#""attributes":{attributes}"#);
        for path in [&format!("/contact/{key}"), "/queue"] {
            let answer = floor.send("GET", path, "").await;
            assert!(answer.text.contains(&kept), "{path}: {}", answer.text);
        }
    }
}

async fn keyed(floor: &Floor, key: &str, body: &str) -> Answer {
    let request = floor.request("POST", "/contact");
    Answer::to(request.header("Idempotency-Key", key).body(body.to_owned())).await
}

async fn an_idempotency_key_creates_one_contact(floor: Floor) {
    let body = r#"{"skills":["English"]}"#;
    let first = keyed(&floor, "order 66", body).await;
    let again = keyed(&floor, "order 66", body).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.text, again.text);
    floor.staff("agent:7", &["English"]).await;
    let later = keyed(&floor, "order 66", body).await;
    assert_eq!(later.json["contact_key"], first.json["contact_key"]);
    assert_eq!(
        (&later.json["state"], &later.json["agent"]),
        (&json!(2), &json!("agent:7"))
    );
    let other = keyed(&floor, "order 67", body).await;
    assert_ne!(other.json["contact_key"], first.json["contact_key"]);
    assert_eq!(floor.get("/stats").await["created"], 2);
}

async fn an_idempotency_key_stands_for_one_request_only(floor: Floor) {
    keyed(&floor, "k", r#"{"skills":["English"]}"#).await;
    for other in [
        r#"{"skills":["Billing"]}"#,
        r#"{"skills":["English"],"priority":1}"#,
        r#"{"skills":["English"],"attributes":{"phone":"+49 30"}}"#,
    ] {
        let reused = keyed(&floor, "k", other).await;
        reused.problem(409, "key_reused");
    }
}

async fn an_unknown_contact_is_not_found(floor: Floor) {
    let path = "/contact/contact:01890a5d-ac96-774b-bcce-b302099a8057";
    for (method, path) in [
        ("GET", path.to_owned()),
        ("PATCH", path.to_owned()),
        ("GET", format!("{path}/explain")),
    ] {
        let answer = floor.send(method, &path, "").await;
        let detail = answer.problem(404, "unknown_contact");
        assert!(
            detail.contains("01890a5d-ac96-774b-bcce-b302099a8057"),
            "{detail}"
        );
    }
}

async fn opening_and_closing_are_answered_with_the_state(floor: Floor) {
    for (body, text) in [
        (r#"{"state":0}"#, r#"{"acd_state":0}"#),
        (r#"{"state":0}"#, r#"{"acd_state":0}"#),
        (r#"{"state":1}"#, r#"{"acd_state":1}"#),
    ] {
        let answer = floor.send("POST", "/acd", body).await;
        assert_eq!((answer.status, answer.text.as_str()), (201, text));
        assert_eq!(
            floor.get("/acd").await["acd_state"],
            answer.json["acd_state"]
        );
    }
}

async fn a_closed_acd_refuses_contacts(floor: Floor) {
    floor.send("POST", "/acd", r#"{"state":0}"#).await;
    let refused = floor.send("POST", "/contact", r#"{"skills":[]}"#).await;
    refused.problem(409, "acd_closed");
    assert_eq!(floor.get("/stats").await["created"], 0);
}

async fn a_body_is_json_also_where_curl_says_otherwise(floor: Floor) {
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "application/x-www-form-urlencoded",
    ] {
        let request = floor
            .request("POST", "/contact")
            .header("content-type", kind);
        let answer = Answer::to(request.body(r#"{"skills":[]}"#)).await;
        assert_eq!(answer.status, 201, "{kind}");
    }
}

async fn a_client_may_make_the_key_itself(floor: Floor) {
    let key = ContactId::random().to_string();
    let body = json!({"skills": [], "contact_key": key}).to_string();
    for _ in 0..2 {
        let created = floor.send("POST", "/contact", &body).await;
        assert_eq!(created.status, 201);
        assert_eq!(created.json["contact_key"], key);
    }
    assert_eq!(floor.get("/queue").await["total"], 1);
    let other = json!({"skills": ["English"], "contact_key": key}).to_string();
    let refused = floor.send("POST", "/contact", &other).await;
    refused.problem(409, "key_reused");
    let both = floor.request("POST", "/contact").body(body);
    let refused = Answer::to(both.header("Idempotency-Key", "one")).await;
    let detail = refused.problem(422, "invalid");
    assert!(detail.ends_with("give one of them"), "{detail}");
    let wrong = r#"{"skills":[],"contact_key":"agent:7"}"#;
    let refused = floor.send("POST", "/contact", wrong).await;
    assert!(refused.problem(422, "invalid").contains("contact:<uuid>"));
}

async fn where_a_contact_stands_is_told_to_who_prefers_it(floor: Floor) {
    let key = floor.call(&[]).await;
    let complete = floor.request("PATCH", &format!("/contact/{key}"));
    let prefers = complete.header("Prefer", "wait=10, Return=Representation");
    let answer = Answer::to(prefers).await;
    let contact = floor.get(&format!("/contact/{key}")).await;
    let names = [
        "contact_key",
        "state",
        "agent",
        "assigned_ms",
        "ended_ms",
        "outcome",
    ];
    // The answer also says whether this was done before.
    assert_eq!(answer.json.as_object().unwrap().len(), names.len() + 1);
    assert_eq!(answer.json["repeated"], false);
    for name in names {
        assert_eq!(answer.json[name], contact[name], "{name}");
    }
}
