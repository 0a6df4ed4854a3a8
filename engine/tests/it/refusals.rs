//! Invalid input: each is refused with a problem that says what is wrong, and changes nothing.

use crate::floor::{Answer, Floor, on_each_store};
use serde_json::json;

on_each_store!(
    bad_contacts_are_refused_and_change_nothing,
    bad_states_are_refused_and_change_nothing,
    bad_agents_are_refused_and_change_nothing,
    bad_paths_are_refused_and_change_nothing,
    bad_queries_are_refused,
    bad_headers_are_refused,
    bodies_that_are_too_long_are_refused,
    unknown_routes_and_methods_are_refused,
    a_request_keeps_its_id,
);

/// Creates something that bad requests could change.
async fn furnish(floor: &Floor) {
    floor.staff("agent:7", &["English"]).await;
    floor.call(&["English"]).await;
    floor.call(&["Klingon"]).await;
}

async fn bad_contacts_are_refused_and_change_nothing(floor: Floor) {
    furnish(&floor).await;
    let before = floor.everything().await;
    let long = "x".repeat(10_000);
    let many: Vec<String> = (0..17).map(|number| format!("skill {number}")).collect();
    let deep = json!({"skills": [], "attributes": {"a": [[[[[[[[[1]]]]]]]]]}});
    let wide = json!({"skills": [], "attributes": {"a": "x".repeat(5_000)}});
    for (body, said) in [
        ("", "the body is missing"),
        ("{", "not JSON"),
        (r#"{"skills":[]}}"#, "line 1 column 14"),
        (r#"{"skills":[],}"#, "line 1 column 14"),
        ("[]", "a list"),
        (
            r#""skills""#,
            "it is \"skills\"; send a JSON object with the fields contact_key, type, skills, \
             priority, attributes",
        ),
        ("null", "does not fit: it is null; send a JSON object"),
        (
            r#"{"skills":[],"contact_key":"x"}"#,
            "is not the key of a contact",
        ),
        ("{}", "skills are missing; say which skills it needs"),
        (r#"{"skills":null}"#, "skills are missing"),
        (
            r#"{"skills":"English"}"#,
            "skills: invalid type: string \"English\", expected a list of names",
        ),
        (
            r#"{"skills":["English",7]}"#,
            "skills[1]: invalid type: integer `7`, expected text",
        ),
        (r#"{"skills":[["English"]]}"#, "skills[0]"),
        (r#"{"skills":[""]}"#, "is empty"),
        (r#"{"skills":["{acd}"]}"#, "has the character '{'"),
        (r#"{"skills":["*"]}"#, "has the character '*'"),
        (r#"{"skills":["a|b"]}"#, "has the character '|'"),
        (r#"{"skills":[" "]}"#, "is empty"),
        (r#"{"skills":["a\u2028b"]}"#, "has the character U+2028"),
        (r#"{"skills":["\u3164"]}"#, "has the character U+3164"),
        (r#"{"skills":[".."]}"#, "cannot be used in a URL"),
        (r#"{"skills":["a\nb"]}"#, r"has the character '\n'"),
        (r#"{"skills":["a\u0000b"]}"#, r"has the character '\0'"),
        (r#"{"skills":["\ud800"]}"#, "not JSON"),
        (
            &format!(r#"{{"skills":["{long}"]}}"#),
            "is 10000 characters long",
        ),
        (&json!({"skills": many}).to_string(), "at most 16"),
        (r#"{"skills":[],"priority":256}"#, "priority 256"),
        (r#"{"skills":[],"priority":-1}"#, "priority -1"),
        (
            r#"{"skills":[],"priority":"1"}"#,
            "priority: invalid type: string \"1\", expected a whole number from 0 to 255",
        ),
        (r#"{"skills":[],"priority":1.5}"#, "priority: invalid type"),
        (
            r#"{"skills":[],"attributes":[]}"#,
            "attributes: invalid type",
        ),
        (&deep.to_string(), "nested"),
        (&wide.to_string(), "4096 bytes"),
    ] {
        refused(&floor, "POST", "/contact", body, said).await;
    }
    assert_eq!(floor.everything().await, before);
}

async fn bad_states_are_refused_and_change_nothing(floor: Floor) {
    furnish(&floor).await;
    let before = floor.everything().await;
    for path in ["/acd", "/agent/agent:7/state"] {
        let method = if path == "/acd" { "POST" } else { "PATCH" };
        for (body, said) in [
            ("", "the body is missing"),
            ("{}", "missing field `state`"),
            (r#"{"state":7}"#, "state 7 is not a state; use 1 or 0"),
            (r#"{"state":-1}"#, "state -1"),
            (r#"{"state":"1"}"#, "state: invalid type: string"),
            (r#"{"state":1.5}"#, "state: invalid type: floating point"),
            (r#"{"state":true}"#, "state: invalid type: boolean"),
            (r#"{"state":null}"#, "state: invalid type: null"),
            (r#"{"state":1,"state":0}"#, "duplicate field `state`"),
            (r#"{"state":99999999999999999999}"#, "state"),
        ] {
            refused(&floor, method, path, body, said).await;
        }
    }
    assert_eq!(floor.everything().await, before);
}

async fn bad_agents_are_refused_and_change_nothing(floor: Floor) {
    furnish(&floor).await;
    let before = floor.everything().await;
    let long = "x".repeat(10_000);
    for (method, path, body, said) in [
        (
            "PATCH",
            "/agent/agent:7/state",
            r#"{"state":0,"reason":"a*"}"#,
            "reason \"a*\"",
        ),
        (
            "PATCH",
            "/agent/agent:7/state",
            r#"{"state":1,"reason":"x"}"#,
            "state 0 only",
        ),
        (
            "POST",
            "/agent/b",
            r#"{"fname":"a","lname":"b"}"#,
            "missing field `skills`",
        ),
        (
            "POST",
            "/agent/b",
            r#"{"fname":1,"lname":"b","skills":[]}"#,
            "fname: invalid type",
        ),
        (
            "POST",
            "/agent/b",
            r#"{"fname":"a\nb","lname":"b","skills":[]}"#,
            r"has the character '\n'",
        ),
        (
            "POST",
            "/agent/b",
            r#"{"fname":"a","lname":"b","skills":["*"]}"#,
            "'*'",
        ),
        (
            "PATCH",
            "/agent/agent:7",
            r#"{"fname":"a"}"#,
            "missing field `lname`",
        ),
        (
            "PATCH",
            "/agent/agent:7",
            &format!(r#"{{"fname":"{long}","lname":""}}"#),
            "10000",
        ),
        (
            "PATCH",
            "/agent/agent:7/skill",
            "{}",
            "missing field `skill`",
        ),
        (
            "PATCH",
            "/agent/agent:7/skill",
            r#"{"skill":["a"]}"#,
            "skill: invalid type",
        ),
        ("PATCH", "/agent/agent:7/skill", r#"{"skill":"{a}"}"#, "'{'"),
    ] {
        refused(&floor, method, path, body, said).await;
    }
    assert_eq!(floor.everything().await, before);
}

async fn refused(floor: &Floor, method: &str, path: &str, body: &str, said: &str) {
    let answer = floor.send(method, path, body).await;
    let detail = answer.problem(422, "invalid");
    assert!(detail.contains(said), "{method} {path} {body}: {detail}");
    assert!(detail.len() < 500, "{detail}");
    for inside in ["struct", "i64", "sequence", " map", "at line 1 column 4"] {
        let is_data = !detail.contains("not JSON");
        assert!(!(is_data && detail.contains(inside)), "{body}: {detail}");
    }
    if detail.contains("key of a contact") {
        assert!(
            answer.json["invalid"]["rule"].is_string(),
            "{}",
            answer.text
        );
    }
}

async fn bad_paths_are_refused_and_change_nothing(floor: Floor) {
    furnish(&floor).await;
    let before = floor.everything().await;
    let long = "x".repeat(65);
    let name = r#"{"fname":"a","lname":"b","skills":[]}"#;
    for bad in [
        "{}",
        "*",
        "a%7Cb",
        "a%0Ab",
        "a%00b",
        "%FF",
        "%7Bacd%7D:agent:7",
        "a,b",
        &long,
    ] {
        for (method, path, body) in [
            ("GET", format!("/agent/{bad}"), ""),
            ("POST", format!("/agent/{bad}"), name),
            ("PATCH", format!("/agent/{bad}"), name),
            ("PATCH", format!("/agent/{bad}/state"), r#"{"state":1}"#),
            ("PATCH", format!("/agent/{bad}/skill"), r#"{"skill":"a"}"#),
            ("DELETE", format!("/agent/{bad}"), ""),
            ("DELETE", format!("/agent/{bad}/skill/English"), ""),
            ("DELETE", format!("/agent/agent:7/skill/{bad}"), ""),
            ("DELETE", format!("/skill/{bad}"), ""),
            ("GET", format!("/contact/{bad}"), ""),
            ("PATCH", format!("/contact/{bad}"), ""),
            ("GET", format!("/contact/{bad}/explain"), ""),
        ] {
            let answer = floor.send(method, &path, body).await;
            answer.problem(422, "invalid");
            if bad == "%FF" {
                let detail = answer.json["detail"].as_str().unwrap();
                assert!(
                    detail.contains(&path) && detail.contains("%C3%A9"),
                    "{detail}"
                );
            }
        }
    }
    for bad in [
        "contact:7",
        "7",
        "01890a5dac96774bbcceb302099a8057",
        "agent:7",
    ] {
        let answer = floor.send("GET", &format!("/contact/{bad}"), "").await;
        let detail = answer.problem(422, "invalid");
        assert!(detail.contains("is not the key of a contact"), "{detail}");
    }
    assert_eq!(floor.everything().await, before);
}

async fn bad_queries_are_refused(floor: Floor) {
    for list in ["/agent", "/queue", "/skill"] {
        for (query, said) in [
            ("limit=0", "use a whole number from 1 to 500"),
            ("limit=501", "use a whole number from 1 to 500"),
            ("limit=-1", "limit \"-1\""),
            ("limit=ten", "limit \"ten\""),
            ("limit=", "limit \"\""),
            ("limit=1&limit=2", "limit is given more than once"),
            ("cursor=*", "\"*\""),
            ("cursor=", "\"\""),
            ("cursor=%FF", "\u{fffd}"),
            ("offset=-1", "offset \"-1\""),
            (
                "offset=1&cursor=1",
                "use only one of cursor, offset and around",
            ),
            ("back=1", "back \"1\" is given without around"),
            ("around=*", "around \"*\""),
            (
                "offset=99999999999999999999",
                "use a whole number from 0 to",
            ),
            ("around=1&back=ten", "back \"ten\""),
        ] {
            let answer = floor.send("GET", &format!("{list}?{query}"), "").await;
            let detail = answer.problem(422, "invalid");
            assert!(detail.contains(said), "{list}?{query}: {detail}");
        }
        assert!(floor.get(&format!("{list}?limit=500")).await["items"].is_array());
    }
}

async fn bad_headers_are_refused(floor: Floor) {
    let long = "x".repeat(256);
    for bad in ["", "é", &long] {
        let request = floor.request("POST", "/contact").body(r#"{"skills":[]}"#);
        let answer = Answer::to(request.header("Idempotency-Key", bad)).await;
        let detail = answer.problem(422, "invalid");
        assert!(detail.contains("1 to 255 printable ASCII"), "{detail}");
    }
    let request = floor.request("POST", "/contact").body(r#"{"skills":[]}"#);
    let twice = request
        .header("Idempotency-Key", "a")
        .header("Idempotency-Key", "b");
    Answer::to(twice).await.problem(422, "invalid");
    for bad in ["", "x", "-1", "1.5"] {
        let request = floor.request("GET", "/events").header("Last-Event-ID", bad);
        let answer = Answer::to(request).await;
        let detail = answer.problem(422, "invalid");
        assert!(detail.contains("Last-Event-ID"), "{detail}");
    }
    assert_eq!(floor.get("/stats").await["created"], 0);
}

async fn bodies_that_are_too_long_are_refused(floor: Floor) {
    let fill = |length: usize| {
        let body = r#"{"skills":[]}"#;
        format!("{body}{}", " ".repeat(length - body.len()))
    };
    let most = floor.send("POST", "/contact", &fill(65_536)).await;
    assert_eq!(most.status, 201);
    for length in [65_537, 10_000_000] {
        let answer = floor.send("POST", "/contact", &fill(length)).await;
        let detail = answer.problem(413, "too_large");
        assert_eq!(detail, "the body is longer than 65536 bytes");
    }
    // In chunks, so that nothing announces the length.
    let pieces =
        futures::stream::iter((0..200).map(|_| Ok::<_, std::io::Error>("x".repeat(1_000))));
    let body = reqwest::Body::wrap_stream(pieces);
    let answer = Answer::to(floor.request("POST", "/contact").body(body)).await;
    answer.problem(413, "too_large");
    assert_eq!(floor.get("/stats").await["created"], 1);
}

async fn unknown_routes_and_methods_are_refused(floor: Floor) {
    for path in [
        "/",
        "/nothing",
        "/agent/a/b/c/d",
        "/contacts",
        "/docs/nothing",
    ] {
        floor
            .send("GET", path, "")
            .await
            .problem(404, "unknown_route");
    }
    for (method, path, allowed) in [
        ("PUT", "/acd", "GET,HEAD,POST"),
        ("GET", "/contact", "POST"),
        ("POST", "/contact/contact:7", "GET,HEAD,PATCH,DELETE"),
        ("PUT", "/agent/a", "GET,HEAD,POST,PATCH,DELETE"),
        ("GET", "/agent/a/state", "PATCH"),
        ("POST", "/healthz", "GET,HEAD"),
        ("POST", "/openapi.json", "GET,HEAD"),
        ("BREW", "/queue", "GET,HEAD"),
    ] {
        let answer = floor.send(method, path, "").await;
        let detail = answer.problem(405, "method_not_allowed");
        assert!(detail.starts_with(method), "{detail}");
        let mut allow: Vec<&str> = answer.header("allow").split(',').collect();
        let mut expected: Vec<&str> = allowed.split(',').collect();
        allow.sort_unstable();
        expected.sort_unstable();
        assert_eq!(allow, expected, "{method} {path}");
    }
}

async fn a_request_keeps_its_id(floor: Floor) {
    let with = |id: &'static str| {
        let request = floor.request("GET", "/healthz").header("X-Request-Id", id);
        Answer::to(request)
    };
    assert_eq!(
        with("order 66 ~").await.header("x-request-id"),
        "order 66 ~"
    );
    assert_eq!(with("").await.header("x-request-id").len(), 36);
    let request = floor
        .request("GET", "/nothing")
        .header("X-Request-Id", "mine");
    let answer = Answer::to(request).await;
    assert_eq!(answer.header("x-request-id"), "mine");
    answer.problem(404, "unknown_route");
}
