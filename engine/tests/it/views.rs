//! Read access: lists in pages, figures, explanations.

use crate::floor::{Floor, on_each_store};
use serde_json::{Value, json};

on_each_store!(
    agents_are_listed_in_pages,
    the_queue_is_listed_in_the_order_of_service,
    skills_show_who_is_next,
    the_acd_shows_its_figures,
    an_average_wait_is_known_only_with_data,
    a_waiting_contact_is_explained,
    an_assigned_contact_is_explained,
);

/// Reads a list in pages of two, and returns this field of every item.
async fn walk(floor: &Floor, list: &str, field: &str) -> Vec<Value> {
    let (mut seen, mut cursor) = (vec![], String::new());
    loop {
        let page = floor.get(&format!("{list}?limit=2{cursor}")).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|item| item[field].clone()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return seen,
        }
    }
}

async fn agents_are_listed_in_pages(floor: Floor) {
    assert_eq!(
        floor.get("/agent").await,
        json!({"items": [], "first": 0, "total": 0, "next": null})
    );
    for key in ["e", "b", "a", "d", "c"] {
        floor.staff(key, &[]).await;
    }
    let all = ["a", "b", "c", "d", "e"];
    assert_eq!(walk(&floor, "/agent", "agent_key").await, all);
    let whole = floor.get("/agent").await;
    assert_eq!(whole["items"][0], floor.get("/agent/a").await);
    assert!(whole["next"].is_null());
}

async fn the_queue_is_listed_in_the_order_of_service(floor: Floor) {
    let mut keys = vec![];
    for priority in [5, 5, 0, 255, 5] {
        let body = json!({"skills": ["English"], "priority": priority}).to_string();
        let created = floor.send("POST", "/contact", &body).await;
        keys.push(created.json["contact_key"].clone());
    }
    let order = [2, 0, 1, 4, 3].map(|place| keys[place].clone());
    assert_eq!(walk(&floor, "/queue", "contact_key").await, order);
}

async fn skills_show_who_is_next(floor: Floor) {
    for key in ["z", "a"] {
        floor.staff(key, &["English"]).await;
    }
    floor.staff("off", &["English"]).await;
    floor.choose("off", r#"{"state":0}"#).await;
    floor.call(&["Klingon"]).await;
    let skills = floor.get("/skill").await;
    let english = &skills["items"][0];
    let next: Vec<&Value> = english["next"].as_array().unwrap().iter().collect();
    assert_eq!([&next[0]["agent"], &next[1]["agent"]], ["z", "a"]);
    assert!(next[0]["since_ms"].as_u64() <= next[1]["since_ms"].as_u64());
    let figures = ["skill", "waiting", "available", "staffed"].map(|name| &english[name]);
    assert_eq!(json!(figures), json!(["English", 0, 2, 3]));
    let expected =
        json!({"skill": "Klingon", "waiting": 1, "available": 0, "staffed": 0, "next": []});
    assert_eq!(skills["items"][1], expected);
    assert_eq!(
        walk(&floor, "/skill", "skill").await,
        ["English", "Klingon"]
    );
}

async fn the_acd_shows_its_figures(floor: Floor) {
    for key in ["busy", "available", "off"] {
        floor.staff(key, &["English"]).await;
    }
    floor.choose("off", r#"{"state":0}"#).await;
    floor.call(&["English"]).await;
    let waiting = floor.call(&["Klingon"]).await;
    let mut acd = floor.get("/acd").await;
    let created = floor.get(&format!("/contact/{waiting}")).await["created_ms"].take();
    assert!(acd["now_ms"].take().as_u64() >= created.as_u64());
    assert!(acd["event"].take().as_u64().unwrap() > 0);
    acd["totals"]["assigned_wait_ms"].take().as_u64().unwrap();
    acd["totals"]["average_wait_ms"].take().as_f64().unwrap();
    let expected = json!({
        "name": floor.acd.name().as_str(), "acd_state": 1, "event": null, "now_ms": null,
        "waiting": 1, "oldest_ms": created, "agents": 3, "available": 1, "busy": 1,
        "agents_offered": 0, "agents_wrap_up": 0, "agents_penalty": 0,
        "unavailable": 1, "totals": {
            "created": 2, "offered": 2, "assigned": 1, "assigned_in_time": 1,
            "assigned_waits": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "assigned_wait_ms": null,
            "handled": 0, "handle_ms": 0, "abandoned": 0, "abandoned_short": 0, "abandoned_requeued": 0, "cancelled": 0,
            "wrap_up_time_ms": 0, "offers": 0, "accepted": 0, "rejected": 0, "missed": 0, "withdrawn": 0,
            "abandoned_while_offered": 0,
            "service_level": 1.0, "average_wait_ms": null, "average_handle_ms": null,
            "abandonment_rate": 0.0,
        },
    });
    assert_eq!(acd, expected);
}

async fn an_average_wait_is_known_only_with_data(floor: Floor) {
    let stats = floor.get("/stats").await;
    assert!(stats.as_object().unwrap()["average_wait_ms"].is_null());
    assert_eq!(
        (&stats["created"], &stats["oldest_ms"]),
        (&json!(0), &Value::Null)
    );
    floor.staff("agent:7", &[]).await;
    floor.call(&[]).await;
    let stats = floor.get("/stats").await;
    assert!(stats["average_wait_ms"].is_f64());
    assert_eq!((&stats["assigned"], &stats["busy"]), (&json!(1), &json!(1)));
}

async fn a_waiting_contact_is_explained(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let on_call = floor.call(&["English"]).await;
    floor.call(&["English"]).await;
    let key = floor.call(&["English"]).await;
    let mut why = floor.get(&format!("/contact/{key}/explain")).await;
    assert!(why["wait_ms"].take().is_u64());
    let expected = json!({
        "contact_key": key, "state": 1, "agent": null, "assigned_ms": null, "ended_ms": null,
        "outcome": null, "wait_ms": null, "ahead": 1,
        "qualified": 1, "qualified_busy": 1, "qualified_stopping": 0, "qualified_closed": 0,
        "qualified_offered": 0, "qualified_wrap_up": 0, "qualified_penalty": 0,
        "qualified_not_responding": 0,
        "skills": ["English"], "ranked_before": 1, "open": true, "agents": 1,
        "unstaffed": [], "nearest": [],
        "sentence": "It waits because the only agent who holds all of its skills is busy.",
        "holders": [floor.get("/agent/agent:7").await],
    });
    assert_eq!(why, expected);
    assert_eq!(why["holders"][0]["contact"], on_call.as_str());
    let key = floor.call(&["English", "Klingon"]).await;
    let why = floor.get(&format!("/contact/{key}/explain")).await;
    assert_eq!(why["unstaffed"], json!(["Klingon"]));
    assert_eq!(why["sentence"], "It waits because no agent holds Klingon.");
}

async fn an_assigned_contact_is_explained(floor: Floor) {
    floor.staff("agent:7", &[]).await;
    let key = floor.call(&[]).await;
    let why = floor.get(&format!("/contact/{key}/explain")).await;
    assert_eq!(
        (&why["agent"], &why["ahead"]),
        (&json!("agent:7"), &Value::Null)
    );
    assert!(
        why["sentence"]
            .as_str()
            .unwrap()
            .starts_with("Agent agent:7 is on it")
    );
}
