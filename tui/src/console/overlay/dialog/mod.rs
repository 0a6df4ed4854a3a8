//! A dialog: its fields, and the request that they make.

mod update;
mod view;

pub(super) use self::update::act;
pub(crate) use self::update::{
    add_agent, edit_skills, inject, make_unavailable, press, priority, rename_agent, to,
};
pub(super) use self::view::{draw, target_at};
use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{ContactId, Priority};
use shared::operation::Operation;
use shared::seen::ContactSeen;
use shared::skill::Skill;
use shared::text::PersonName;

use crate::parts::input::InputLine;
use crate::request::{Request, When};
use crate::series::{Needs, Series};
use crate::text::short_contact;

/// A dialog that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    /// What it does.
    pub purpose: Purpose,
    /// The fields.
    pub fields: Vec<Field>,
    /// The field that has the focus; the number after the last is the button.
    pub at: usize,
    /// What is wrong with the input.
    pub wrong: Option<String>,
}

/// What a dialog does.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    /// Injects contacts.
    Inject,
    /// Makes agents unavailable for a reason. Each with the presence they had chosen, and when it
    /// takes effect.
    MakeUnavailable(Vec<(AgentId, Presence, When)>),
    /// Adds an agent.
    AddAgent,
    /// Renames an agent.
    Rename(Named),
    /// Changes the priority of contacts.
    Priority(Vec<ContactId>),
    /// Changes the skills of an agent, who holds these.
    Skills(AgentId, Vec<Skill>),
}

/// An agent to be renamed.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The agent.
    pub agent: AgentId,
    /// Their first and last name when the dialog was opened.
    pub name: (PersonName, PersonName),
}

/// A field of a dialog.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its label.
    pub label: &'static str,
    /// The text typed in.
    pub line: InputLine,
    /// What is valid there.
    pub rule: &'static str,
    /// The words that Tab completes to.
    pub known: Vec<String>,
    /// Whether it is a list, with commas between the items.
    pub is_list: bool,
}

impl Field {
    /// Returns the word being typed: the text between the last comma and the cursor.
    fn word(&self) -> &str {
        let before = self.line.before_cursor();
        before.rsplit(',').next().unwrap_or_default().trim_start()
    }

    /// Inserts pasted text; in a list, each of its lines is an item. Returns how many characters were
    /// cut off.
    fn paste(&mut self, text: &str) -> usize {
        if !self.is_list {
            return self.line.paste(text);
        }
        let items = text.split(['\n', '\r']);
        let items = items.map(|item| item.trim_end_matches([',', ' ']));
        let items: Vec<&str> = items.filter(|item| !item.trim().is_empty()).collect();
        match items.as_slice() {
            // Also a comma at its end stays.
            [] | [_] => self.line.paste(text.trim_end_matches(['\n', '\r'])),
            items => self.line.paste(&items.join(", ")),
        }
    }

    /// Returns the completion of the word being typed.
    pub fn completion(&self) -> Option<&str> {
        complete(self.word(), &self.known)
    }

    /// Completes the word being typed. Returns whether there was a completion.
    pub fn complete(&mut self) -> bool {
        let completion = self.completion().filter(|_| !self.line.is_offered());
        let Some(whole) = completion.map(str::to_owned) else {
            return false;
        };
        let typed = self.word().chars().count();
        self.line.replace_before_cursor(typed, &whole);
        true
    }
}

/// Returns the first known word that starts with the typed text and is longer.
pub fn complete<'a>(typed: &str, known: &'a [String]) -> Option<&'a str> {
    let small = typed.to_lowercase();
    if small.is_empty() {
        return None;
    }
    known
        .iter()
        .find(|word| word.as_str() != typed && word.to_lowercase().starts_with(&small))
        .map(String::as_str)
}

/// Parses a comma-separated list of skills.
pub fn skills_of(text: &str) -> Result<Vec<Skill>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| name.parse().map_err(said))
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn said(wrong: shared::text::Invalid) -> String {
    wrong.to_string()
}

impl Dialog {
    /// The most contacts that can be injected at once.
    pub const MOST_AT_ONCE: u16 = 1_000;

    /// Returns the line of the field that has the focus.
    pub(super) fn line(&mut self) -> Option<&mut InputLine> {
        self.fields.get_mut(self.at).map(|field| &mut field.line)
    }

    /// Inserts pasted text into the field that has the focus. Returns how many characters were cut
    /// off.
    pub(super) fn paste(&mut self, text: &str) -> usize {
        let field = self.fields.get_mut(self.at);
        field.map_or(0, |field| field.paste(text))
    }

    /// Returns whether the button has the focus.
    pub fn on_button(&self) -> bool {
        self.at >= self.fields.len()
    }

