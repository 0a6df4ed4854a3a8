//! Offers over HTTP: what an offered contact and its agent look like, and every answer to an offer.

use std::time::Duration;

use engine::authorization::Authorization;
use serde_json::{Value, json};

use crate::authorization::{Tokens, with};
use crate::floor::{Answer, Floor, on_each_store};

on_each_store!(
    a_contact_is_offered_and_accepted_once,
    a_rejected_contact_goes_to_the_next_agent,
    an_agent_who_misses_offers_is_not_responding,
    an_answer_that_names_no_offer_is_refused,
    a_contact_that_leaves_while_it_is_offered_is_counted,
);

pub(crate) async fn set(floor: &Floor, settings: &str) {
    let answer = floor.send("PATCH", "/acd/settings", settings).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// Returns the number of the open offer of a contact.
async fn offer(floor: &Floor, key: &str) -> u64 {
    let contact = floor.get(&format!("/contact/{key}")).await;
    contact["offer"]["number"].as_u64().unwrap()
}

async fn answer(floor: &Floor, key: &str, how: &str, agent: &str, offer: u64) -> Answer {
    let body = json!({"agent": agent, "offer": offer}).to_string();
    let path = format!("/contact/{key}/{how}");
    floor.send("POST", &path, &body).await
}

async fn a_contact_is_offered_and_accepted_once(floor: Floor) {
    set(&floor, r#"{"offer_timeout_s":20}"#).await;
    floor.staff("agent:7", &["English"]).await;
    let place = floor.get("/agent/agent:7").await["since_tick"].take();
    let made = floor
        .send("POST", "/contact", r#"{"skills":["English"]}"#)
        .await;
    let key = made.json["contact_key"].as_str().unwrap().to_owned();
    let offer = made.json["offer"].clone();
    let number = offer["number"].as_u64().unwrap();
    let expected = json!({"contact_key": key, "state": 4, "agent": null, "offer": offer});
    assert_eq!((made.status, &made.json), (201, &expected));
    assert_eq!(offer["agent"], "agent:7");
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(
        json!([contact["state"], contact["agent"], contact["offer"]]),
        json!([4, null, offer])
    );
    let until = contact["created_ms"].as_u64().unwrap() + 20_000;
    assert_eq!(offer["deadline_ms"], until);
    let agent = floor.get("/agent/agent:7").await;
    let fields = ["activity", "contact", "offer", "until_ms", "since_tick"];
    let told: Vec<&Value> = fields.iter().map(|name| &agent[name]).collect();
    assert_eq!(json!(told), json!(["offered", key, number, until, place]));
    assert!(
        agent["since_ms"].is_null() && agent["state"] == 1,
        "{agent}"
    );
    let acd = floor.get("/acd").await;
    let told = ["agents_offered", "available", "busy", "waiting"].map(|name| &acd[name]);
    assert_eq!(json!(told), json!([1, 0, 0, 0]));

    for (agent, number) in [("agent:8", number), ("agent:7", number + 1)] {
        for how in ["accept", "reject"] {
            let refused = answer(&floor, &key, how, agent, number).await;
            let detail = refused.problem(409, "stale_offer");
            assert!(
                detail.contains("it is offered to agent agent:7"),
                "{detail}"
            );
        }
    }
    for repeated in [false, true] {
        let accepted = answer(&floor, &key, "accept", "agent:7", number).await;
        let expected = json!({"contact_key": key, "state": 2, "agent": "agent:7"});
        assert_eq!((accepted.status, accepted.json), (200, expected));
        let body = json!({"agent": "agent:7", "offer": number}).to_string();
        let full = floor.request("POST", &format!("/contact/{key}/accept"));
        let full = full.header("Prefer", "return=representation").body(body);
        let full = Answer::to(full).await.json;
        assert_eq!(full["repeated"], true, "{repeated}");
    }
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(contact["accepted_offer"], number);
    assert_eq!(contact.get("offer"), None);
    let stats = floor.get("/stats").await;
    let window = &stats["window"];
    for counts in [&stats, &window["all"], &window["skills"]["English"]] {
        let told = ["offers", "accepted", "rejected", "missed", "withdrawn"];
        let told = told.map(|name| &counts[name]);
        assert_eq!(json!(told), json!([1, 1, 0, 0, 0]), "{counts}");
    }
    let metrics = floor.send("GET", "/metrics", "").await.text;
    let acd = floor.acd.name();
    let line = format!("switchboard_offers_accepted_total{{acd=\"{acd}\"}} 1\n");
    assert!(metrics.contains(&line), "{metrics}");
    let line = format!("switchboard_agents{{acd=\"{acd}\",state=\"offered\"}} 0\n");
    assert!(metrics.contains(&line), "{metrics}");
}

async fn a_rejected_contact_goes_to_the_next_agent(floor: Floor) {
    set(&floor, r#"{"offer_timeout_s":20,"penalty_s":60}"#).await;
    floor.staff("agent:7", &["English"]).await;
    floor.staff("agent:8", &["English"]).await;
    let key = floor.call(&["English"]).await;
    let number = offer(&floor, &key).await;
    let body = json!({"agent": "agent:7", "offer": number, "reason": "lunch"}).to_string();
    let path = format!("/contact/{key}/reject");
    let rejected = floor.send("POST", &path, &body).await;
    assert_eq!(
        json!([
            rejected.status,
            rejected.json["state"],
            rejected.json["offer"]["agent"]
        ]),
        json!([200, 4, "agent:8"])
    );
    assert!(rejected.json["offer"]["number"].as_u64().unwrap() > number);
    assert_eq!(floor.send("POST", &path, &body).await.status, 200);
    let agent = floor.get("/agent/agent:7").await;
    let told = [
        "activity",
        "presence",
        "misses",
        "rejected_offer",
        "contact",
    ];
    let told = told.map(|name| &agent[name]);
    let expected = json!(["penalty", "available", 0, number, null]);
    assert_eq!(json!(told), expected);
    assert!(agent["until_ms"].as_u64().unwrap() > agent["changed_ms"].as_u64().unwrap());
    let why = floor.get(&format!("/contact/{key}/explain")).await;
    assert_eq!(why["state"], 4);
    let other = floor.call(&["English"]).await;
    let why = floor.get(&format!("/contact/{other}/explain")).await;
    let told = ["qualified", "qualified_offered", "qualified_penalty"].map(|name| &why[name]);
    assert_eq!(json!(told), json!([2, 1, 1]));
    let late = answer(&floor, &key, "accept", "agent:7", number).await;
    late.problem(409, "stale_offer");
    let acd = floor.get("/acd").await;
    let told = [
        &acd["agents_penalty"],
        &acd["unavailable"],
        &acd["totals"]["rejected"],
    ];
    assert_eq!(json!(told), json!([1, 0, 1]));
    let past = floor.get("/events/past?after=0&limit=500").await;
    let events = past["items"].as_array().unwrap();
    let ended = events.iter().find(|event| event["type"] == "offer_ended");
    let ended = ended.unwrap();
    let told = ["offer", "agent", "how", "reason"].map(|name| &ended[name]);
    assert_eq!(json!(told), json!([number, "agent:7", "rejected", "lunch"]));
}

async fn an_agent_who_misses_offers_is_not_responding(floor: Floor) {
    set(
        &floor,
        r#"{"offer_timeout_s":1,"max_misses":2,"penalty_s":0}"#,
    )
    .await;
    floor.staff("agent:7", &["English"]).await;
    let key = floor.call(&["English"]).await;
    let number = offer(&floor, &key).await;
    let mut agent = Value::Null;
    for _ in 0..100 {
        agent = floor.get("/agent/agent:7").await;
        if agent["activity"] == "not_responding" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let told = [
        "activity", "presence", "mark", "reason", "misses", "until_ms",
    ];
    let told = told.map(|name| &agent[name]);
    let expected = json!([
        "not_responding",
        "unavailable",
        "not_responding",
        null,
        2,
        null
    ]);
    assert_eq!(json!(told), expected);
    let late = answer(&floor, &key, "accept", "agent:7", number).await;
    let detail = late.problem(409, "stale_offer");
    assert!(detail.contains("it waits"), "{detail}");
    let why = floor.get(&format!("/contact/{key}/explain")).await;
    assert_eq!(why["qualified_not_responding"], 1);
    assert_eq!(floor.get("/stats").await["missed"], 2);
    floor.choose("agent:7", r#"{"state":1}"#).await;
    let agent = floor.get("/agent/agent:7").await;
    let told = [&agent["activity"], &agent["misses"]];
    assert_eq!(json!(told), json!(["offered", 0]), "at once");
}

async fn an_answer_that_names_no_offer_is_refused(floor: Floor) {
    set(&floor, r#"{"offer_timeout_s":20}"#).await;
    floor.staff("agent:7", &["English"]).await;
    let key = floor.call(&["English"]).await;
    for (how, body, said) in [
        ("accept", "{}", "agent"),
        ("accept", r#"{"agent":"agent:7"}"#, "offer"),
        ("accept", r#"{"agent":"a*","offer":1}"#, "agent key"),
        ("accept", r#"{"agent":"agent:7","offer":"1"}"#, "offer"),
        ("accept", r#"{"agent":"agent:7","offer":-1}"#, "offer"),
        (
            "accept",
            r#"{"agent":"agent:7","offer":1,"reason":"x"}"#,
            "reason",
        ),
        (
            "reject",
            r#"{"agent":"agent:7","offer":1,"reason":""}"#,
            "reason",
        ),
        ("reject", "", "missing"),
    ] {
        let path = format!("/contact/{key}/{how}");
        let refused = floor.send("POST", &path, body).await;
        let detail = refused.problem(422, "invalid");
        assert!(detail.contains(said), "{body}: {detail}");
    }
    let unknown = "contact:01890a5d-ac96-774b-bcce-b302099a8057";
    for how in ["accept", "reject"] {
        let refused = answer(&floor, unknown, how, "agent:7", 1).await;
        refused.problem(404, "unknown_contact");
    }
    let agent = floor.get("/agent/agent:7").await;
    assert_eq!(agent["activity"], "offered", "nothing was done");
}

async fn a_contact_that_leaves_while_it_is_offered_is_counted(floor: Floor) {
    set(&floor, r#"{"offer_timeout_s":20}"#).await;
    floor.staff("agent:7", &["English"]).await;
    let (left, cancelled) = (
        floor.call(&["English"]).await,
        floor.call(&["English"]).await,
    );
    let complete = format!("/contact/{left}/complete");
    let refused = floor
        .send("POST", &complete, r#"{"agent":"agent:7"}"#)
        .await;
    refused.problem(409, "stale");
    floor.send("PATCH", &format!("/contact/{left}"), "").await;
    let path = format!("/contact/{cancelled}");
    assert_eq!(floor.get(&path).await["state"], 4);
    floor.send("DELETE", &path, "").await;
    let totals = floor.get("/acd").await["totals"].take();
    let told = [
        "offers",
        "abandoned_while_offered",
        "abandoned",
        "withdrawn",
    ]
    .map(|name| &totals[name]);
    assert_eq!(json!(told), json!([2, 1, 1, 1]));
}

/// A token of an agent answers the offers to that agent, reads the contact, and nothing else.
#[tokio::test]
async fn an_agents_token_answers_only_offers_to_that_agent() {
    let tokens = Tokens::new();
    let admin = tokens.create("for the test", "admin");
    let ada = tokens.create("ada", "agent");
    let shop = tokens.create("shop", "integrator");
    let boss = tokens.create("boss", "supervisor");
    let acd = shared::open(None, "acd".parse().unwrap()).await.unwrap();
    let authorization = Authorization::with_tokens(&tokens.file(), vec![]).unwrap();
    let floor = Floor::behind(acd, authorization).await;
    let send = async |token: &str, method: &str, path: &str, body: Value| {
        let request = floor.request(method, path).body(body.to_string());
        Answer::to(with(request, token)).await
    };
    let settings = json!({"offer_timeout_s": 20, "penalty_s": 60});
    send(&admin, "PATCH", "/acd/settings", settings).await;
    let mut offers = vec![];
    for agent in ["agent:7", "agent:8"] {
        let body = json!({"fname": "A", "lname": "B", "skills": []});
        send(&admin, "POST", &format!("/agent/{agent}"), body).await;
        let path = format!("/agent/{agent}/state");
        send(&admin, "PATCH", &path, json!({"state": 1})).await;
        let made = send(&shop, "POST", "/contact", json!({"skills": []})).await;
        assert_eq!(made.json["offer"]["agent"], agent, "{}", made.text);
        let key = made.json["contact_key"].as_str().unwrap().to_owned();
        offers.push((
            format!("/contact/{key}"),
            made.json["offer"]["number"].clone(),
        ));
    }
    let [(mine, number), (other, others)] = &offers[..] else {
        panic!("{offers:?}");
    };
    let body = |agent: &str, offer: &Value| json!({"agent": agent, "offer": offer});
    for how in ["accept", "reject"] {
        let path = format!("{other}/{how}");
        let refused = send(&ada, "POST", &path, body("agent:8", others)).await;
        let detail = refused.problem(403, "forbidden");
        assert!(detail.contains("only offers to agent:7"), "{detail}");
        let refused = send(&ada, "POST", &path, body("agent:7", others)).await;
        refused.problem(409, "stale_offer");
        let refused = send(&shop, "POST", &path, body("agent:8", others)).await;
        refused.problem(403, "forbidden");
    }
    let read = |path| floor.request("GET", path);
    assert_eq!(Answer::to(with(read(mine), &ada)).await.status, 200);
    assert_eq!(Answer::to(with(read(other), &ada)).await.status, 403);
    // They are not on it yet, so they cannot end it.
    let ended = send(&ada, "PATCH", mine, json!({})).await;
    ended.problem(409, "stale");
    let ended = send(&ada, "POST", &format!("{mine}/complete"), json!({})).await;
    ended.problem(409, "stale");
    let path = format!("{mine}/accept");
    let accepted = send(&ada, "POST", &path, body("agent:7", number)).await;
    assert_eq!(accepted.json["agent"], "agent:7", "{}", accepted.text);
    let path = format!("{other}/reject");
    let rejected = send(&boss, "POST", &path, body("agent:8", others)).await;
    assert_eq!(rejected.json["state"], 1, "{}", rejected.text);
    let late = send(
        &admin,
        "POST",
        &format!("{other}/accept"),
        body("agent:8", others),
    )
    .await;
    late.problem(409, "stale_offer");
}
