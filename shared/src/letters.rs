//! Which characters a name may have, and the one form in which it is kept: a name has the same
//! bytes however it was typed.
//!
//! A name appears in keys, paths, logs and the cells of a terminal. So control characters,
//! invisible characters and characters without a width of their own are refused. `docs/names.md`
//! says what is allowed and why.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizer;
use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, GeneralCategory, JoiningType,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The most marks in a row: Burmese and pointed Hebrew need five.
const MOST_MARKS: usize = 6;
/// The most characters in one grapheme, as in a Devanagari conjunct.
const MOST_AS_ONE: usize = 12;

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Normalizes a name: trims it, replaces each run of white space (but not a line break) with one
/// space, and composes it (NFC).
pub(crate) fn tidy(text: &str) -> Cow<'_, str> {
    let composed = composed(text);
    let blank = |c: char| is_space(c) || matches!(c, '\r' | '\n');
    let trimmed = composed.trim_matches(blank);
    let mut before = 'x';
    let tidy = trimmed.chars().all(|c| {
        let spaced = is_space(c) && (c != ' ' || before == ' ');
        before = c;
        !spaced
    });
    match composed {
        Cow::Borrowed(text) if tidy => Cow::Borrowed(text.trim_matches(blank)),
        _ => Cow::Owned(collapsed(trimmed)),
    }
}

/// Composes a text (NFC).
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    ComposingNormalizer::new_nfc().normalize(text)
}

fn collapsed(text: &str) -> String {
    let words = text.split(is_space).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Returns whether a character is white space within a line.
fn is_space(c: char) -> bool {
    c == ' ' || c == '\t' || !c.is_ascii() && category(c) == GeneralCategory::SpaceSeparator
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// Finds the first fault of a normalized text, in which these characters are forbidden too. The
/// result says what is wrong and follows the text in a sentence.
pub(crate) fn fault(text: &str, forbidden: &str) -> Option<String> {
    if let Some(c) = text
        .chars()
        .find(|c| forbidden.contains(*c) || !is_taken(*c))
    {
        return Some(format!("has the character {}", shown(c)));
    }
    if text.is_ascii() {
        return None;
    }
    misplaced(text).or_else(|| text.graphemes(true).find_map(undrawable))
}

/// Writes a character visibly: quoted if it is ASCII, else as `U+....`.
fn shown(c: char) -> String {
    if c.is_ascii() {
        format!("{c:?}")
    } else {
        format!("U+{:04X}", u32::from(c))
    }
}

/// Returns whether a character is allowed at all, wherever it stands.
fn is_taken(c: char) -> bool {
    use GeneralCategory as Is;
    if c.is_ascii() {
        return c == ' ' || c.is_ascii_graphic();
    }
    if matches!(c, ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER) {
        return true;
    }
    // Refused: Braille without dots and a note without a head show nothing; the next two are
    // placeholders for lost characters; terminals that do not know skin tone modifiers draw them
    // separately.
    if matches!(
        c,
        '\u{2800}' | '\u{1d159}' | '\u{fffc}' | '\u{fffd}' | '\u{1f3fb}'..='\u{1f3ff}'
    ) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
    {
        return false;
    }
    matches!(
        category(c),
        Is::UppercaseLetter
            | Is::LowercaseLetter
            | Is::TitlecaseLetter
            | Is::ModifierLetter
            | Is::OtherLetter
            | Is::NonspacingMark
            | Is::SpacingMark
            | Is::DecimalNumber
            | Is::LetterNumber
            | Is::OtherNumber
            | Is::ConnectorPunctuation
            | Is::DashPunctuation
            | Is::OpenPunctuation
            | Is::ClosePunctuation
            | Is::InitialPunctuation
            | Is::FinalPunctuation
            | Is::OtherPunctuation
            | Is::MathSymbol
            | Is::CurrencySymbol
            | Is::ModifierSymbol
            | Is::OtherSymbol
    )
}

fn is_mark(c: char) -> bool {
    matches!(
        category(c),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark
    )
}

/// Finds a combining mark or a joiner without the neighbours that it needs.
fn misplaced(text: &str) -> Option<String> {
    let mut marks = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if matches!(c, ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER) {
            if !joins(c, &text[..at], &text[at + c.len_utf8()..]) {
                return Some(format!("has the invisible character {}", shown(c)));
            }
            continue;
        }
        let mark = is_mark(c);
        if mark && !before.is_some_and(|c| is_mark(c) || c.is_alphanumeric()) {
            return Some(format!(
                "has the mark {} without a letter before it",
                shown(c)
            ));
        }
        marks = if mark { marks + 1 } else { 0 };
        if marks > MOST_MARKS {
            return Some(format!("has more than {MOST_MARKS} marks in a row"));
        }
        before = Some(c);
    }
    None
}

/// Returns whether a joiner between these texts changes how they are written, as in Sinhala,
/// Bengali and Persian (RFC 5892, and before the virama of Bengali). Elsewhere it would only make a
/// different name that looks the same.
fn joins(joiner: char, left: &str, right: &str) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new();
    let virama = |c: char| class.get(c) == CanonicalCombiningClass::Virama;
    let (before, after) = (left.chars().next_back(), right.chars().next());
    if before.is_some_and(virama) {
        return true;
    }
    match joiner {
        ZERO_WIDTH_JOINER => before.is_some_and(char::is_alphabetic) && after.is_some_and(virama),
        _ => would_join(left, right),
    }
}

