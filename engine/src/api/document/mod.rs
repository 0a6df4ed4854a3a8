//! The OpenAPI document as it is served. What the derives leave out is added here, to all routes
//! and schemas alike, so that linters and client generators need not guess.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

mod access;
mod event_schema;

pub(super) use access::{add_access, operations};

/// The values for how a contact ended.
const OUTCOMES: [&str; 3] = ["handled", "abandoned", "cancelled"];
/// The values for an agent's choice.
const PRESENCES: [&str; 2] = ["available", "unavailable"];
/// The values for an agent's activity.
const ACTIVITIES: [&str; 6] = [
    "idle",
    "offered",
    "busy",
    "wrap_up",
    "penalty",
    "not_responding",
];
/// The values for what follows a contact.
const WRAP_UP_MODES: [&str; 3] = ["none", "timed", "manual"];
/// The values for how an offer ended that was not accepted.
pub(in crate::api) const OFFER_ENDS: [&str; 4] = ["rejected", "missed", "withdrawn", "abandoned"];
/// The values for why an agent is unavailable without anybody having chosen it.
pub(in crate::api) const MARKS: [&str; 4] = ["new", "closed", "requeued", "not_responding"];

/// Properties that are enumerations: the schema, the property, and the name of the enumeration.
const OF_A_SET: &[(&str, &str, &str)] = &[
    ("ContactState", "outcome", "Outcome"),
    ("Agent", "presence", "Presence"),
    ("Agent", "next", "Presence"),
    ("Agent", "activity", "Activity"),
    ("WrapUp", "mode", "WrapUpMode"),
    ("Agent", "mark", "Mark"),
    ("Agent", "next_mark", "Mark"),
];

/// Examples of path parameters: the beginning of the path, the parameter, the example.
const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "/contact",
        "key",
        "contact:01890a5d-ac96-774b-bcce-b302099a8057",
    ),
    ("/agent", "key", "agent:7"),
    ("/type", "name", "billing"),
    ("/", "skill", "English"),
];

/// Returns the document as it is served.
pub(in crate::api) fn finished(document: &OpenApi) -> Value {
    // A struct of strings and numbers always serializes.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    let mut schemas = schemas_of(&mut document);
    fold_all(&mut document, &schemas);
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in &names {
        let mut schema = schemas[name].take();
        for inner in inner_schemas(&mut schema) {
            fold(inner, &schemas, name);
        }
        schemas[name] = schema;
    }
    name_sets(&mut schemas);
    for name in &names {
        if let Some(merged) = merged(&schemas[name], &schemas) {
            schemas[name] = merged;
        }
    }
    schemas.extend(event_schema::schemas());
    schemas["PastEvents"]["properties"]["items"]["items"] =
        json!({"$ref": "#/components/schemas/Event"});
    document["components"]["schemas"] = Value::Object(schemas.clone());
    for (path, item) in object(&mut document["paths"]) {
        for operation in object(item).values_mut() {
            describe_answers(operation, &schemas);
            settle_parameters(path, operation);
        }
    }
    renamed(&document)
}

fn schemas_of(document: &mut Value) -> Map<String, Value> {
    std::mem::take(object(&mut document["components"]["schemas"]))
}

/// Returns the value as an object to change; replaces anything else by an empty object.
fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = json!({});
    }
    // It is an object now.
    value.as_object_mut().unwrap_or_else(|| unreachable!())
}

/// Returns the schemas nested in a schema.
fn inner_schemas(schema: &mut Value) -> Vec<&mut Value> {
    match schema {
        Value::Object(fields) => fields.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => vec![],
    }
}

/// Replaces schemas that have a name by references, at any depth.
fn fold_all(value: &mut Value, schemas: &Map<String, Value>) {
    fold(value, schemas, "");
}

fn fold(value: &mut Value, schemas: &Map<String, Value>, own: &str) {
    if value.get("properties").is_some() || value.get("allOf").is_some() {
        let same = |(name, schema): &(&String, &Value)| {
            name.as_str() != own && bare(schema) == bare(value)
        };
        if let Some((name, _)) = schemas.iter().find(same) {
            *value = json!({"$ref": format!("#/components/schemas/{name}")});
            return;
        }
    }
    for inner in inner_schemas(value) {
        fold(inner, schemas, own);
    }
}

/// Returns a schema without its description.
fn bare(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("description");
    }
    schema
}

/// Merges alternatives that one answer could match at the same time into one object, as a client
/// could not tell them apart. Properties that not all of them have become optional.
fn merged(schema: &Value, schemas: &Map<String, Value>) -> Option<Value> {
    let alternatives = schema.get("oneOf")?.as_array()?;
    let mut all = Map::new();
    let mut always: Option<Vec<String>> = None;
    for alternative in alternatives {
        let (properties, required) = flat(alternative, schemas);
        always = Some(match always {
            None => required,
            Some(before) => before
                .into_iter()
                .filter(|name| required.contains(name))
                .collect(),
        });
        for (name, property) in properties {
            all.entry(name).or_insert(property);
        }
    }
    let said = schema["description"].as_str().unwrap_or_default();
    let said =
        format!("{said} What may be absent comes with the header `Prefer: return=representation`.");
    Some(json!({
        "type": "object", "description": said,
        "properties": all, "required": always.unwrap_or_default(),
    }))
}

