//! Parses a command. Errors have a position and say what would be right.

use std::str::FromStr;

use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{ContactId, Priority};
use shared::operation::Operation;
use shared::skill::Skill;
use shared::text::{Invalid, PersonName};

use super::known::{self, Unknown};
use super::words::{Word, option_of, words};
use super::{Command, VERBS, verbs};
use crate::console::Model;
use crate::console::contact_state::KnownState;
use crate::console::effect::Switch;
use crate::console::overlay::dialog::{Dialog, skills_of};
use crate::console::sort::Column;
use crate::console::window::Window;
use crate::find::ContactName;
use crate::query::Wrong;
use crate::request::{Request, Shown, When};
use crate::series::{Needs, Series};

/// Parses a line.
pub fn parse(text: &str, model: &Model) -> Result<Command, Wrong> {
    // A filter has its own quoting.
    if let Some(filter) = after_filter(text) {
        return Ok(Command::Filter(filter.to_owned()));
    }
    let words = words(text)?;
    let Some((verb, rest)) = words.split_first() else {
        return wrong(0, verbs());
    };
    let line = Parser {
        verb: &verb.text,
        rest,
        end: text.trim_end().chars().count(),
        model,
    };
    match verb.text.as_str() {
        "accept" => line.accept(),
        "acd" => line.acd(),
        "add" => line.add(),
        "agent" => line.agent(),
        "cancel" => line.about(rest, Command::Cancel),
        "complete" => line.about_seen(rest, Command::Complete),
        "contact" => line.contact(),
        "delete" => line.delete(),
        "demo" => line.demo(),
        "disposition" => line.disposition(),
        "help" => line.alone(Command::Help),
        "inject" => line.inject(),
        "pause" => line.alone(Command::Pause),
        "priority" => line.priority(),
        "quit" | "q" => line.alone(Command::Quit),
        "reject" => line.reject(),
        "rename" => line.rename(),
        "requeue" => line.about_seen(rest, Command::Requeue),
        "set" => line.set(),
        "skills" => line.skills(),
        "sort" => line.sort(),
        "type" => line.contact_type(),
        "types" => line.alone(Command::Ask(Request::Show(Shown::Types))),
        "window" => line.window(),
        "wrap-up" => line.wrap_up(),
        _ => wrong(verb.at, format!("no such command; {}", verbs())),
    }
}

fn after_filter(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix("filter")?;
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    ends.then(|| rest.trim())
}

pub(super) fn wrong<T>(at: usize, says: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        at,
        says: says.into(),
    })
}

pub(super) fn refused(at: usize, why: &Invalid) -> Wrong {
    Wrong {
        at,
        says: why.to_string(),
    }
}

/// A command being parsed.
pub(super) struct Parser<'a> {
    verb: &'a str,
    pub(super) rest: &'a [Word],
    /// Its end, in characters.
    end: usize,
    model: &'a Model,
}

