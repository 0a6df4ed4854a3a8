//! Values in a query.

use shared::text::Invalid;
use shared::view::LONGEST_PAGE;

/// The greatest integer in a query: the document says `int64`, which is also Redis's greatest.
pub(crate) const GREATEST: u64 = i64::MAX.unsigned_abs();

/// Parses an integer of a query.
pub(crate) fn whole(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number| *number <= GREATEST)
}

/// The default number of items on a page.
const PAGE: usize = 100;

/// Parses the most items wanted.
pub(crate) fn limit(text: Option<&str>) -> Result<usize, Invalid> {
    let Some(text) = text else { return Ok(PAGE) };
    let limit = text.parse().ok();
    let limit = limit.filter(|limit| (1..=LONGEST_PAGE).contains(limit));
    limit.ok_or_else(|| {
        let rule = format!("use a whole number from 1 to {LONGEST_PAGE}");
        Invalid::new(quoted("limit", text), "is not a limit", rule)
    })
}

/// Quotes a value in an error message, shortened.
pub(crate) fn quoted(what: &str, text: &str) -> String {
    let shown: String = text.chars().take(40).collect();
    format!("{what} {shown:?}")
}
