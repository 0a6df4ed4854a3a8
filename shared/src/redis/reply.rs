//! From what Redis answers to what the domain says.

use redis::{ErrorKind, RedisError, ServerErrorKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::connect::unknown_script;
use crate::agent::{Agent, AgentId, Presence};
use crate::contact::{Contact, ContactId, ContactState, Created, Done, NewContact, Owner, Rank};
use crate::error::{Error, Result};
use crate::event::{Event, What};
use crate::figures::{Counts, Figures, Totals, Wanted, minute_begins};
use crate::settings::{Settings, SettingsChange};
use crate::skill::Skill;
use crate::time::{Millis, Tick};
use crate::view::{Explanation, Listing, Nearest, Overview, SkillView};

/// Why a script did not answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The script refused, with this code, and this is what it says besides.
    Refused(String, String),
    /// The script refused a contact that needs this skill, which nobody holds.
    NobodyHolds(String),
    /// The server does not know the script, which has not run: it was never told, or has started
    /// anew.
    UnknownScript,
    /// Anything else.
    Broken(Error),
}

impl Failure {
    /// Gives the refusal its meaning; a code that the operation does not know breaks the contract.
    pub(super) fn means(self, meaning: impl FnOnce(&str) -> Option<Error>) -> Error {
        match self {
            Self::Refused(code, _) => meaning(&code)
                .unwrap_or_else(|| Error::Contract(format!("a script refused with {code}"))),
            Self::NobodyHolds(skill) => {
                Error::Contract(format!("a script missed somebody who holds {skill}"))
            }
            Self::UnknownScript => Error::Unavailable("it forgot a script".to_owned()),
            Self::Broken(error) => error,
        }
    }
}

impl From<Failure> for Error {
    /// For an operation that is never refused: any refusal breaks the contract.
    fn from(failure: Failure) -> Self {
        failure.means(|_| None)
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        const REFUSALS: [&str; 11] = [
            "NOCONTACT",
            "NOAGENT",
            "NOSKILL",
            "NOTHELD",
            "AGENTEXISTS",
            "AGENTBUSY",
            "CLOSED",
            "TOOMANY",
            "STALE",
            "CHANGED",
            "ENDED",
        ];
        match error.code() {
            _ if unknown_script(&error) => Self::UnknownScript,
            Some("NOBODYHOLDS") => Self::NobodyHolds(error.detail().unwrap_or_default().to_owned()),
            Some(code) if REFUSALS.contains(&code) => {
                let told = error.detail().unwrap_or_default();
                Self::Refused(code.to_owned(), told.to_owned())
            }
            _ => Self::Broken(store_error(&error)),
        }
    }
}

/// Whether the server refuses the user or the password. Which it said with is told by the code, or,
/// while connecting, by the kind alone.
pub(super) fn is_refused(error: &RedisError) -> bool {
    // The answer to a command of over ten words, before anybody has logged in.
    let unauthenticated = |said: &str| said.contains("unauthenticated");
    error.kind() == ErrorKind::AuthenticationFailed
        || matches!(error.code(), Some("NOAUTH" | "WRONGPASS"))
        || error.detail().is_some_and(unauthenticated)
}

/// Whether the server does not know a command, also inside a script: it came back without JSON.
fn is_unknown_command(error: &RedisError) -> bool {
    let said = |said: &str| said.to_lowercase().contains("unknown redis command");
    error.detail().is_some_and(said)
}

/// Whether the server does not permit its user what was asked, also from inside a script.
pub(super) fn is_forbidden(error: &RedisError) -> bool {
    let said = |said: &str| {
        said.contains("ACL failure in script") || said.contains("executing the script can't")
    };
    error.code() == Some("NOPERM")
        || error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm)
        || error.detail().is_some_and(said)
}

