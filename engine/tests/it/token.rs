//! `switchboard-engine token`: a token is valid only if its secret was printed.

use std::fs::OpenOptions;
use std::process::{Command, Output, Stdio};

use crate::authorization::Tokens;

/// Creates a token and prints it to `out`.
fn create_into(tokens: &Tokens, name: &str, out: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-engine"));
    command.args(["token", "create", "--role", "admin", "--name", name]);
    command.env("SWITCHBOARD_TOKENS", tokens.file());
    command.stdout(out).output().unwrap()
}

#[test]
fn a_token_that_nobody_received_is_taken_back() {
    let tokens = Tokens::new();
    let before = std::fs::read(tokens.file()).unwrap();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (reader, closed) = std::io::pipe().unwrap();
    drop(reader);
    for out in [Stdio::from(full), Stdio::from(closed)] {
        let made = create_into(&tokens, "lost", out);
        let said = String::from_utf8(made.stderr).unwrap();
        assert_ne!(made.status.code(), Some(0), "{said}");
        assert!(said.contains("token lost was not created"), "{said}");
        assert!(!said.contains("is valid"), "{said}");
        assert_eq!(std::fs::read(tokens.file()).unwrap(), before, "{said}");
    }
    // Its name can be used again.
    tokens.create("lost", "admin");
}

#[test]
fn the_use_of_a_former_token_of_the_name_is_not_that_of_the_new_one() {
    let tokens = Tokens::new();
    let used = tokens.file().with_file_name("tokens.json.used");
    std::fs::write(used, r#"{"first": "2020-01-01T00:00:00Z"}"#).unwrap();
    let listed = tokens.command(&["list"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    let line = listed.lines().find(|line| line.starts_with("first"));
    assert!(line.is_some_and(|line| line.ends_with("never")), "{listed}");
}
