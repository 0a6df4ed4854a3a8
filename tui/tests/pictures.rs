//! The pictures in docs/ match what the program draws.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Returns how the `just` recipe draws each picture: the program's arguments, and the file.
fn drawn_by_the_recipe(root: &Path) -> Vec<(String, String)> {
    let recipes = fs::read_to_string(root.join("justfile")).unwrap();
    let lines = recipes
        .lines()
        .filter_map(|line| line.trim().strip_prefix("target/release/switchboard "));
    lines
        .filter_map(|line| line.split_once(" > "))
        .map(|(arguments, file)| (arguments.to_owned(), file.to_owned()))
        .collect()
}

#[test]
fn the_pictures_show_the_program_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let recipe = drawn_by_the_recipe(root);
    for (arguments, file) in &recipe {
        let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments}: {output:?}");
        let drawn = String::from_utf8(output.stdout).unwrap();
        let kept = fs::read_to_string(root.join(file)).unwrap_or_default();
        assert!(
            drawn == kept,
            "{file} is not what `switchboard {arguments}` draws: run `just pictures`, and look at \
             what has changed"
        );
        assert!(readme.contains(file), "the README never shows {file}");
    }
    let kept: BTreeSet<String> = fs::read_dir(root.join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension() == Some("svg".as_ref()))
        .map(|name| format!("docs/{name}"))
        .collect();
    let by_recipe = recipe.into_iter().map(|(_, file)| file).collect();
    assert_eq!(
        kept, by_recipe,
        "`just pictures` draws the right ones; delete the left ones that it does not draw"
    );
}

#[test]
fn a_picture_has_the_colours_of_its_theme_and_the_ground_that_it_is_for() {
    for (theme, ground, good) in [
        ("dark", "#1b1f27", "#8fce7f"),
        ("light", "#ffffff", "#1a7f37"),
        ("colour-blind", "#1b1f27", "#56b4e9"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
            .args(["picture", "--theme", theme, "--size", "80x24"])
            .output()
            .unwrap();
        let picture = String::from_utf8(output.stdout).unwrap();
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
        let expected = format!("fill=\"{good}\">[OPEN]</text>");
        assert!(picture.contains(&expected), "{theme}");
        let paper = format!("rx=\"8\" fill=\"{ground}\"/>");
        assert!(picture.contains(&paper), "{theme}");
    }
}
