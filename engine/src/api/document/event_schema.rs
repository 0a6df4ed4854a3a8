//! The schemas of the events in the OpenAPI document: one for each type, named by the field `type`.
//! `docs/events.md` has the same table, and a test compares both with what the store writes.

use serde_json::{Map, Value, json};

/// A field of an event: its name, whether it is required, its schema, its description.
struct Field(&'static str, Presence, FieldType, &'static str);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    Sometimes,
}

use Presence::{Always, Sometimes};

/// The type of a field.
#[derive(Clone, Copy)]
enum FieldType {
    Contact,
    Agent,
    Skill,
    Skills,
    /// Skills as one text, sorted, with commas between.
    Profile,
    /// A time in milliseconds since 1970.
    Time,
    /// A place in the order of service.
    Rank,
    Milliseconds,
    Priority,
    Ticks,
    /// The number of an event.
    Count,
    Reason,
    Outcome,
    Presence,
    Mark,
    Settings,
    TypeName,
    TypeSettings,
    OfferEnd,
    Disposition,
    Flag,
}

/// An event: its type, its description, and its fields beside `type`, `number` and `at`.
struct EventType(&'static str, &'static str, &'static [Field]);

const CONTACT: Field = Field("contact", Always, FieldType::Contact, "The contact.");
const AGENT: Field = Field("agent", Always, FieldType::Agent, "The agent.");
const SKILL: Field = Field("skill", Always, FieldType::Skill, "The skill.");
const OFFER: Field = Field(
    "offer",
    Always,
    FieldType::Count,
    "The number of the offer.",
);
const DISPOSITION: Field = Field(
    "disposition",
    Sometimes,
    FieldType::Disposition,
    "What became of it, if its agent said so.",
);
const TYPE: Field = Field(
    "contact_type",
    Always,
    FieldType::TypeName,
    "The contact type.",
);
const REASON: Field = Field(
    "reason",
    Sometimes,
    FieldType::Reason,
    "The reason that they gave, if any.",
);
const MARK: Field = Field(
    "mark",
    Sometimes,
    FieldType::Mark,
    "Why, if the agent did not choose it.",
);

#[rustfmt::skip]
const EVENTS: &[EventType] = &[
    EventType("acd_opened", "The ACD was opened.", &[]),
    EventType("acd_closed", "The ACD was closed.", &[]),
    EventType("settings_changed", "The settings of the ACD changed.", &[
        Field("settings", Sometimes, FieldType::Settings, "The settings now; absent from older events."),
    ]),
    EventType("type_changed", "A contact type was created, or its settings changed.", &[
        TYPE,
        Field("settings", Always, FieldType::TypeSettings, "Its settings now."),
    ]),
    EventType("type_deleted", "A contact type was deleted.", &[TYPE]),
    EventType("contact_created", "A contact arrived. Unless `contact_assigned` or `contact_offered` follows, it waits.", &[
        CONTACT,
        Field("contact_type", Sometimes, FieldType::TypeName, "Its contact type, if it has one."),
        Field("profile", Always, FieldType::Profile, "The skills it needs, sorted, with commas between."),
        Field("rank", Always, FieldType::Rank, "Its place in the order of service."),
    ]),
    EventType("contact_offered", "A contact was offered to an agent.", &[
        CONTACT,
        AGENT,
        OFFER,
        Field("until", Always, FieldType::Time, "Until when they can accept it, in milliseconds since 1970."),
    ]),
    EventType("offer_ended", "An offer ended without being accepted. Unless the contact left, it waits again.", &[
        CONTACT,
        AGENT,
        OFFER,
        Field("how", Always, FieldType::OfferEnd, "How it ended."),
        REASON,
    ]),
    EventType("contact_assigned", "A contact got its agent.", &[
        CONTACT,
        AGENT,
        Field("wait", Always, FieldType::Milliseconds, "How many milliseconds it had waited."),
        Field("offer", Sometimes, FieldType::Count, "The number of the offer that they accepted, if it was offered."),
    ]),
    EventType("contact_completed", "A contact ended.", &[
        CONTACT,
        Field("agent", Sometimes, FieldType::Agent, "The agent who had it, if any."),
        Field("outcome", Always, FieldType::Outcome, "How it ended."),
        DISPOSITION,
    ]),
    EventType("contact_disposition", "An agent in wrap-up said more about a contact. A note is only in the contact.", &[
        CONTACT,
        AGENT,
        DISPOSITION,
    ]),
    EventType("contact_requeued", "A contact was taken from its agent and put back in the queue.", &[
        CONTACT,
        AGENT,
    ]),
    EventType("contact_reprioritised", "A contact's priority changed, and with it its rank.", &[
        CONTACT,
        Field("priority", Always, FieldType::Priority, "The new priority."),
        Field("rank", Always, FieldType::Rank, "Its new place in the order of service."),
    ]),
    EventType("agent_created", "An agent was created.", &[
        AGENT,
        Field("skills", Sometimes, FieldType::Skills, "The skills that they were created with."),
    ]),
    EventType("agent_renamed", "An agent's name changed.", &[AGENT]),
    EventType("agent_deleted", "An agent was deleted.", &[AGENT]),
    EventType("agent_available", "An agent became available, without a contact.", &[
        AGENT,
        Field("since", Always, FieldType::Ticks, "Since when, in ticks of 128 microseconds since 1970."),
    ]),
    EventType("agent_wrap_up", "An agent is in wrap-up after a contact, or it was extended.", &[
        AGENT,
        Field("contact", Always, FieldType::Contact, "The contact that has ended."),
        Field("until", Sometimes, FieldType::Time, "When it ends, in milliseconds since 1970, if it has an end."),
    ]),
    EventType("wrap_up_ended", "An agent's wrap-up ended.", &[
        AGENT,
        Field("contact", Always, FieldType::Contact, "The contact that it was for."),
        Field("time", Always, FieldType::Milliseconds, "How long it lasted, in milliseconds."),
        Field("done", Always, FieldType::Flag, "Whether the agent said that they are done, or was deleted; else its time was over."),
    ]),
    EventType("agent_penalty", "An agent is available, but not routable for a while after a missed or rejected offer.", &[
        AGENT,
        Field("until", Always, FieldType::Time, "When it ends, in milliseconds since 1970."),
    ]),
    EventType("agent_unavailable", "An agent is no longer available.", &[AGENT, REASON, MARK]),
    EventType("agent_next", "The next state of an agent was set: available or not after their contact or wrap-up.", &[
        AGENT,
        Field("presence", Always, FieldType::Presence, "The next state."),
        REASON,
        MARK,
    ]),
    EventType("skill_added", "An agent got a skill.", &[AGENT, SKILL]),
    EventType("skill_removed", "A skill was taken from an agent.", &[AGENT, SKILL]),
    EventType("repaired", "The sweep found an inconsistency of an agent and repaired it.", &[
        AGENT,
    ]),
];

impl FieldType {
    fn schema(self) -> Value {
        match self {
            Self::Contact => json!({"type": "string",
                "examples": ["contact:01890a5d-ac96-774b-bcce-b302099a8057"]}),
            Self::Agent => json!({"type": "string", "examples": ["agent:7"]}),
            Self::Skill => json!({"type": "string", "examples": ["English"]}),
            Self::Skills => json!({"type": "array", "items": {"type": "string"},
                "examples": [["English"]]}),
            Self::Profile => json!({"type": "string", "examples": ["Billing,English"]}),
            Self::Time => whole(1_767_225_600_000),
            Self::Ticks => whole(13_806_450_000_000),
            // Of a contact with priority 5 that arrived at the time above.
            Self::Rank => whole(189_728_310_444_160),
            Self::Milliseconds => whole(4_200),
            Self::Count => whole(1_042),
            Self::Priority => {
                let mut schema = whole(5);
                schema["maximum"] = 255.into();
                schema
            }
            Self::Reason => json!({"type": "string", "examples": ["lunch"]}),
            Self::Outcome => json!({"$ref": "#/components/schemas/Outcome"}),
            Self::Presence => json!({"$ref": "#/components/schemas/Presence"}),
            Self::Mark => json!({"$ref": "#/components/schemas/Mark"}),
            Self::TypeName => json!({"type": "string", "examples": ["billing"]}),
            Self::OfferEnd => json!({"$ref": "#/components/schemas/OfferEnd"}),
            Self::Disposition => json!({"type": "string", "examples": ["sold"]}),
            Self::Flag => json!({"type": "boolean"}),
            Self::TypeSettings => json!({"$ref": "#/components/schemas/TypeSettings"}),
            Self::Settings => json!({"$ref": "#/components/schemas/Settings"}),
        }
    }
}

/// Returns the schema of a number, with an example.
fn whole(example: u64) -> Value {
    json!({"type": "integer", "format": "int64", "minimum": 0, "examples": [example]})
}

/// Returns the schema name of an event type.
fn name(kind: &str) -> String {
    let words = kind.split('_').map(|word| {
        let (first, rest) = word.split_at(1.min(word.len()));
        first.to_uppercase() + rest
    });
    words.collect::<String>() + "Event"
}

/// Returns the schemas of all events, and the schema of any event.
pub(in crate::api) fn schemas() -> Map<String, Value> {
    let mut all = Map::new();
    for event in EVENTS {
        all.insert(name(event.0), event.schema());
    }
    let one_of = EVENTS
        .iter()
        .map(|EventType(kind, ..)| (kind, reference(kind)));
    let mapping: Map<String, Value> = one_of
        .map(|(kind, place)| ((*kind).to_owned(), place.into()))
        .collect();
    let any: Vec<Value> = mapping
        .values()
        .map(|place| json!({"$ref": place}))
        .collect();
    let event = json!({
        "description": "An event. Ignore types that you do not know: later versions may add some.",
        "oneOf": any,
        "discriminator": {"propertyName": "type", "mapping": mapping},
    });
    all.insert("Event".to_owned(), event);
    all
}

fn reference(kind: &str) -> String {
    format!("#/components/schemas/{}", name(kind))
}

impl EventType {
    fn schema(&self) -> Value {
        let Self(kind, does, fields) = self;
        let mut properties = Map::new();
        let number =
            "The number of the event. It grows by one, so a gap means that events are missing.";
        properties.insert("type".into(), json!({"type": "string", "const": kind}));
        for (name, kind, said) in [
            ("number", FieldType::Count, number),
            ("at", FieldType::Time, "When, in milliseconds since 1970."),
        ] {
            let mut schema = kind.schema();
            schema["description"] = said.into();
            properties.insert(name.into(), schema);
        }
        if fields.iter().any(|field| field.0 == CONTACT.0) {
            let said = "The integrator that the contact belongs to, if any.";
            let owner = json!({"type": "string", "description": said});
            properties.insert("owner".into(), owner);
        }
        let mut required = vec!["type", "number", "at"];
        for Field(name, presence, kind, said) in *fields {
            let mut schema = kind.schema();
            schema["description"] = (*said).into();
            properties.insert((*name).into(), schema);
            if *presence == Always {
                required.push(name);
            }
        }
        json!({
            "type": "object", "description": does,
            "properties": properties, "required": required,
        })
    }

    /// Formats the row of the table in the documentation.
    #[cfg(test)]
    fn row(&self) -> String {
        let Self(kind, does, fields) = self;
        let fields = fields
            .iter()
            .map(|Field(name, presence, _, _)| match presence {
                Always => format!("`{name}`"),
                Sometimes => format!("`{name}`?"),
            });
        let fields = fields.collect::<Vec<_>>().join(", ");
        format!("| `{kind}` | {does} | {fields} |")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::event::{Event, What};

    /// Returns the types that the store writes: the deserializer lists them for an unknown one.
    fn written() -> Vec<String> {
        let refused = serde_json::from_value::<What>(json!({"type": "?"})).unwrap_err();
        let refused = refused.to_string();
        let listed = refused.split_once("expected one of").unwrap().1;
        let names = listed.split('`').skip(1).step_by(2);
        names.map(str::to_owned).collect()
    }

    /// Builds an event of a type with the selected fields.
    fn example(of: &EventType, with: impl Fn(&Field) -> bool) -> Value {
        let mut event = json!({"type": of.0, "number": 1, "at": 2});
        for field in of.2.iter().filter(|field| with(field)) {
            let Field(name, _, kind, _) = field;
            event[name] = match kind {
                FieldType::Flag => true.into(),
                FieldType::Outcome => "handled".into(),
                FieldType::Presence => "available".into(),
                FieldType::OfferEnd => super::super::OFFER_ENDS[0].into(),
                FieldType::Mark => super::super::MARKS[0].into(),
                FieldType::Settings | FieldType::TypeSettings => json!({"short_abandon_s": 3}),
                kind => kind.schema()["examples"][0].clone(),
            };
        }
        event
    }

    #[test]
    fn every_type_of_event_that_is_written_is_documented_with_its_fields() {
        let documented: Vec<&str> = EVENTS.iter().map(|event| event.0).collect();
        assert_eq!(written(), documented);
        for event in EVENTS {
            // The deserializer drops fields that it does not know.
            let whole = example(event, |_| true);
            let read: Event = serde_json::from_value(whole.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), whole);
            let least = example(event, |field| field.1 == Always);
            let read = serde_json::from_value::<Event>(least);
            assert!(read.is_ok(), "{}: {read:?}", event.0);
            for Field(name, presence, ..) in event.2 {
                let without = example(event, |field| field.0 != *name);
                let read = serde_json::from_value::<Event>(without);
                assert_eq!(read.is_err(), *presence == Always, "{}: {name}", event.0);
            }
        }
    }

    #[test]
    fn every_example_of_a_field_could_be_its_value() {
        use shared::contact::{Priority, Rank};
        use shared::time::{Millis, Tick};

        let example = |kind: FieldType| kind.schema()["examples"][0].clone();
        let at = Millis(example(FieldType::Time).as_u64().unwrap());
        let ticks = Tick(example(FieldType::Ticks).as_u64().unwrap());
        assert_eq!(ticks.0, at.0 * 1_000 / Tick::MICROS);
        let rank = example(FieldType::Rank).as_u64().unwrap();
        assert_eq!(Rank(rank), Rank::new(Priority(5), ticks));
        let profile = example(FieldType::Profile);
        let skills: Vec<&str> = profile.as_str().unwrap().split(',').collect();
        assert!(skills.len() > 1 && skills.is_sorted(), "{skills:?}");
        for event in EVENTS {
            let schema = event.schema();
            for (name, field) in schema["properties"].as_object().unwrap() {
                let expected = match &**name {
                    "at" => at.0,
                    "since" => ticks.0,
                    "rank" => rank,
                    _ => continue,
                };
                assert_eq!(field["examples"][0], expected, "{name} of {}", event.0);
            }
        }
    }

    #[test]
    fn no_field_of_an_event_is_left_out_of_the_document() {
        let source = include_str!("../../../../shared/src/event.rs");
        let (_, what) = source.split_once("pub enum What {").unwrap();
        let (what, _) = what.split_once("\n}").unwrap();
        let fields = what.lines().flat_map(|line| line.split([',', '{', '(']));
        let fields = fields.filter_map(|part| part.split_once(": ").map(|(name, _)| name.trim()));
        for field in fields.filter(|name| name.chars().all(|c| c.is_ascii_lowercase())) {
            let event = EVENTS.iter().flat_map(|event| event.2);
            assert!(event.into_iter().any(|known| known.0 == field), "{field}");
        }
    }

    #[test]
    fn the_page_of_events_has_the_same_table() {
        let page = include_str!("../../../../docs/events.md");
        let rows: Vec<String> = EVENTS.iter().map(EventType::row).collect();
        assert!(
            page.contains(&rows.join("\n")),
            "the table is\n{}",
            rows.join("\n")
        );
    }
}
