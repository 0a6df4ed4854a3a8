//! Synthetic traffic against a fake server that records requests.
//!
//! The fake is used only here: it checks that the generator uses the API's routes and bodies, and
//! can be slow to assign, fail, or refuse. The engine's own tests check the generator against the
//! real engine.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod fake;

use std::time::Duration;

use engine::traffic::{Cast, Error, Habits, Options, Report, SkillSet, run};
use fake::{Fake, Manner};
use tokio_util::sync::CancellationToken;

/// Fifty contacts in about a quarter of a second, served and waiting for no longer than that.
fn options(fake: &Fake) -> Options {
    Options {
        url: fake.url.parse().unwrap(),
        token: None,
        agents: 3,
        contacts: Some(50),
        rate: "200".parse().unwrap(),
        hold: "0.01..0.05".parse().unwrap(),
        patience: "0.2..0.4".parse().unwrap(),
        habits: Habits::USUAL,
        skills: SkillSet::default(),
        seed: 7,
        breaks: false,
        cast: Cast::Stays,
    }
}

async fn traffic(options: Options) -> Result<Report, Error> {
    run(options, CancellationToken::new(), |_| {}).await
}

#[tokio::test]
async fn every_contact_that_gets_an_agent_is_held_and_completed() {
    let fake = Fake::start(Manner::AssignsAtOnce).await;
    let report = traffic(options(&fake)).await.unwrap();
    let counts = &report.progress;
    assert_eq!(
        (counts.arrived, counts.created, counts.handled),
        (50, 50, 50)
    );
    assert_eq!(
        (counts.abandoned, counts.open(), counts.assigned),
        (0, 0, 0)
    );
    assert_eq!((report.waited.count, report.answered.count), (50, 50));
    assert_eq!(report.exit_code(), 0, "{report}");
    assert_eq!(fake.completed(), 50);
    assert!(fake.shortest_hold() >= Duration::from_millis(9));
}

