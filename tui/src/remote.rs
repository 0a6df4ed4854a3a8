//! The location of an ACD outside this process, and connecting to it.

use std::fmt;
use std::sync::Arc;

use engine::client::{Access, ApiAcd};
use shared::redis::{ConnectError, RedisServer};
use shared::text::AcdName;
use shared::{Acd, Error};

/// The location of an ACD.
#[derive(Clone)]
pub enum Remote {
    /// On a Redis, with this name.
    Redis(RedisServer, AcdName),
    /// Behind the API of an engine; with this name, if one is expected.
    Api(Access, Option<AcdName>),
}

/// Why the ACD cannot be opened, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// No answer at present; retrying may help.
    ForNow(String),
    /// Retrying would not help.
    ForGood(String),
}

impl Closed {
    /// Returns the sentence.
    pub fn why(self) -> String {
        match self {
            Self::ForNow(why) | Self::ForGood(why) => why,
        }
    }
}

impl From<ConnectError> for Closed {
    fn from(error: ConnectError) -> Self {
        let why = error.to_string();
        match error {
            ConnectError::Unreachable { .. } => Self::ForNow(why),
            _ => Self::ForGood(why),
        }
    }
}

impl From<Error> for Closed {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(why) => Self::ForNow(why),
            refuses @ Error::StoreRefuses(_) => Self::ForNow(refuses.to_string()),
            other => Self::ForGood(other.to_string()),
        }
    }
}

impl Remote {
    /// Connects to the ACD.
    pub async fn open(&self) -> Result<Arc<dyn Acd>, Closed> {
        Ok(match self {
            Self::Redis(redis, name) => shared::open(Some(redis), name.clone()).await?,
            Self::Api(access, name) => Arc::new(ApiAcd::open(access, name.as_ref()).await?),
        })
    }

    /// Connects to the ACD as one of its agents, whose token grants access only to their own data.
    pub async fn open_for_agent(&self) -> Result<Arc<dyn Acd>, Closed> {
        let Self::Api(access, name) = self else {
            return self.open().await;
        };
        let name = name.clone().unwrap_or_default();
        let acd = ApiAcd::unseen(access, name);
        let acd = acd.map_err(|why| Closed::ForGood(why.to_string()))?;
        Ok(Arc::new(acd))
    }

    /// Connects to the ACD for requests about contacts. An integrator's token permits those but not
    /// reading the floor, so the ACD's name cannot be compared. The request itself is permitted or
    /// refused.
    pub async fn open_for_contacts(&self) -> Result<Arc<dyn Acd>, Closed> {
        let Self::Api(access, name) = self else {
            return self.open().await;
        };
        match ApiAcd::open(access, name.as_ref()).await {
            Err(Error::Forbidden(_)) => self.open_for_agent().await,
            opened => Ok(Arc::new(opened?)),
        }
    }

    /// Returns the name of the ACD, as far as it is known before connecting.
    pub fn name(&self) -> AcdName {
        match self {
            Self::Redis(_, name) => name.clone(),
            Self::Api(_, name) => name.clone().unwrap_or_default(),
        }
    }

    /// Returns the location as shown on a screen, without credentials.
    pub fn shown(&self) -> String {
        match self {
            Self::Redis(redis, _) => host_of(&redis.url),
            Self::Api(access, _) => access.address(),
        }
    }

    /// Returns the flags that connect another command to the same ACD.
    pub fn flags(&self) -> String {
        match self {
            Self::Redis(_, name) => format!("--acd {}", quoted(name.as_str())),
            Self::Api(access, _) => format!("--api {}", quoted(&access.address())),
        }
    }
}

impl fmt::Debug for Remote {
    // A URL may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remote({} at {})", self.name(), self.shown())
    }
}

/// Quotes a word for the shell; a name may contain spaces.
pub fn quoted(word: &str) -> String {
    if word.contains(' ') {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}

/// Returns the host of a Redis URL, for display. Never includes a user name or a password, even if
/// the URL is malformed.
pub fn host_of(redis_url: &str) -> String {
    const UNNAMED: &str = "redis";
    let Some((scheme, rest)) = redis_url.split_once("://") else {
        return UNNAMED.to_owned();
    };
    if scheme.contains("unix") {
        return "redis socket".to_owned();
    }
    // A password may contain any character, so everything before the last @ is skipped first.
    let after_credentials = rest.rsplit('@').next().unwrap_or_default();
    let host = after_credentials
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".:-_[]".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        return UNNAMED.to_owned();
    }
    host.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credentials_are_ever_shown() {
        for (url, host) in [
            ("redis://localhost:6379", "localhost:6379"),
            ("redis://localhost:6379/3", "localhost:6379"),
            ("rediss://ana:s3cret@db.example:6380/0", "db.example:6380"),
            ("redis://:pa/ss?w@rd@db", "db"),
            ("redis+unix:///run/redis.sock?pass=s3cret", "redis socket"),
            ("s3cret", "redis"),
            ("redis://h\u{1b}[31m", "redis"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
