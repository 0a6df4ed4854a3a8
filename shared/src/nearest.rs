//! Suggests the name that was probably meant when an unknown one is given.

/// Longer names get no suggestion.
const LONGEST: usize = 64;

/// Returns the known name most like this one, ignoring case. At most a third of its letters may be
/// wrong, missing or swapped; `None` if no name is that close.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    let apart = |other: &str| strsim::damerau_levenshtein(&name, &other.to_lowercase());
    known
        .into_iter()
        .map(|other| (apart(other), other))
        .filter(|(apart, _)| *apart <= (length / 3).max(1) && *apart < length)
        .min_by_key(|(apart, _)| *apart)
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_name_is_found() {
        let known = ["skills", "priority", "attributes", "English", "x"];
        for (written, meant) in [
            ("prioritty", Some("priority")),
            ("Priority", Some("priority")),
            ("skill", Some("skills")),
            ("atributes", Some("attributes")),
            ("english", Some("English")),
            ("y", None),
            ("", None),
            ("state", None),
            (&"x".repeat(65), None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
    }
}
