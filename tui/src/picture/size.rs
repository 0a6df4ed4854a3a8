//! The size of a picture.

use std::str::FromStr;

/// A terminal's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text
            .split_once('x')
            .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
        match sides {
            Some((width, height)) if (1..=500).contains(&width) && (1..=500).contains(&height) => {
                Ok(Self { width, height })
            }
            _ => Err("use COLUMNSxROWS, each 1 to 500, for example 120x36".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_two_sides() {
        assert_eq!(
            "120x36".parse(),
            Ok(Size {
                width: 120,
                height: 36
            })
        );
        for bad in ["", "120", "0x3", "axb", "120x36x2", "999x9"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }
}
