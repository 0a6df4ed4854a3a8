//! The routes of agents and of skills.

use crate::floor::{Floor, on_each_store};
use serde_json::json;

on_each_store!(
    an_agent_is_created_unavailable,
    an_agent_is_created_once,
    an_agent_changes_their_name,
    an_agent_sets_their_state,
    a_break_has_a_reason_and_outlasts_opening,
    a_reason_must_be_on_the_list_if_there_is_one,
    a_busy_agent_chooses_what_comes_next,
    an_agent_gains_and_loses_skills,
    a_skill_is_taken_from_everybody,
    an_agent_is_deleted,
    an_agent_on_a_contact_is_not_deleted,
    what_is_not_there_is_not_found,
    a_name_in_a_path_is_one_name_however_it_is_written,
);

const ADA: &str = r#"{"fname":"Ada","lname":"Lovelace","skills":["English","Billing"]}"#;
const KEY: &str = r#"{"agent_key":"agent:7"}"#;

async fn an_agent_is_created_unavailable(floor: Floor) {
    let created = floor.send("POST", "/agent/agent:7", ADA).await;
    assert_eq!((created.status, created.text.as_str()), (201, KEY));
    let mut agent = floor.get("/agent/agent:7").await;
    assert!(agent["changed_ms"].take().as_u64().unwrap() > 1_600_000_000_000);
    let expected = json!({
        "agent_key": "agent:7", "fname": "Ada", "lname": "Lovelace",
        "skills": ["English", "Billing"], "state": 0, "presence": "unavailable",
        "reason": null, "mark": "new", "activity": "idle", "until_ms": null, "misses": 0, "wrap_up_time_ms": 0, "contact": null, "next": null,
        "next_reason": null, "next_mark": null, "since_ms": null, "since_tick": null, "changed_ms": null, "handled": 0,
        "handle_time_ms": 0,
    });
    assert_eq!(agent, expected);
}

async fn an_agent_is_created_once(floor: Floor) {
    floor.send("POST", "/agent/agent:7", ADA).await;
    let again = floor.send("POST", "/agent/agent:7", ADA).await;
    let detail = again.problem(409, "agent_exists");
    assert_eq!(detail, "agent agent:7 already exists");
}

async fn an_agent_changes_their_name(floor: Floor) {
    floor.send("POST", "/agent/agent:7", ADA).await;
    let body = r#"{"fname":"Augusta Ada","lname":"King"}"#;
    let renamed = floor.send("PATCH", "/agent/agent:7", body).await;
    assert_eq!((renamed.status, renamed.text.as_str()), (200, KEY));
    let agent = floor.get("/agent/agent:7").await;
    assert_eq!(
        (&agent["fname"], &agent["lname"]),
        (&json!("Augusta Ada"), &json!("King"))
    );
}

async fn an_agent_sets_their_state(floor: Floor) {
    floor.send("POST", "/agent/agent:7", ADA).await;
    for (state, presence) in [(1, "available"), (1, "available"), (0, "unavailable")] {
        let body = json!({"state": state}).to_string();
        let answer = floor.send("PATCH", "/agent/agent:7/state", &body).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, KEY));
        let agent = floor.get("/agent/agent:7").await;
        assert_eq!(
            (&agent["state"], &agent["presence"]),
            (&json!(state), &json!(presence))
        );
        assert_eq!(agent["since_ms"].is_null(), state == 0);
    }
}

