//! What a user of Redis must be permitted: the commands that are sent, those that scripts call,
//! and the keys of one ACD. A test runs every operation with exactly these, and shows for each
//! that something fails without it.

use crate::text::AcdName;

/// Every command, by its name in an ACL.
pub const COMMANDS: [&str; 41] = [
    // Sent by the client: at the beginning of a connection, for scripts, for what needs none.
    "info",
    "script|load",
    "evalsha",
    "wait",
    "xrange",
    "xread",
    // Called by scripts; some are sent as well.
    "copy",
    "del",
    "exists",
    "hdel",
    "hexists",
    "hget",
    "hgetall",
    "hincrby",
    "hmget",
    "hset",
    "json.arrappend",
    "json.arrpop",
    "json.get",
    "json.merge",
    "json.mget",
    "json.numincrby",
    "json.set",
    "sadd",
    "scard",
    "srandmember",
    "srem",
    "time",
    "xadd",
    "zadd",
    "zcard",
    "zcount",
    "zinter",
    "zintercard",
    "zlexcount",
    "zrange",
    "zrangebylex",
    "zrangebyscore",
    "zrank",
    "zrem",
    "zscore",
];

/// Gives the rules for `ACL SETUSER`: what the user may do afterwards is this, whatever it was.
/// His passwords stay.
pub fn rules(acd: &AcdName) -> Vec<String> {
    let nothing = [
        "on",
        "clearselectors",
        "resetkeys",
        "resetchannels",
        "-@all",
    ];
    let nothing = nothing.map(str::to_owned).into_iter();
    nothing
        .chain([format!("~{{{acd}}}:*")])
        .chain(COMMANDS.map(|command| format!("+{command}")))
        .collect()
}
