//! Why the visible contacts wait, where the agents that were read do not show it. The store is
//! asked for one profile at a time and only briefly: on a large floor this costs the store far more
//! than reading a row.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::Duration;

use shared::contact::Contact;
use shared::skill::Profile;
use shared::{Acd, Error};
use tokio::time::Instant;

use crate::console::floor::Why;

/// The most profiles asked about in one poll.
const AT_ONCE: usize = 4;
/// The pause before the next question, as a multiple of the time that the last answers took.
const REST: u32 = 30;
/// The age at which an answer is requested again.
const FRESH: Duration = Duration::from_secs(2);

/// The answers for the visible profiles.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    known: HashMap<Profile, (Why, Instant)>,
    rest_until: Option<Instant>,
}

impl Reasons {
    /// Asks about more of these contacts, and returns what is known.
    pub(super) async fn of(
        &mut self,
        acd: &dyn Acd,
        contacts: &[Contact],
    ) -> Result<HashMap<Profile, Why>, Error> {
        let seen: HashMap<Profile, &Contact> = contacts
            .iter()
            .map(|contact| (contact.profile(), contact))
            .collect();
        self.known.retain(|profile, _| seen.contains_key(profile));
        if self.rest_until.is_none_or(|until| until <= Instant::now()) {
            self.ask(acd, &seen).await?;
        }
        let known = self.known.iter();
        Ok(known
            .map(|(profile, (why, _))| (profile.clone(), why.clone()))
            .collect())
    }

    async fn ask(&mut self, acd: &dyn Acd, seen: &HashMap<Profile, &Contact>) -> Result<(), Error> {
        let begun = Instant::now();
        let age = |profile: &Profile| self.known.get(profile).map(|(_, at)| at.elapsed());
        let mut stale: Vec<(Option<Duration>, &Profile)> = seen
            .keys()
            .map(|profile| (age(profile), profile))
            .filter(|(age, _)| age.is_none_or(|age| age > FRESH))
            .collect();
        // Profiles without an answer first, then the oldest answers.
        stale.sort_by_key(|(age, _)| age.map_or((false, None), |age| (true, Some(Reverse(age)))));
        for (_, profile) in stale.into_iter().take(AT_ONCE) {
            match acd.explain(seen[profile].id).await {
                Ok(explanation) => {
                    let known = (Why::from(&explanation), Instant::now());
                    self.known.insert(profile.clone(), known);
                }
                // The contact has left meanwhile.
                Err(Error::UnknownContact(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.rest_until = Some(Instant::now() + begun.elapsed() * REST);
        Ok(())
    }
}
