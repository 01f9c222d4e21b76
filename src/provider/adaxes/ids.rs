//! What identifies an object: a DN, a GUID or a SID, checked here before anything is sent. User names and
//! addresses are not accepted by the service; they are searched for first.

use crate::provider::ids::{dn_parts, guid};

/// True for `S-1-…` with 2 to 16 numbers after the revision.
pub fn is_sid(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("S-1-") else { return false };
    let parts: Vec<&str> = rest.split('-').collect();
    (2..=16).contains(&parts.len())
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// True for a distinguished name (RFC 4514) that ends below a domain: `\,` inside a value is no separator.
pub fn is_dn(text: &str) -> bool {
    let parts = dn_parts(text);
    let ends_escaped = text.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1;
    let is_part = |part: &&str| {
        part.split_once('=').is_some_and(|(name, value)| {
            let name = name.trim();
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
                && !value.is_empty()
        })
    };
    !ends_escaped && parts.iter().all(is_part) && parts.iter().any(|part| part.trim().to_uppercase().starts_with("DC="))
}

/// True for any of the three.
pub fn is_id(text: &str) -> bool {
    guid(text).is_some() || is_sid(text) || is_dn(text)
}

#[cfg(test)]
mod tests;
