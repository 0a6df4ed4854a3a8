//! Finds a contact by the short id that the console shows, `c-1a2b3c4d`. Searches a bounded part:
//! the beginning of the queue, the contacts with agents, the newest events.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use shared::contact::ContactId;
use shared::view::{LONGEST_PAGE, Page};
use shared::{Acd, Error};

use crate::text::{number, short_contact};

/// The most waiting contacts searched.
const MOST_WAITING: usize = 20_000;
/// The most agents searched.
const MOST_AGENTS: usize = 20_000;
/// The most recent events searched, to find contacts that are over.
const MOST_EVENTS: u64 = 4_000;
/// The most contacts named in a sentence.
const MOST_NAMED: usize = 4;

/// A contact's name: its key or its short id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactName {
    /// Its key.
    Key(ContactId),
    /// Its short id, or the beginning of it: `c-` and at least four hexadecimal digits.
    Short(String),
}

impl FromStr for ContactName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Key(id));
        }
        let small = text.to_lowercase();
        let digits = small.strip_prefix("c-").unwrap_or(&small);
        let hexadecimal = digits.chars().all(|c| c.is_ascii_hexdigit());
        if hexadecimal && (4..=8).contains(&digits.len()) {
            return Ok(Self::Short(format!("c-{digits}")));
        }
        Err(
            "use the contact's key, contact:..., or its short id as the console shows it, \
             c-1a2b3c4d"
                .to_owned(),
        )
    }
}

/// Why no contact was found.
#[derive(Debug)]
pub enum NotFound {
    /// No contact or several have that short id; the sentence says which.
    Name(String),
    /// A request failed.
    Failed(Error),
}

impl From<Error> for NotFound {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(why) => f.write_str(why),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

/// Finds a contact by name. A short id must match exactly one.
pub async fn contact(acd: &dyn Acd, name: &ContactName) -> Result<ContactId, NotFound> {
    let short = match name {
        ContactName::Key(id) => return Ok(*id),
        ContactName::Short(short) => short,
    };
    let mut found = BTreeSet::new();
    let mut look_at = |id: ContactId| {
        if short_contact(id).starts_with(short) {
            found.insert(id);
        }
    };
    let looked = async {
        waiting(acd, &mut look_at).await?;
        served(acd, &mut look_at).await?;
        in_events(acd, &mut look_at).await
    };
    match looked.await {
        Ok(()) => one_of(short, &found),
        Err(Error::Forbidden(why)) => Err(NotFound::Name(format!(
            "{short} cannot be looked up with this token: use its whole key, contact:... ({why})"
        ))),
        Err(error) => Err(error.into()),
    }
}

fn one_of(short: &str, found: &BTreeSet<ContactId>) -> Result<ContactId, NotFound> {
    if found.len() == 1
        && let Some(id) = found.first()
    {
        return Ok(*id);
    }
    Err(NotFound::Name(if found.is_empty() {
        format!(
            "no contact {short} was found: use its whole key, contact:... (searched: the first {} \
             that wait, those of the first {} agents, the newest {} events)",
            number(MOST_WAITING as u64),
            number(MOST_AGENTS as u64),
            number(MOST_EVENTS)
        )
    } else {
        let mut names: Vec<String> = found
            .iter()
            .take(MOST_NAMED)
            .map(ContactId::to_string)
            .collect();
        if found.len() > MOST_NAMED {
            names.push(format!("{} more", found.len() - MOST_NAMED));
        }
        format!(
            "{short} matches {} contacts: {}",
            found.len(),
            names.join(", ")
        )
    }))
}

async fn waiting(acd: &dyn Acd, look_at: &mut impl FnMut(ContactId)) -> Result<(), Error> {
    let mut page = Page::first(LONGEST_PAGE);
    for _ in 0..MOST_WAITING / LONGEST_PAGE {
        let listing = acd.queue(page).await?;
        for contact in &listing.items {
            look_at(contact.id);
        }
        let Some(next) = listing.next else { break };
        page = Page::after(next, LONGEST_PAGE);
    }
    Ok(())
}

async fn served(acd: &dyn Acd, look_at: &mut impl FnMut(ContactId)) -> Result<(), Error> {
    let mut page = Page::first(LONGEST_PAGE);
    for _ in 0..MOST_AGENTS / LONGEST_PAGE {
        let listing = acd.agents(page).await?;
        for contact in listing
            .items
            .iter()
            .filter_map(|agent| agent.state.contact())
        {
            look_at(contact);
        }
        let Some(next) = listing.next else { break };
        page = Page::after(next, LONGEST_PAGE);
    }
    Ok(())
}

async fn in_events(acd: &dyn Acd, look_at: &mut impl FnMut(ContactId)) -> Result<(), Error> {
    let newest = acd.overview().await?.event;
    let mut seen = newest.saturating_sub(MOST_EVENTS);
    while seen < newest {
        let events = acd.events_after(seen, LONGEST_PAGE).await?;
        let Some(last) = events.last() else { break };
        seen = last.number;
        for contact in events.iter().filter_map(|event| event.what.contact()) {
            look_at(contact);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_named_by_its_key_or_by_a_short_id() {
        let short = |text: &str| Ok(ContactName::Short(text.to_owned()));
        let key = "contact:0192f3c4-0000-7000-8000-00005e3d2e39";
        assert_eq!(key.parse(), Ok(ContactName::Key(key.parse().unwrap())));
        for (text, name) in [
            ("c-5e3d2e39", "c-5e3d2e39"),
            ("C-5E3D", "c-5e3d"),
            ("5e3d2e39", "c-5e3d2e39"),
        ] {
            assert_eq!(text.parse(), short(name));
        }
        for text in [
            "",
            "c-",
            "c-5e3",
            "agent:7",
            "c-5e3d2e390",
            "c-xyzw",
            "contact:1",
        ] {
            assert!(text.parse::<ContactName>().is_err(), "{text}");
        }
    }

    #[test]
    fn several_that_may_be_meant_are_named() {
        let ids: BTreeSet<ContactId> = (1..7)
            .map(|number| {
                format!("contact:0192f3c4-0000-7000-8000-{number:04}5e3d2e39")
                    .parse()
                    .unwrap()
            })
            .collect();
        let why = one_of("c-5e3d2e39", &ids).unwrap_err().to_string();
        assert!(
            why.starts_with("c-5e3d2e39 matches 6 contacts: contact:"),
            "{why}"
        );
        assert!(why.ends_with(", 2 more"), "{why}");
    }
}
