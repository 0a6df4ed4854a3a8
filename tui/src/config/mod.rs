//! The user's settings: a small file in which every value is optional and which flags override. The
//! one-shot commands do not read it, so that it cannot break a script.

mod keymap;

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::{env, fs};

use serde::Deserialize;
use shared::service_level::ServiceLevel;

use self::keymap::KeySettings;
use crate::commands::{Failure, print as print_out};
use crate::console::keys::KeyTable;
use crate::terminal::Characters;
use crate::theme::{Depth, Palette, ThemeName};

/// The effective settings.
#[derive(Clone, Debug)]
pub struct Config {
    file: File,
    keys: KeyTable,
    path: Option<PathBuf>,
    found: bool,
    flags: Flags,
    colours: Colours,
    locale: Characters,
}

/// What was said for this once, on the command line or by the environment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags {
    /// The colours.
    pub theme: Option<ThemeName>,
    /// The service level that is aimed at.
    pub service_level: Option<ServiceLevel>,
    /// Which characters the terminal is given.
    pub characters: Option<Characters>,
}

/// What a file can say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    theme: Option<ThemeName>,
    service_level: Option<ServiceLevel>,
    characters: Option<Characters>,
    #[serde(default)]
    keys: KeySettings,
}

/// The environment's settings for colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colours {
    Forbidden,
    Deep(Depth),
}

impl Config {
    /// Reads the file, if there is one.
    pub fn read(flags: Flags) -> Result<Self, Failure> {
        let path = path(&variable("XDG_CONFIG_HOME"), &variable("HOME"));
        let text = path.as_ref().map(fs::read_to_string);
        let (text, found) = match (text, &path) {
            (Some(Ok(text)), _) => (text, true),
            (Some(Err(error)), Some(path)) if error.kind() != ErrorKind::NotFound => {
                let path = path.display();
                let why = format!("the config file {path} cannot be read: {error}");
                return Err(Failure::CannotBegin(why));
            }
            _ => (String::new(), false),
        };
        let (file, keys) = parse(&text).map_err(|why| {
            let path = path
                .as_ref()
                .map_or_else(String::new, |path| path.display().to_string());
            Failure::CannotBegin(format!("{path}: {why}"))
        })?;
        Ok(Self {
            file,
            keys,
            path,
            found,
            flags,
            colours: colours(),
            locale: Characters::of_locale(),
        })
    }

    /// Returns the colours of every screen; none to use none.
    pub fn palette(&self) -> Option<Palette> {
        match self.colours {
            Colours::Forbidden => None,
            Colours::Deep(depth) => Some(Palette {
                theme: self.theme().0,
                depth,
            }),
        }
    }

    /// Returns the keys of the console.
    pub fn keys(&self) -> &KeyTable {
        &self.keys
    }

    fn theme(&self) -> (ThemeName, &'static str) {
        match (self.flags.theme, self.file.theme) {
            (Some(theme), _) => (theme, "from --theme"),
            (None, Some(theme)) => (theme, "from the file"),
            (None, None) => (ThemeName::default(), "by default"),
        }
    }

    /// Returns the service level target.
    pub fn service_level(&self) -> ServiceLevel {
        self.aim().0
    }

    fn aim(&self) -> (ServiceLevel, &'static str) {
        match (self.flags.service_level, self.file.service_level) {
            (Some(level), _) => (level, "from --service-level or SERVICE_LEVEL"),
            (None, Some(level)) => (level, "from the file"),
            (None, None) => (ServiceLevel::default(), "by default"),
        }
    }

    /// Returns the character set for the terminal.
    pub fn characters(&self) -> Characters {
        self.alphabet().0
    }

    fn alphabet(&self) -> (Characters, &'static str) {
        match (self.flags.characters, self.file.characters) {
            (Some(characters), _) => (characters, "from --characters"),
            (None, Some(characters)) => (characters, "from the file"),
            (None, None) => (self.locale, "by LC_ALL, LC_CTYPE and LANG"),
        }
    }

    /// Returns the effective settings in the format of the file.
    fn written(&self) -> String {
        let file = match &self.path {
            None => "none: neither XDG_CONFIG_HOME nor HOME is set".to_owned(),
            Some(path) if self.found => path.display().to_string(),
            Some(path) => format!("{} (does not exist)", path.display()),
        };
        let (theme, source) = self.theme();
        let theme = named(&theme);
        let (characters, from) = self.alphabet();
        let colours = match self.colours {
            Colours::Forbidden => "none, because NO_COLOR is set",
            Colours::Deep(Depth::Sixteen) => "16, by COLORTERM and TERM",
            Colours::Deep(Depth::Palette) => "256, by COLORTERM and TERM",
            Colours::Deep(Depth::True) => "24 bit, by COLORTERM and TERM",
        };
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# file: {file}");
        let _ = writeln!(text, "# colours: {colours}");
        let _ = writeln!(text, "theme = \"{theme}\"  # {source}");
        let characters = named(&characters);
        let _ = writeln!(text, "characters = \"{characters}\"  # {from}");
        let (level, source) = self.aim();
        let _ = writeln!(text, "service_level = \"{level}\"  # {source}\n");
        text.push_str(&keymap::listed(&self.keys, &self.file.keys));
        text
    }
}

/// Returns the name of a flag's value.
fn named(value: &impl clap::ValueEnum) -> String {
    let word = value.to_possible_value();
    word.map_or_else(String::new, |word| word.get_name().to_owned())
}

/// Prints the effective settings.
pub fn print(flags: Flags) -> Result<(), Failure> {
    print_out(&Config::read(flags)?.written())
}

