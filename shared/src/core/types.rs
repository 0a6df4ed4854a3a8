//! Contact types, and what is set for a contact: by its type, or else by the floor.

use super::Core;
use crate::contact::{Contact, NewContact, Priority, Taken};
use crate::contact_type::TypeName;
use crate::error::{Error, Result};
use crate::event::What;
use crate::settings::{ContactType, MOST_TYPES, Settings, Skills};
use crate::skill::Skill;
use crate::text::Invalid;
use crate::time::Moment;

/// A contact type.
#[derive(Debug, Default)]
pub(super) struct Type {
    settings: Settings,
    /// How many contacts of it have not ended.
    live: u64,
}

impl Core {
    /// See [`crate::Acd::types`].
    pub fn types(&self) -> Vec<ContactType> {
        let types = self.types.iter();
        let told = types.map(|(name, found)| ContactType {
            name: name.clone(),
            settings: found.settings.clone(),
        });
        told.collect()
    }

    /// See [`crate::Acd::set_type`].
    pub fn set_type(
        &mut self,
        now: Moment,
        name: TypeName,
        settings: Settings,
    ) -> Result<Option<Settings>> {
        let settings = settings.of_a_type()?;
        let known = self.types.get(&name);
        if known.is_none() && self.types.len() == MOST_TYPES {
            return Err(too_many_types().into());
        }
        let before = known.map(|known| known.settings.clone());
        if before.as_ref() != Some(&settings) {
            self.types.entry(name.clone()).or_default().settings = settings.clone();
            let contact_type = name;
            self.emit(
                now,
                What::TypeChanged {
                    contact_type,
                    settings,
                },
            );
        }
        Ok(before)
    }

    /// See [`crate::Acd::delete_type`].
    pub fn delete_type(&mut self, now: Moment, name: &TypeName) -> Result<Settings> {
        let Some(known) = self.types.get(name) else {
            return Err(Error::UnknownType(name.clone()));
        };
        if known.live > 0 {
            return Err(Error::TypeInUse(name.clone()));
        }
        let before = known.settings.clone();
        self.types.remove(name);
        let contact_type = name.clone();
        self.emit(now, What::TypeDeleted { contact_type });
        Ok(before)
    }

    /// Returns a setting of a contact's type, or else of the floor.
    pub(super) fn set<'a, T: 'a>(
        &'a self,
        contact_type: Option<&TypeName>,
        setting: impl Fn(&'a Settings) -> Option<T>,
    ) -> Option<T> {
        let of_type = contact_type.and_then(|name| self.types.get(name));
        of_type
            .and_then(|found| setting(&found.settings))
            .or_else(|| setting(&self.settings))
    }

    /// Returns the skills and the priority of a new contact, and which of them come from settings.
    pub(super) fn needs_of(&self, new: &NewContact) -> Result<(Vec<Skill>, Priority, Taken)> {
        let contact_type = new.contact_type.as_ref();
        if let Some(name) = contact_type
            && !self.types.contains_key(name)
        {
            return Err(Error::UnknownType(name.clone()));
        }
        let mut taken = Taken::default();
        let skills = match &new.skills {
            Some(skills) => skills.clone(),
            None => {
                taken.skills = true;
                let set = self.set(contact_type, |settings| settings.skills.as_ref());
                set.map(Skills::all).ok_or_else(Error::no_skills)?.to_vec()
            }
        };
        let priority = new.priority.or_else(|| {
            let set = self.set(contact_type, |settings| settings.priority);
            taken.priority = set.is_some();
            set
        });
        Ok((skills, priority.unwrap_or_default(), taken))
    }

    /// Counts a contact among the live ones of its type.
    pub(super) fn begin_of_type(&mut self, contact: &Contact) {
        if let Some(name) = &contact.contact_type {
            self.types.entry(name.clone()).or_default().live += 1;
        }
    }

    /// Counts a contact no longer among the live ones of its type.
    pub(super) fn end_of_type(&mut self, contact: &Contact) {
        if let Some(known) = contact
            .contact_type
            .as_ref()
            .and_then(|name| self.types.get_mut(name))
        {
            known.live -= 1;
        }
    }
}

/// The error for more contact types than there may be.
pub(crate) fn too_many_types() -> Invalid {
    Invalid::new(
        "the list of contact types",
        format!("has {MOST_TYPES} types already"),
        "delete one that is not used",
    )
}
