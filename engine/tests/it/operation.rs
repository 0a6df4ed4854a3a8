//! The routes for load balancers and monitoring.

use crate::floor::{Floor, on_each_store};

on_each_store!(
    an_engine_is_alive_and_ready,
    requests_and_figures_are_counted,
    an_engine_that_was_stopped_listens_no_more,
);

async fn an_engine_is_alive_and_ready(floor: Floor) {
    for (path, text) in [("/healthz", "alive\n"), ("/readyz", "ready\n")] {
        let answer = floor.send("GET", path, "").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, text));
    }
}

async fn requests_and_figures_are_counted(floor: Floor) {
    floor.staff("busy", &["English"]).await;
    floor.staff("available", &[]).await;
    floor.call(&["English"]).await;
    floor.call(&["Klingon"]).await;
    floor.send("GET", "/agent/nobody", "").await;
    floor.send("GET", "/somewhere/else", "").await;
    let metrics = floor.send("GET", "/metrics", "").await;
    assert!(
        metrics
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    let acd = floor.acd.name();
    for line in [
        format!("switchboard_store_up{{acd=\"{acd}\"}} 1"),
        format!("switchboard_acd_open{{acd=\"{acd}\"}} 1"),
        format!("switchboard_contacts_waiting{{acd=\"{acd}\"}} 1"),
        format!("switchboard_agents{{acd=\"{acd}\",state=\"available\"}} 1"),
        format!("switchboard_agents{{acd=\"{acd}\",state=\"busy\"}} 1"),
        format!("switchboard_agents{{acd=\"{acd}\",state=\"unavailable\"}} 0"),
        format!("switchboard_contacts_created_total{{acd=\"{acd}\"}} 2"),
        format!("switchboard_contacts_assigned_total{{acd=\"{acd}\"}} 1"),
        format!("switchboard_contacts_handled_total{{acd=\"{acd}\"}} 0"),
        format!("switchboard_contacts_abandoned_total{{acd=\"{acd}\"}} 0"),
        format!("switchboard_contacts_assigned_wait_milliseconds_total{{acd=\"{acd}\"}} "),
        // Counted for the whole process, in which other tests run, too.
        r#"switchboard_http_requests_total{method="POST",route="/contact",status="201"} "#.into(),
        r#"switchboard_http_requests_total{method="GET",route="/agent/{key}",status="404"} "#
            .into(),
        r#"switchboard_http_requests_total{method="GET",route="unmatched",status="404"} "#.into(),
        r#"switchboard_http_request_duration_seconds_bucket{method="POST",route="/contact","#
            .into(),
    ] {
        assert!(metrics.text.contains(&line), "{line} in\n{}", metrics.text);
    }
    for name in metrics
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
    {
        let name = name.split(' ').next().unwrap();
        assert!(metrics.text.contains(&format!("# HELP {name} ")), "{name}");
    }
}

async fn an_engine_that_was_stopped_listens_no_more(floor: Floor) {
    let request = floor.request("GET", "/healthz");
    floor.running.stop().await;
    assert!(request.send().await.unwrap_err().is_connect());
}
