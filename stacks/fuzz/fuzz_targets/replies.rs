//! Answers of Redis, as bytes on the wire, read as every kind of reply: nonsense is refused, and
//! whatever is taken can be reckoned with.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::redis::read_as_each;

fuzz_target!(|input: &[u8]| {
    // An array announces its length, and the client makes room for it: of use to nobody but the
    // server that it trusts.
    if let Ok(answer) = redis::parse_redis_value(input) {
        read_as_each(&answer);
    }
});
