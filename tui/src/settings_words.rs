//! Settings as words, `short_abandon_s=10 reasons=lunch,break`: reading them, writing them, and
//! changing those of a contact type. No setting is known by name here, so each new one is understood.

use serde_json::{Map, Value, json};
use shared::contact_type::TypeName;
use shared::settings::{ContactType, Settings, SettingsChange};
use shared::{Acd, Error};

use crate::request::Shown;

/// Reads words as a change of settings. `name=` removes a setting. An error has the place of the word
/// among the words.
pub fn change<'a>(
    words: impl IntoIterator<Item = &'a str>,
) -> Result<SettingsChange, (usize, String)> {
    let mut all = Map::new();
    for (place, word) in words.into_iter().enumerate() {
        let Some((name, text)) = word.split_once('=') else {
            let says = format!("{word:?} is no setting: use name=value, or name= to remove one");
            return Err((place, says));
        };
        let value = value(name, text).map_err(|says| (place, says))?;
        if all.insert(name.to_owned(), value).is_some() {
            return Err((place, format!("{name} is given twice: give it once")));
        }
    }
    // Each was read before, so all of them can be.
    serde_json::from_value(Value::Object(all)).map_err(|why| (0, why.to_string()))
}

/// Reads a value as whatever its setting takes: JSON, a text, a mode, or a list of texts.
fn value(name: &str, text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return taken(name, Value::Null);
    }
    let list: Vec<&str> = text.split(',').map(str::trim).collect();
    let read = serde_json::from_str(text).ok().into_iter();
    let mut refusals = vec![];
    let mode = mode(text).into_iter();
    for value in read.chain([json!(text)]).chain(mode).chain([json!(list)]) {
        match taken(name, value) {
            Ok(value) => return Ok(value),
            Err(why) => refusals.push(why),
        }
    }
    let modes = modes(name);
    // A number out of its range says so itself.
    if !modes.is_empty() && !refusals.iter().any(|why| why.contains("use ")) {
        return Err(format!("{name} is not {text:?}: use {}", modes.join(", ")));
    }
    // A value of the right kind was refused for a better reason than one of a wrong kind.
    let of_its_kind = refusals
        .iter()
        .position(|why| !why.contains(": invalid type"));
    Err(refusals.swap_remove(of_its_kind.unwrap_or(0)))
}

/// Reads a mode: its name, or its name and its seconds, `timed:30`.
fn mode(text: &str) -> Option<Value> {
    let Some((name, seconds)) = text.split_once(':') else {
        return Some(json!({ "mode": text }));
    };
    let seconds: u64 = seconds.parse().ok()?;
    Some(json!({ "mode": name, "seconds": seconds }))
}

/// Returns the modes that a setting takes, with a number of seconds where they need one; none if it
/// takes no modes.
fn modes(name: &str) -> Vec<String> {
    let why = taken(name, json!({ "mode": "" })).err().unwrap_or_default();
    // It lists the names of the modes.
    let Some((_, names)) = why.split_once("unknown variant ``") else {
        return vec![];
    };
    let names = names.split('`').skip(1).step_by(2);
    names
        .map(|mode| match taken(name, json!({ "mode": mode })) {
            Ok(_) => mode.to_owned(),
            Err(_) => format!("{mode}:30"),
        })
        .collect()
}

/// Writes a mode as [`mode`] reads it.
fn mode_of(value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    let name = fields.get("mode")?.as_str()?;
    match (fields.len(), fields.get("seconds")) {
        (1, None) => Some(name.to_owned()),
        (2, Some(seconds)) => Some(format!("{name}:{}", seconds.as_u64()?)),
        _ => None,
    }
}

/// Returns the value if the setting takes it.
fn taken(name: &str, value: Value) -> Result<Value, String> {
    let alone = json!({ name: value });
    let read = serde_json::from_value::<SettingsChange>(alone);
    read.map(|_| value).map_err(|why| {
        let why = why.to_string();
        // A field within the value can be unknown, too.
        match why.strip_prefix(&format!("unknown field `{name}`")) {
            // It lists the names of the settings.
            Some(names) => {
                let known: Vec<&str> = names.split('`').skip(1).step_by(2).collect();
                format!("there is no setting {name}: use {}", known.join(", "))
            }
            None => format!("{name}: {why}"),
        }
    })
}

/// Writes settings as words that [`change`] reads.
pub fn written(settings: &Settings) -> String {
    let Ok(Value::Object(all)) = serde_json::to_value(settings) else {
        return String::new();
    };
    let words: Vec<String> = all
        .iter()
        .map(|(name, value)| format!("{name}={}", text_of(value)))
        .collect();
    words.join(" ")
}

/// Writes a value: lists of texts with commas, a mode, all else but a text as JSON.
fn text_of(value: &Value) -> String {
    let texts = value.as_array().and_then(|list| {
        let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
        texts.filter(|texts| !texts.is_empty() && !texts.iter().any(|text| text.contains(',')))
    });
    match (texts, value) {
        (Some(texts), _) => {
            let texts: Vec<String> = texts.into_iter().map(quoted).collect();
            texts.join(",")
        }
        (None, Value::String(text)) => quoted(text),
        (None, value) => mode_of(value).unwrap_or_else(|| value.to_string()),
    }
}

