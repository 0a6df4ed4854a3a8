//! Test traffic on a floor that offers contacts, with wrap-up and dispositions.

use engine::traffic::{Cast, Habits, Options, run};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::floor::{Floor, on_each_store};
use crate::offers::set;

on_each_store!(synthetic_agents_answer_offers_and_end_their_wrap_up);

async fn synthetic_agents_answer_offers_and_end_their_wrap_up(floor: Floor) {
    set(
        &floor,
        r#"{"offer_timeout_s":1,"penalty_s":0,"max_misses":1,"dispositions":["sold","lost"],
            "wrap_up":{"mode":"manual"}}"#,
    )
    .await;
    let address = floor.running.address().unwrap();
    let options = Options {
        agents: 6,
        contacts: Some(25),
        rate: "20".parse().unwrap(),
        hold: "0.1".parse().unwrap(),
        patience: "12".parse().unwrap(),
        breaks: false,
        habits: Habits {
            reject: "0.3".parse().unwrap(),
            miss: "0.4".parse().unwrap(),
        },
        seed: 7,
        ..Options::demo(format!("http://{address}").parse().unwrap(), Cast::Stays)
    };
    let report = run(options, CancellationToken::new(), |_| {})
        .await
        .unwrap();
    assert_eq!(
        (report.exit_code(), report.progress.open()),
        (0, 0),
        "{report}"
    );
    let counts = &report.progress;
    assert!(counts.handled > 0 && counts.missed > 0, "{report}");
    let stats = floor.get("/stats").await;
    assert_eq!(stats["handled"], counts.handled);
    assert_eq!(stats["accepted"], counts.accepted);
    assert_eq!(stats["rejected"], counts.rejected);
    assert!(
        counts.rejected > 0 && counts.accepted == counts.handled,
        "{report}"
    );
    // A dispatcher ends what is due a moment later.
    assert!(
        stats["missed"].as_u64().unwrap() >= counts.missed,
        "{stats}"
    );
    assert!(stats["wrap_up_time_ms"].as_u64().unwrap() > 0);
    let agents = floor.get("/agent").await;
    for agent in agents["items"].as_array().unwrap() {
        let at_rest = ["idle", "penalty"].contains(&agent["activity"].as_str().unwrap());
        assert!(at_rest && agent["presence"] == "available", "{agent}");
    }
    let past = floor.get("/events/past?after=0&limit=500").await;
    let ended = past["items"].as_array().unwrap().iter();
    let ended: Vec<&Value> = ended
        .filter(|event| event["outcome"] == "handled")
        .collect();
    assert!(!ended.is_empty());
    for event in ended {
        let code = event["disposition"].as_str();
        assert!(matches!(code, Some("sold" | "lost")), "{event}");
    }
}
