//! What supervisors do to a contact, and its effect on the figures.

use serde_json::{Value, json};

use crate::floor::{Floor, on_each_store};

on_each_store! {
    a_contact_is_cancelled,
    a_contact_is_requeued_from_its_agent,
    a_priority_is_changed,
    steering_what_is_not_there_is_refused,
    stats_tell_a_window,
    stats_tell_which_abandonments_are_short,
}

async fn a_contact_is_cancelled(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let on_call = floor.call(&["English"]).await;
    let waiting = floor.call(&["English"]).await;
    for key in [waiting, on_call] {
        let path = format!("/contact/{key}");
        for _ in 0..2 {
            let answer = floor.send("DELETE", &path, "").await;
            assert_eq!(
                (answer.status, answer.json),
                (200, json!({ "contact_key": key }))
            );
        }
        let contact = floor.get(&path).await;
        assert_eq!(
            (&contact["state"], &contact["outcome"]),
            (&json!(3), &json!("cancelled"))
        );
    }
    assert_eq!(floor.get("/agent/agent:7").await["activity"], "idle");
}

async fn a_contact_is_requeued_from_its_agent(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let key = floor.call(&["English"]).await;
    let path = format!("/contact/{key}/requeue");
    let answer = floor.send("POST", &path, r#"{"agent":"agent:7"}"#).await;
    let queued = json!({ "contact_key": key, "state": 1, "agent": null });
    assert_eq!((answer.status, answer.json), (200, queued));
    let agent = floor.get("/agent/agent:7").await;
    assert_eq!(
        (&agent["presence"], &agent["reason"], &agent["mark"]),
        (&json!("unavailable"), &json!(null), &json!("requeued"))
    );
    floor.staff("agent:8", &["English"]).await;
    let stale = floor.send("POST", &path, r#"{"agent":"agent:7"}"#).await;
    assert_eq!((stale.status, &stale.json["code"]), (409, &json!("stale")));
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(
        (&contact["agent"], &contact["requeues"]),
        (&json!("agent:8"), &json!(1))
    );
}

async fn a_priority_is_changed(floor: Floor) {
    let first = floor.call(&["English"]).await;
    let second = floor.call(&["English"]).await;
    let path = format!("/contact/{second}/priority");
    let answer = floor.send("PATCH", &path, r#"{"priority":1}"#).await;
    assert_eq!(
        (answer.status, answer.json),
        (200, json!({ "contact_key": second }))
    );
    let queue = floor.get("/queue").await;
    let keys: Vec<&Value> = queue["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["contact_key"])
        .collect();
    assert_eq!(keys, [&json!(second), &json!(first)]);
    for bad in [
        r#"{"priority":256}"#,
        r#"{"priority":-1}"#,
        r#"{"priority":"1"}"#,
        "{}",
    ] {
        assert_eq!(floor.send("PATCH", &path, bad).await.status, 422, "{bad}");
    }
    floor.send("PATCH", &format!("/contact/{second}"), "").await;
    let over = floor.send("PATCH", &path, r#"{"priority":2}"#).await;
    assert_eq!(
        (over.status, &over.json["code"]),
        (409, &json!("contact_ended"))
    );
}

async fn steering_what_is_not_there_is_refused(floor: Floor) {
    let key = "contact:01890a5d-ac96-774b-bcce-b302099a8057";
    for (method, path, body) in [
        ("DELETE", format!("/contact/{key}"), ""),
        (
            "POST",
            format!("/contact/{key}/requeue"),
            r#"{"agent":"a"}"#,
        ),
        (
            "PATCH",
            format!("/contact/{key}/priority"),
            r#"{"priority":1}"#,
        ),
    ] {
        let answer = floor.send(method, &path, body).await;
        assert_eq!(
            (answer.status, &answer.json["code"]),
            (404, &json!("unknown_contact"))
        );
    }
    let path = format!("/contact/{key}/requeue");
    assert_eq!(
        floor.send("POST", &path, r#"{"agent":"a*"}"#).await.status,
        422
    );
}

async fn stats_tell_a_window(floor: Floor) {
    let none = floor.get("/stats").await["window"].take();
    assert!(none["all"]["service_level"].is_null() && none["occupancy"].is_null());
    floor.staff("agent:7", &["English"]).await;
    let key = floor.call(&["English"]).await;
    floor.send("PATCH", &format!("/contact/{key}"), "").await;
    for window in ["15m", "30m", "60m", "today"] {
        let stats = floor.get(&format!("/stats?window={window}")).await;
        let window = &stats["window"];
        assert_eq!(window["all"]["service_level"], 1.0);
        assert_eq!(window["skills"]["English"]["handled"], 1);
        assert_eq!(window["service_level_within_ms"], 20_000);
        assert_eq!(stats["handled"], 1);
    }
    assert_eq!(floor.send("GET", "/stats?window=1h", "").await.status, 422);
    let within = floor.get("/stats?window=60m&within=300").await;
    assert_eq!(within["window"]["service_level_within_ms"], 300_000);
    assert_eq!(within["window"]["skills"]["English"]["assigned_in_time"], 1);
    for bad in ["25", "20s", "", "-5"] {
        let path = format!("/stats?within={bad}");
        let refused = floor.send("GET", &path, "").await;
        assert_eq!(refused.status, 422, "{bad}");
        let detail = refused.json["detail"].as_str().unwrap();
        assert!(detail.contains("5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300 or 600 seconds"));
    }
    let metrics = floor
        .request("GET", "/metrics")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let told = format!(
        "switchboard_service_level_15m{{acd=\"{}\"}} 1",
        floor.acd.name()
    );
    assert!(metrics.contains(&told), "{metrics}");
    let told = format!(
        "switchboard_contact_wait_seconds_bucket{{acd=\"{}\",le=\"5\"}} 1\n",
        floor.acd.name()
    );
    assert!(metrics.contains(&told), "{metrics}");
}

async fn stats_tell_which_abandonments_are_short(floor: Floor) {
    for (set, told) in [("12", 12_000), ("0", 0), ("null", 5_000)] {
        let body = format!(r#"{{"short_abandon_s":{set}}}"#);
        floor.send("PATCH", "/acd/settings", &body).await;
        let window = floor.get("/stats").await["window"].take();
        assert_eq!(window["short_abandon_within_ms"], told);
    }
    let answer = floor
        .send("PATCH", "/acd/settings", r#"{"short_abandon_s":86401}"#)
        .await;
    let detail = answer.json["detail"].as_str().unwrap().to_owned();
    assert_eq!(answer.status, 422);
    assert!(
        detail.contains("short_abandon_s") && detail.contains("use 0 to 86400"),
        "{detail}"
    );
}