/// Quotes a text that would be several words.
fn quoted(text: &str) -> String {
    if text.contains(char::is_whitespace) {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

/// Changes the settings of a contact type; what the change does not name stays. Creates the type if
/// there is none. Returns its settings before and now.
pub(crate) async fn change_type(
    acd: &dyn Acd,
    name: &TypeName,
    change: &SettingsChange,
) -> Result<(Option<Settings>, Settings), Error> {
    let types = acd.types().await?;
    let known = types.into_iter().find(|known| known.name == *name);
    let now = known.map_or_else(Settings::default, |known| known.settings);
    let now = now.changed(change);
    let was = acd.set_type(name, now.clone()).await?;
    Ok((was, now))
}

/// Returns a contact type.
pub(crate) async fn known_type(acd: &dyn Acd, name: &TypeName) -> Result<ContactType, Error> {
    let known = acd.types().await?.into_iter();
    let mut known = known.filter(|known| known.name == *name);
    known.next().ok_or_else(|| Error::UnknownType(name.clone()))
}

/// Says what settings and contact types there are.
pub(crate) async fn shown(acd: &dyn Acd, what: &Shown) -> Result<String, Error> {
    Ok(match what {
        Shown::Settings => format!("The settings are: {}.", of_floor(&acd.settings().await?)),
        Shown::Type(name) => {
            let known = known_type(acd, name).await?;
            format!("The contact type {name} is: {}.", of_type(&known.settings))
        }
        Shown::Types => match acd.types().await?.as_slice() {
            [] => "There are no contact types.".to_owned(),
            types => {
                let each = types
                    .iter()
                    .map(|known| format!("{} ({})", known.name, of_type(&known.settings)));
                let each: Vec<String> = each.collect();
                format!("The contact types are: {}.", each.join("; "))
            }
        },
    })
}

/// Says what a contact type was and is.
pub(crate) fn type_changed(name: &TypeName, was: Option<&Settings>, now: &Settings) -> String {
    let done = match was {
        None => "was created",
        Some(was) if was == now => "is unchanged",
        Some(_) => "was changed",
    };
    format!("The contact type {name} {done}: {}.", of_type(now))
}

/// Writes the settings of a contact type.
pub(crate) fn of_type(settings: &Settings) -> String {
    match written(settings) {
        words if words.is_empty() => "all as the floor has it".to_owned(),
        words => words,
    }
}

/// Writes the settings of the floor.
pub(crate) fn of_floor(settings: &Settings) -> String {
    match written(settings) {
        words if words.is_empty() => "nothing is set".to_owned(),
        words => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Settings, (usize, String)> {
        change(words.split(' ')).map(|change| Settings::default().changed(&change))
    }

    #[test]
    fn a_value_is_read_as_what_its_setting_takes() {
        for (words, written_again) in [
            ("short_abandon_s=10", "short_abandon_s=10"),
            ("known_skills_only=true", "known_skills_only=true"),
            ("reasons=lunch,break", "reasons=lunch,break"),
            ("reasons=lunch", "reasons=lunch"),
            ("reasons=[]", "reasons=[]"),
            ("skills=7,Tier priority=3", "priority=3 skills=7,Tier"),
            ("skills=7", "skills=7"),
            ("priority=", ""),
            ("wrap_up=none", "wrap_up=none"),
            ("wrap_up=timed:30", "wrap_up=timed:30"),
            (r#"wrap_up={"mode":"manual"}"#, "wrap_up=manual"),
            ("dispositions=a:1,timed:30", "dispositions=a:1,timed:30"),
        ] {
            assert_eq!(written(&read(words).unwrap()), written_again, "{words}");
        }
        let spaced = change(["reasons=long lunch, break"]).unwrap();
        let spaced = Settings::default().changed(&spaced);
        assert_eq!(written(&spaced), "reasons=\"long lunch\",break");
    }

    #[test]
    fn an_empty_value_removes_a_setting_and_others_stay() {
        let set = read("priority=3 skills=a").unwrap();
        let changed = set.changed(&change(["skills="]).unwrap());
        assert_eq!(written(&changed), "priority=3");
    }

    #[test]
    fn what_is_no_setting_is_refused_with_what_would_be() {
        for (words, place, says) in [
            ("priority=3 skills", 1, "use name=value"),
            (
                "prio=3",
                0,
                "there is no setting prio: use known_skills_only, reasons",
            ),
            ("prio=", 0, "priority"),
            ("short_abandon_s=86401", 0, "use 0 to 86400"),
            ("short_abandon_s=soon", 0, "expected u64"),
            ("reasons=a,,b", 0, "reason"),
            ("wrap_up=often", 0, "use none, timed:30, manual"),
            (
                "wrap_up=timed",
                0,
                "wrap_up is not \"timed\": use none, timed:30, manual",
            ),
            ("wrap_up=timed:soon", 0, "use none, timed:30, manual"),
            ("wrap_up=none:5", 0, "use none, timed:30, manual"),
            ("wrap_up=timed:0", 0, "use 1 to 3600"),
            ("priority=3 priority=4", 1, "given twice"),
        ] {
            let (at, why) = read(words).unwrap_err();
            assert_eq!(at, place, "{words}: {why}");
            assert!(why.contains(says), "{words}: {why}");
        }
    }
}
