//! What must never be shown: a token, an address with a password in it.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;

/// A text that is handed on but never shown: its `Debug` hides it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Gives the text, to the one who sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Gives a warning if this is the address of a Redis with a password in it that was given to
    /// this process as an argument.
    pub fn exposed(&self) -> Option<&'static str> {
        let with_password = self.0.split_once("://").is_some_and(|(_, rest)| {
            let who = rest.rsplit_once('@').map_or("", |(who, _)| who);
            who.contains(':') || rest.contains("pass=")
        });
        let argument = |argument: OsString| argument.to_string_lossy().contains(&self.0);
        (with_password && std::env::args_os().any(argument)).then_some(
            "--redis-url has a password in it, which everybody on this machine can see in the \
             list of processes: give the address by the environment, as REDIS_URL",
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
}
