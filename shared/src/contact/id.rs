//! The ids of contacts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text::Invalid;

/// A contact's id. The caller makes it before the call that creates the contact, so that the call
/// can be repeated.
///
/// Written `contact:<uuid>` for people and programs; in Redis it is the bare UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContactId(pub Uuid);

impl ContactId {
    const PREFIX: &'static str = "contact:";

    /// Makes a new id.
    pub fn random() -> Self {
        Self(Uuid::now_v7())
    }

    /// Returns the id for an idempotency key in this ACD: always the same for the same key.
    pub fn for_key(acd: &str, key: &str) -> Self {
        Self(Uuid::new_v5(&space_of(acd), key.as_bytes()))
    }

    /// Same as [`ContactId::for_key`], for the keys of one caller. If two callers use the same key,
    /// they get different ids.
    pub fn for_key_of(acd: &str, caller: &str, key: &str) -> Self {
        let space = Uuid::new_v5(&space_of(acd), caller.as_bytes());
        Self(Uuid::new_v5(&space, key.as_bytes()))
    }
}

/// Returns the UUID namespace of an ACD's ids.
fn space_of(acd: &str) -> Uuid {
    let name = format!("switchboard:{acd}");
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

impl fmt::Display for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::PREFIX)?;
        f.write_str(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}

impl FromStr for ContactId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let uuid = text.strip_prefix(Self::PREFIX).unwrap_or(text);
        // Accepts only the hyphenated form, so that a contact has one name.
        let parsed = (uuid.len() == 36)
            .then(|| Uuid::try_parse(uuid).ok())
            .flatten();
        parsed.map(Self).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            Invalid::new(
                format!("contact key {shown:?}"),
                "is not the key of a contact",
                "use contact:<uuid>, as the answer to POST /contact gives it",
            )
        })
    }
}

impl TryFrom<String> for ContactId {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<ContactId> for String {
    fn from(id: ContactId) -> Self {
        let mut letters = Uuid::encode_buffer();
        [
            ContactId::PREFIX,
            id.0.hyphenated().encode_lower(&mut letters),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_key_round_trips_through_text() {
        let id = ContactId::random();
        assert_eq!(id.to_string().parse::<ContactId>().unwrap(), id);
        for bad in [
            "",
            "contact:",
            "agent:7",
            "contact:*",
            "contact:{x}",
            "queue",
        ] {
            assert!(bad.parse::<ContactId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_idempotency_key_stands_for_one_contact_of_one_acd() {
        assert_eq!(ContactId::for_key("a", "k"), ContactId::for_key("a", "k"));
        assert_ne!(ContactId::for_key("a", "k"), ContactId::for_key("b", "k"));
        assert_ne!(ContactId::for_key("a", "k"), ContactId::for_key("a", "l"));
    }

    #[test]
    fn one_key_of_two_callers_stands_for_two_contacts() {
        let of = |caller| ContactId::for_key_of("a", caller, "k");
        assert_eq!(of("shop"), of("shop"));
        assert_ne!(of("shop"), of("bank"));
        assert_ne!(of("shop"), ContactId::for_key("a", "k"));
        assert_ne!(of("shop"), ContactId::for_key_of("b", "shop", "k"));
    }
}
