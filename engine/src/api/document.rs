//! The OpenAPI document as it is served. What the derives leave out is added here, to every route
//! and schema alike, so that linters and generators of clients find nothing to guess at.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use super::event_schema;

/// The words for how a contact ended.
const OUTCOMES: [&str; 3] = ["handled", "abandoned", "cancelled"];
/// The words for what an agent chose.
const PRESENCES: [&str; 2] = ["available", "unavailable"];
/// The words for what an agent does.
const ACTIVITIES: [&str; 2] = ["idle", "busy"];
/// The words for why an agent is unavailable whom no person made so.
pub(super) const MARKS: [&str; 3] = ["new", "closed", "requeued"];

/// The properties whose words are one of a set: in which schema, which, and the name of the set.
const OF_A_SET: [(&str, &str, &str); 6] = [
    ("ContactState", "outcome", "Outcome"),
    ("Agent", "presence", "Presence"),
    ("Agent", "next", "Presence"),
    ("Agent", "activity", "Activity"),
    ("Agent", "mark", "Mark"),
    ("Agent", "next_mark", "Mark"),
];

/// What the parameters of a path are, by the beginning of the path.
const EXAMPLES: [(&str, &str, &str); 3] = [
    (
        "/contact",
        "key",
        "contact:01890a5d-ac96-774b-bcce-b302099a8057",
    ),
    ("/agent", "key", "agent:7"),
    ("/", "skill", "English"),
];

/// Gives the document as it is served.
pub(super) fn finished(document: &OpenApi) -> Value {
    // A structure of texts and numbers has no way not to be written.
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

/// Gives an object to change; what is none becomes one.
fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = json!({});
    }
    // It is one now.
    value.as_object_mut().unwrap_or_else(|| unreachable!())
}

/// Gives the schemas within a schema.
fn inner_schemas(schema: &mut Value) -> Vec<&mut Value> {
    match schema {
        Value::Object(fields) => fields.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => vec![],
    }
}

/// Writes a schema that has a name by its name, also deep inside.
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

/// Gives a schema without what is said of it.
fn bare(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("description");
    }
    schema
}

/// Makes one object of alternatives that an answer could match together: a client could not tell
/// which it is. What not all of them have may be absent.
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

/// Gives the properties of an object, and which of them it always has.
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

/// Gives what a reference names.
fn named<'a>(schema: &Value, schemas: &'a Map<String, Value>) -> Option<&'a Value> {
    let place = schema.get("$ref")?.as_str()?;
    schemas.get(place.rsplit('/').next()?)
}

/// Gives the sets of words their names.
fn name_sets(schemas: &mut Map<String, Value>) {
    for (schema, property, set) in OF_A_SET {
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

/// Says of each answer what it is.
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

/// Says of parameters what they are: none of them can be null, as a query and a header have no way
/// to write it.
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

/// Gives names that no generator stumbles over to what is made of a form and a content.
fn renamed(document: &Value) -> Value {
    let mut text = document.to_string();
    let names = document["components"]["schemas"].as_object();
    for name in names.into_iter().flat_map(Map::keys) {
        let plain = match name.split_once('_') {
            Some(("Page", of)) => format!("{of}Page"),
            Some(("Told", of)) => format!("{of}Answer"),
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

    /// Gives the words that a reader lists where it does not know one.
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
    }
}
