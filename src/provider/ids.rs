//! Ids as text: a GUID with or without braces, a distinguished name in its parts.

use uuid::Uuid;

/// The text without the braces that some tools write around a GUID.
pub fn without_braces(text: &str) -> &str {
    text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(text)
}

/// A GUID that is written with hyphens, with or without braces.
pub fn guid(text: &str) -> Option<Uuid> {
    let bare = without_braces(text);
    (bare.len() == 36).then(|| Uuid::try_parse(bare).ok()).flatten()
}

/// The parts of a distinguished name, each as it is written: an escaped comma belongs to a value (RFC 4514 §2.4).
pub fn dn_parts(dn: &str) -> Vec<&str> {
    let mut escaped = false;
    let separates = |c| {
        let separates = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        separates
    };
    dn.split(separates).collect()
}
