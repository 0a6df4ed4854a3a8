//! Pages of lists: the query that selects one, and the body that holds it.

use serde::{Deserialize, Serialize};
use shared::agent::AgentId;
use shared::contact::Rank;
use shared::skill::Skill;
use shared::text::Invalid;
use shared::view::{LONGEST_PAGE, Listing, Page, Start};
use utoipa::{IntoParams, ToSchema};

use super::query::{GREATEST, limit, quoted, whole};

/// The part of a list to return. Without `cursor`, `offset` and `around` it is the beginning.
#[derive(Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The most items: 1 to 500. The default is 100.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500)]
    pub(crate) limit: Option<String>,
    /// The cursor after which the page starts: `next` of the page before.
    pub(crate) cursor: Option<String>,
    /// How many items of the list come before the page. Beyond the end the last full page is
    /// returned.
    #[param(value_type = Option<u64>)]
    pub(crate) offset: Option<String>,
    /// The cursor of an item that the page shall contain; the item may be gone.
    pub(crate) around: Option<String>,
    /// With `around`: how many items of the page come before that one.
    #[param(value_type = Option<u64>)]
    pub(crate) back: Option<String>,
}

impl PageQuery {
    /// Builds the query for this page.
    pub(crate) fn of<C: Cursor>(page: &Page<C>) -> Self {
        let limit = Some(page.limit.min(LONGEST_PAGE).to_string());
        let query = Self {
            limit,
            ..Self::default()
        };
        match &page.start {
            Start::At(offset) => Self {
                offset: Some(offset.min(&GREATEST).to_string()),
                ..query
            },
            Start::After(item) => Self {
                cursor: Some(item.written()),
                ..query
            },
            Start::Before(item, back) => Self {
                around: Some(item.written()),
                back: Some(back.min(&GREATEST).to_string()),
                ..query
            },
        }
    }

    /// Builds the query for this many items after a cursor, if there is one.
    pub(crate) fn after(cursor: Option<String>, limit: usize) -> Self {
        Self {
            limit: Some(limit.to_string()),
            cursor,
            ..Self::default()
        }
    }

    /// Parses the query into a page.
    pub(crate) fn page<C: Cursor>(&self) -> Result<Page<C>, Invalid> {
        let limit = limit(self.limit.as_deref())?;
        let start = self.start()?;
        Ok(Page { start, limit })
    }

    pub(crate) fn start<C: Cursor>(&self) -> Result<Start<C>, Invalid> {
        match (&self.cursor, &self.offset, &self.around, &self.back) {
            (None, None, None, None) => Ok(Start::At(0)),
            (Some(cursor), None, None, None) => Ok(Start::After(named("cursor", cursor)?)),
            (None, Some(offset), None, None) => Ok(Start::At(number("offset", offset)?)),
            (None, None, Some(around), back) => {
                let back = back.as_deref().map_or(Ok(0), |back| number("back", back))?;
                Ok(Start::Before(named("around", around)?, back))
            }
            (_, _, None, Some(back)) => Err(Invalid::new(
                quoted("back", back),
                "is given without around",
                "use back only with around",
            )),
            _ => Err(Invalid::new(
                "the part of the list",
                "is given in two ways",
                "use only one of cursor, offset and around",
            )),
        }
    }
}

fn number(what: &str, text: &str) -> Result<u64, Invalid> {
    whole(text).ok_or_else(|| {
        let rule = format!("use a whole number from 0 to {GREATEST}");
        Invalid::new(quoted(what, text), "is not a number of items", rule)
    })
}

/// Parses a cursor; a refusal begins with the parameter that has it.
fn named<C: Cursor>(parameter: &str, text: &str) -> Result<C, Invalid> {
    C::read(text).map_err(|refused| Invalid {
        what: quoted(parameter, text),
        ..refused
    })
}

/// The cursor: where a page starts.
pub(crate) trait Cursor: Sized {
    /// Parses it as a page wrote it.
    fn read(text: &str) -> Result<Self, Invalid>;

