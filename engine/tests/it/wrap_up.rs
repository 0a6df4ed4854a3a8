//! Wrap-up and dispositions over HTTP.

use serde_json::{Value, json};

use crate::floor::{Answer, Floor, on_each_store};
use crate::offers::set;

on_each_store!(
    an_agent_is_in_wrap_up_until_they_are_done,
    a_timed_wrap_up_has_an_end_that_is_extended,
    a_contact_is_completed_with_a_disposition,
    a_disposition_that_is_not_on_the_list_is_refused,
    what_a_wrap_up_shall_do_is_one_thing,
    a_contact_is_completed_only_from_the_agent_who_is_named,
);

const WRAP_UP: &str = "/agent/agent:7/wrap-up";

/// Puts agent:7 on a contact, and returns its path.
async fn serving(floor: &Floor) -> String {
    floor.staff("agent:7", &["English"]).await;
    format!("/contact/{}", floor.call(&["English"]).await)
}

/// Completes a contact, and returns the answer.
async fn complete(floor: &Floor, path: &str, body: &str) -> Answer {
    floor.send("POST", &format!("{path}/complete"), body).await
}

async fn agent(floor: &Floor, fields: &[&str]) -> Value {
    let agent = floor.get("/agent/agent:7").await;
    let told: Vec<&Value> = fields.iter().map(|name| &agent[name]).collect();
    json!(told)
}