#[tokio::test]
async fn the_agents_are_created_before_the_acd_is_opened_and_contacts_arrive() {
    let fake = Fake::start(Manner::AssignsAtOnce).await;
    traffic(options(&fake)).await.unwrap();
    let asked = fake.asked();
    let at = |what: &str| asked.iter().position(|asked| asked.starts_with(what));
    let opened = at(r#"POST /acd {"state":1}"#).unwrap();
    assert!(at("POST /agent/agent:2 ").unwrap() < opened);
    assert!(opened < at("POST /contact ").unwrap());
    assert_eq!(
        asked
            .iter()
            .filter(|asked| asked.starts_with("POST /agent/"))
            .count(),
        3
    );
    assert!(
        !asked.iter().any(|asked| asked.contains("/state")),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_contact_that_gets_no_agent_hangs_up_when_its_patience_ends() {
    let fake = Fake::start(Manner::NeverAssigns).await;
    let report = traffic(options(&fake)).await.unwrap();
    assert_eq!(
        (report.progress.abandoned, report.progress.handled),
        (50, 0)
    );
    assert_eq!((report.gave_up.count, report.waited.count), (50, 0));
    // The server's clock starts a moment later than the caller's.
    assert!(report.gave_up.p50 >= Duration::from_millis(150), "{report}");
    assert!(report.gave_up.p50 < Duration::from_millis(500), "{report}");
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test]
async fn a_contact_that_is_assigned_later_is_held_from_then() {
    let fake = Fake::start(Manner::AssignsAfter(Duration::from_millis(100))).await;
    let report = traffic(options(&fake)).await.unwrap();
    assert_eq!(report.progress.handled, 50, "{report}");
    assert!(report.waited.p50 >= Duration::from_millis(100), "{report}");
}

#[tokio::test]
async fn trouble_that_passes_is_repeated_under_the_same_key_and_is_no_error() {
    let fake = Fake::start(Manner::FailsEveryThird).await;
    let report = traffic(options(&fake)).await.unwrap();
    assert_eq!(report.progress.handled, 50, "{report}");
    assert!(report.progress.retries >= 50, "{report}");
    assert_eq!(report.exit_code(), 0, "{report}");
    assert_eq!(fake.contacts(), 50, "none was created twice");
}

#[tokio::test]
async fn a_refusal_is_an_error_with_its_code() {
    let fake = Fake::start(Manner::Closed).await;
    let report = traffic(options(&fake)).await.unwrap();
    let closed = &report.errors["acd_closed"];
    assert_eq!((closed.count, report.progress.created), (50, 0));
    assert_eq!(
        closed.first,
        "POST /contact answered 409: the ACD is closed"
    );
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test]
async fn an_agent_who_is_there_already_is_made_fit_and_available() {
    let fake = Fake::start(Manner::AssignsAtOnce).await;
    traffic(options(&fake)).await.unwrap();
    let first = fake.asked().len();
    traffic(options(&fake)).await.unwrap();
    let asked = fake.asked().split_off(first);
    let count = |end: &str| asked.iter().filter(|asked| asked.contains(end)).count();
    assert_eq!(count("/skill {\"skill\":"), 6);
    assert_eq!(count("/state {\"state\":1}"), 3);
    assert_eq!(fake.contacts(), 100, "the same seed makes new contacts");
}

#[tokio::test]
async fn the_same_seed_asks_for_the_same_skills() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let fake = Fake::start(Manner::AssignsAtOnce).await;
        traffic(options(&fake)).await.unwrap();
        let mut asked = fake.asked();
        asked.retain(|asked| asked.starts_with("POST"));
        // Answers may overtake each other slightly; the set of requests is the same.
        asked.sort();
        runs.push(asked);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_run_that_is_stopped_ends_what_is_open_and_reports() {
    let fake = Fake::start(Manner::NeverAssigns).await;
    let endless = Options {
        contacts: None,
        patience: "600".parse().unwrap(),
        breaks: true,
        ..options(&fake)
    };
    let token = CancellationToken::new();
    let stop = token.clone();
    let report = run(endless, token, move |progress| {
        if progress.waiting() >= 20 {
            stop.cancel();
        }
    });
    let report = tokio::time::timeout(Duration::from_secs(9), report).await;
    let report = report.unwrap().unwrap();
    assert!(report.progress.abandoned >= 20, "{report}");
    assert_eq!(report.progress.open(), 0, "{report}");
    assert!(report.gave_up.max < Duration::from_secs(5), "{report}");
}

#[tokio::test]
async fn agents_go_on_breaks_with_a_reason_and_are_all_back_at_the_end() {
    let fake = Fake::start(Manner::AssignsAtOnce).await;
    let with_breaks = Options {
        // Enough agents for a break every fifth of a second.
        agents: 600,
        contacts: Some(200),
        breaks: true,
        ..options(&fake)
    };
    let report = traffic(with_breaks).await.unwrap();
    assert_eq!(report.exit_code(), 0, "{report}");
    let asked = fake.asked();
    let of = |what: &str| -> Vec<String> {
        let states = asked.iter().filter_map(|asked| asked.split_once("/state "));
        let mut agents: Vec<String> = states
            .filter(|(_, body)| body.contains(what))
            .map(|(agent, _)| agent.to_owned())
            .collect();
        agents.sort();
        agents
    };
    let (left, back) = (of(r#""reason":""#), of(r#""state":1"#));
    assert!(!left.is_empty());
    assert_eq!(left, back);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_in_one_sentence() {
    let fake = Fake::start(Manner::AssignsAtOnce).await;
    let nobody = Options {
        // The discard port of TCP, on which nothing listens here.
        url: "http://127.0.0.1:9".parse().unwrap(),
        ..options(&fake)
    };
    let error = traffic(nobody).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "no engine can be reached at http://127.0.0.1:9/ (POST /agent/{key}: connection refused): \
         start one, or name another with --url"
    );
    assert_eq!(error.exit_code(), 2);
}

#[tokio::test]
async fn a_server_that_is_another_is_named_in_one_sentence() {
    let fake = Fake::start(Manner::AssignsAtOnce).await;
    let elsewhere = Options {
        url: format!("{}/elsewhere", fake.url).parse().unwrap(),
        ..options(&fake)
    };
    let error = traffic(elsewhere).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    assert!(
        error.to_string().contains("answered 404: Not Found"),
        "{error}"
    );
}
