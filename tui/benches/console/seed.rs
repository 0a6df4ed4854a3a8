//! The floor to measure on: created by the usual operations, many at a time.

use std::sync::Arc;

use color_eyre::eyre::{Result, WrapErr as _};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use shared::Acd;
use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{Attributes, ContactId, NewContact, Priority};
use shared::redis::RedisAcd;
use shared::seen::AgentSeen;
use shared::skill::Skill;
use shared::text::{AcdName, PersonName};

use super::options::Options;

/// The name of the ACD.
pub(crate) const ACD: &str = "bench";
/// The skill of the contacts that are served under load. No other contact needs it.
pub(crate) const SERVED: &str = "Callback";
/// The skill of the agents whose presence changes under load. No contact needs it.
pub(crate) const COMING: &str = "Standby";

#[rustfmt::skip]
const LANGUAGES: [&str; 20] = [
    "English", "Spanish", "French", "German", "Italian", "Dutch", "Polish", "Greek", "Czech",
    "Danish", "Swedish", "Finnish", "Turkish", "Arabic", "Hindi", "Urdu", "Korean", "Japanese",
    "Mandarin", "Welsh",
];
#[rustfmt::skip]
const SUBJECTS: [&str; 30] = [
    "Billing", "Sales", "Returns", "Orders", "Shipping", "Refunds", "Warranty", "Repairs",
    "Accounts", "Fraud", "Loans", "Cards", "Mortgage", "Claims", "Pensions", "Travel", "Visas",
    "Hotels", "Flights", "Baggage", "Network", "Mobile", "Fibre", "Roaming", "Hardware",
    "Software", "Security", "Privacy", "Press", "Complaints",
];
const PROFILES: u64 = 300;
const CONNECTIONS: usize = 4;
const AT_ONCE: usize = 256;

/// Connects to the ACD of the benchmark.
pub(crate) async fn open(url: &str) -> Result<Arc<RedisAcd>> {
    let name: AcdName = ACD.parse()?;
    Ok(Arc::new(RedisAcd::connect(url, name).await?))
}

/// Creates the floor. Contacts are created before any agent is available, so they all wait. An
/// agent who then becomes available either takes one of them, as most do, or can serve none of
/// them.
pub(crate) async fn plant(url: &str, options: &Options) -> Result<()> {
    let mut stores = vec![];
    for _ in 0..CONNECTIONS {
        stores.push(open(url).await?);
    }
    let on_contacts = (1..=options.agents)
        .filter(|number| presence(options, *number) == Some(Presence::Available))
        .filter(|number| *number > 2 * helpers(options))
        .count() as u64;
    let store = |number: u64| stores[usize::try_from(number).unwrap_or(0) % CONNECTIONS].clone();
    each("agents", 1..=options.agents, |number| {
        let store = store(number);
        async move { Ok(store.create_agent(agent(options, number)?).await?) }
    })
    .await?;
    each("contacts", 1..=options.waiting + on_contacts, |number| {
        let store = store(number);
        async move { Ok(store.create_contact(contact(number)?).await.map(drop)?) }
    })
    .await?;
    each("presences", 1..=options.agents, |number| {
        let store = store(number);
        async move {
            match presence(options, number) {
                Some(presence) => Ok(store
                    .set_presence(&id(number)?, presence, &AgentSeen::ANYTHING)
                    .await
                    .map(drop)?),
                None => Ok(()),
            }
        }
    })
    .await
}

/// Runs an operation for each number, many at a time, with a progress bar.
async fn each<Doing>(
    what: &'static str,
    numbers: std::ops::RangeInclusive<u64>,
    doing: impl Fn(u64) -> Doing,
) -> Result<()>
where
    Doing: Future<Output = Result<()>>,
{
    let style = ProgressStyle::with_template("{msg:>10} {wide_bar} {pos}/{len} {per_sec} {eta}");
    let bar = ProgressBar::new(*numbers.end())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what);
    let result = stream::iter(numbers)
        .map(doing)
        .buffer_unordered(AT_ONCE)
        .try_for_each(|()| {
            bar.inc(1);
            async { Ok(()) }
        })
        .await;
    bar.finish_and_clear();
    result.wrap_err_with(|| format!("the {what} of the floor cannot be made"))
}

/// Returns the id of an agent.
pub(crate) fn id(number: u64) -> Result<AgentId> {
    Ok(format!("agent:{number}").parse()?)
}

/// Returns how many agents serve under load, and how many others change their presence: the first
/// ones.
pub(crate) fn helpers(options: &Options) -> u64 {
    (options.agents / 8).min(100)
}

fn agent(options: &Options, number: u64) -> Result<NewAgent> {
    const FIRST: [&str; 8] = [
        "Ada", "Grace", "Edsger", "Barbara", "Alan", "Radia", "Donald", "Noor",
    ];
    const LAST: [&str; 7] = [
        "Sala",
        "Okafor",
        "Lindqvist",
        "Moreau",
        "Tanaka",
        "Novak",
        "Byrne",
    ];
    let skills = if number <= helpers(options) {
        vec![SERVED.parse()?]
    } else if number <= 2 * helpers(options) {
        vec![COMING.parse()?]
    } else {
        let mut skills = vec![language(number)?, language(number / 3 + 7)?];
        for step in 0..3 {
            skills.push(subject(number / 2 + 11 * step)?);
        }
        skills
    };
    Ok(NewAgent::new(
        id(number)?,
        name(&FIRST, number)?,
        name(&LAST, number)?,
        skills,
    )?)
}

fn name(names: &[&str], number: u64) -> Result<PersonName> {
    let place = usize::try_from(number).unwrap_or(0) % names.len();
    Ok(names[place].to_owned().try_into()?)
}

/// Returns the presence that an agent chooses, if any: new agents are unavailable.
fn presence(options: &Options, number: u64) -> Option<Presence> {
    if number <= 2 * helpers(options) {
        return Some(Presence::Available);
    }
    let reason = match number % 10 {
        0..=4 => return Some(Presence::Available),
        5 => "lunch",
        6 => "break",
        7 => "training",
        _ => return None,
    };
    Some(Presence::Unavailable(reason.parse().ok()))
}

fn contact(number: u64) -> Result<NewContact> {
    let priority = u8::try_from(1 + number % 5).unwrap_or(5);
    Ok(NewContact::new(
        ContactId::random(),
        profile(number.wrapping_mul(7_919))?,
        Priority(priority),
        Attributes::new(),
    )?)
}

/// Returns one of the profiles: a language and a subject.
pub(crate) fn profile(number: u64) -> Result<Vec<Skill>> {
    let number = number % PROFILES;
    Ok(vec![
        language(number)?,
        subject(number / LANGUAGES.len() as u64 * 2 + number % 2)?,
    ])
}

fn language(number: u64) -> Result<Skill> {
    pick(&LANGUAGES, number)
}

fn subject(number: u64) -> Result<Skill> {
    pick(&SUBJECTS, number)
}

fn pick(names: &[&str], number: u64) -> Result<Skill> {
    let place = usize::try_from(number).unwrap_or(0) % names.len();
    Ok(names[place].parse()?)
}