/// Tells a store that is away or refuses writes for now from one that answers nonsense.
pub(super) fn store_error(error: &RedisError) -> Error {
    // Codes of a server that will be well again: starting, failing over, full, moving slots.
    const PASSING: [&str; 7] = [
        "MISCONF",
        "NOREPLICAS",
        "MASTERDOWN",
        "LOADING",
        "CLUSTERDOWN",
        "TRYAGAIN",
        "BUSY",
    ];
    // In words of ours: whoever calls is told.
    if is_refused(error) {
        return Error::StoreRefuses(
            "Redis refuses the user or password that it is asked with; it is tried again"
                .to_owned(),
        );
    }
    if is_forbidden(error) {
        return Error::StoreRefuses(
            "Redis does not permit its user what has to be done: `switchboard-engine redis-acl` \
             prints what he needs"
                .to_owned(),
        );
    }
    if is_unknown_command(error) {
        return Error::StoreRefuses(
            "Redis lacks a command that is needed, as when it was started without its JSON module; \
             it is tried again"
                .to_owned(),
        );
    }
    // Scripts that write are refused as a whole then, before they begin.
    if error.code() == Some("OOM") {
        return Error::StoreRefuses(
            "Redis has no memory left for what was asked: raise its maxmemory; ending contacts goes on"
                .to_owned(),
        );
    }
    let passing = error.code().is_some_and(|code| PASSING.contains(&code))
        || error.kind() == ErrorKind::Io
        || matches!(
            error.kind(),
            ErrorKind::Server(
                ServerErrorKind::BusyLoading
                    | ServerErrorKind::ReadOnly
                    | ServerErrorKind::MasterDown
                    | ServerErrorKind::ClusterDown
                    | ServerErrorKind::TryAgain
                    | ServerErrorKind::Moved
                    | ServerErrorKind::Ask
            )
        )
        // The same from inside a script, before its first write (`touch`).
        || error.detail().is_some_and(|said| said.contains("non local key"))
        || error.is_timeout()
        || error.is_connection_dropped()
        || error.is_connection_refusal();
    if passing {
        Error::Unavailable(error.to_string())
    } else {
        Error::Contract(error.to_string())
    }
}

/// Reads a JSON document.
pub(super) fn document<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| broken(&error))
}

/// Reads the document of a contact, whose id its key has.
pub(super) fn contact(id: ContactId, json: &str) -> Result<Contact> {
    Contact::from_document(id, json).map_err(|wrong| broken(&wrong))
}

/// Reads the answer to a creation: where the contact stands, unless the one of that id is not what
/// was asked for.
pub(super) fn created(new: &NewContact, json: &str) -> Result<Done> {
    match Created::from_answer(new.id, json).map_err(|wrong| broken(&wrong))? {
        Created::New(state) => Ok(Done::now(state)),
        Created::Known(known) if new.asks_for(&known) => Ok(Done::before(known.state)),
        Created::Known(_) => Err(Error::KeyReused),
    }
}

/// The number of the first contact, how many there are, the ids and documents of a part.
pub(super) type ContactsReply = (u64, u64, Vec<String>, Vec<Option<String>>);

/// Reads a part of a list of contacts.
pub(super) fn contacts(
    (first, total, ids, documents): ContactsReply,
) -> Result<Listing<Contact, Rank>> {
    let there = ids.iter().zip(&documents);
    let there = there.filter_map(|(id, json)| Some((id, json.as_deref()?)));
    let items: Result<Vec<Contact>> = there
        .map(|(id, json)| contact(id.parse().map_err(|error| broken(&error))?, json))
        .collect();
    Ok(Listing::new((first, total), items?, |contact| contact.rank))
}

/// The number of the first agent, how many there are, the documents of a part.
pub(super) type AgentsReply = (u64, u64, Vec<Option<String>>);

/// Reads a part of a list of agents.
pub(super) fn agents((first, total, documents): AgentsReply) -> Result<Listing<Agent, AgentId>> {
    let items: Result<Vec<Agent>> = documents
        .iter()
        .flatten()
        .map(|json| document(json))
        .collect();
    Ok(Listing::new((first, total), items?, |agent| {
        agent.id.clone()
    }))
}

