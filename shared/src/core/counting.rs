//! Counters, updated in the same step as what they count.

use super::Core;
use crate::contact::{Contact, ContactId};
use crate::figures::{Counts, Figures, SHORT_ABANDON, Totals, Wanted, minute, minute_begins};
use crate::settings::Seconds;
use crate::time::{Millis, Moment};

impl Core {
    /// See [`crate::Acd::figures`].
    pub fn figures(&self, now: Moment, since: Millis) -> Figures {
        let now = now.millis();
        let wanted = Wanted::new(since, now);
        // Without a snapshot since then nothing was counted, so the present counters are right.
        let at = |point| self.minutes.at(point, minute(now)).unwrap_or(&self.counts);
        let points: Vec<Totals> = wanted.points.iter().map(|point| at(*point).all).collect();
        let then = (minute_begins(wanted.since), at(wanted.since));
        let short = self.settings.short_abandon();
        Figures::between(then, (now, &self.counts), &points, short)
    }

    /// Returns the counters for an update, after taking the snapshot for this minute if needed.
    pub(super) fn counts(&mut self, now: Moment) -> &mut Counts {
        let this = minute(now.millis());
        let last = self.minutes.last_before(self.counted, this);
        if this > last {
            self.minutes.keep(last, this, &self.counts);
        }
        self.counted = last.max(this);
        &mut self.counts
    }

    /// Updates the totals of all contacts, of each skill of this one, and of its type.
    fn count(&mut self, now: Moment, contact: &Contact, count: impl Fn(&mut Totals)) {
        let counts = self.counts(now);
        count(&mut counts.all);
        for skill in &contact.skills {
            count(counts.by_skill.entry(skill.clone()).or_default());
        }
        if let Some(name) = &contact.contact_type {
            count(counts.by_type.entry(name.clone()).or_default());
        }
    }

    /// Updates the totals for a contact.
    pub(super) fn count_one(&mut self, now: Moment, id: ContactId, count: impl Fn(&mut Totals)) {
        let contact = self.contacts[&id].clone();
        self.count(now, &contact, count);
    }

    pub(super) fn count_created(&mut self, now: Moment, contact: &Contact) {
        self.count(now, contact, |totals| totals.created += 1);
    }

    pub(super) fn count_assigned(&mut self, now: Moment, contact: &Contact, wait: u64) {
        self.count(now, contact, |totals| {
            totals.assigned += 1;
            totals.assigned_wait += wait;
            totals.waits.count(wait);
        });
    }

    pub(super) fn count_handled(&mut self, now: Moment, contact: &Contact, time: u64) {
        self.count(now, contact, |totals| {
            totals.handled += 1;
            totals.handle_time += time;
        });
    }

    pub(super) fn count_abandoned(&mut self, now: Moment, contact: &Contact, wait: u64) {
        let set = self.set(contact.contact_type.as_ref(), |set| set.short_abandon_s);
        let short = u64::from(wait <= set.map_or(SHORT_ABANDON, Seconds::millis));
        self.count(now, contact, |totals| {
            totals.abandoned += 1;
            totals.abandoned_short += short;
        });
    }

    /// Counts an abandonment after a requeue. The contact was already answered once and counted as
    /// such, so this is never a short abandonment.
    pub(super) fn count_abandoned_requeued(&mut self, now: Moment, contact: &Contact) {
        self.count(now, contact, |totals| {
            totals.abandoned += 1;
            totals.abandoned_requeued += 1;
        });
    }

    pub(super) fn count_cancelled(&mut self, now: Moment, contact: &Contact) {
        self.count(now, contact, |totals| totals.cancelled += 1);
    }
}
