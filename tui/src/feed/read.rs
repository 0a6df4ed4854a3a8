//! Reads what is needed of a list: the visible part, or the rows that match a query.

use std::cmp::Ordering;
use std::mem;
use std::time::Duration;

use shared::agent::{Agent, AgentId};
use shared::contact::{Contact, ContactId, Rank};
use shared::skill::Skill;
use shared::time::Millis;
use shared::view::{LONGEST_PAGE, Listing, Page, SkillView, Start};
use shared::{Acd, Error};
use tokio::time::Instant;

use crate::console::floor::Part;
use crate::console::sort::Sort;
use crate::console::wanted::{Picked, Want};
use crate::query::Query;
use crate::text::by_number;

/// How many rows are read on either side of those visible, so that a step finds its row already
/// read.
const MARGIN: usize = 6;
/// How many items of a long list are searched for matches.
const REACH: usize = 20_000;
/// How many matches are kept.
const KEPT: usize = 500;
/// A long list is searched again after this many times the duration of the last search,
const REST: u32 = 20;
/// and not before this time has passed.
const SEARCH_APART: Duration = Duration::from_secs(1);

/// An item listed in a pane.
pub(super) trait Listed: Clone + Send + Sync + Sized {
    /// The position from which the list is read.
    type Cursor: Clone + Send + Sync;
    /// Identifies an item to keep visible.
    type Item: Clone + Send + Sync;

    /// Reads a page of the list.
    fn list(
        acd: &dyn Acd,
        page: Page<Self::Cursor>,
    ) -> impl Future<Output = Result<Listing<Self, Self::Cursor>, Error>> + Send;

    /// Returns the position of an item.
    fn cursor(item: &Self::Item) -> Self::Cursor;

    /// Returns whether it matches a query.
    fn fits(&self, query: &Query, now: Millis) -> bool;

    /// Compares two items, each with its place in the list.
    fn order(sort: Sort, one: (usize, &Self), other: (usize, &Self)) -> Ordering;

    /// The largest size at which the list is read whole even without a query.
    const WHOLE_UP_TO: usize;

    /// Puts a list that was read whole into the order that people expect.
    fn arrange(_rows: &mut [Self]) {}
}

impl Listed for Contact {
    type Cursor = Rank;
    type Item = (ContactId, Rank);
    // Its own order is the expected one, so reading the visible part is enough.
    const WHOLE_UP_TO: usize = 0;

    async fn list(acd: &dyn Acd, page: Page<Rank>) -> Result<Listing<Self, Rank>, Error> {
        acd.queue(page).await
    }

    fn cursor(item: &Self::Item) -> Rank {
        item.1
    }

    fn fits(&self, query: &Query, now: Millis) -> bool {
        query.of_contact(self, now)
    }

    fn order(sort: Sort, one: (usize, &Self), other: (usize, &Self)) -> Ordering {
        sort.of_contacts(one, other)
    }
}

impl Listed for SkillView {
    type Cursor = Skill;
    type Item = Skill;
    // Reasons and completions need all of them.
    const WHOLE_UP_TO: usize = LONGEST_PAGE;

    async fn list(acd: &dyn Acd, page: Page<Skill>) -> Result<Listing<Self, Skill>, Error> {
        acd.skills(page).await
    }

    fn cursor(item: &Skill) -> Skill {
        item.clone()
    }

    fn fits(&self, query: &Query, _: Millis) -> bool {
        query.of_skill(self)
    }

    fn order(sort: Sort, one: (usize, &Self), other: (usize, &Self)) -> Ordering {
        sort.of_skills(one.1, other.1)
    }
}

impl Listed for Agent {
    type Cursor = AgentId;
    type Item = AgentId;
    // Reasons and completions need all of them.
    const WHOLE_UP_TO: usize = LONGEST_PAGE;

    async fn list(acd: &dyn Acd, page: Page<AgentId>) -> Result<Listing<Self, AgentId>, Error> {
        acd.agents(page).await
    }

    fn cursor(item: &AgentId) -> AgentId {
        item.clone()
    }

    fn fits(&self, query: &Query, now: Millis) -> bool {
        query.of_agent(self, now)
    }

    fn order(sort: Sort, one: (usize, &Self), other: (usize, &Self)) -> Ordering {
        sort.of_agents(one.1, other.1)
    }

    fn arrange(rows: &mut [Self]) {
        rows.sort_by(|one, other| by_number(&one.id, &other.id));
    }
}

