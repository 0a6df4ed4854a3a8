//! Answers of Redis, read as every kind of reply: nonsense is refused, and whatever is taken can be
//! reckoned with.
//!
//! The input is JSON, which is easier to change than what goes over the wire: an object stands for
//! its text, as documents are answered.

#![no_main]

use libfuzzer_sys::fuzz_target;
use redis::Value;
use serde_json::Value as Json;
use shared::redis::read_as_each;

fuzz_target!(|input: &[u8]| {
    if let Ok(answer) = serde_json::from_slice(input) {
        read_as_each(&value(answer));
    }
});

fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(is) => Value::Boolean(is),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Int(number),
            (None, number) => Value::Double(number.unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::BulkString(text.into()),
        Json::Array(items) => Value::Array(items.into_iter().map(value).collect()),
        document @ Json::Object(_) => Value::BulkString(document.to_string().into()),
    }
}