    /// Formats it.
    fn written(&self) -> String;
}

/// Refuses a cursor that no page wrote. A page writes names as stored, and these may be older than
/// the rules for names.
fn known_name<Name>(text: &str, parsed: Result<Name, Invalid>) -> Result<(), Invalid> {
    let of_before = |c: char| c.is_alphanumeric() || " _.-:".contains(c);
    match parsed {
        Err(refused) if text.is_empty() || !text.chars().all(of_before) => Err(refused),
        _ => Ok(()),
    }
}

impl Cursor for AgentId {
    fn read(text: &str) -> Result<Self, Invalid> {
        known_name(text, text.parse::<Self>()).map(|()| Self::stored(text))
    }

    fn written(&self) -> String {
        self.to_string()
    }
}

impl Cursor for Skill {
    fn read(text: &str) -> Result<Self, Invalid> {
        known_name(text, text.parse::<Self>()).map(|()| Self::stored(text))
    }

    fn written(&self) -> String {
        self.to_string()
    }
}

impl Cursor for Rank {
    fn read(text: &str) -> Result<Self, Invalid> {
        text.parse()
            .ok()
            // Beyond 53 bits it would be another number in a Redis score.
            .filter(|rank| *rank < 1 << 53)
            .map(Self)
            .ok_or_else(|| {
                let rule = "use `next` of the page before";
                Invalid::new(quoted("cursor", text), "is not a rank", rule)
            })
    }

    fn written(&self) -> String {
        self.0.to_string()
    }
}

/// A part of a list.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Page)]
pub(crate) struct PageBody<Item> {
    /// The items, in order.
    pub(crate) items: Vec<Item>,
    /// How many items of the list come before these.
    pub(crate) first: u64,
    /// How many items the whole list has.
    pub(crate) total: u64,
    /// The cursor of the next page; null at the end.
    #[schema(required)]
    pub(crate) next: Option<String>,
}

impl<Item> PageBody<Item> {
    /// Builds the body from a part of a list, converting each item.
    pub(crate) fn new<T, C: Cursor>(
        listing: Listing<T, C>,
        written: impl FnMut(T) -> Item,
    ) -> Self {
        Self {
            items: listing.items.into_iter().map(written).collect(),
            first: listing.first,
            total: listing.total,
            next: listing.next.as_ref().map(Cursor::written),
        }
    }

