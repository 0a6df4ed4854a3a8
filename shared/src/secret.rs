//! Text that must never be shown: a token, an address with a password in it.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A text that is passed on but never shown: `Debug` hides it and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Returns the text, for sending it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns a warning for each weakness of this Redis address.
    pub fn warnings(&self) -> Vec<&'static str> {
        let warnings = [self.exposed(), self.in_the_clear()];
        warnings.into_iter().flatten().collect()
    }

    /// Warns if the address has a password that crosses a network without TLS.
    fn in_the_clear(&self) -> Option<&'static str> {
        let rest = self.0.strip_prefix("redis://")?;
        let whom = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (_, host) = whom.rsplit_once('@')?;
        let host = match host.strip_prefix('[') {
            Some(host) => host.split(']').next(),
            None => host.split(':').next(),
        };
        let host = host.unwrap_or_default();
        let near = |host: &str| host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        let here = ["", "localhost"].contains(&host) || near(host);
        (!here).then_some(
            "the Redis password and all data cross the network unencrypted: use rediss:// and a \
             Redis with TLS, or a network that nobody else can reach",
        )
    }

    /// Warns if this is a Redis address with a password and was given as a command-line argument.
    fn exposed(&self) -> Option<&'static str> {
        let with_password = self.0.split_once("://").is_some_and(|(_, rest)| {
            let who = rest.rsplit_once('@').map_or("", |(who, _)| who);
            who.contains(':') || rest.contains("pass=")
        });
        let argument = |argument: OsString| argument.to_string_lossy().contains(&self.0);
        (with_password && std::env::args_os().any(argument)).then_some(
            "--redis-url contains a password, which everybody on this machine can see in the list \
             of processes: set the environment variable REDIS_URL instead",
        )
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Secret {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::from("hush".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert_eq!(secret.reveal(), "hush");
    }

    #[test]
    fn a_password_that_crosses_a_network_without_tls_causes_a_warning() {
        for (url, warned) in [
            ("redis://:pw@db:6379", true),
            ("redis://ann:p@w@10.0.0.7:6379/0", true),
            ("redis://:pw@[2001:db8::1]:6379", true),
            ("redis://db:6379", false),
            ("rediss://:pw@db:6379", false),
            ("redis://:pw@127.0.0.1:6379", false),
            ("redis://:pw@127.3.2.1", false),
            ("redis://:pw@[::1]:6379", false),
            ("redis://:pw@localhost/0", false),
            ("unix:///run/redis.sock?pass=pw", false),
        ] {
            let secret = Secret::from(url.to_owned());
            assert_eq!(secret.in_the_clear().is_some(), warned, "{url}");
        }
    }
}
