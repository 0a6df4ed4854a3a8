//! The settings of the floor, which Redis keeps as one JSON object; nothing if none is set.

use super::reply::{self, Sentence};
use super::{RedisAcd, scripts};
use crate::error::{Error, Result};
use crate::settings::{Settings, SettingsChange};

/// How often a change is tried if others change the settings meanwhile.
const MOST_TRIES: usize = 20;

impl RedisAcd {
    /// Reads the settings as they are stored.
    pub(super) async fn stored_settings(&self) -> Result<Option<Vec<u8>>> {
        let mut command = redis::cmd("HGET");
        command.arg(self.key("meta")).arg("settings");
        self.ask(&command).await
    }

    /// Changes settings and returns the previous ones. Tries again if others changed them meanwhile.
    pub(super) async fn replace_settings(&self, change: &SettingsChange) -> Result<Settings> {
        for _ in 0..MOST_TRIES {
            let stored = self.stored_settings().await?;
            let was = reply::settings(stored.as_deref());
            if self.replace(stored, &was.changed(change)).await? {
                return Ok(was);
            }
        }
        Err(Error::Unavailable(
            "others keep changing the settings".to_owned(),
        ))
    }

    /// Audits the settings of the floor and of contact types, and removes those that cannot be read if
    /// `repair` is set.
    pub(super) async fn check_settings(&self, repair: bool) -> Result<Vec<(Sentence, bool)>> {
        let mut found = self.check_contact_types(repair).await?;
        let stored = self.stored_settings().await?;
        if reply::readable_settings(stored.as_deref()).is_ok() {
            return Ok(found);
        }
        let meta = self.key("meta");
        let what = format!(
            "{meta} holds settings that cannot be read, so nothing is set: --repair deletes them. \
             Set again what was set (PATCH /acd/settings)"
        );
        let mended = repair && self.replace(stored, &Settings::default()).await?;
        found.push((Sentence(what), mended));
        Ok(found)
    }

    /// Replaces the settings. Returns whether they were still what is said to be stored.
    async fn replace(&self, stored: Option<Vec<u8>>, settings: &Settings) -> Result<bool> {
        let json = if *settings == Settings::default() {
            String::new()
        } else {
            serde_json::to_string(settings).map_err(|error| Error::Contract(error.to_string()))?
        };
        let mut script = self.script(scripts::CHANGE_SETTINGS);
        script.arg(stored.unwrap_or_default()).arg(json);
        Ok(self.change(&script).await?)
    }
}