/// Returns the properties of an object, and which of them are required.
fn flat(schema: &Value, schemas: &Map<String, Value>) -> (Map<String, Value>, Vec<String>) {
    if let Some(named) = named(schema, schemas) {
        return flat(named, schemas);
    }
    let own = schema["properties"].as_object().cloned();
    let mut properties = own.unwrap_or_default();
    let listed = schema["required"].as_array().into_iter().flatten();
    let mut required: Vec<String> = listed
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let (more, needed) = flat(part, schemas);
        properties.extend(more);
        required.extend(needed);
    }
    (properties, required)
}

/// Returns the schema that a reference names.
fn named<'a>(schema: &Value, schemas: &'a Map<String, Value>) -> Option<&'a Value> {
    let place = schema.get("$ref")?.as_str()?;
    schemas.get(place.rsplit('/').next()?)
}

/// Gives the enumerations names.
fn name_sets(schemas: &mut Map<String, Value>) {
    for &(schema, property, set) in OF_A_SET {
        let Some(place) = schemas
            .get_mut(schema)
            .and_then(|schema| schema["properties"].get_mut(property))
        else {
            continue;
        };
        let said = place["description"].take();
        let optional = place["type"].is_array();
        let set = json!({"$ref": format!("#/components/schemas/{set}")});
        *place = if optional {
            json!({"oneOf": [{"type": "null"}, set], "description": said})
        } else {
            json!({"$ref": set["$ref"], "description": said})
        };
    }
    for (name, said, words) in [
        ("Outcome", "How a contact ended.", &OUTCOMES[..]),
        ("Presence", "What an agent chose to be.", &PRESENCES),
        ("Activity", "What an agent is doing.", &ACTIVITIES),
        ("WrapUpMode", "What follows a contact.", &WRAP_UP_MODES),
        (
            "OfferEnd",
            "How an offer ended that was not accepted.",
            &OFFER_ENDS,
        ),
        (
            "Mark",
            "Why an agent is unavailable whom no person made so.",
            &MARKS,
        ),
    ] {
        let set = json!({"type": "string", "description": said, "enum": words});
        schemas.insert(name.to_owned(), set);
    }
}

/// Adds missing descriptions to the answers.
fn describe_answers(operation: &mut Value, schemas: &Map<String, Value>) {
    let summary = operation["summary"].clone();
    for answer in object(&mut operation["responses"]).values_mut() {
        if answer["description"]
            .as_str()
            .is_some_and(|said| !said.is_empty())
        {
            continue;
        }
        let json = &answer["content"]["application/json"]["schema"];
        let schema = named(json, schemas).unwrap_or(json);
        let said = schema.get("description").cloned();
        answer["description"] = said.unwrap_or_else(|| summary.clone());
        if answer["content"].is_null() {
            object(answer).remove("content");
        } else if answer["content"]["application/json"]["schema"].is_null() {
            object(&mut answer["content"]).remove("application/json");
        }
    }
}

/// Completes the parameters. None of them can be null, because a query or a header cannot express
/// it.
fn settle_parameters(path: &str, operation: &mut Value) {
    let Some(parameters) = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
    else {
        return;
    };
    for parameter in parameters {
        let kind = &mut parameter["schema"]["type"];
        let plain = kind.as_array().and_then(|kinds| {
            let mut others = kinds.iter().filter(|kind| *kind != "null");
            others.next().cloned()
        });
        if let Some(plain) = plain {
            *kind = plain;
        }
        let name = parameter["name"].as_str().unwrap_or_default();
        let example = EXAMPLES
            .iter()
            .find(|(beginning, of, _)| path.starts_with(beginning) && *of == name);
        if let Some((_, _, example)) = example {
            parameter["example"] = (*example).into();
        }
    }
}

/// Renames generic schemas so that client generators accept the names.
fn renamed(document: &Value) -> Value {
    let mut text = document.to_string();
    let names = document["components"]["schemas"].as_object();
    for name in names.into_iter().flat_map(Map::keys) {
        let plain = match name.split_once('_') {
            Some(("Page", of)) => format!("{of}Page"),
            Some(("Answer", of)) => format!("{of}Answer"),
            _ => continue,
        };
        text = text.replace(&format!("/{name}\""), &format!("/{plain}\""));
        text = text.replace(&format!("\"{name}\":"), &format!("\"{plain}\":"));
    }
    serde_json::from_str(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::agent::Mark;
    use shared::contact::Outcome;
    use shared::event::OfferEnd;

    /// Returns the values that a deserializer lists when it meets an unknown one.
    fn words<T: serde::de::DeserializeOwned>() -> Vec<String> {
        let refused = serde_json::from_value::<T>("?".into()).err().unwrap();
        let refused = refused.to_string();
        let listed = refused.split_once("expected").unwrap().1;
        let names = listed.split('`').skip(1).step_by(2);
        names.map(str::to_owned).collect()
    }

    #[test]
    fn every_word_of_a_set_is_in_the_document() {
        assert_eq!(words::<Outcome>(), OUTCOMES);
        assert_eq!(words::<Mark>(), MARKS);
        assert_eq!(words::<OfferEnd>(), OFFER_ENDS);
    }
}
