//! How a command can fail, by what the caller can do about it. The exit codes are stable, for
//! scripts.

use shared::Error;

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Refused by the rules; retrying gives the same result.
    Refused(String),
    /// No usable store, or the command makes no sense here.
    CannotBegin(String),
    /// The store stopped answering: the change may or may not have happened.
    Unavailable(String),
    /// The reader of the output has gone.
    NobodyReads,
}

impl Failure {
    /// Returns the exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::NobodyReads => 0,
            Self::Refused(_) => 1,
            Self::CannotBegin(_) => 2,
            Self::Unavailable(_) => 3,
        }
    }

    /// Returns the message, if there is one.
    pub fn sentence(&self) -> Option<&str> {
        match self {
            Self::NobodyReads => None,
            Self::Refused(why) | Self::CannotBegin(why) | Self::Unavailable(why) => Some(why),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let said = error.to_string();
        match error {
            Error::Unavailable(_)
            | Error::StoreRefuses(_)
            | Error::Unconfirmed
            | Error::Contract(_) => Self::Unavailable(said),
            // A different token is needed, not a different request.
            Error::Forbidden(_) => Self::CannotBegin(said),
            Error::Invalid(_)
            | Error::UnknownContact(_)
            | Error::UnknownAgent(_)
            | Error::UnknownSkill(_)
            | Error::NobodyHolds(_)
            | Error::UnknownReason(_)
            | Error::UnknownDisposition(_)
            | Error::NotInWrapUp(_)
            | Error::StaleOffer(_)
            | Error::UnknownType(_)
            | Error::TypeInUse(_)
            | Error::SkillNotHeld { .. }
            | Error::AgentExists(_)
            | Error::AgentBusy(_)
            | Error::Stale(_)
            | Error::Changed(_)
            | Error::ContactEnded(_)
            | Error::Closed
            | Error::KeyReused => Self::Refused(said),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_code() {
        for (error, code) in [
            (Error::Closed, 1),
            (Error::UnknownAgent("agent:7".parse().unwrap()), 1),
            (Error::Forbidden("another token".to_owned()), 2),
            (Error::Unavailable("gone".to_owned()), 3),
            (Error::StoreRefuses("password".to_owned()), 3),
            (Error::Contract("odd".to_owned()), 3),
        ] {
            assert_eq!(Failure::from(error).code(), code);
        }
        assert_eq!(Failure::CannotBegin(String::new()).code(), 2);
        assert_eq!(Failure::NobodyReads.code(), 0);
    }
}
