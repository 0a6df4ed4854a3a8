//! What somebody may have meant who wrote a name that is not there.

/// The longest name for which another is looked for.
const LONGEST: usize = 64;

/// Gives the name that is most like this one, if one is like it at all: a third of its letters may
/// be wrong, missing or swapped. Capitals do not count.
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
    fn a_name_is_known_by_its_likeness() {
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