async fn a_break_has_a_reason_and_outlasts_opening(floor: Floor) {
    for key in ["on-lunch", "closed"] {
        floor.staff(key, &[]).await;
    }
    floor
        .choose("on-lunch", r#"{"state":0,"reason":"lunch"}"#)
        .await;
    assert_eq!(floor.get("/agent/on-lunch").await["reason"], "lunch");
    for state in [0, 1] {
        let body = json!({"state": state}).to_string();
        floor.send("POST", "/acd", &body).await;
    }
    let (away, back) = (
        floor.get("/agent/on-lunch").await,
        floor.get("/agent/closed").await,
    );
    assert_eq!(
        (&away["state"], &away["reason"]),
        (&json!(0), &json!("lunch"))
    );
    assert_eq!((&back["state"], &back["reason"]), (&json!(1), &json!(null)));
}

async fn a_reason_must_be_on_the_list_if_there_is_one(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let list = r#"{"reasons":["lunch","break"]}"#;
    let set = floor.send("PATCH", "/acd/settings", list).await;
    assert_eq!((set.status, set.text.as_str()), (200, list));
    let refused = floor
        .send(
            "PATCH",
            "/agent/agent:7/state",
            r#"{"state":0,"reason":"Lunch"}"#,
        )
        .await;
    assert_eq!(
        refused.problem(422, "unknown_reason"),
        "the reason Lunch is not one of this ACD's; give none or one of: lunch, break"
    );
    assert_eq!(refused.json["invalid"]["what"], "the reason Lunch");
    assert_eq!(floor.get("/agent/agent:7").await["state"], 1);
    for body in [r#"{"state":0,"reason":"lunch"}"#, r#"{"state":0}"#] {
        floor.choose("agent:7", body).await;
    }
}

async fn a_busy_agent_chooses_what_comes_next(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let key = floor.call(&["English"]).await;
    floor
        .choose("agent:7", r#"{"state":0,"reason":"lunch"}"#)
        .await;
    let busy = floor.get("/agent/agent:7").await;
    assert_eq!(
        (&busy["presence"], &busy["activity"]),
        (&json!("available"), &json!("busy"))
    );
    assert_eq!(
        (&busy["next"], &busy["next_reason"]),
        (&json!("unavailable"), &json!("lunch"))
    );
    assert_eq!((&busy["state"], &busy["contact"]), (&json!(0), &json!(key)));

    floor.send("PATCH", &format!("/contact/{key}"), "").await;
    let free = floor.get("/agent/agent:7").await;
    assert_eq!(
        (&free["presence"], &free["reason"]),
        (&json!("unavailable"), &json!("lunch"))
    );
    assert_eq!(
        (&free["handled"], &free["contact"]),
        (&json!(1), &json!(null))
    );
}

async fn an_agent_gains_and_loses_skills(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let waiting = floor.call(&["English", "Tier 2"]).await;
    for _ in 0..2 {
        let added = floor
            .send("PATCH", "/agent/agent:7/skill", r#"{"skill":"Tier 2"}"#)
            .await;
        assert_eq!((added.status, added.text.as_str()), (200, KEY));
    }
    assert_eq!(
        floor.get(&format!("/contact/{waiting}")).await["agent"],
        "agent:7"
    );

    let removed = floor
        .send("DELETE", "/agent/agent:7/skill/Tier%202", "")
        .await;
    assert_eq!((removed.status, removed.text.as_str()), (200, KEY));
    assert_eq!(
        floor.get("/agent/agent:7").await["skills"],
        json!(["English"])
    );
    let again = floor
        .send("DELETE", "/agent/agent:7/skill/Tier%202", "")
        .await;
    again.problem(404, "skill_not_held");
}

async fn a_skill_is_taken_from_everybody(floor: Floor) {
    floor.staff("a", &["Français", "English"]).await;
    floor.staff("b", &["Français"]).await;
    let deleted = floor.send("DELETE", "/skill/Fran%C3%A7ais", "").await;
    assert_eq!(
        (deleted.status, deleted.text.as_str()),
        (200, r#"{"skill":"Français"}"#)
    );
    assert_eq!(floor.get("/agent/a").await["skills"], json!(["English"]));
    assert_eq!(floor.get("/agent/b").await["skills"], json!([]));
    let again = floor.send("DELETE", "/skill/Fran%C3%A7ais", "").await;
    again.problem(404, "unknown_skill");
}

async fn an_agent_is_deleted(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let deleted = floor.send("DELETE", "/agent/agent:7", "").await;
    assert_eq!((deleted.status, deleted.text.as_str()), (200, KEY));
    let gone = floor.send("GET", "/agent/agent:7", "").await;
    gone.problem(404, "unknown_agent");
    let key = floor.call(&["English"]).await;
    assert_eq!(floor.get(&format!("/contact/{key}")).await["state"], 1);
}

async fn an_agent_on_a_contact_is_not_deleted(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    floor.call(&["English"]).await;
    let refused = floor.send("DELETE", "/agent/agent:7", "").await;
    refused.problem(409, "agent_busy");
    assert_eq!(floor.get("/agent/agent:7").await["activity"], "busy");
}

async fn what_is_not_there_is_not_found(floor: Floor) {
    let skill = r#"{"skill":"English"}"#;
    for (method, path, body) in [
        ("GET", "/agent/nobody", ""),
        ("PATCH", "/agent/nobody", r#"{"fname":"a","lname":"b"}"#),
        ("PATCH", "/agent/nobody/state", r#"{"state":1}"#),
        ("PATCH", "/agent/nobody/skill", skill),
        ("DELETE", "/agent/nobody/skill/English", ""),
        ("DELETE", "/agent/nobody", ""),
    ] {
        let answer = floor.send(method, path, body).await;
        let detail = answer.problem(404, "unknown_agent");
        assert_eq!(detail, "there is no agent nobody", "{method} {path}");
    }
    floor
        .send("DELETE", "/skill/Klingon", "")
        .await
        .problem(404, "unknown_skill");
}

async fn a_name_in_a_path_is_one_name_however_it_is_written(floor: Floor) {
    for (path, id) in [
        ("a%2Fb%3Fc%23d%25e", "a/b?c#d%e"),
        ("DOMAIN%5Cjdoe", "DOMAIN\\jdoe"),
        ("%6Adoe@corp.com", "jdoe@corp.com"),
        ("%20+4917%20%20x%20", "+4917 x"),
        ("Tie%CC%82%CC%81ng", "Tiếng"),
        ("[a-z]^", "[a-z]^"),
        ("%252F", "%2F"),
        ("...", "..."),
    ] {
        let body = r#"{"fname":" Zoe\u0308 \u3000","lname":"","skills":[" C++\t"," C++"]}"#;
        let created = floor.send("POST", &format!("/agent/{path}"), body).await;
        assert_eq!(created.status, 201, "{path}: {}", created.text);
        assert_eq!(created.json["agent_key"], id);
        let agent = floor.get(&format!("/agent/{path}")).await;
        assert_eq!(
            (&agent["agent_key"], &agent["fname"], &agent["skills"]),
            (&json!(id), &json!("Zoë"), &json!(["C++"]))
        );
        let taken = floor
            .send("DELETE", &format!("/agent/{path}/skill/C%2B+%20"), "")
            .await;
        assert_eq!(taken.status, 200, "{path}: {}", taken.text);
        assert_eq!(
            floor
                .send("DELETE", &format!("/agent/{path}"), "")
                .await
                .status,
            200
        );
    }
}
