//! The commands about settings of the floor and about contact types.

use std::fmt::Write as _;

use serde_json::json;
use shared::Acd;
use shared::contact_type::TypeName;
use shared::settings::SettingsChange;
use unicode_width::UnicodeWidthStr as _;

use super::act::{Output, perhaps};
use super::failure::Failure;
use crate::settings_words::{self, of_floor, of_type};

/// Reads the words of a command as a change of settings.
pub(super) fn change(words: &[String]) -> Result<SettingsChange, Failure> {
    let words = words.iter().map(String::as_str);
    // As for other arguments that make no sense.
    settings_words::change(words).map_err(|(_, why)| Failure::CannotBegin(why))
}

/// Changes settings of the floor. Without a change it shows them.
pub(super) async fn set(acd: &dyn Acd, words: &[String]) -> Result<Output, Failure> {
    let change = change(words)?;
    let settings = if change == SettingsChange::default() {
        acd.settings().await?
    } else {
        let was = acd.change_settings(change.clone()).await;
        was.map_err(perhaps)?.changed(&change)
    };
    Ok(Output {
        lines: format!("{}\n", of_floor(&settings)),
        document: json!(settings),
    })
}

/// Changes settings of a contact type, or creates it.
pub(super) async fn change_type(
    acd: &dyn Acd,
    name: &TypeName,
    change: &SettingsChange,
) -> Result<Output, Failure> {
    expect_name(name)?;
    let changed = settings_words::change_type(acd, name, change).await;
    let (was, now) = changed.map_err(perhaps)?;
    Ok(Output {
        lines: format!(
            "{}\n",
            settings_words::type_changed(name, was.as_ref(), &now)
        ),
        document: json!({ "name": name, "settings": now }),
    })
}

/// Shows the settings of a contact type.
pub(super) async fn show_type(acd: &dyn Acd, name: &TypeName) -> Result<Output, Failure> {
    expect_name(name)?;
    let known = settings_words::known_type(acd, name).await?;
    Ok(Output {
        lines: format!("{}\n", of_type(&known.settings)),
        document: json!(known),
    })
}

/// Refuses a setting where the name of a type is expected: the name was forgotten.
fn expect_name(name: &TypeName) -> Result<(), Failure> {
    if settings_words::change([name.as_str()]).is_err() {
        return Ok(());
    }
    let example = "switchboard type billing priority=3";
    let why = format!("{name} is a setting; the name comes first: {example}");
    Err(Failure::CannotBegin(why))
}

/// Deletes a contact type. Prints what it was, so that it can be made again.
pub(super) async fn delete_type(acd: &dyn Acd, name: &TypeName) -> Result<Output, Failure> {
    let was = acd.delete_type(name).await.map_err(perhaps)?;
    Ok(Output {
        lines: format!(
            "The contact type {name} was deleted. It was: {}.\n",
            of_type(&was)
        ),
        document: json!({ "name": name, "settings": was }),
    })
}

/// Lists the contact types with their settings.
pub(super) async fn types(acd: &dyn Acd) -> Result<Output, Failure> {
    let types = acd.types().await?;
    let mut lines = String::new();
    if types.is_empty() {
        lines.push_str(
            "There are no contact types. Create one: switchboard type billing priority=3\n",
        );
    } else {
        let widths = types.iter().map(|known| known.name.as_str().width());
        let widest = widths.max().unwrap_or_default().max("TYPE".width());
        let mut line = |name: &str, settings: &str| {
            // Padded here because `format!` counts a wide character, which has two cells, as one.
            let space = " ".repeat(widest - name.width());
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{name}{space}  {settings}");
        };
        line("TYPE", "SETTINGS");
        for known in &types {
            line(known.name.as_str(), &of_type(&known.settings));
        }
    }
    Ok(Output {
        lines,
        document: json!({ "types": types }),
    })
}
