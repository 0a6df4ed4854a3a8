//! The theme: a style for each role, with colours, without, or greyed out when the display is
//! outdated.
//!
//! A role is never shown by colour alone: there is also a word, a glyph or a weight.

use clap::ValueEnum;
use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// The themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeName {
    /// For a dark ground.
    #[default]
    Dark,
    /// For a light ground.
    Light,
    /// For a dark ground and any eyes: blue against orange, never red against green.
    #[serde(alias = "color-blind")]
    #[value(alias = "color-blind")]
    ColourBlind,
}

/// The colour depth of the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// The sixteen colours of the terminal's own settings.
    #[default]
    Sixteen,
    /// The 256 of the xterm palette.
    Palette,
    /// True colour.
    True,
}

impl Depth {
    /// Returns the depth according to the environment: `COLORTERM`, or else `TERM`.
    pub fn of_environment(colorterm: &str, term: &str) -> Self {
        if matches!(colorterm, "truecolor" | "24bit") || term.ends_with("-direct") {
            Self::True
        } else if term.contains("256color") {
            Self::Palette
        } else {
            Self::Sixteen
        }
    }
}

/// The colours of a theme, in the terminal's colour depth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// The theme.
    pub theme: ThemeName,
    /// The colour depth.
    pub depth: Depth,
}

impl Palette {
    /// Returns the colour of a role; none for the terminal's default.
    fn colour(self, role: Role) -> Option<Color> {
        let column = match role {
            Role::Text | Role::Quiet | Role::Title => return None,
            Role::Focus | Role::Key => 0,
            Role::Good => 1,
            Role::Busy => 2,
            Role::Warn => 3,
            Role::Bad => 4,
        };
        Some(match self.depth {
            Depth::Sixteen => self.sixteen()[column],
            Depth::Palette => Color::Indexed(self.indexed()[column]),
            Depth::True => Color::from_u32(self.any()[column]),
        })
    }

    // Focus, good, busy, warn, bad.
    fn sixteen(self) -> [Color; 5] {
        use Color::{Blue, Cyan, Gray, Green, LightYellow, Magenta, Red, White, Yellow};
        match self.theme {
            ThemeName::Dark => [Cyan, Green, Blue, Yellow, Red],
            // Yellow and cyan are unreadable on white.
            ThemeName::Light => [Blue, Green, Blue, Magenta, Red],
            // There is no orange among the sixteen, and magenta looks blue to many people.
            ThemeName::ColourBlind => [White, Cyan, Gray, Yellow, LightYellow],
        }
    }

    fn indexed(self) -> [u8; 5] {
        match self.theme {
            ThemeName::Dark => [116, 114, 111, 222, 204],
            ThemeName::Light => [24, 28, 25, 94, 160],
            ThemeName::ColourBlind => [175, 74, 247, 214, 202],
        }
    }

    fn any(self) -> [u32; 5] {
        match self.theme {
            ThemeName::Dark => [0x7f_d1de, 0x8f_ce7f, 0x82_aaff, 0xf0_c674, 0xff_6f7d],
            ThemeName::Light => [0x00_5f87, 0x1a_7f37, 0x05_50ae, 0x8a_5a00, 0xc0_1c28],
            // From the palette by Okabe and Ito, made for this purpose.
            ThemeName::ColourBlind => [0xcc_79a7, 0x56_b4e9, 0x99_9999, 0xe6_9f00, 0xd5_5e00],
        }
    }
}

/// The role of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Ordinary text.
    Text,
    /// Text that matters less.
    Quiet,
    /// A heading.
    Title,
    /// The frame and heading of the focused pane.
    Focus,
    /// Good or available.
    Good,
    /// At work.
    Busy,
    /// A warning.
    Warn,
    /// Something wrong.
    Bad,
    /// A key.
    Key,
}

/// The styles of the roles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme {
    /// None for no colours.
    palette: Option<Palette>,
    stale: bool,
}

impl Theme {
    /// Returns the theme with or without colours, greyed out if the content is outdated.
    pub(crate) fn new(palette: Option<Palette>, stale: bool) -> Self {
        Self { palette, stale }
    }

    /// Returns the same theme for content that is valid even while the rest is outdated.
    pub(crate) fn fresh(self) -> Self {
        Self {
            stale: false,
            ..self
        }
    }

    /// Returns the style of a role.
    pub(crate) fn style(self, role: Role) -> Style {
        let style = Style::new();
        if self.stale {
            return style.add_modifier(Modifier::DIM);
        }
        let weighted = match role {
            Role::Title | Role::Focus | Role::Warn | Role::Bad | Role::Key => {
                style.add_modifier(Modifier::BOLD)
            }
            Role::Quiet => style.add_modifier(Modifier::DIM),
            Role::Text | Role::Good | Role::Busy => style,
        };
        match self.palette.and_then(|palette| palette.colour(role)) {
            Some(colour) => weighted.fg(colour),
            None => weighted,
        }
    }

    /// Returns the style applied to a selected row: no colour, so it is the same in every theme.
    pub(crate) fn selected(focused: bool) -> Style {
        if focused {
            Style::new().add_modifier(Modifier::REVERSED)
        } else {
            Style::new().add_modifier(Modifier::BOLD)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOURED: [Role; 5] = [Role::Focus, Role::Good, Role::Busy, Role::Warn, Role::Bad];

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        for (colorterm, term, depth) in [
            ("truecolor", "xterm", Depth::True),
            ("24bit", "", Depth::True),
            ("", "xterm-direct", Depth::True),
            ("", "xterm-256color", Depth::Palette),
            ("yes", "tmux-256color", Depth::Palette),
            ("", "linux", Depth::Sixteen),
            ("", "", Depth::Sixteen),
        ] {
            assert_eq!(
                Depth::of_environment(colorterm, term),
                depth,
                "{colorterm} {term}"
            );
        }
    }

    #[test]
    fn without_a_palette_there_is_no_colour() {
        let theme = Theme::new(None, false);
        for role in COLOURED {
            assert_eq!(theme.style(role).fg, None);
        }
    }

    #[test]
    fn good_and_bad_differ_in_every_theme() {
        for theme in [ThemeName::Dark, ThemeName::Light, ThemeName::ColourBlind] {
            for depth in [Depth::Sixteen, Depth::Palette, Depth::True] {
                let palette = Palette { theme, depth };
                let colours = COLOURED.map(|role| palette.colour(role));
                let [_, good, _, warn, bad] = colours;
                assert!(good != warn && good != bad && warn != bad, "{palette:?}");
            }
        }
    }

    #[test]
    fn for_any_eyes_good_is_blue_and_bad_is_orange() {
        let palette = Palette {
            theme: ThemeName::ColourBlind,
            depth: Depth::True,
        };
        let Some(Color::Rgb(red, _, blue)) = palette.colour(Role::Good) else {
            panic!("no colour");
        };
        assert!(blue > red);
        let Some(Color::Rgb(red, green, blue)) = palette.colour(Role::Bad) else {
            panic!("no colour");
        };
        assert!(red > green && green > blue);
    }
}
