//! Converts Redis replies to domain types.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::agent::{Agent, AgentId, Presence};
use crate::contact::{Contact, ContactId, ContactState, Created, Done, NewContact, Owner, Rank};
use crate::contact_type::TypeName;
use crate::error::{Error, Result};
use crate::event::{Event, What};
use crate::figures::{Counts, Figures, Totals, Wanted, minute_begins};
use crate::settings::Settings;
use crate::skill::Skill;
use crate::time::{Millis, Tick};
use crate::view::{Explanation, Listing, Nearest, Overview, SkillView};

/// Parses a JSON document.
pub(super) fn document<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| broken(&error))
}

/// Parses the document of a contact, whose id comes from its key.
pub(super) fn contact(id: ContactId, json: &str) -> Result<Contact> {
    Contact::from_document(id, json).map_err(|wrong| broken(&wrong))
}

/// Parses the answer to a creation. Fails if the id exists already with a different request.
pub(super) fn created(new: &NewContact, json: &str) -> Result<Done> {
    match Created::from_answer(new.id, json).map_err(|wrong| broken(&wrong))? {
        Created::New(state) => Ok(Done::now(state)),
        Created::Known(known) if new.asks_for(&known) => Ok(Done::before(known.state)),
        Created::Known(_) => Err(Error::KeyReused),
    }
}

/// The position of the first contact, the total, the ids and documents of a page.
pub(super) type ContactsReply = (u64, u64, Vec<String>, Vec<Option<String>>);

/// Parses a page of contacts.
pub(super) fn contacts((first, total, ids, documents): ContactsReply) -> Listing<Contact, Rank> {
    let there = ids.iter().zip(&documents);
    let there = there.filter_map(|(id, json)| Some((id, json.as_deref()?)));
    let read = |id: &str, json| contact(id.parse().map_err(|error| broken(&error))?, json);
    let items = there.filter_map(|(id, json)| readable(read(id, json)));
    Listing::new((first, total), items.collect(), |contact| contact.rank)
}

/// The position of the first agent, the total, the documents of a page.
pub(super) type AgentsReply = (u64, u64, Vec<Option<String>>);

/// Parses a page of agents.
pub(super) fn agents((first, total, documents): AgentsReply) -> Listing<Agent, AgentId> {
    Listing::new((first, total), all_agents(&documents), |agent| {
        agent.id.clone()
    })
}

/// Parses the documents of several agents.
fn all_agents(documents: &[Option<String>]) -> Vec<Agent> {
    let documents = documents.iter().flatten();
    documents
        .filter_map(|json| readable(document(json)))
        .collect()
}

/// Leaves a document out of a list if it cannot be read. Only another client can have damaged it,
/// and it must not hide all others. An audit reports it.
fn readable<T>(read: Result<T>) -> Option<T> {
    // Not louder, as lists are read many times a second.
    read.inspect_err(|error| tracing::debug!(%error, "a damaged document is left out"))
        .ok()
}

fn broken(what: &impl std::fmt::Display) -> Error {
    Error::Contract(what.to_string())
}

/// Parses a contact's state as scripts answer it.
pub(super) fn contact_state(json: &str) -> Result<ContactState> {
    ContactState::from_document(json).map_err(|wrong| broken(&wrong))
}

/// Parses stored settings: a JSON object, absent if nothing is set.
pub(super) fn readable_settings(stored: Option<&[u8]>) -> Result<Settings> {
    let Some(json) = stored else {
        return Ok(Settings::default());
    };
    // A list would be taken as the values of an object.
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(broken(&"the settings are no JSON object"));
    }
    serde_json::from_slice(json).map_err(|error| broken(&error))
}

/// Same as [`readable_settings`], but settings that cannot be read are as if nothing were set. Only
/// another client can have written them, and an audit reports them.
pub(super) fn settings(stored: Option<&[u8]>) -> Settings {
    readable(readable_settings(stored)).unwrap_or_default()
}

/// Parses a script's answer to an operation on a contact.
pub(super) fn done(json: &str) -> Result<Done> {
    Done::from_document(json).map_err(|wrong| broken(&wrong))
}

/// Parses an agent's choice as scripts answer it.
pub(super) fn presence(text: &str) -> Result<Presence> {
    Presence::from_text(text).ok_or_else(|| Error::Contract(format!("an agent chose {text:?}")))
}

/// Parses the figures of the floor.
pub(super) fn overview(reply: &[u64]) -> Result<Overview> {
    let (present, counts) = reply
        .split_first_chunk::<11>()
        .ok_or_else(|| Error::Contract(format!("the overview has {} figures", reply.len())))?;
    let &[
        closed,
        now,
        event,
        waiting,
        oldest,
        agents,
        available,
        busy,
        offered,
        wrap_up,
        penalty,
    ] = present;
    Ok(Overview {
        open: closed == 0,
        now: Millis(now),
        event,
        waiting,
        // 0 as well if the document of the oldest cannot be read.
        oldest: (oldest > 0).then_some(Millis(oldest)),
        agents,
        available,
        busy,
        offered,
        wrap_up,
        penalty,
        totals: totals(counts.iter().copied()),
    })
}

