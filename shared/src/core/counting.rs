//! What is counted, in the same step as what it counts.

use super::Core;
use crate::figures::{
    Counts, Figures, MINUTES_KEPT, QUARTER, QUARTERS_KEPT, SHORT_ABANDON, Totals, Wanted, minute,
    minute_begins,
};
use crate::skill::Profile;
use crate::time::{Millis, Moment};

impl Core {
    /// See [`crate::Acd::figures`].
    pub fn figures(&self, now: Moment, since: Millis) -> Figures {
        let now = now.millis();
        let wanted = Wanted::new(since, now);
        let points: Vec<Totals> = wanted
            .points
            .iter()
            .map(|minute| self.counts_at(*minute).all)
            .collect();
        let then = (minute_begins(wanted.since), self.counts_at(wanted.since));
        Figures::between(then, (now, &self.counts), &points)
    }

    /// Gives the counts as they stood at the beginning of a minute. If nothing was counted in it
    /// they are those of the next minute in which something was, or else those of now.
    fn counts_at(&self, minute: u64) -> &Counts {
        self.minutes
            .range(minute..)
            .next()
            .map_or(&self.counts, |(_, counts)| counts)
    }

    /// Gives the counts to be changed, having kept them as they stood before this minute.
    pub(super) fn counts(&mut self, now: Moment) -> &mut Counts {
        let this = minute(now.millis());
        if this > self.counted {
            self.counted = this;
            self.minutes.insert(this, self.counts.clone());
            self.thin_out(this);
        }
        &mut self.counts
    }

    /// Drops the copies that [`Wanted`] asks for no more: of each quarter that is over two hours
    /// ago all but the first, and all that are too old.
    ///
    /// What tells the counts at the beginning of a quarter is the first copy made at or after it.
    /// None was made between the two, so it is the first of the quarter that it was made in, and
    /// no other copy tells the beginning of any quarter. That it is the first is seen from those
    /// that are left: what was dropped had an earlier one of its quarter before it, and what is
    /// too old goes by whole quarters.
    fn thin_out(&mut self, this: u64) {
        let too_old = this.saturating_sub(QUARTERS_KEPT) / QUARTER;
        let mut last = None;
        self.minutes.retain(|minute, _| {
            let quarter = minute / QUARTER;
            let first = last.replace(quarter) != Some(quarter);
            minute + MINUTES_KEPT >= this || (first && quarter >= too_old)
        });
    }

    /// Counts for all contacts and for each skill of the profile.
    fn count(&mut self, now: Moment, profile: &Profile, count: impl Fn(&mut Totals)) {
        let counts = self.counts(now);
        count(&mut counts.all);
        for skill in profile.skills() {
            count(counts.by_skill.entry(skill.clone()).or_default());
        }
    }

    pub(super) fn count_offered(&mut self, now: Moment, profile: &Profile) {
        self.count(now, profile, |totals| totals.offered += 1);
    }

    pub(super) fn count_assigned(&mut self, now: Moment, profile: &Profile, wait: u64) {
        self.count(now, profile, |totals| {
            totals.assigned += 1;
            totals.assigned_wait += wait;
            totals.waits.count(wait);
        });
    }

    pub(super) fn count_handled(&mut self, now: Moment, profile: &Profile, time: u64) {
        self.count(now, profile, |totals| {
            totals.handled += 1;
            totals.handle_time += time;
        });
    }

    pub(super) fn count_abandoned(&mut self, now: Moment, profile: &Profile, wait: u64) {
        self.count(now, profile, |totals| {
            totals.abandoned += 1;
            totals.abandoned_short += u64::from(wait <= SHORT_ABANDON);
        });
    }

    /// Who had an agent was answered, and counted as that: this is no short abandon either.
    pub(super) fn count_abandoned_requeued(&mut self, now: Moment, profile: &Profile) {
        self.count(now, profile, |totals| {
            totals.abandoned += 1;
            totals.abandoned_requeued += 1;
        });
    }

    pub(super) fn count_cancelled(&mut self, now: Moment, profile: &Profile) {
        self.count(now, profile, |totals| totals.cancelled += 1);
    }
}