impl Parser<'_> {
    /// Returns the usage of the verb as an error at a word, or at the end if there is no such word.
    pub(super) fn usage<T>(&self, word: usize) -> Result<T, Wrong> {
        let at = self.rest.get(word).map_or(self.end, |word| word.at);
        let known = VERBS.iter().find(|(name, _)| *name == self.verb);
        wrong(at, format!("use {}", known.map_or("", |(_, usage)| *usage)))
    }

    fn texts(&self) -> Vec<&str> {
        self.rest.iter().map(|word| word.text.as_str()).collect()
    }

    fn alone(&self, command: Command) -> Result<Command, Wrong> {
        if self.rest.is_empty() {
            Ok(command)
        } else {
            self.usage(0)
        }
    }

    fn acd(&self) -> Result<Command, Wrong> {
        match self.texts().as_slice() {
            ["open"] => Ok(Command::Acd { open: true }),
            ["close"] => Ok(Command::Acd { open: false }),
            ["open" | "close", ..] => self.usage(1),
            _ => self.usage(0),
        }
    }

    fn demo(&self) -> Result<Command, Wrong> {
        match self.texts().as_slice() {
            ["start"] => Ok(Command::Demo(Switch::Start)),
            ["stop"] => Ok(Command::Demo(Switch::Stop)),
            ["start" | "stop", ..] => self.usage(1),
            _ => self.usage(0),
        }
    }

    fn agent(&self) -> Result<Command, Wrong> {
        let [id, said, reason @ ..] = self.rest else {
            return self.usage(self.rest.len());
        };
        let agent = agent_id(id)?;
        let presence = match (said.text.as_str(), reason) {
            ("available", []) => Presence::Available,
            ("unavailable", []) => Presence::Unavailable(None),
            ("unavailable", [first, ..]) => {
                let reason = together(reason).parse();
                Presence::Unavailable(Some(reason.map_err(|why| refused(first.at, &why))?))
            }
            _ => return self.usage(1),
        };
        let agents = self.model.floor().map_or(&[][..], |floor| &floor.agents);
        let shown = agents.iter().find(|row| row.id == agent);
        Ok(Command::Ask(Request::SetPresence {
            when: shown.map_or(When::Now, |row| When::of(&row.state, &presence)),
            seen: shown.map(|row| row.state.chosen()),
            agent,
            presence,
        }))
    }

    fn add(&self) -> Result<Command, Wrong> {
        let [id, fname, lname, skills @ ..] = self.rest else {
            return self.usage(self.rest.len());
        };
        let mut held = vec![];
        for word in skills {
            held.extend(skills_in(word)?);
        }
        let agent = NewAgent::new(agent_id(id)?, person(fname)?, person(lname)?, held);
        let agent = agent.map_err(|why| refused(id.at, &why))?;
        Ok(Command::Ask(Request::Apply(Operation::CreateAgent(agent))))
    }

    fn rename(&self) -> Result<Command, Wrong> {
        let [id, fname, lname] = self.rest else {
            return self.usage(self.rest.len().min(3));
        };
        Ok(Command::Ask(Request::RenameAgent {
            agent: agent_id(id)?,
            fname: person(fname)?,
            lname: person(lname)?,
            seen: None,
        }))
    }

    fn delete(&self) -> Result<Command, Wrong> {
        let Some((what, name)) = self.rest.split_first() else {
            return self.usage(0);
        };
        match (what.text.as_str(), name) {
            ("agent", [id]) => Ok(Command::DeleteAgent(agent_id(id)?)),
            ("skill", [first, ..]) => {
                let skill = together(name).parse();
                Ok(Command::DeleteSkill(
                    skill.map_err(|why| refused(first.at, &why))?,
                ))
            }
            ("type", words) => self.delete_type(words),
            ("agent", [_, _, ..]) => self.usage(2),
            ("agent" | "skill", _) => self.usage(1),
            _ => self.usage(0),
        }
    }

    fn skills(&self) -> Result<Command, Wrong> {
        let Some((id, changes)) = self.rest.split_first().filter(|(_, rest)| !rest.is_empty())
        else {
            return self.usage(self.rest.len());
        };
        let (mut add, mut remove): (Vec<Skill>, Vec<Skill>) = (vec![], vec![]);
        for word in changes {
            let (name, list, other) = match word.text.split_at_checked(1) {
                Some(("+", name)) => (name, &mut add, &remove),
                Some(("-", name)) => (name, &mut remove, &add),
                _ => return wrong(word.at, "use + to give a skill, - to take one: +French"),
            };
            let skill: Skill = name.parse().map_err(|why| refused(word.at + 1, &why))?;
            // Which of the two is meant last is not said.
            if other.contains(&skill) {
                let says = format!("{skill} is both given and taken: use either + or -");
                return wrong(word.at, says);
            }
            if !list.contains(&skill) {
                list.push(skill);
            }
        }
        Ok(Command::Ask(Request::ChangeSkills {
            agent: agent_id(id)?,
            add,
            remove,
            held: None,
        }))
    }

    /// Returns a command on the named contacts, or else on the selected or marked ones. A contact
    /// that is not shown is looked up first.
    pub(super) fn about(
        &self,
        names: &[Word],
        command: impl FnOnce(Vec<ContactId>) -> Command,
    ) -> Result<Command, Wrong> {
        if names.is_empty() {
            let meant = self.model.contacts_meant();
            let says = "no contact is selected: name one, for example c-1a2b3c4d";
            return if meant.is_empty() {
                wrong(self.end, says)
            } else {
                Ok(command(meant))
            };
        }
        let mut contacts = vec![];
        for word in names {
            let at = word.at;
            match known::contact(&word.text, self.model) {
                Ok(id) => contacts.push(id),
                Err(Unknown::NotShown(name)) => return Ok(Command::Find { name, at }),
                Err(Unknown::Wrong(says)) => return wrong(at, says),
            }
        }
        Ok(command(contacts))
    }

    /// Does the same for commands that need the agent of each contact.
    fn about_seen(
        &self,
        names: &[Word],
        command: impl FnOnce(Vec<ContactId>) -> Command,
    ) -> Result<Command, Wrong> {
        let unseen = names.iter().find_map(|word| {
            let id = word.text.parse().ok()?;
            let unseen = self.model.contact_state(id) == KnownState::Unseen;
            unseen.then_some((ContactName::Key(id), word.at))
        });
        match unseen {
            Some((name, at)) => Ok(Command::Find { name, at }),
            None => self.about(names, command),
        }
    }

    fn contact(&self) -> Result<Command, Wrong> {
        let [_] = self.rest else {
            return self.usage(self.rest.len().min(1));
        };
        self.about(self.rest, |contacts| Command::ShowContact(contacts[0]))
    }

    fn priority(&self) -> Result<Command, Wrong> {
        let Some((number, names)) = self.rest.split_first() else {
            return self.usage(0);
        };
        let Ok(priority) = number.text.trim_start_matches(['p', 'P']).parse() else {
            return wrong(number.at, "use 0 to 255; 0 is served first");
        };
        self.about(names, |contacts| {
            Command::Priority(contacts, Priority(priority))
        })
    }

    fn sort(&self) -> Result<Command, Wrong> {
        let columns = Column::of(self.model.focus);
        let Some((name, way)) = self.rest.split_first() else {
            return Ok(Command::Sort(None));
        };
        let Some(column) = columns.iter().find(|column| column.word() == name.text) else {
            let words: Vec<&str> = columns.iter().map(|column| column.word()).collect();
            let says = match words.as_slice() {
                [] => "events are always sorted newest first".to_owned(),
                words => format!("use {}", words.join(", ")),
            };
            return wrong(name.at, says);
        };
        let falling = match way {
            [] => None,
            [way] if way.text == "up" => Some(false),
            [way] if way.text == "down" => Some(true),
            _ => return self.usage(1),
        };
        Ok(Command::Sort(Some((*column, falling))))
    }

    fn window(&self) -> Result<Command, Wrong> {
        let text = self.texts();
        let named = |window: &Window| {
            let name = window.to_string();
            text == [name.as_str()] || text == [name.trim_end_matches('m')]
        };
        match Window::ALL.into_iter().find(named) {
            Some(window) => Ok(Command::Window(window)),
            None => self.usage(0),
        }
    }

    fn inject(&self) -> Result<Command, Wrong> {
        if let [word] = self.rest
            && word.text == "stop"
            && !word.quoted
        {
            return Ok(Command::StopInjecting);
        }
        let (mut skills, mut count, mut priority) = (None::<Vec<Skill>>, 1_u16, None);
        let (mut per_minute, mut contact_type) = (None, None);
        for word in self.rest {
            if let Some(name) = word.text.strip_prefix("type=")
                && !word.opens_quoted
            {
                contact_type = Some(name.parse().map_err(|why| refused(word.at + 5, &why))?);
                continue;
            }
            let option = option_of(&word.text).filter(|_| !word.quoted);
            let value = word.text.get(1..).unwrap_or_default();
            let misread = |right: &str| {
                let text = &word.text;
                let quoted = format!("use {right}; for a skill of this name: \"{text}\"");
                wrong(word.at, quoted)
            };
            match option.map(|option| (option, word.text.starts_with(option))) {
                Some(('x', lower)) => {
                    let allowed = 1..=Dialog::MOST_AT_ONCE;
                    count = match digits(value).filter(|_| lower) {
                        Some(times) if allowed.contains(&times) => times,
                        _ => return misread("x1 to x1000"),
                    };
                }
                Some(('p', lower)) => match digits(value).filter(|_| lower) {
                    Some(urgency) => priority = Some(Priority(urgency)),
                    None => return misread("p0 to p255"),
                },
                Some(_) => match value.parse() {
                    Ok(rate) => per_minute = Some(rate),
                    Err(_) => return misread("@1 to @60000, the number of contacts a minute"),
                },
                None if word.text == "any" && !word.quoted => {
                    skills.get_or_insert_default();
                }
                None => skills.get_or_insert_default().extend(skills_in(word)?),
            }
        }
        let needs = Needs::new(contact_type, skills, priority);
        Ok(Command::Ask(match per_minute {
            None => Request::Inject { needs, count },
            Some(_) => Request::InjectSlowly(Series {
                needs,
                count: count.into(),
                per_minute,
            }),
        }))
    }
}

/// Parses a number without a sign.
fn digits<Number: FromStr>(text: &str) -> Option<Number> {
    let plain = text.chars().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// Parses an agent's id. For `agent:7` the number is enough, unless it is quoted.
pub(super) fn agent_id(word: &Word) -> Result<AgentId, Wrong> {
    let text = &word.text;
    let number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let whole = if number && !word.quoted {
        format!("agent:{text}")
    } else {
        text.clone()
    };
    whole.parse().map_err(|why| refused(word.at, &why))
}

fn person(word: &Word) -> Result<PersonName, Wrong> {
    let name = word.text.clone().try_into();
    name.map_err(|why| refused(word.at, &why))
}

fn skills_in(word: &Word) -> Result<Vec<Skill>, Wrong> {
    skills_of(&word.text).map_err(|says| Wrong { at: word.at, says })
}

/// Joins words into one text: a name that should have been quoted.
pub(super) fn together(words: &[Word]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    texts.join(" ")
}