    /// Converts the body back.
    pub(crate) fn listing<T, C: Cursor>(self) -> Result<Listing<T, C>, String>
    where
        Item: TryInto<T, Error: ToString>,
    {
        let items: Result<Vec<T>, _> = self.items.into_iter().map(TryInto::try_into).collect();
        let next = self.next.as_deref().map(C::read).transpose();
        Ok(Listing {
            first: self.first,
            total: self.total,
            items: items.map_err(|error| error.to_string())?,
            next: next.map_err(|error| error.to_string())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;

    use super::*;

    fn query(limit: Option<&str>, cursor: Option<&str>) -> PageQuery {
        PageQuery {
            limit: limit.map(str::to_owned),
            cursor: cursor.map(str::to_owned),
            ..PageQuery::default()
        }
    }

    #[test]
    fn a_page_is_bounded() {
        for (limit, expected) in [
            (None, Some(100)),
            (Some("1"), Some(1)),
            (Some("500"), Some(500)),
        ] {
            let page = query(limit, None).page::<Rank>().ok();
            assert_eq!(page.map(|page| page.limit), expected);
        }
        for bad in ["0", "501", "-1", "1.5", "", "ten", "99999999999999999999"] {
            assert!(query(Some(bad), None).page::<Rank>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_cursor_that_no_page_gave_is_refused() {
        for bad in ["", "-1", "x", "9007199254740992"] {
            assert!(query(None, Some(bad)).page::<Rank>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_refusal_begins_with_the_parameter_that_is_wrong() {
        let given = |text: &str| Some(text.to_owned());
        let none = PageQuery::default;
        for (query, says) in [
            (
                PageQuery {
                    around: given("-1"),
                    ..none()
                },
                "around \"-1\" is not a rank; use `next` of the page before",
            ),
            (
                PageQuery {
                    back: given("1"),
                    ..none()
                },
                "back \"1\" is given without around; use back only with around",
            ),
            (
                PageQuery {
                    offset: given("-1"),
                    ..none()
                },
                "offset \"-1\" is not a number of items; use a whole number from 0 to \
                 9223372036854775807",
            ),
        ] {
            assert_eq!(query.page::<Rank>().unwrap_err().to_string(), says);
        }
        let around = PageQuery {
            around: given("*"),
            ..none()
        };
        let refused = around.page::<AgentId>().unwrap_err().to_string();
        assert!(
            refused.starts_with("around \"*\" has the character"),
            "{refused}"
        );
    }

    #[test]
    fn every_part_of_a_list_is_asked_for_as_it_is_read() {
        for start in [
            Start::At(7),
            Start::After(Rank(7)),
            Start::Before(Rank(7), 3),
        ] {
            let page = Page { start, limit: 9 };
            assert_eq!(PageQuery::of(&page).page(), Ok(page));
        }
    }

    #[test]
    fn more_items_than_the_document_allows_are_refused() {
        for (offset, taken) in [
            ("9223372036854775807", true),
            ("9223372036854775808", false),
        ] {
            let query = PageQuery {
                offset: Some(offset.to_owned()),
                ..PageQuery::default()
            };
            assert_eq!(query.page::<Rank>().is_ok(), taken, "{offset}");
        }
    }

    #[test]
    fn a_part_that_is_named_twice_is_refused() {
        let some = || Some("7".to_owned());
        for bad in [
            PageQuery {
                offset: some(),
                ..query(None, Some("7"))
            },
            PageQuery {
                around: some(),
                offset: some(),
                ..PageQuery::default()
            },
            PageQuery {
                back: some(),
                ..PageQuery::default()
            },
            PageQuery {
                around: some(),
                back: Some("-1".to_owned()),
                ..PageQuery::default()
            },
        ] {
            assert!(bad.page::<Rank>().is_err(), "{bad:?}");
        }
    }

    fn start<C: Clone + Debug>(cursor: BoxedStrategy<C>) -> impl Strategy<Value = Start<C>> {
        prop_oneof![
            (0..=GREATEST).prop_map(Start::At),
            cursor.clone().prop_map(Start::After),
            (cursor, 0..=GREATEST).prop_map(|(item, back)| Start::Before(item, back)),
        ]
    }

    proptest! {
        #[test]
        fn whatever_part_is_wanted_is_asked_for_as_it_is_read(
            limit in 1..=LONGEST_PAGE,
            ranks in start((0_u64..1 << 53).prop_map(Rank).boxed()),
            agents in start("[\\p{L}\\p{Nd} _.:-]{1,64}".prop_map(|id| AgentId::stored(&id)).boxed()),
        ) {
            let page = Page { start: ranks, limit };
            prop_assert_eq!(PageQuery::of(&page).page(), Ok(page));
            let page: Page<AgentId> = Page { start: agents, limit };
            prop_assert_eq!(PageQuery::of(&page).page(), Ok(page));
        }

        #[test]
        fn what_is_no_part_is_refused_by_its_name_and_in_few_words(
            text in "\\PC{0,90}|-?[0-9]{1,25}(\\.[0-9])?",
        ) {
            let text = || Some(text.clone());
            let none = PageQuery::default;
            for (name, query) in [
                ("limit", PageQuery { limit: text(), ..none() }),
                ("cursor", PageQuery { cursor: text(), ..none() }),
                ("offset", PageQuery { offset: text(), ..none() }),
                ("around", PageQuery { around: text(), ..none() }),
            ] {
                if let Err(refused) = query.page::<Rank>() {
                    prop_assert!(refused.what.starts_with(name), "{}", refused);
                    prop_assert!(refused.to_string().len() < 600);
                }
            }
        }
    }
}