fn broken(what: &impl std::fmt::Display) -> Error {
    Error::Contract(what.to_string())
}

/// Reads a contact's state as scripts tell it.
pub(super) fn contact_state(json: &str) -> Result<ContactState> {
    ContactState::from_document(json).map_err(|wrong| broken(&wrong))
}

/// Reads what is set for the floor: JSON, in the order of the names.
pub(super) fn settings(values: Vec<Option<String>>) -> Result<Settings> {
    let mut change = serde_json::Map::new();
    for (name, value) in Settings::NAMES.into_iter().zip(values) {
        let value = value.map_or(Ok(serde_json::Value::Null), |json| document(&json))?;
        change.insert(name.to_owned(), value);
    }
    let change: SettingsChange =
        serde_json::from_value(change.into()).map_err(|error| broken(&error))?;
    Ok(Settings::default().changed(&change))
}

/// Reads what scripts answer that they did to a contact.
pub(super) fn done(json: &str) -> Result<Done> {
    Done::from_document(json).map_err(|wrong| broken(&wrong))
}

/// Reads what an agent chose, as scripts tell it.
pub(super) fn presence(text: &str) -> Result<Presence> {
    Presence::from_text(text).ok_or_else(|| Error::Contract(format!("an agent chose {text:?}")))
}

/// Reads the figures of the floor.
pub(super) fn overview(reply: &[u64]) -> Result<Overview> {
    let (&[closed, now, event, waiting, oldest, agents, available, busy], counts) = reply
        .split_first_chunk::<8>()
        .ok_or_else(|| Error::Contract(format!("the overview has {} figures", reply.len())))?;
    Ok(Overview {
        open: closed == 0,
        now: Millis(now),
        event,
        waiting,
        oldest: (waiting > 0).then_some(Millis(oldest)),
        agents,
        available,
        busy,
        totals: totals(counts.iter().copied()),
    })
}

/// Reads counts in the order of their names.
fn totals(counts: impl Iterator<Item = u64>) -> Totals {
    let mut totals = Totals::default();
    for (name, count) in Totals::NAMES.iter().zip(counts) {
        if let Some(named) = totals.named(name) {
            *named = count;
        }
    }
    totals.added_up()
}

/// Now, the counts now, the counts then, the counts of all contacts at each part of the series. A
/// field may come twice: what is kept, and what came to it.
pub(super) type FiguresReply = (
    u64,
    Vec<(String, i64)>,
    Vec<(String, i64)>,
    Vec<Vec<Option<u64>>>,
);

/// Reckons figures from the counts that a script answers.
pub(super) fn figures(since: Millis, (now, present, earlier, series): FiguresReply) -> Figures {
    let points: Vec<Totals> = series
        .into_iter()
        .map(|point| totals(point.into_iter().map(Option::unwrap_or_default)))
        .collect();
    // As the script did, by the server's clock.
    let wanted = Wanted::new(since, Millis(now));
    let then = (minute_begins(wanted.since), &counts(earlier));
    Figures::between(then, (Millis(now), &counts(present)), &points)
}

/// Adds up counts by the names of fields: `name`, `name|skill`, and the times of agents.
fn counts(fields: Vec<(String, i64)>) -> Counts {
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
            *spent = spent.saturating_add(value);
            continue;
        }
        let named = match field.split_once('|') {
            None => counts.all.named(&field),
            Some((name, skill)) => {
                let skill = Skill::stored(skill);
                counts.by_skill.entry(skill).or_default().named(name)
            }
        };
        if let Some(named) = named {
            *named = named.saturating_add_signed(value);
        }
    }
    counts.all = counts.all.added_up();
    for totals in counts.by_skill.values_mut() {
        *totals = totals.added_up();
    }
    counts
}

/// A contact's document, the figures about its wait, the skills that nobody holds, those that may
/// have been meant and who holds them, the first qualified agents' documents.
pub(super) type ExplainReply = (
    String,
    Vec<i64>,
    Vec<Skill>,
    Vec<(Skill, u64)>,
    Vec<Option<String>>,
);

