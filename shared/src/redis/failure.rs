//! Why a script failed, and what an error of Redis means.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::error::Error;

/// Why a script failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The script refused. The error code, then its detail.
    Refused(String, String),
    /// The script refused a contact because nobody holds this skill.
    NobodyHolds(String),
    /// The server does not know the script, so it has not run. It was never loaded, or the server
    /// restarted without it.
    UnknownScript,
    /// Anything else.
    Broken(Error),
}

impl Failure {
    /// Maps a refusal to an error. A code that `meaning` does not know breaks the contract.
    pub(super) fn means(self, meaning: impl FnOnce(&str) -> Option<Error>) -> Error {
        match self {
            Self::Refused(code, _) => meaning(&code)
                .unwrap_or_else(|| Error::Contract(format!("a script answered {code}"))),
            Self::NobodyHolds(skill) => {
                Error::Contract(format!("a script found no agent who holds {skill}"))
            }
            Self::UnknownScript => Error::Unavailable("its scripts are gone".to_owned()),
            Self::Broken(error) => error,
        }
    }
}

impl From<Failure> for Error {
    /// For operations that are never refused: any refusal breaks the contract.
    fn from(failure: Failure) -> Self {
        failure.means(|_| None)
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        const REFUSALS: [&str; 19] = [
            "NOCONTACT",
            "NOAGENT",
            "NOSKILL",
            "NOTHELD",
            "NOREASON",
            "NOTYPE",
            "NOSKILLS",
            "TYPEINUSE",
            "AGENTEXISTS",
            "AGENTBUSY",
            "CLOSED",
            "TOOMANY",
            "STALE",
            "STALEOFFER",
            "NODISPOSITION",
            "NOWRAPUP",
            "NOEND",
            "CHANGED",
            "ENDED",
        ];
        match error.code() {
            _ if unknown_script(&error) => Self::UnknownScript,
            Some("NOBODYHOLDS") => Self::NobodyHolds(error.detail().unwrap_or_default().to_owned()),
            Some(code) if REFUSALS.contains(&code) => {
                let told = error.detail().unwrap_or_default();
                Self::Refused(code.to_owned(), told.to_owned())
            }
            _ => Self::Broken(store_error(&error)),
        }
    }
}

/// Returns whether the server refuses the user or the password. This shows in the code or, while
/// connecting, only in the kind.
pub(super) fn is_refused(error: &RedisError) -> bool {
    // The answer to a command of over ten words before the client has authenticated.
    let unauthenticated = |said: &str| said.contains("unauthenticated");
    error.kind() == ErrorKind::AuthenticationFailed
        || matches!(error.code(), Some("NOAUTH" | "WRONGPASS"))
        || error.detail().is_some_and(unauthenticated)
}

/// Returns whether the server does not know a command, also from inside a script. This happens when
/// it restarts without its JSON module.
pub(super) fn is_unknown_command(error: &RedisError) -> bool {
    let said = error.to_string().to_lowercase();
    said.contains("unknown command") || said.contains("unknown redis command")
}

/// Returns whether the user lacks the permission, also from inside a script.
pub(super) fn is_forbidden(error: &RedisError) -> bool {
    let said = |said: &str| {
        said.contains("ACL failure in script") || said.contains("executing the script can't")
    };
    error.code() == Some("NOPERM")
        || error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm)
        || error.detail().is_some_and(said)
}

