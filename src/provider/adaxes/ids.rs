//! What identifies an object: a DN, a GUID or a SID, checked here before anything is sent. User names and
//! addresses are not accepted by the service; they are searched for first.

/// A GUID without braces, in lower case; none when the text is no GUID.
pub fn guid(text: &str) -> Option<String> {
    let bare = text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(text);
    (bare.len() == 36).then(|| uuid::Uuid::try_parse(bare).ok()).flatten().map(|id| id.as_hyphenated().to_string())
}

/// True for `S-1-…` with 2 to 16 numbers after the revision.
pub fn is_sid(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("S-1-") else { return false };
    let parts: Vec<&str> = rest.split('-').collect();
    (2..=16).contains(&parts.len())
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// True for a distinguished name (RFC 4514) that ends below a domain: `\,` inside a value is no separator.
pub fn is_dn(text: &str) -> bool {
    let mut escaped = false;
    let separates = |c| {
        let separates = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        separates
    };
    let parts: Vec<&str> = text.split(separates).collect();
    let is_part = |part: &&str| {
        part.split_once('=').is_some_and(|(name, value)| {
            let name = name.trim();
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
                && !value.is_empty()
        })
    };
    !escaped && parts.iter().all(is_part) && parts.iter().any(|part| part.trim().to_uppercase().starts_with("DC="))
}

/// True for any of the three.
pub fn is_id(text: &str) -> bool {
    guid(text).is_some() || is_sid(text) || is_dn(text)
}

#[cfg(test)]
mod tests;