/// The name under which earlier versions count created contacts. It is only read: the count of
/// created contacts is the sum of both names. It must not get another meaning, because a floor keeps
/// what was counted under it.
const FORMERLY_CREATED: &str = "offered";

/// Returns the counters that scripts are asked for, in the order in which [`totals`] expects them.
pub(super) fn counter_names() -> Vec<&'static str> {
    let mut names = Totals::NAMES.to_vec();
    names.push(FORMERLY_CREATED);
    names
}

/// Returns the counter to which a stored one is added.
fn counter<'a>(totals: &'a mut Totals, stored: &str) -> Option<&'a mut u64> {
    if stored == FORMERLY_CREATED {
        return Some(&mut totals.created);
    }
    totals.named(stored)
}

/// Parses counts in the order of their names.
fn totals(counts: impl Iterator<Item = u64>) -> Totals {
    let mut totals = Totals::default();
    for (name, count) in counter_names().into_iter().zip(counts) {
        if let Some(named) = counter(&mut totals, name) {
            *named = named.saturating_add(count);
        }
    }
    totals.added_up()
}

/// Now, the counters now, the counters then, the counters of all contacts at each part of the
/// series. A field may come twice: the stored value and what is to be added.
pub(super) type FiguresReply = (
    u64,
    Vec<(String, Kept)>,
    Vec<(String, Kept)>,
    Vec<Vec<Option<Kept>>>,
    Option<Vec<u8>>,
);

/// A stored number. A value from another client that is not a number is read as 0.
pub(super) struct Kept(i64);

impl Kept {
    /// Counters stay below what scripts can calculate with exactly: `whole` in
    /// `scripts/pieces/base.lua`.
    const MOST: u64 = 1 << 53;

    /// Returns a counter that only grows. A value that is negative or too large is read as 0.
    fn count(&self) -> u64 {
        let count = u64::try_from(self.0).unwrap_or_default();
        if count < Self::MOST { count } else { 0 }
    }
}

impl redis::FromRedisValue for Kept {
    fn from_redis_value(value: redis::Value) -> Result<Self, redis::ParsingError> {
        Ok(Self(
            redis::FromRedisValue::from_redis_value(value).unwrap_or_default(),
        ))
    }
}

/// Computes figures from the counters in a script's answer.
pub(super) fn figures(
    since: Millis,
    (now, present, earlier, series, set): FiguresReply,
) -> Figures {
    let points: Vec<Totals> = series
        .into_iter()
        .map(|point| {
            totals(
                point
                    .iter()
                    .map(|kept| kept.as_ref().map_or(0, Kept::count)),
            )
        })
        .collect();
    // The script did the same, by the server's clock.
    let wanted = Wanted::new(since, Millis(now));
    let then = (minute_begins(wanted.since), &counts(earlier));
    let short = settings(set.as_deref()).short_abandon();
    Figures::between(then, (Millis(now), &counts(present)), &points, short)
}

/// Sums up counters by the names of fields: `name`, `name|skill`, `name,type`, and the times of
/// agents.
fn counts(fields: Vec<(String, Kept)>) -> Counts {
    let mut counts = Counts::default();
    for (field, value) in fields {
        let spent = match field.as_str() {
            "busy_going" => Some(&mut counts.busy.going),
            "busy_time" => Some(&mut counts.busy.time),
            "idle_going" => Some(&mut counts.idle.going),
            "idle_time" => Some(&mut counts.idle.time),
            _ => None,
        };
        if let Some(spent) = spent {
            *spent = spent.saturating_add(value.0);
            continue;
        }
        let named = match field.split_once('|') {
            None => match field.split_once(',') {
                None => counter(&mut counts.all, &field),
                Some((name, contact_type)) => {
                    let contact_type = TypeName::stored(contact_type);
                    counter(counts.by_type.entry(contact_type).or_default(), name)
                }
            },
            Some((name, skill)) => {
                let skill = Skill::stored(skill);
                counter(counts.by_skill.entry(skill).or_default(), name)
            }
        };
        if let Some(named) = named {
            *named = named.saturating_add(value.count());
        }
    }
    counts.all = counts.all.added_up();
    let by_name = counts
        .by_skill
        .values_mut()
        .chain(counts.by_type.values_mut());
    for totals in by_name {
        *totals = totals.added_up();
    }
    counts
}

/// A contact's document, the figures about its wait, the skills that nobody holds, similar skills
/// with the number of their holders, the documents of the first qualified agents.
pub(super) type ExplainReply = (
    String,
    Vec<i64>,
    Vec<Skill>,
    Vec<(Skill, u64)>,
    Vec<Option<String>>,
);

