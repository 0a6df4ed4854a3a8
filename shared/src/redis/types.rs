//! Contact types, which Redis keeps in a hash: for each name its settings as a JSON object.

use std::collections::BTreeMap;

use super::reply::{self, Sentence};
use super::{RedisAcd, scripts};
use crate::contact_type::TypeName;
use crate::core::too_many_types;
use crate::error::{Error, Result};
use crate::settings::{ContactType, MOST_TYPES, Settings};

impl RedisAcd {
    /// Reads the contact types, by name.
    pub(super) async fn all_types(&self) -> Result<Vec<ContactType>> {
        let mut command = redis::cmd("HGETALL");
        command.arg(self.key("types"));
        let stored: BTreeMap<TypeName, Vec<u8>> = self.ask(&command).await?;
        let types = stored.into_iter().map(|(name, json)| ContactType {
            name,
            settings: reply::settings(Some(&json)),
        });
        Ok(types.collect())
    }

    /// Audits the settings of contact types. Those that cannot be read are replaced by none if
    /// `repair` is set.
    pub(super) async fn check_contact_types(&self, repair: bool) -> Result<Vec<(Sentence, bool)>> {
        let mut command = redis::cmd("HGETALL");
        command.arg(self.key("types"));
        // A key of a wrong type is reported as such.
        let stored: Vec<(TypeName, Vec<u8>)> = self.ask(&command).await.unwrap_or_default();
        let mut found = vec![];
        for (name, json) in stored {
            let settings = reply::readable_settings(Some(&json));
            if settings.is_ok_and(|settings| settings.of_a_type().is_ok()) {
                continue;
            }
            let what = format!(
                "the contact type {name} has settings that cannot be read, so it has none: --repair \
                 deletes them. Set again what was set (PUT /type/{name})"
            );
            let mended = repair;
            if repair {
                self.set_type(&name, Settings::default()).await?;
            }
            found.push((Sentence(what), mended));
        }
        Ok(found)
    }

    /// Creates a contact type or replaces its settings. Returns the previous ones.
    pub(super) async fn set_type(
        &self,
        name: &TypeName,
        settings: Settings,
    ) -> Result<Option<Settings>> {
        let settings = settings.of_a_type()?;
        let json = serde_json::to_string(&settings);
        let json = json.map_err(|error| Error::Contract(error.to_string()))?;
        let mut script = self.script(scripts::SET_TYPE);
        script.arg(name.as_str()).arg(json).arg(MOST_TYPES);
        let before: Vec<u8> = self.change(&script).await.map_err(|failure| {
            failure.means(|code| (code == "TOOMANY").then(|| too_many_types().into()))
        })?;
        Ok((!before.is_empty()).then(|| reply::settings(Some(&before))))
    }

    /// Deletes a contact type. Returns its settings.
    pub(super) async fn delete_type(&self, name: &TypeName) -> Result<Settings> {
        let mut script = self.script(scripts::DELETE_TYPE);
        script.arg(name.as_str());
        let before: Vec<u8> = self.change(&script).await.map_err(|failure| {
            failure.means(|code| match code {
                "NOTYPE" => Some(Error::UnknownType(name.clone())),
                "TYPEINUSE" => Some(Error::TypeInUse(name.clone())),
                _ => None,
            })
        })?;
        Ok(reply::settings(Some(&before)))
    }
}
