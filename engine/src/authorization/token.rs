//! Tokens: the secret that a caller sends, the record that is kept, and the comparison of both.

use std::fmt;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};
use shared::contact::Owner;
use shared::secret::Secret;
use shared::text::Invalid;
use shared::time::Millis;
use subtle::ConstantTimeEq as _;

use super::roles::Role;

/// The prefix of every token, so that a leaked one is recognized.
const PREFIX: &str = "sb_";

/// The record of a token: name, role and fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token {
    /// The name of its owner in the audit log.
    pub(crate) name: TokenName,
    /// Its role.
    #[serde(flatten)]
    pub(crate) role: Role,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it expires; `None` if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<Timestamp>,
    sha256: Fingerprint,
}

impl Token {
    /// Creates a token, and its secret, which is shown once and not stored.
    pub(crate) fn create(
        name: TokenName,
        role: Role,
        expires: Option<Timestamp>,
    ) -> (Self, Secret) {
        // A generator for cryptographic keys, seeded by the operating system.
        let random: [u8; 32] = rand::random();
        let secret = format!("{PREFIX}{}", hex::encode(random));
        let now = Timestamp::now();
        let token = Self {
            name,
            role,
            // In milliseconds, like deletions of agents: their order decides whether an agent's
            // token is still valid. Rounded down, so never later than it was.
            created: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
            expires,
            sha256: Fingerprint::of(&secret),
        };
        (token, secret.into())
    }

    /// Returns whether it has expired.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Returns whether it was created for an agent before this deletion.
    pub(super) fn is_older_than(&self, deletion: Option<Millis>) -> bool {
        let created = u64::try_from(self.created.as_millisecond()).unwrap_or(0);
        deletion.is_some_and(|deletion| Millis(created) <= deletion)
    }

    /// Returns its key in a table of tokens.
    pub(super) fn handle(&self) -> u64 {
        self.sha256.handle()
    }

    /// Compares the fingerprint in constant time, so that the duration reveals nothing about
    /// either.
    pub(super) fn has(&self, shown: &Fingerprint) -> bool {
        self.sha256.0.ct_eq(&shown.0).into()
    }
}

/// The SHA-256 of a token. Slow hashes are for passwords, which can be guessed; 256 random bits
/// cannot, and this hash is computed at every request.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Fingerprint(
    #[serde(serialize_with = "hex::serde::serialize", deserialize_with = "sha256")] [u8; 32],
);

/// Parses a fingerprint. The message does not repeat the text: it may be a token by mistake.
fn sha256<'de, D: Deserializer<'de>>(json: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(json)?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| {
        D::Error::custom(
            "it must be 64 hexadecimal digits, the SHA-256 that `switchboard-engine token create` \
             wrote",
        )
    })?;
    Ok(bytes)
}

impl Fingerprint {
    /// Returns the fingerprint of a secret.
    pub(super) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Returns its first 64 bits, as a key: comparing a thousand whole ones would take longer than
    /// the rest of a request. These bits reveal nothing of the token.
    pub(super) fn handle(&self) -> u64 {
        let bytes = self.0.iter().take(8);
        bytes.fold(0, |handle, byte| handle << 8 | u64::from(*byte))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(..)")
    }
}

/// The name of a token, which is in every line of the audit log. It follows the rules for names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenName(Owner);

impl TokenName {
    /// Returns it as the owner of contacts that an integrator creates with this token.
    pub(crate) fn owner(&self) -> &Owner {
        &self.0
    }
}

impl TryFrom<String> for TokenName {
    type Error = Invalid;
    /// Parses a name from a token file. Names older than the present rules are accepted: they must
    /// not keep an engine from starting.
    fn try_from(text: String) -> Result<Self, Invalid> {
        let of_before = |c: char| c.is_alphanumeric() || " _.-:@".contains(c);
        text.parse().or_else(|refused| {
            let kept = !text.is_empty() && text.chars().all(of_before);
            kept.then(|| Self(Owner::stored(&text))).ok_or(refused)
        })
    }
}

impl std::str::FromStr for TokenName {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.parse().map(Self)
    }
}

impl From<TokenName> for String {
    fn from(name: TokenName) -> Self {
        name.0.into()
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::roles::Scope;
    use super::*;

    #[test]
    fn a_token_is_known_by_its_secret_alone() {
        let make = |name: &str| Token::create(name.parse().unwrap(), Role::Wallboard, None);
        let ((hall, secret), (_, other)) = (make("hall"), make("desk"));
        assert!(hall.has(&Fingerprint::of(secret.reveal())));
        let kept = hex::encode(hall.sha256.0);
        for wrong in ["", PREFIX, &secret.reveal()[1..], &kept, other.reveal()] {
            assert!(!hall.has(&Fingerprint::of(wrong)), "{wrong}");
        }
    }

    #[test]
    fn a_token_is_for_the_agent_who_came_after_the_last_deletion() {
        let (token, _) = Token::create("ada".parse().unwrap(), Role::Wallboard, None);
        let created = u64::try_from(token.created.as_millisecond()).unwrap();
        assert!(!token.is_older_than(None));
        assert!(!token.is_older_than(Some(Millis(created - 1))));
        assert!(token.is_older_than(Some(Millis(created))));
        assert!(token.is_older_than(Some(Millis(created + 1))));
    }

    #[test]
    fn a_token_of_a_file_of_before_is_read_as_the_one_that_opens_less() {
        let sha256 = "0".repeat(64);
        let line = format!(
            r#"{{"name":"a","role":"integrator","created":"2026-01-02T03:04:05Z","sha256":"{sha256}"}}"#
        );
        let token: Token = serde_json::from_str(&line).unwrap();
        assert_eq!(token.role, Role::Integrator { scope: Scope::Own });
        assert_eq!(token.expires, None);
        assert_eq!(serde_json::to_string(&token).unwrap(), line);
    }

    #[test]
    fn what_is_kept_does_not_hold_the_secret() {
        let (token, secret) = Token::create("hall".parse().unwrap(), Role::Admin, None);
        let kept = serde_json::to_string(&token).unwrap();
        let bits = secret.reveal().trim_start_matches(PREFIX);
        assert_eq!(bits.len(), 64);
        assert!(
            !kept.contains(bits) && kept.contains(r#""role":"admin""#),
            "{kept}"
        );
        assert!(!format!("{token:?}").contains(&hex::encode(token.sha256.0)));
    }

    #[test]
    fn a_name_that_would_break_a_log_is_refused() {
        for bad in ["", " ", "a\nb", "a\"b", "a\u{2028}b", &"x".repeat(65)] {
            assert!(bad.parse::<TokenName>().is_err(), "{bad:?}");
        }
        assert!("Wall in hall 2, no".parse::<TokenName>().is_err());
        for good in ["ops@example.org", " Wall  2 ", "a/b", "Zoë's desk"] {
            let name: TokenName = good.parse().unwrap();
            assert_eq!(name.to_string().parse(), Ok(name));
        }
    }
}