    /// Returns the heading.
    pub fn title(&self) -> String {
        match &self.purpose {
            Purpose::Inject => "Inject contacts".to_owned(),
            Purpose::MakeUnavailable(agents) => match agents.as_slice() {
                [(agent, ..)] => format!("{agent} unavailable"),
                several => format!("{} agents unavailable", several.len()),
            },
            Purpose::AddAgent => "Add an agent".to_owned(),
            Purpose::Priority(contacts) => match contacts.as_slice() {
                [contact] => format!("Priority of {}", short_contact(*contact)),
                several => format!("Priority of {} contacts", several.len()),
            },
            Purpose::Rename(named) => format!("Name of {}", named.agent),
            Purpose::Skills(agent, _) => format!("Skills of {agent}"),
        }
    }

    /// Returns the label of the button.
    pub fn button(&self) -> &'static str {
        match self.purpose {
            Purpose::Inject => "Inject",
            Purpose::MakeUnavailable(_) => "Make unavailable",
            Purpose::AddAgent => "Add",
            Purpose::Rename(_) | Purpose::Skills(..) | Purpose::Priority(_) => "Change",
        }
    }

    fn text(&self, field: usize) -> &str {
        self.fields.get(field).map_or("", |field| field.line.text())
    }

    /// Returns the request that the dialog makes, or what is wrong and in which field.
    pub fn request(&self) -> Result<Request, (usize, String)> {
        match &self.purpose {
            Purpose::Inject => self.inject(),
            Purpose::MakeUnavailable(agents) => self.unavailable(agents),
            Purpose::AddAgent => self.add_agent(),
            Purpose::Priority(contacts) => self.priority(contacts),
            Purpose::Rename(Named { agent, name }) => Ok(Request::RenameAgent {
                agent: agent.clone(),
                fname: self.name_in(0)?,
                lname: self.name_in(1)?,
                seen: Some(name.clone()),
            }),
            Purpose::Skills(agent, held) => {
                let wanted = skills_of(self.text(0)).map_err(|why| (0, why))?;
                Ok(Request::ChangeSkills {
                    agent: agent.clone(),
                    add: without(&wanted, held),
                    remove: without(held, &wanted),
                    held: Some(held.clone()),
                })
            }
        }
    }

    fn inject(&self) -> Result<Request, (usize, String)> {
        let skills = skills_of(self.text(0)).map_err(|why| (0, why))?;
        let priority = self.priority_in(1)?;
        let count = self.text(2).trim().parse().ok();
        let count = count
            .filter(|count| (1..=Self::MOST_AT_ONCE).contains(count))
            .ok_or_else(|| (2, self.refusal(2)))?;
        let needs = Needs::of(skills, priority);
        match self.text(3).trim() {
            "" => Ok(Request::Inject { needs, count }),
            rate => Ok(Request::InjectSlowly(Series {
                needs,
                count: count.into(),
                per_minute: Some(rate.parse().map_err(|_| (3, self.refusal(3)))?),
            })),
        }
    }

    fn name_in(&self, field: usize) -> Result<PersonName, (usize, String)> {
        let text = self.text(field).trim().to_owned();
        text.try_into().map_err(|why| (field, said(why)))
    }

    fn priority_in(&self, field: usize) -> Result<Priority, (usize, String)> {
        let digits = self.text(field).trim().trim_start_matches(['p', 'P']);
        let number = digits.parse().map_err(|_| (field, self.refusal(field)));
        number.map(Priority)
    }

    fn priority(&self, contacts: &[ContactId]) -> Result<Request, (usize, String)> {
        let priority = self.priority_in(0)?;
        let change = |id: &ContactId| {
            Request::Apply(Operation::SetPriority {
                id: *id,
                priority,
                // Filled in when the request is sent.
                seen: ContactSeen::ANYTHING,
            })
        };
        Ok(Request::all(contacts.iter().map(change).collect()))
    }

    fn refusal(&self, field: usize) -> String {
        let text = self.text(field);
        let rule = self.fields.get(field).map_or("", |field| field.rule);
        format!("{text:?} is not valid: {rule}")
    }

    fn unavailable(
        &self,
        agents: &[(AgentId, Presence, When)],
    ) -> Result<Request, (usize, String)> {
        let reason = match self.text(0).trim() {
            "" => None,
            text => Some(text.parse().map_err(|why| (0, said(why)))?),
        };
        let each: Vec<Request> = agents
            .iter()
            .map(|(agent, seen, when)| Request::SetPresence {
                agent: agent.clone(),
                presence: Presence::Unavailable(reason.clone()),
                when: *when,
                seen: Some(seen.clone()),
            })
            .collect();
        Ok(Request::all(each))
    }

    fn add_agent(&self) -> Result<Request, (usize, String)> {
        let id = self.text(0).trim().parse().map_err(|why| (0, said(why)))?;
        let skills = skills_of(self.text(3)).map_err(|why| (3, why))?;
        let agent = NewAgent::new(id, self.name_in(1)?, self.name_in(2)?, skills);
        let agent = agent.map_err(|why| (3, said(why)))?;
        Ok(Request::Apply(Operation::CreateAgent(agent)))
    }
}

fn without(some: &[Skill], others: &[Skill]) -> Vec<Skill> {
    let missing = some.iter().filter(|skill| !others.contains(skill));
    missing.cloned().collect()
}