/// Parses an explanation.
pub(super) fn explanation(id: ContactId, reply: ExplainReply) -> Result<Explanation> {
    let (json, figures, unstaffed, known, holders) = reply;
    let contact = contact(id, &json)?;
    let &[
        now,
        place,
        ahead,
        closed,
        agents,
        qualified,
        busy,
        stopping,
        taken_off,
        offered,
        wrap_up,
        penalty,
        not_responding,
    ] = figures.as_slice()
    else {
        let told = figures.len();
        return Err(Error::Contract(format!(
            "an explanation has {told} figures"
        )));
    };
    let count = |figure: i64| u64::try_from(figure).unwrap_or_default();
    let nearest = unstaffed.iter().filter_map(|skill| {
        let known = known.iter().map(|(skill, holders)| (skill, *holders));
        Nearest::of(skill, known)
    });
    Ok(Explanation {
        contact: contact.id,
        wait: contact.wait(Millis(count(now))),
        skills: contact.skills,
        state: contact.state,
        place: u64::try_from(place).ok(),
        ahead: u64::try_from(ahead).ok(),
        open: closed == 0,
        agents: count(agents),
        qualified: count(qualified),
        qualified_busy: count(busy),
        qualified_stopping: count(stopping),
        qualified_closed: count(taken_off),
        qualified_offered: count(offered),
        qualified_wrap_up: count(wrap_up),
        qualified_penalty: count(penalty),
        qualified_not_responding: count(not_responding),
        nearest: nearest.collect(),
        unstaffed,
        holders: all_agents(&holders),
    })
}

/// A skill as its script answers it.
pub(super) type SkillReply = (Skill, u64, u64, u64, Vec<(AgentId, Kept)>);

/// Converts a skill.
pub(super) fn skill_view((skill, waiting, available, staffed, next): SkillReply) -> SkillView {
    let next = next
        .into_iter()
        .map(|(agent, since)| (agent, Tick(since.count())))
        .collect();
    SkillView {
        skill,
        waiting,
        available,
        staffed,
        next,
    }
}

/// Parses names in replies as they are, without applying the rules.
macro_rules! from_redis {
    ($($name:ty),*) => {$(
        impl redis::FromRedisValue for $name {
            fn from_redis_value(value: redis::Value) -> Result<Self, redis::ParsingError> {
                let text: String = redis::FromRedisValue::from_redis_value(value)?;
                Ok(Self::stored(&text))
            }
        }
    )*};
}
from_redis!(Skill, AgentId, TypeName);

/// A sentence of a script. It may name what another client wrote, which need not be valid text.
pub(super) struct Sentence(pub(super) String);

impl redis::FromRedisValue for Sentence {
    fn from_redis_value(value: redis::Value) -> Result<Self, redis::ParsingError> {
        let bytes: Vec<u8> = redis::FromRedisValue::from_redis_value(value)?;
        Ok(Self(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// An entry of the event stream: its id, then field names and values.
pub(super) type EventReply = (String, Vec<(String, String)>);

/// Parses the events of an entry. Its id is the number of the last one.
pub(super) fn events((id, fields): EventReply) -> Result<Vec<Event>> {
    let value = |name: &str| {
        fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value)
    };
    let (Some(at), Some(lines)) = (value("at"), value("events")) else {
        return Err(Error::Contract(format!("event {id} lacks its fields")));
    };
    let at = Millis(at.parse().map_err(|error| broken(&error))?);
    let events: Result<Vec<(Option<Owner>, What)>> = lines.lines().map(told).collect();
    let events = events?;
    let after = event_number(&id)?.checked_sub(events.len() as u64);
    let after = after.ok_or_else(|| Error::Contract(format!("event {id} is one of too many")))?;
    let numbered = (after + 1..).zip(events);
    Ok(numbered
        .map(|(number, (owner, what))| Event {
            number,
            at,
            owner,
            what,
        })
        .collect())
}

/// Parses an event and the owner of its contact.
fn told(line: &str) -> Result<(Option<Owner>, What)> {
    #[derive(Deserialize)]
    struct Whose {
        owner: Owner,
    }
    // Few events name an owner; the others are not parsed twice.
    let owner = if line.contains("\"owner\":") {
        Some(document::<Whose>(line)?.owner)
    } else {
        None
    };
    Ok((owner, document(line)?))
}

/// Reads milliseconds from a score.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "scripts write whole milliseconds, which a double holds exactly"
)]
pub(super) fn moment(score: Option<f64>) -> Option<Millis> {
    score.map(|millis| Millis(millis as u64))
}

/// Parses an event's number from its id in the stream.
pub(super) fn event_number(id: &str) -> Result<u64> {
    let number = id.strip_suffix("-0").unwrap_or(id);
    number
        .parse()
        .map_err(|_| Error::Contract(format!("{id} is not the id of an event")))
}
