//! Parses the commands that change settings of the floor and of contact types.

use shared::contact_type::TypeName;
use shared::operation::Operation;
use shared::settings::SettingsChange;

use super::Command;
use super::parser::{Parser, refused, together, wrong};
use super::words::Word;
use crate::query::Wrong;
use crate::request::{Request, Shown};
use crate::settings_words;

impl Parser<'_> {
    pub(super) fn set(&self) -> Result<Command, Wrong> {
        if self.rest.is_empty() {
            return Ok(Command::Ask(Request::Show(Shown::Settings)));
        }
        let change = change(self.rest)?;
        let operation = Operation::ChangeSettings(change);
        Ok(Command::Ask(Request::Apply(operation)))
    }

    pub(super) fn contact_type(&self) -> Result<Command, Wrong> {
        let Some((name, words)) = self.rest.split_first() else {
            return self.usage(0);
        };
        let name = type_name(name)?;
        // Without settings a mistyped name would create a type.
        let words = match words {
            [] => return Ok(Command::Ask(Request::Show(Shown::Type(name)))),
            [word] if word.text == "--create" => &[],
            words => words,
        };
        let change = change(words)?;
        Ok(Command::Ask(Request::ChangeType { name, change }))
    }

    pub(super) fn delete_type(&self, words: &[Word]) -> Result<Command, Wrong> {
        let Some(first) = words.first() else {
            return self.usage(1);
        };
        let name = together(words).parse();
        let name = name.map_err(|why| refused(first.at, &why))?;
        let operation = Operation::DeleteType(name);
        Ok(Command::Ask(Request::Apply(operation)))
    }
}

/// Parses the name of a contact type. One that looks like a setting must be quoted, since the name was
/// probably forgotten.
fn type_name(word: &Word) -> Result<TypeName, Wrong> {
    if word.text.contains('=') && !word.opens_quoted {
        return wrong(word.at, "the name comes first: type billing priority=3");
    }
    word.text.parse().map_err(|why| refused(word.at, &why))
}

fn change(words: &[Word]) -> Result<SettingsChange, Wrong> {
    let texts = words.iter().map(|word| word.text.as_str());
    settings_words::change(texts).map_err(|(place, says)| Wrong {
        at: words.get(place).map_or(0, |word| word.at),
        says,
    })
}
