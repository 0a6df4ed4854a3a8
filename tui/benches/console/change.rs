//! Measures how soon a change is visible.

use std::time::{Duration, Instant};

use color_eyre::eyre::Result;
use rand::random_range;
use shared::Acd;
use shared::contact::{Attributes, ContactId, NewContact, Priority};
use shared::seen::ContactSeen;

use super::Bench;
use super::report::{Row, Spread, Wanted};
use super::session::{PATIENCE, Session};

/// A change that is not visible within this time counts as this.
const LONGEST: Duration = Duration::from_secs(5);

/// Measures from the call that creates a contact to its row, quiet and under load.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut session = Session::live(&bench.server.url())?;
    session.watch(Duration::from_secs(1));
    let mut rows = rows("quiet", &seen(bench, &mut session)?);
    let load = bench.load()?;
    let loaded = seen(bench, &mut session)?;
    load.stop()?;
    rows.extend(self::rows("load", &loaded));
    Ok(rows)
}

fn rows(when: &str, spread: &Spread) -> Vec<Row> {
    let row = |(share, name, wanted)| {
        let quantity = format!("change to screen, {when}, {name}");
        Row::of(quantity, spread.of_hundred(share), wanted)
    };
    let wanted = Wanted::at_most(150.0, "ms").beside("k9s: 2 s");
    [
        (50, "p50", Wanted::known("ms")),
        (95, "p95", wanted),
        (100, "longest", Wanted::known("ms")),
    ]
    .map(row)
    .into()
}

fn seen(bench: &Bench, session: &mut Session) -> Result<Spread> {
    let times = bench.options.times(30, Duration::from_millis(700));
    let handle = bench.runtime.handle();
    let mut spread = Spread::default();
    for _ in 0..times {
        session.watch(Duration::from_millis(random_range(200..=700)));
        let contact = urgent()?;
        let id = contact.id;
        // From before the call, so that its duration is included.
        let at = Instant::now();
        handle.block_on(bench.acd.create_contact(contact))?;
        let seen = session.until(LONGEST, Session::shows_urgent);
        spread.add(seen.map_or(LONGEST, |seen| seen - at));
        handle.block_on(bench.acd.cancel_contact(id, &ContactSeen::ANYTHING))?;
        if session.shows_urgent() {
            session.until(PATIENCE, |session| !session.shows_urgent());
        }
    }
    Ok(spread)
}

/// Makes a contact that is first in the queue and stays there: no agent can serve it.
fn urgent() -> Result<NewContact> {
    Ok(NewContact::new(
        ContactId::random(),
        vec!["Signing".parse()?],
        Priority(0),
        Attributes::new(),
    )?)
}
