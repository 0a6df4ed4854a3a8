//! Suggests a similar skill when one that nobody holds is refused.

use super::RedisAcd;
use crate::acd::Acd as _;
use crate::error::Error;
use crate::skill::Skill;
use crate::view::{Explanation, LONGEST_PAGE, Nearest, Page};

impl RedisAcd {
    /// Makes the error for a contact that needs a skill which nobody holds. The suggestion is read
    /// separately and may be missing; it is only a hint.
    pub(super) async fn nobody_holds(&self, skill: &str) -> Error {
        let skill: Skill = match skill.parse() {
            Ok(skill) => skill,
            Err(invalid) => return Error::Contract(invalid.to_string()),
        };
        let (mut known, mut page) = (vec![], Page::first(LONGEST_PAGE));
        while known.len() < Explanation::SKILLS_LOOKED_AT {
            let Ok(listing) = self.skills(page).await else {
                break;
            };
            known.extend(listing.items);
            let Some(next) = listing.next else {
                break;
            };
            page = Page::after(next, LONGEST_PAGE);
        }
        let held = known.iter().map(|view| (&view.skill, view.staffed));
        Error::nobody_holds(&skill, Nearest::of(&skill, held).as_ref())
    }
}