/// Reads an explanation.
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
    ] = figures.as_slice()
    else {
        let told = figures.len();
        return Err(Error::Contract(format!(
            "an explanation has {told} figures"
        )));
    };
    let count = |figure: i64| u64::try_from(figure).unwrap_or_default();
    let holders: Result<Vec<Agent>> = holders
        .iter()
        .flatten()
        .map(|json| document(json))
        .collect();
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
        nearest: nearest.collect(),
        unstaffed,
        holders: holders?,
    })
}

/// A skill as its script answers it.
pub(super) type SkillReply = (Skill, u64, u64, u64, Vec<(AgentId, u64)>);

/// Reads a skill.
pub(super) fn skill_view((skill, waiting, available, staffed, next): SkillReply) -> SkillView {
    let next = next
        .into_iter()
        .map(|(agent, since)| (agent, Tick(since)))
        .collect();
    SkillView {
        skill,
        waiting,
        available,
        staffed,
        next,
    }
}

/// Lets names be read straight from replies, as they are there.
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
from_redis!(Skill, AgentId);

/// An entry of the stream of events: its id, then field names and values.
pub(super) type EventReply = (String, Vec<(String, String)>);

/// Reads the events of an entry. Its id is the number of the last.
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

/// Reads an event, and whose contact it tells of.
fn told(line: &str) -> Result<(Option<Owner>, What)> {
    #[derive(Deserialize)]
    struct Whose {
        owner: Owner,
    }
    // Few events name an owner; the others are not read twice.
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

/// Reads an event's number from its id in the stream.
pub(super) fn event_number(id: &str) -> Result<u64> {
    let number = id.strip_suffix("-0").unwrap_or(id);
    number
        .parse()
        .map_err(|_| Error::Contract(format!("{id} is not the id of an event")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_will_be_well_again_is_away_and_one_that_talks_nonsense_is_broken() {
        for (said, away) in [
            ("MOVED 7680 127.0.0.1:6441", true),
            ("ASK 7680 127.0.0.1:6441", true),
            (
                "TRYAGAIN Multiple keys request during rehashing of slot",
                true,
            ),
            (
                "ERR Script attempted to access a non local key in a cluster node script: 0c",
                true,
            ),
            (
                "READONLY You can't write against a read only replica.",
                true,
            ),
            ("ERR Error running script", false),
            ("WRONGTYPE Operation against a key", false),
        ] {
            let value = redis::parse_redis_value(format!("-{said}\r\n").as_bytes()).unwrap();
            let error = value.extract_error().unwrap_err();
            let told = store_error(&error);
            assert_eq!(
                matches!(told, Error::Unavailable(_)),
                away,
                "{said}: {told:?}"
            );
        }
    }

    #[test]
    fn a_server_that_lets_nobody_work_says_why() {
        for (said, why) in [
            ("NOAUTH Authentication required.", "user or password"),
            (
                "WRONGPASS invalid username-password pair or user is disabled.",
                "user or password",
            ),
            (
                "ERR Protocol error: unauthenticated multibulk length",
                "user or password",
            ),
            ("OOM command not allowed", "maxmemory"),
            (
                "ERR Unknown Redis command called from script script: create_contact",
                "JSON",
            ),
            (
                "NOPERM this user has no permissions to run the 'fcall' command",
                "redis-acl",
            ),
            (
                "ERR ACL failure in script: User x has no permissions to run the 'zadd' command",
                "redis-acl",
            ),
            (
                "ERR The user executing the script can't run this command or subcommand script: 0c",
                "redis-acl",
            ),
        ] {
            let value = redis::parse_redis_value(format!("-{said}\r\n").as_bytes()).unwrap();
            let error = store_error(&value.extract_error().unwrap_err());
            let told = matches!(&error, Error::StoreRefuses(told) if told.contains(why));
            assert!(told, "{said}: {error:?}");
            assert_eq!(error.code(), "store_unavailable");
        }
    }
}
