//! Parses tokens: `key:value`, `key<value`, a bare word; `!`, `-` or `not` before them, `or`
//! between them, parentheses around them. Adjacent terms must both hold, and bind more tightly than
//! `or`.

use shared::text::composed;

use super::lexer::{Letter, Piece, pieces};
use super::predicate::{Compare, Expression, Pattern, Query, State, Test};
use super::{Kind, Wrong};

/// The maximum nesting of parentheses and negations. Nobody needs more, and deeper nesting could
/// exhaust the stack.
const DEEPEST: usize = 32;

/// Parses a query.
pub(super) fn parse(text: &str, kind: Kind) -> Result<Query, Wrong> {
    let pieces = pieces(text)?;
    if pieces.is_empty() {
        return Ok(Query::default());
    }
    let mut reader = FilterParser {
        pieces: &pieces,
        next: 0,
        end: text.chars().count(),
        depth: 0,
        kind,
    };
    let whole = reader.any()?;
    match reader.peek() {
        None => Ok(Query { whole: Some(whole) }),
        // Only a closing parenthesis stops the parser before the end.
        Some(piece) => wrong(piece.at(), "this parenthesis was not opened: (a or b) c"),
    }
}

fn wrong<T>(at: usize, says: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        at,
        says: says.into(),
    })
}

/// The words that act as operators.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
    Not,
}

impl Joint {
    fn of(piece: &Piece) -> Option<Self> {
        let Piece::Word(word) = piece else {
            return matches!(piece, Piece::Not(_)).then_some(Self::Not);
        };
        // A person may be called Or; in quotes it is a name.
        if word.letters.iter().any(|letter| letter.quoted) {
            return None;
        }
        match spelled(&word.letters).to_lowercase().as_str() {
            "and" => Some(Self::And),
            "or" => Some(Self::Or),
            "not" => Some(Self::Not),
            _ => None,
        }
    }
}

/// Consumes the tokens from left to right.
struct FilterParser<'a> {
    pieces: &'a [Piece],
    next: usize,
    /// The end of the text, in characters.
    end: usize,
    depth: usize,
    kind: Kind,
}

impl FilterParser<'_> {
    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.next)
    }

    fn joint(&self) -> Option<Joint> {
        self.peek().and_then(Joint::of)
    }

    /// Parses alternatives joined by `or`.
    fn any(&mut self) -> Result<Expression, Wrong> {
        let mut each = vec![self.all()?];
        while self.joint() == Some(Joint::Or) {
            self.next += 1;
            each.push(self.all()?);
        }
        Ok(one_or(each, Expression::Any))
    }

    /// Parses terms that must all hold.
    fn all(&mut self) -> Result<Expression, Wrong> {
        let mut each = vec![self.one()?];
        loop {
            match (self.peek(), self.joint()) {
                (None | Some(Piece::Close(_)), _) | (_, Some(Joint::Or)) => break,
                (_, Some(Joint::And)) => self.next += 1,
                _ => {}
            }
            each.push(self.one()?);
        }
        Ok(one_or(each, Expression::All))
    }

    fn one(&mut self) -> Result<Expression, Wrong> {
        let pieces = self.pieces;
        let Some(piece) = pieces.get(self.next) else {
            let negated = self.next.checked_sub(1).and_then(|last| pieces.get(last));
            return match negated.and_then(Joint::of) {
                Some(Joint::Not) => wrong(self.end_of_last(), NOTHING_TO_LOOK_FOR),
                _ => wrong(self.end, "a term is missing here: a or b, (a or b) c"),
            };
        };
        self.next += 1;
        match (Joint::of(piece), piece) {
            (Some(Joint::Not), _) => Ok(Expression::Not(Box::new(self.deeper(piece, Self::one)?))),
            (Some(Joint::And | Joint::Or), _) => {
                wrong(piece.at(), "a term is missing before this: a or b")
            }
            (None, Piece::Open(at)) => {
                let within = self.deeper(piece, Self::any)?;
                match self.peek() {
                    Some(Piece::Close(_)) => self.next += 1,
                    _ => return wrong(*at, "this parenthesis is not closed: (a or b) c"),
                }
                Ok(within)
            }
            (None, Piece::Close(at)) => {
                wrong(*at, "a term is missing before this: a or b, (a or b) c")
            }
            (None, Piece::Word(word)) if !word.letters.is_empty() => {
                test(&word.letters, word.at, self.kind).map(Expression::Test)
            }
            // Empty quotes; an operator is handled above.
            (None, piece) => wrong(piece.at(), NOTHING_TO_LOOK_FOR),
        }
    }

    fn deeper(
        &mut self,
        from: &Piece,
        read: impl Fn(&mut Self) -> Result<Expression, Wrong>,
    ) -> Result<Expression, Wrong> {
        if self.depth == DEEPEST {
            return wrong(from.at(), "the parentheses are nested too deeply here");
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Returns the end of the last token, in characters.
    fn end_of_last(&self) -> usize {
        match self.pieces.last() {
            Some(Piece::Word(word)) => word.letters.last().map_or(word.at, |last| last.at + 1),
            Some(sign) => sign.at() + 1,
            None => 0,
        }
    }
}

const NOTHING_TO_LOOK_FOR: &str = "a term is missing here: !state:busy, !Billing";

fn one_or(mut each: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    if each.len() == 1 {
        each.remove(0)
    } else {
        join(each)
    }
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

/// Makes a bare word from characters without an operator.
fn bare(letters: &[Letter]) -> Result<Test, Wrong> {
    let word = spelled(letters).to_lowercase();
    // A key without a value is probably still being typed; in quotes it is an ordinary word.
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

/// Returns the operator between key and value, none for a colon, and its length in characters.
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

/// Returns the characters as a text, in composed form like names, so that input typed in decomposed
/// form matches.
fn spelled(letters: &[Letter]) -> String {
    let text: String = letters.iter().map(|letter| letter.is).collect();
    composed(&text).into_owned()
}

/// The keys of a term.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Skill,
    Type,
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
            "type" => Self::Type,
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
            Self::Type => matches!(kind, Kind::Contacts | Kind::Events),
            Self::Id => kind != Kind::Skills,
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Skill => "use the name of a skill: skill:Billing, skill:B*",
            Self::Type => "use the name of a contact type: type:billing, type:b*",
            Self::State => {
                "use state:idle, available, offered, busy, wrap-up, penalty, not-responding, \
                 unavailable or waiting"
            }
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
        Key::Type => Some(Test::Type(Pattern::new(value))),
        Key::Agent => Some(Test::Agent(Pattern::new(value))),
        Key::Id => Some(Test::Id(Pattern::new(value))),
        Key::State => State::of(&value.to_lowercase()).map(Test::State),
    };
    made.map_or_else(|| wrong(at, key.rule()), Ok)
}

/// Parses a duration into milliseconds: `30s`, `2m`, `1m30s`, `500ms`; a bare number is seconds.
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
