//! `switchboard config` as a process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::process::Command;

fn config(text: Option<&str>, arguments: &[&str]) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    if let Some(text) = text {
        let folder = home.path().join("switchboard");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .arg("config")
        .args(arguments)
        .env("XDG_CONFIG_HOME", home.path())
        .env("TERM", "xterm-256color")
        .env_remove("COLORTERM")
        .env_remove("NO_COLOR")
        .env_remove("SERVICE_LEVEL")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

#[test]
fn it_prints_what_is_in_force_and_where_it_is_from() {
    let (code, said, _) = config(None, &[]);
    assert_eq!(code, 0);
    assert!(said.contains("config.toml (does not exist)"), "{said}");
    assert!(said.contains("# colours: 256"), "{said}");
    assert!(said.contains("theme = \"dark\"  # by default"), "{said}");
    let (_, said, _) = config(Some("theme = \"light\""), &[]);
    assert!(
        said.contains("theme = \"light\"  # from the file"),
        "{said}"
    );
    let (_, said, _) = config(Some("theme = \"light\""), &["--theme", "colour-blind"]);
    assert!(said.contains("\"colour-blind\"  # from --theme"), "{said}");
    let (_, said, _) = config(Some("service_level = \"90/10\""), &[]);
    assert!(
        said.contains("service_level = \"90/10\"  # from the file"),
        "{said}"
    );
}

#[test]
fn a_wrong_file_is_one_sentence_and_two() {
    let (code, said, why) = config(Some("\ntheme = \"mauve\"\n"), &[]);
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(
        why.contains("config.toml: line 2: unknown variant `mauve`"),
        "{why}"
    );
    assert_eq!(why.lines().count(), 1, "{why}");
}
