//! The console with a Redis that fails, starts late, or rejects the login.

use crate::session::Session;
use shared::testing::OwnRedis;

/// Returns whether a text on the screen is greyed out.
fn greyed(screen: &vt100::Screen, text: &str) -> bool {
    let lines: Vec<String> = screen.rows(0, 120).collect();
    let found = lines.iter().enumerate().find_map(|(row, line)| {
        let before = line.split_once(text)?.0.chars().count();
        Some((u16::try_from(row).unwrap(), u16::try_from(before).unwrap()))
    });
    let cell = found.and_then(|(row, column)| screen.cell(row, column));
    cell.is_some_and(vt100::Cell::dim)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_redis_is_killed_requests_are_refused_until_it_answers_again() {
    shared::needs_redis!();
    let mut redis = OwnRedis::not_started().await;
    redis.start_again().await;
    let mut session = Session::start(&["--redis-url", &redis.url()], &[]);
    session.until_text("● live");
    session.press(":add 7 Ada Byron French\r");
    session.until_text("agent:7");
    session.press("i\r\r");
    session.until_text("Queue 1");
    assert!(!greyed(session.screen.screen(), "Byron"));

    redis.kill();
    session.until_text("store unavailable since ");
    session.until_text("STALE");
    session.until("greyed floor", |screen| greyed(screen, "Byron"));
    // The display can still be scrolled, but no request is sent.
    session.press("3a");
    session.until_text("Not sent: the store is unavailable. It is not sent later either.");
    assert!(
        session.text().contains("○ unavailable"),
        "{}",
        session.text()
    );

    redis.start_again().await;
    session.until_text("The store is available again after ");
    session.until("live floor", |screen| {
        let text = screen.contents();
        text.contains("● live") && !text.contains("store unavailable") && !greyed(screen, "Byron")
    });
    assert!(session.text().contains("Queue 1"), "{}", session.text());
    session.press("a");
    // They serve a waiting contact, so they are not only available again but busy.
    session.until_text("■ busy");
    session.press("q");
    assert_eq!(session.end(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_there_before_its_redis_and_comes_to_life_with_it() {
    shared::needs_redis!();
    let mut redis = OwnRedis::not_started().await;
    let mut session = Session::start(&["--redis-url", &redis.url()], &[]);
    session.until_text("store unavailable since ");
    session.until_text("no Redis answers at 127.0.0.1:");
    session.press("?");
    session.until_text("these keys");
    session.press("q");
    session.until("panes", |screen| !screen.contents().contains("these keys"));
    session.press("i");
    session.until_text("Not sent: the store is unavailable.");
    redis.start_again().await;
    session.until_text("● live");
    session.until_text("there are no agents");
    session.press("i\r\r");
    session.until_text("Queue 1");
    session.press("q");
    assert_eq!(session.end(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_ends_it_with_one_sentence() {
    shared::needs_redis!();
    let mut redis = OwnRedis::not_started().await;
    redis.ask_password("right");
    redis.start_again().await;
    let url = redis.url().replace("redis://", "redis://:wrong@");
    let mut session = Session::start(&[], &[("REDIS_URL", &url)]);
    session.until_text("refuses the user or password");
    assert_eq!(session.end(), 2);
    let text = session.text();
    let said: Vec<&str> = text.split_whitespace().collect();
    assert!(
        said.join(" ").starts_with("the Redis at 127.0.0.1:"),
        "{text}"
    );
    assert!(
        said.join(" ").ends_with("redis://user:password@host:port"),
        "{text}"
    );
    assert!(!text.contains("wrong"), "the password is shown: {text}");
}
