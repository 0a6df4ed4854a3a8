//! How a command can fail, by what the caller can do about it. The codes are a promise to scripts.

use shared::Error;

/// Why a command did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The rules refuse it; asking again gives the same.
    Refused(String),
    /// There is no store that can be used, or the command makes no sense here.
    CannotBegin(String),
    /// The store went away in the middle: what was asked may or may not have happened.
    Away(String),
    /// Nobody reads the answer any more.
    NobodyReads,
}

impl Failure {
    /// Gives the exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::NobodyReads => 0,
            Self::Refused(_) => 1,
            Self::CannotBegin(_) => 2,
            Self::Away(_) => 3,
        }
    }

    /// Gives the sentence to say, if there is one.
    pub fn sentence(&self) -> Option<&str> {
        match self {
            Self::NobodyReads => None,
            Self::Refused(why) | Self::CannotBegin(why) | Self::Away(why) => Some(why),
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
            | Error::Contract(_) => Self::Away(said),
            // It is the token, not the request, that has to be another.
            Error::Forbidden(_) => Self::CannotBegin(said),
            Error::Invalid(_)
            | Error::UnknownContact(_)
            | Error::UnknownAgent(_)
            | Error::UnknownSkill(_)
            | Error::NobodyHolds(_)
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
