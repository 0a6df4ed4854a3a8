//! Test traffic as a guest on a floor that has agents of others, some with ids like its own.

use std::time::Duration;

use crate::floor::{Floor, on_each_store};
use engine::traffic::{Cast, Options, SkillSet, run};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

on_each_store!(a_guest_changes_no_agent_of_others_whatever_their_id);

fn options(floor: &Floor) -> Options {
    let address = floor.running.address().unwrap();
    Options {
        agents: 3,
        contacts: Some(10),
        rate: "200".parse().unwrap(),
        hold: "0.01".parse().unwrap(),
        patience: "0.2".parse().unwrap(),
        breaks: false,
        ..Options::demo(format!("http://{address}").parse().unwrap(), Cast::Guest)
    }
}

async fn agents(floor: &Floor) -> Value {
    floor.get("/agent").await
}

async fn a_guest_changes_no_agent_of_others_whatever_their_id(floor: Floor) {
    floor.send("POST", "/acd", r#"{"state":1}"#).await;
    floor.staff("demo:0", &["Real"]).await;
    floor.staff("demo:2", &["Real", "demo-English"]).await;
    floor.staff("demo:99", &[]).await;
    let before = agents(&floor).await;

    let report = run(options(&floor), CancellationToken::new(), |_| {}).await;
    let report = report.unwrap();

    assert_eq!((report.exit_code(), report.left), (0, Some(0)), "{report}");
    assert_eq!(report.progress.created, 10, "{report}");
    assert_eq!(agents(&floor).await, before);
}

#[tokio::test]
async fn a_skill_that_cannot_have_the_prefix_of_a_guest_is_refused() {
    let floor = Floor::embedded().await;
    floor.send("POST", "/acd", r#"{"state":1}"#).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("skills.json");
    let long = "x".repeat(62);
    std::fs::write(
        &file,
        format!(r#"{{"languages":["{long}"],"expertise":["a"]}}"#),
    )
    .unwrap();
    let options = Options {
        skills: SkillSet::from_file(&file).unwrap(),
        ..options(&floor)
    };
    let running = run(options, CancellationToken::new(), |_| {});
    let ended = tokio::time::timeout(Duration::from_secs(20), running).await;
    let refused = ended.unwrap().unwrap_err().to_string();
    assert!(refused.contains("--guest puts demo- before"), "{refused}");
    assert_eq!(agents(&floor).await["total"], 0);
}