/// Returns the path of the file; a relative `XDG_CONFIG_HOME` is ignored.
fn path(config_home: &str, home: &str) -> Option<PathBuf> {
    let config_home = PathBuf::from(config_home);
    let folder = if config_home.is_absolute() {
        config_home
    } else if home.is_empty() {
        return None;
    } else {
        PathBuf::from(home).join(".config")
    };
    Some(folder.join("switchboard").join("config.toml"))
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn colours() -> Colours {
    // https://no-color.org: any value but the empty one.
    if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return Colours::Forbidden;
    }
    Colours::Deep(Depth::of_environment(
        &variable("COLORTERM"),
        &variable("TERM"),
    ))
}

/// Parses the text of a file. Errors name the line.
fn parse(text: &str) -> Result<(File, KeyTable), String> {
    let in_line = |at: usize, why: &str| {
        let before = text.get(..at).unwrap_or_default();
        format!("line {}: {why}", before.matches('\n').count() + 1)
    };
    let file: File = toml::from_str(text).map_err(|error| {
        let why: Vec<&str> = error.message().lines().collect();
        in_line(error.span().map_or(0, |span| span.start), &why.join(", "))
    })?;
    let keys = keymap::with_settings(&file.keys).map_err(|no| in_line(no.at, &no.why))?;
    Ok((file, keys))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str, flags: Flags) -> Config {
        let (file, keys) = parse(text).unwrap();
        Config {
            file,
            keys,
            path: Some("/c/config.toml".into()),
            found: true,
            flags,
            colours: Colours::Deep(Depth::Palette),
            locale: Characters::Unicode,
        }
    }

    #[test]
    fn the_characters_go_the_same_way() {
        let file = "characters = \"ascii\"";
        for (text, flag, characters, source) in [
            (
                "",
                None,
                Characters::Unicode,
                "by LC_ALL, LC_CTYPE and LANG",
            ),
            (file, None, Characters::Ascii, "from the file"),
            (
                file,
                Some(Characters::Unicode),
                Characters::Unicode,
                "from --characters",
            ),
        ] {
            let flags = Flags {
                characters: flag,
                ..Flags::default()
            };
            assert_eq!(config(text, flags).alphabet(), (characters, source));
        }
    }

    #[test]
    fn a_flag_goes_before_the_file_and_the_file_before_the_default() {
        let light = "theme = \"light\"";
        for (text, flag, theme, source) in [
            ("", None, ThemeName::Dark, "by default"),
            (light, None, ThemeName::Light, "from the file"),
            (
                light,
                Some(ThemeName::ColourBlind),
                ThemeName::ColourBlind,
                "from --theme",
            ),
        ] {
            let flags = Flags {
                theme: flag,
                ..Flags::default()
            };
            assert_eq!(config(text, flags).theme(), (theme, source));
        }
    }

    #[test]
    fn the_service_level_goes_the_same_way() {
        let file = "service_level = \"90/10\"";
        for (text, flag, level, source) in [
            ("", None, "80/20", "by default"),
            (file, None, "90/10", "from the file"),
            (
                file,
                Some("70/60"),
                "70/60",
                "from --service-level or SERVICE_LEVEL",
            ),
        ] {
            let flags = Flags {
                service_level: flag.map(|flag| flag.parse().unwrap()),
                ..Flags::default()
            };
            let config = config(text, flags);
            let line = format!("service_level = \"{level}\"  # {source}\n");
            assert!(config.written().contains(&line), "{}", config.written());
            assert_eq!(config.service_level().to_string(), level);
        }
    }

    #[test]
    fn a_wrong_file_is_refused_with_its_line() {
        for (text, line, words) in [
            ("\n\ntheme = \"mauve\"", 3, "unknown variant `mauve`"),
            ("# fine\nthem = \"dark\"", 2, "unknown field `them`"),
            ("theme = ", 1, "string"),
            ("\n[keys]\ninject = \"q\"", 3, "is already used by quit"),
            ("[keys]\nquit = 7", 2, "did not match"),
            ("theme = 7", 1, "wanted string"),
            ("\nservice_level = \"80/25\"", 2, "120, 180, 300 or 600"),
        ] {
            let why = parse(text).unwrap_err();
            assert!(why.starts_with(&format!("line {line}: ")), "{why}");
            assert!(why.contains(words) && !why.contains('\n'), "{why}");
        }
    }

    #[test]
    fn what_is_printed_is_a_file_that_says_the_same() {
        let config = config(
            "theme = \"color-blind\"\n[keys]\nquit = \"Q\"",
            Flags::default(),
        );
        let text = config.written();
        assert!(text.contains("theme = \"colour-blind\"  # from the file"));
        assert!(text.contains("quit = [\"Q\"]  # from the file"));
        let (file, keys) = parse(&text).unwrap();
        assert_eq!(file.theme, config.file.theme);
        let none = KeySettings::new();
        let listed = |keys: &KeyTable| keymap::listed(keys, &none);
        assert_eq!(listed(&keys), listed(&config.keys));
    }

    #[test]
    fn the_file_is_where_the_desktop_says() {
        let file = |folder: &str| Some(PathBuf::from(folder).join("switchboard/config.toml"));
        assert_eq!(path("/x", "/home/ana"), file("/x"));
        assert_eq!(path("", "/home/ana"), file("/home/ana/.config"));
        assert_eq!(path("x", "/home/ana"), file("/home/ana/.config"));
        assert_eq!(path("", ""), None);
    }
}
