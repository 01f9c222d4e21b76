//! Names as they are compared: without regard to case, and to whether an umlaut is one sign or two.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// The text with each letter and its marks as one sign, as far as there is one (Unicode's form NFC).
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { ComposingNormalizerBorrowed::new_nfc().normalize(text) }
}

/// The text as names are compared.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // A capital may have a small form of two signs, so that it is composed again.
    composed(&composed(text).to_lowercase()).into_owned()
}

/// True when two texts are the same name.
///
/// ```
/// use unbolt::domain::case_folding::is_same_name;
///
/// assert!(is_same_name("M\u{fc}ller", "MU\u{308}LLER"));
/// assert!(!is_same_name("M\u{fc}ller", "Muller"));
/// ```
pub fn is_same_name(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() { one.eq_ignore_ascii_case(other) } else { fold(one) == fold(other) }
}

#[cfg(test)]
mod tests;
