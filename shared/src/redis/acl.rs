//! What a user of Redis must be permitted: the commands that are sent, those that scripts call,
//! and the keys of one ACD. A test runs every operation with exactly these, and shows for each
//! that something fails without it.

use crate::text::AcdName;

/// Telling the server the scripts, which it keeps. Who may do that may put others in their place,
/// which those who trust them would run: so not where several ACDs do not trust each other. There
/// an admin tells it them ([`super::functions`]).
pub const LOADING: &str = "function|load";

/// Every command that engines and consoles need, by its name in an ACL.
pub const COMMANDS: [&str; 45] = [
    // Sent by the client: at the beginning of a connection (scripts ask `info` as well), for scripts,
    // for what needs none.
    "info",
    LOADING,
    "fcall",
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
    "json.set",
    "lrange",
    "rpush",
    "sadd",
    "scard",
    "srandmember",
    "srem",
    "time",
    "type",
    "xadd",
    "xinfo|stream",
    "zadd",
    "zcard",
    "zcount",
    "zinter",
    "zintercard",
    "zlexcount",
    "zmscore",
    "zrange",
    "zrangebylex",
    "zrangebyscore",
    "zrank",
    "zrem",
    "zscore",
];

/// The commands that the audit needs beside these. It searches the whole server for keys, so who
/// may do that sees the names of all keys, though nothing of what others' hold.
pub const OF_THE_AUDIT: [&str; 5] = ["hkeys", "hlen", "hscan", "scan", "zscan"];

/// Gives the rules for `ACL SETUSER`: the user may run these commands afterwards on the keys of
/// that ACD, and nothing else, whatever it was before. His passwords stay.
pub fn rules<'a>(acd: &AcdName, commands: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let commands = commands.into_iter();
    let nothing = [
        "on",
        "clearselectors",
        "resetkeys",
        "resetchannels",
        "-@all",
    ];
    let nothing = nothing.map(str::to_owned).into_iter();
    nothing
        .chain([format!("~{}*", super::pattern(&format!("{{{acd}}}:")))])
        .chain(commands.map(|command| format!("+{command}")))
        .collect()
}
