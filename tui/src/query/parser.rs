//! Makes predicates of words: `key:value`, `key<value`, `!word`, a bare word.

use super::lexer::{Letter, Word, words};
use super::predicate::{Compare, Pattern, Query, State, Term, Test};
use super::{Kind, Wrong};

/// Reads a query.
pub(super) fn parse(text: &str, kind: Kind) -> Result<Query, Wrong> {
    let terms: Result<Vec<Term>, Wrong> =
        words(text)?.iter().map(|word| term(word, kind)).collect();
    terms.map(|terms| Query { terms })
}

fn wrong<T>(at: usize, says: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        at,
        says: says.into(),
    })
}

fn term(word: &Word, kind: Kind) -> Result<Term, Wrong> {
    let negated = word
        .letters
        .first()
        .is_some_and(|first| first.is == '!' && !first.quoted);
    let letters = &word.letters[usize::from(negated)..];
    let at = word.at + usize::from(negated);
    if letters.is_empty() {
        return wrong(at, "there is nothing to look for: !state:busy, !Billing");
    }
    let test = test(letters, at, kind)?;
    Ok(Term { negated, test })
}

fn test(letters: &[Letter], at: usize, kind: Kind) -> Result<Test, Wrong> {
    let mark = letters
        .iter()
        .position(|letter| !letter.quoted && matches!(letter.is, ':' | '<' | '>' | '='));
    let Some(mark) = mark else {
        return bare(letters);
    };
    let key = spelled(&letters[..mark]).to_lowercase();
    let (compare, taken) = compare(&letters[mark..]);
    let value = &letters[mark + taken..];
    let value_at = letters[mark].at + taken;
    let Some(key) = Key::of(&key).filter(|key| key.fits(kind)) else {
        return wrong(
            at,
            format!("{key:?} is not known here; {}", kind.examples()),
        );
    };
    if value.is_empty() {
        return wrong(value_at, key.rule());
    }
    predicate(key, compare, &spelled(value), value_at)
}

/// Makes a bare word of letters without a mark.
fn bare(letters: &[Letter]) -> Result<Test, Wrong> {
    let word = spelled(letters).to_lowercase();
    // A key without its value is on its way to be one; in quotes it is a word like any other.
    let quoted = letters.iter().any(|letter| letter.quoted);
    match Key::of(&word) {
        Some(Key::Agent | Key::Id) | None => Ok(Test::Word(word)),
        Some(_) if quoted => Ok(Test::Word(word)),
        Some(key) => {
            let end = letters.last().map_or(0, |letter| letter.at + 1);
            wrong(end, key.rule())
        }
    }
}

/// Gives the mark between key and value, none for a colon, and how many letters it has.
fn compare(letters: &[Letter]) -> (Option<Compare>, usize) {
    let second = letters.get(1).is_some_and(|letter| letter.is == '=');
    match (letters.first().map(|letter| letter.is), second) {
        (Some('<'), true) => (Some(Compare::AtMost), 2),
        (Some('<'), false) => (Some(Compare::Less), 1),
        (Some('>'), true) => (Some(Compare::AtLeast), 2),
        (Some('>'), false) => (Some(Compare::More), 1),
        (Some('='), _) => (Some(Compare::Equal), 1),
        _ => (None, 1),
    }
}

fn spelled(letters: &[Letter]) -> String {
    letters.iter().map(|letter| letter.is).collect()
}

/// What a term can ask for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Skill,
    State,
    Wait,
    Idle,
    Priority,
    Agent,
    Id,
}

impl Key {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "skill" => Self::Skill,
            "state" => Self::State,
            "wait" => Self::Wait,
            "idle" => Self::Idle,
            "pri" | "priority" => Self::Priority,
            "agent" => Self::Agent,
            "id" => Self::Id,
            _ => return None,
        })
    }

    fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Skill => true,
            Self::State => kind != Kind::Events,
            Self::Wait | Self::Priority => kind == Kind::Contacts,
            Self::Idle => kind == Kind::Agents,
            Self::Agent => matches!(kind, Kind::Agents | Kind::Events),
            Self::Id => kind != Kind::Skills,
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Skill => "use the name of a skill: skill:Billing, skill:B*",
            Self::State => "use state:idle, available, busy, unavailable or waiting",
            Self::Wait => "use a time: wait>30s, wait<2m",
            Self::Idle => "use a time: idle>10s, idle<2m",
            Self::Priority => "use a number from 0 to 255: pri<=2, pri=5",
            Self::Agent => "use the id of an agent: agent:7, agent:1*",
            Self::Id => "use an id or its beginning: id:c-9f*",
        }
    }
}

fn predicate(key: Key, compare: Option<Compare>, value: &str, at: usize) -> Result<Test, Wrong> {
    let same = matches!(compare, None | Some(Compare::Equal));
    let compare = compare.unwrap_or(Compare::Equal);
    let made = match key {
        Key::Wait => span(value).map(|span| Test::Wait(compare, span)),
        Key::Idle => span(value).map(|span| Test::Idle(compare, span)),
        Key::Priority => {
            let number = value.trim_start_matches(['p', 'P']).parse().ok();
            number.map(|number| Test::Priority(compare, number))
        }
        _ if !same => None,
        Key::Skill => Some(Test::Skill(Pattern::new(value))),
        Key::Agent => Some(Test::Agent(Pattern::new(value))),
        Key::Id => Some(Test::Id(Pattern::new(value))),
        Key::State => State::of(&value.to_lowercase()).map(Test::State),
    };
    made.map_or_else(|| wrong(at, key.rule()), Ok)
}

/// Reads a span of time in milliseconds: `30s`, `2m`, `1m30s`, `500ms`; a bare number is seconds.
fn span(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let number: u64 = rest[..end].parse().ok()?;
        let after = &rest[end..];
        let unit_end = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let millis = match &after[..unit_end] {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        sum = sum.checked_add(number.checked_mul(millis)?)?;
        rest = &after[unit_end..];
    }
    Some(sum)
}
