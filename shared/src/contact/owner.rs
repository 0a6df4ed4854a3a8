//! Whose a contact is, where several integrators share a floor.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::Invalid;

/// The integrator that a contact belongs to: the name by which the API knew who created it.
///
/// It is of letters, digits and marks that JSON needs no escapes for, as scripts write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Owner(String);

impl Owner {
    /// The most characters of one.
    const LONGEST: usize = 64;
    /// What it may have beside letters and digits.
    const MARKS: &str = " _.-:@";

    /// Gives it as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Owner {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        let plain = |c: char| c.is_alphanumeric() || Self::MARKS.contains(c);
        if (1..=Self::LONGEST).contains(&text.chars().count()) && text.chars().all(plain) {
            return Ok(Self(text));
        }
        let shown: String = text.chars().take(40).collect();
        Err(Invalid::new(
            format!("the name {shown:?}"),
            "is not that of an integrator",
            "use 1 to 64 letters, digits, spaces or _ . - : @",
        ))
    }
}

impl std::str::FromStr for Owner {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.to_owned().try_into()
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> Self {
        owner.0
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_needs_no_escapes_in_a_document() {
        for bad in ["", "a\nb", "a\"b", "a\\b", "a/b", &"x".repeat(65)] {
            assert!(bad.parse::<Owner>().is_err(), "{bad:?}");
        }
        let owner: Owner = "Shop 2@example.org".parse().unwrap();
        assert_eq!(
            serde_json::to_string(&owner).unwrap(),
            "\"Shop 2@example.org\""
        );
    }
}