/// Returns whether letters on both sides would be joined in writing, as Arabic ones are.
fn would_join(left: &str, right: &str) -> bool {
    let joining = |c: char| CodePointMapData::<JoiningType>::new().get(c);
    let letter = |kind: &JoiningType| *kind != JoiningType::Transparent;
    let before = left.chars().rev().map(joining).find(letter);
    let after = right.chars().map(joining).find(letter);
    matches!(
        before,
        Some(JoiningType::LeftJoining | JoiningType::DualJoining)
    ) && matches!(
        after,
        Some(JoiningType::RightJoining | JoiningType::DualJoining)
    )
}

/// Returns why a grapheme cannot be drawn in the cells of a terminal.
fn undrawable(one: &str) -> Option<String> {
    if one.chars().count() > MOST_AS_ONE {
        return Some(format!(
            "has more than {MOST_AS_ONE} characters written as one"
        ));
    }
    // The only such character is one of Khmer, which terminals draw in two cells.
    if let Some(c) = one.chars().find(|c| c.width() > Some(2)) {
        return Some(format!("has the character {}", shown(c)));
    }
    let first = one.chars().next().map(shown).unwrap_or_default();
    (one.width() == 0).then(|| format!("has the invisible character {first}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(text: &str) -> Option<String> {
        fault(&tidy(text), ",|{}*\"")
    }

    #[test]
    fn letters_of_all_scripts_are_accepted_with_their_marks() {
        for name in [
            "हिन्दी",
            "र्त्स्न्यैं",
            "ภาษาไทย น้ำ",
            "தமிழ் ஸ்ரீ",
            "မြန်မာဘာသာ မြွှေး",
            "Tie\u{302}\u{301}ng Vie\u{323}\u{302}t",
            "עִבְרִית שָׁ֣",
            "العربيّة سلام لله",
            "فارسی می\u{200c}خواهم",
            "ශ්\u{200d}රී ලංකා",
            "র\u{200d}্যাব",
            "മലയാളത്തിന്\u{200d}",
            "ខ្មែរ",
            "བོད་ཡིག རྒྱུ",
            "日本語（敬語）・か\u{3099}",
            "\u{1112}\u{1161}\u{11ab}국어",
            "ქართული",
            "Sales & Service; Tier-2 (VIP) — «L’Oréal» §5 50% €/£ ½ ™ °C",
            "C++ C# .NET R&D 24/7 Q&A <x> $y ~z `w` ^v =u !t ?s [r] \\q 'p' @o",
            "★ ☎ 🔥 🇩🇪",
        ] {
            assert_eq!(fault_of(name), None, "{name}");
        }
    }

    #[test]
    fn control_invisible_and_zero_width_characters_are_refused_by_code_point() {
        for (name, said) in [
            ("a\u{2028}b", "U+2028"),
            ("a\u{2029}", "U+2029"),
            ("a\u{e0041}", "U+E0041"),
            ("\u{3164}", "U+3164"),
            ("\u{115f}\u{1160}", "U+115F"),
            ("\u{ffa0}", "U+FFA0"),
            ("a\u{202e}b", "U+202E"),
            ("a\u{2066}b", "U+2066"),
            ("a\u{ad}b", "U+00AD"),
            ("a\u{200b}b", "U+200B"),
            ("a\u{feff}b", "U+FEFF"),
            ("a\u{fe0f}b", "U+FE0F"),
            ("a\u{34f}b", "U+034F"),
            ("a\u{85}b", "U+0085"),
            ("\u{e000}", "U+E000"),
            ("\u{378}", "U+0378"),
            ("\u{2800}", "U+2800"),
            ("\u{fffd}", "U+FFFD"),
            ("a\u{20dd}", "U+20DD"),
            ("\u{1161}", "invisible character U+1161"),
            ("a\u{200d}b", "invisible character U+200D"),
            ("a\u{200c}b", "invisible character U+200C"),
            ("क्\u{200d}\u{200d}ष", "invisible character U+200D"),
            ("\u{301}a", "U+0301 without a letter"),
            ("a \u{301}", "U+0301 without a letter"),
            ("(\u{301}", "U+0301 without a letter"),
            (
                "x\u{302}\u{302}\u{302}\u{302}\u{302}\u{302}\u{302}",
                "more than 6 marks",
            ),
            (&"क्".repeat(14), "characters written as one"),
            (&"\u{1112}".repeat(20), "characters written as one"),
            ("\u{17d8}", "U+17D8"),
            ("👍🏽", "U+1F3FD"),
        ] {
            let fault = fault_of(name).unwrap_or_default();
            assert!(fault.contains(said), "{name:?}: {fault}");
        }
    }

    #[test]
    fn white_space_is_one_space_or_none() {
        for (typed, kept) in [
            ("", ""),
            (" \t\r\n\u{3000}", ""),
            ("English", "English"),
            (" English\r\n", "English"),
            ("Tier  2", "Tier 2"),
            ("Tier\u{a0}\t2", "Tier 2"),
            ("日本\u{3000}語", "日本 語"),
            ("a\nb", "a\nb"),
            ("e\u{301}\u{2003}x", "é x"),
        ] {
            assert_eq!(tidy(typed), kept, "{typed:?}");
            assert!(matches!(tidy(kept), Cow::Borrowed(_)), "{kept:?}");
        }
    }
}
