//! The permissions that a Redis user needs: the commands that the client sends, those that scripts
//! call, and the keys of one ACD. A test runs every operation with exactly these, and shows that
//! each one is needed.

use crate::text::AcdName;

/// Loads the scripts, which the server keeps. A user with this permission can replace the scripts
/// of others, who would then run them. So do not grant it where several ACDs do not trust each
/// other; there an admin loads the scripts ([`super::functions`]).
pub const LOADING: &str = "function|load";

/// Every command that engines and consoles need, by its ACL name.
pub const COMMANDS: [&str; 45] = [
    // Sent by the client: when connecting (scripts call `info` as well), to run scripts, and for
    // operations that need no script.
    "info",
    LOADING,
    "fcall",
    "wait",
    "xrange",
    "xread",
    // Called by scripts; some are also sent by the client.
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

/// Deletes the audit's scripts after an audit.
pub const UNLOADING: &str = "function|delete";

/// The additional commands that the audit needs. It searches the whole server for keys, so its user
/// sees the names of all keys, but not the contents of other ACDs' keys. Its scripts are deleted
/// afterwards; a user who may load functions may delete those of others too.
pub const OF_THE_AUDIT: [&str; 6] = ["hkeys", "hlen", "hscan", "scan", "zscan", UNLOADING];

/// Returns the rules for `ACL SETUSER`. They reset the user: afterwards it may run these commands
/// on the keys of this ACD and nothing else. Its passwords stay.
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