/// Reads a list, poll after poll.
#[derive(Debug)]
pub(super) struct Reader<Row> {
    /// The length of the list at the last poll.
    total: usize,
    /// The last matches in a list too long to search at every poll.
    found: Option<Found<Row>>,
}

#[derive(Debug)]
struct Found<Row> {
    picked: Picked,
    part: Part<Row>,
    at: Instant,
    took: Duration,
}

impl<Row> Default for Reader<Row> {
    fn default() -> Self {
        Self {
            total: 0,
            found: None,
        }
    }
}

impl<Row: Listed> Reader<Row> {
    /// Reads what is needed of the list now.
    pub(super) async fn read(
        &mut self,
        acd: &dyn Acd,
        want: &Want<Row::Item>,
        now: Millis,
    ) -> Result<Part<Row>, Error> {
        // A list that fits on a page need not be searched; the console filters it.
        let short = match &want.picked {
            None => Row::WHOLE_UP_TO,
            Some(_) => LONGEST_PAGE,
        };
        if short > 0
            && self.total <= short
            && let Some(part) = self.whole(acd).await?
        {
            return Ok(part);
        }
        match &want.picked {
            None => self.visible(acd, want).await,
            Some(picked) => self.search(acd, picked, now).await,
        }
    }

    /// Reads the whole list, if it is still short enough.
    async fn whole(&mut self, acd: &dyn Acd) -> Result<Option<Part<Row>>, Error> {
        let mut listing = Row::list(acd, Page::first(LONGEST_PAGE)).await?;
        self.total = count(listing.total);
        if listing.next.is_some() {
            return Ok(None);
        }
        Row::arrange(&mut listing.items);
        Ok(Some(Part::run(0, listing.items, self.total)))
    }

    async fn visible(&mut self, acd: &dyn Acd, want: &Want<Row::Item>) -> Result<Part<Row>, Error> {
        self.found = None;
        let before = want.height / 2 + MARGIN;
        let start = match &want.around {
            Some(item) => Start::Before(Row::cursor(item), before as u64),
            None => Start::At(want.at.saturating_sub(before) as u64),
        };
        let limit = (want.height + 2 * MARGIN).min(LONGEST_PAGE);
        let listing = Row::list(acd, Page { start, limit }).await?;
        self.total = count(listing.total);
        Ok(Part::run(count(listing.first), listing.items, self.total))
    }

    async fn search(
        &mut self,
        acd: &dyn Acd,
        picked: &Picked,
        now: Millis,
    ) -> Result<Part<Row>, Error> {
        if let Some(found) = &self.found
            && found.picked == *picked
            && found.at.elapsed() < SEARCH_APART.max(found.took * REST)
        {
            return Ok(found.part.clone());
        }
        let begun = Instant::now();
        let part = search(acd, picked, now).await?;
        self.total = part.total;
        self.found = Some(Found {
            picked: picked.clone(),
            part: part.clone(),
            at: Instant::now(),
            took: begun.elapsed(),
        });
        Ok(part)
    }
}

/// Searches a list page by page, up to [`REACH`] items, and keeps the first matches.
async fn search<Row: Listed>(
    acd: &dyn Acd,
    picked: &Picked,
    now: Millis,
) -> Result<Part<Row>, Error> {
    let mut rows: Vec<(usize, Row)> = vec![];
    let mut page = Page::first(LONGEST_PAGE);
    loop {
        let listing = Row::list(acd, page).await?;
        let first = count(listing.first);
        let searched = first + listing.items.len();
        let numbered = (first..).zip(listing.items);
        rows.extend(numbered.filter(|(_, row)| row.fits(&picked.query, now)));
        let enough = keep_first(&mut rows, picked.sort);
        match listing.next {
            Some(next) if !enough && searched < REACH => page = Page::after(next, LONGEST_PAGE),
            _ => {
                rows.sort_by_key(|(place, _)| *place);
                let (places, found) = rows.into_iter().unzip();
                return Ok(Part {
                    rows: found,
                    places,
                    total: count(listing.total),
                    searched: Some(searched),
                });
            }
        }
    }
}

/// Drops the rows beyond those to keep. Returns whether no later row can sort before the rest.
fn keep_first<Row: Listed>(rows: &mut Vec<(usize, Row)>, sort: Option<Sort>) -> bool {
    if rows.len() < KEPT {
        return false;
    }
    if let Some(sort) = sort {
        rows.sort_by(|one, other| Row::order(sort, (one.0, &one.1), (other.0, &other.1)));
    }
    // Frees the memory as well: few rows of a long list match.
    let mut kept = mem::take(rows);
    kept.truncate(KEPT);
    *rows = kept;
    sort.is_none()
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