async fn an_agent_is_in_wrap_up_until_they_are_done(floor: Floor) {
    set(&floor, r#"{"wrap_up":{"mode":"manual"}}"#).await;
    let path = serving(&floor).await;
    let key = path.trim_start_matches("/contact/");
    for _ in 0..2 {
        let done = complete(&floor, &path, "{}").await;
        assert_eq!(
            (done.status, done.json),
            (200, json!({ "contact_key": key }))
        );
    }
    let fields = [
        "activity", "presence", "contact", "until_ms", "next", "state",
    ];
    assert_eq!(
        agent(&floor, &fields).await,
        json!(["wrap_up", "available", key, null, "available", 1])
    );
    floor
        .choose("agent:7", r#"{"state":0,"reason":"lunch"}"#)
        .await;
    let fields = ["activity", "next", "next_reason", "state"];
    assert_eq!(
        agent(&floor, &fields).await,
        json!(["wrap_up", "unavailable", "lunch", 0])
    );
    let acd = floor.get("/acd").await;
    let told = ["agents_wrap_up", "busy", "available", "unavailable"].map(|name| &acd[name]);
    assert_eq!(json!(told), json!([1, 0, 0, 0]));
    let waiting = floor.call(&["English"]).await;
    let why = floor.get(&format!("/contact/{waiting}/explain")).await;
    assert_eq!(why["qualified_wrap_up"], 1);
    let extended = floor.send("POST", WRAP_UP, r#"{"extend_s":60}"#).await;
    extended.problem(422, "invalid");
    let done = floor.send("POST", WRAP_UP, r#"{"done":true}"#).await;
    assert_eq!(
        (done.status, done.json),
        (200, json!({"agent_key": "agent:7"}))
    );
    let fields = ["activity", "presence", "reason", "contact"];
    assert_eq!(
        agent(&floor, &fields).await,
        json!(["idle", "unavailable", "lunch", null])
    );
    for body in [r#"{"done":true}"#, r#"{"extend_s":60}"#] {
        let over = floor.send("POST", WRAP_UP, body).await;
        over.problem(409, "not_in_wrap_up");
    }
    let agent = floor.get("/agent/agent:7").await;
    let stats = floor.get("/stats").await;
    let spent = &agent["wrap_up_time_ms"];
    assert_eq!(&stats["wrap_up_time_ms"], spent);
    let handled = agent["handle_time_ms"].as_u64().unwrap() + spent.as_u64().unwrap();
    let average = stats["average_handle_ms"].as_f64().unwrap();
    assert!((average - f64::from(u32::try_from(handled).unwrap())).abs() < 0.1);
    let unknown = "/agent/agent:9/wrap-up";
    let unknown = floor.send("POST", unknown, r#"{"done":true}"#).await;
    unknown.problem(404, "unknown_agent");
}

async fn a_timed_wrap_up_has_an_end_that_is_extended(floor: Floor) {
    let settings = r#"{"wrap_up":{"mode":"timed","seconds":30}}"#;
    set(&floor, settings).await;
    let set = floor.get("/acd/settings").await;
    assert_eq!(set, serde_json::from_str::<Value>(settings).unwrap());
    let path = serving(&floor).await;
    // A contact that ends as before begins wrap-up, too.
    floor.send("PATCH", &path, "").await;
    let ended = floor.get(&path).await["ended_ms"].as_u64().unwrap();
    assert_eq!(agent(&floor, &["until_ms"]).await, json!([ended + 30_000]));
    for _ in 0..2 {
        let more = floor.send("POST", WRAP_UP, r#"{"extend_s":60}"#).await;
        assert_eq!(more.status, 200, "{}", more.text);
    }
    assert_eq!(agent(&floor, &["until_ms"]).await, json!([ended + 150_000]));
    let tag = floor.send("GET", "/agent/agent:7", "").await;
    floor.send("POST", WRAP_UP, r#"{"extend_s":1}"#).await;
    let later = floor.send("GET", "/agent/agent:7", "").await;
    assert_ne!(tag.header("etag"), later.header("etag"));
    for settings in [
        r#"{"wrap_up":{"mode":"timed"}}"#,
        r#"{"wrap_up":{"mode":"timed","seconds":0}}"#,
        r#"{"wrap_up":{"mode":"manual","seconds":3}}"#,
        r#"{"wrap_up":{"mode":"later"}}"#,
        r#"{"offer_timeout_s":0}"#,
        r#"{"max_misses":0}"#,
        r#"{"penalty_s":3601}"#,
    ] {
        let refused = floor.send("PATCH", "/acd/settings", settings).await;
        refused.problem(422, "invalid");
    }
}

async fn a_contact_is_completed_with_a_disposition(floor: Floor) {
    set(&floor, r#"{"wrap_up":{"mode":"manual"}}"#).await;
    let path = serving(&floor).await;
    let disposition = format!("{path}/disposition");
    let early = floor
        .send("PATCH", &disposition, r#"{"disposition":"sold"}"#)
        .await;
    early.problem(409, "not_in_wrap_up");
    let said = r#"{"agent":"agent:7","disposition":"sold","note":"wants \"two\"\nof them"}"#;
    assert_eq!(complete(&floor, &path, said).await.status, 200);
    let contact = floor.get(&path).await;
    assert_eq!(
        json!([contact["outcome"], contact["disposition"], contact["note"]]),
        json!(["handled", "sold", "wants \"two\"\nof them"])
    );
    let again = floor
        .send("PATCH", &disposition, r#"{"disposition":"callback"}"#)
        .await;
    let key = path.trim_start_matches("/contact/");
    assert_eq!(
        (again.status, again.json),
        (200, json!({ "contact_key": key }))
    );
    let contact = floor.get(&path).await;
    assert_eq!(
        json!([contact["disposition"], contact["note"]]),
        json!(["callback", "wants \"two\"\nof them"])
    );
    let long = json!({ "note": "é".repeat(2_001) }).to_string();
    let refused = floor.send("PATCH", &disposition, &long).await;
    let detail = refused.problem(422, "invalid");
    assert!(detail.contains("2000 characters"), "{detail}");
    floor.send("POST", WRAP_UP, r#"{"done":true}"#).await;
    let late = floor
        .send("PATCH", &disposition, r#"{"disposition":"sold"}"#)
        .await;
    late.problem(409, "not_in_wrap_up");
    let unknown = "/contact/contact:01890a5d-ac96-774b-bcce-b302099a8057/disposition";
    let unknown = floor.send("PATCH", unknown, r#"{"note":"x"}"#).await;
    unknown.problem(404, "unknown_contact");
    let past = floor.get("/events/past?after=0&limit=500").await;
    let events = past["items"].as_array().unwrap().iter();
    let told: Vec<Value> = events
        .filter(|event| !event["disposition"].is_null())
        .map(|event| json!([event["type"], event["disposition"]]))
        .collect();
    let expected = json!([
        ["contact_completed", "sold"],
        ["contact_disposition", "callback"]
    ]);
    assert_eq!(json!(told), expected);
}

async fn a_disposition_that_is_not_on_the_list_is_refused(floor: Floor) {
    set(
        &floor,
        r#"{"dispositions":["sold","lost"],"wrap_up":{"mode":"manual"}}"#,
    )
    .await;
    let path = serving(&floor).await;
    let refused = complete(&floor, &path, r#"{"disposition":"Sold"}"#).await;
    let detail = refused.problem(422, "unknown_disposition");
    assert!(
        detail.contains("Sold") && detail.contains("sold, lost"),
        "{detail}"
    );
    assert!(refused.json["invalid"]["rule"].is_string());
    assert_eq!(floor.get(&path).await["state"], 2, "nothing was done");
    assert_eq!(complete(&floor, &path, "{}").await.status, 200);
    let disposition = format!("{path}/disposition");
    for (code, status) in [("won", 422), ("lost", 200)] {
        let body = json!({ "disposition": code }).to_string();
        let answer = floor.send("PATCH", &disposition, &body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    assert_eq!(floor.get(&path).await["disposition"], "lost");
    // Completing again says more in wrap-up, and later only what was said before.
    let again = complete(&floor, &path, r#"{"disposition":"sold"}"#).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(floor.get(&path).await["disposition"], "sold");
    floor.send("POST", WRAP_UP, r#"{"done":true}"#).await;
    let late = complete(&floor, &path, r#"{"disposition":"lost"}"#).await;
    late.problem(409, "not_in_wrap_up");
    let repeat = complete(&floor, &path, r#"{"disposition":"sold"}"#).await;
    assert_eq!(repeat.status, 200, "{}", repeat.text);
}

async fn what_a_wrap_up_shall_do_is_one_thing(floor: Floor) {
    set(&floor, r#"{"wrap_up":{"mode":"timed","seconds":30}}"#).await;
    let path = serving(&floor).await;
    complete(&floor, &path, "{}").await;
    let before = agent(&floor, &["until_ms"]).await;
    for body in [
        "{}",
        r#"{"done":false}"#,
        r#"{"done":true,"extend_s":60}"#,
        r#"{"extend_s":0}"#,
        r#"{"extend_s":-60}"#,
        r#"{"extend_s":3601}"#,
        r#"{"extend_s":"60"}"#,
        r#"{"extend":60}"#,
    ] {
        let refused = floor.send("POST", WRAP_UP, body).await;
        refused.problem(422, "invalid");
    }
    assert_eq!(agent(&floor, &["until_ms"]).await, before);
}

async fn a_contact_is_completed_only_from_the_agent_who_is_named(floor: Floor) {
    let path = serving(&floor).await;
    let refused = complete(&floor, &path, r#"{"agent":"agent:8"}"#).await;
    let detail = refused.problem(409, "stale");
    assert!(detail.contains("it is with agent agent:7"), "{detail}");
    let both = format!("{path}/complete?state=1");
    let both = floor.send("POST", &both, r#"{"agent":"agent:7"}"#).await;
    both.problem(422, "invalid");
    let waiting = format!("/contact/{}", floor.call(&["Klingon"]).await);
    let refused = complete(&floor, &waiting, r#"{"agent":"agent:7"}"#).await;
    let detail = refused.problem(409, "stale");
    assert!(detail.contains("it waits"), "{detail}");
    for _ in 0..2 {
        let done = complete(&floor, &path, r#"{"agent":"agent:7"}"#).await;
        assert_eq!(done.status, 200, "{}", done.text);
    }
    assert_eq!(complete(&floor, &waiting, "{}").await.status, 200);
    assert_eq!(floor.get(&waiting).await["outcome"], "abandoned");
}