/// Distinguishes a store that is temporarily unavailable from one that breaks its contract.
pub(super) fn store_error(error: &RedisError) -> Error {
    // Codes of a server that will recover: starting, failing over, full, moving slots.
    const PASSING: [&str; 7] = [
        "MISCONF",
        "NOREPLICAS",
        "MASTERDOWN",
        "LOADING",
        "CLUSTERDOWN",
        "TRYAGAIN",
        "BUSY",
    ];
    // Written here and not by Redis, because callers see it.
    if is_refused(error) {
        return Error::StoreRefuses(
            "Redis refuses the user or password; Switchboard keeps trying".to_owned(),
        );
    }
    if is_forbidden(error) {
        return Error::StoreRefuses(
            "the Redis user lacks a permission: `switchboard-engine redis-acl` prints the rules \
             that it needs"
                .to_owned(),
        );
    }
    if is_unknown_command(error) {
        return Error::StoreRefuses(
            "Redis lacks a command, perhaps because it was started without its JSON module; \
             Switchboard keeps trying"
                .to_owned(),
        );
    }
    // Scripts that write are then refused as a whole, before they begin.
    if error.code() == Some("OOM") {
        return Error::StoreRefuses(
            "Redis is out of memory: raise its maxmemory; contacts can still be ended".to_owned(),
        );
    }
    let passing = error.code().is_some_and(|code| PASSING.contains(&code))
        || error.kind() == ErrorKind::Io
        || matches!(
            error.kind(),
            ErrorKind::Server(
                ServerErrorKind::BusyLoading
                    | ServerErrorKind::ReadOnly
                    | ServerErrorKind::MasterDown
                    | ServerErrorKind::ClusterDown
                    | ServerErrorKind::TryAgain
                    | ServerErrorKind::Moved
                    | ServerErrorKind::Ask
            )
        )
        // The same from inside a script, before its first write (`touch`).
        || error.detail().is_some_and(|said| said.contains("non local key"))
        || error.is_timeout()
        || error.is_connection_dropped()
        || error.is_connection_refusal();
    if passing {
        Error::Unavailable(error.to_string())
    } else {
        Error::Contract(error.to_string())
    }
}

/// Returns whether the server does not know the script, which then has not run.
pub(super) fn unknown_script(error: &RedisError) -> bool {
    error.detail() == Some("Function not found")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_errors_mean_unavailable_and_others_break_the_contract() {
        for (said, away) in [
            ("MOVED 7680 127.0.0.1:6441", true),
            ("ASK 7680 127.0.0.1:6441", true),
            (
                "TRYAGAIN Multiple keys request during rehashing of slot",
                true,
            ),
            (
                "ERR Script attempted to access a non local key in a cluster node script: 0c",
                true,
            ),
            (
                "READONLY You can't write against a read only replica.",
                true,
            ),
            ("ERR Error running script", false),
            ("WRONGTYPE Operation against a key", false),
        ] {
            let value = redis::parse_redis_value(format!("-{said}\r\n").as_bytes()).unwrap();
            let error = value.extract_error().unwrap_err();
            let told = store_error(&error);
            assert_eq!(
                matches!(told, Error::Unavailable(_)),
                away,
                "{said}: {told:?}"
            );
        }
    }

    #[test]
    fn a_server_that_refuses_to_work_says_why() {
        for (said, why) in [
            ("NOAUTH Authentication required.", "user or password"),
            (
                "WRONGPASS invalid username-password pair or user is disabled.",
                "user or password",
            ),
            (
                "ERR Protocol error: unauthenticated multibulk length",
                "user or password",
            ),
            ("OOM command not allowed", "maxmemory"),
            (
                "ERR Unknown Redis command called from script script: create_contact",
                "JSON",
            ),
            (
                "NOPERM this user has no permissions to run the 'fcall' command",
                "redis-acl",
            ),
            (
                "ERR ACL failure in script: User x has no permissions to run the 'zadd' command",
                "redis-acl",
            ),
            (
                "ERR The user executing the script can't run this command or subcommand script: 0c",
                "redis-acl",
            ),
        ] {
            let value = redis::parse_redis_value(format!("-{said}\r\n").as_bytes()).unwrap();
            let error = store_error(&value.extract_error().unwrap_err());
            let told = matches!(&error, Error::StoreRefuses(told) if told.contains(why));
            assert!(told, "{said}: {error:?}");
            assert_eq!(error.code(), "store_unavailable");
        }
    }
}
