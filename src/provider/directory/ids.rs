//! The ids of entries: as bytes on the wire, as text for people, and as bytes of a filter.

use std::fmt::Write as _;

use uuid::Uuid;

use crate::provider::ids::dn_parts;

/// A GUID of Active Directory as text: its first three parts are little-endian on the wire.
pub fn guid_text(bytes: &[u8]) -> Option<String> {
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    Some(Uuid::from_bytes_le(bytes).as_hyphenated().to_string())
}

/// The value of a filter that compares those bytes (RFC 4515 §3).
pub fn filter_bytes(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "\\{byte:02x}");
        text
    })
}

/// A security identifier as text (MS-DTYP 2.4.2.2): revision, authority of six bytes, little-endian numbers.
pub fn sid_text(bytes: &[u8]) -> Option<String> {
    let [revision, count, rest @ ..] = bytes else { return None };
    let (authority, numbers) = rest.split_at_checked(6)?;
    if numbers.len() != usize::from(*count) * 4 || *count > 15 {
        return None;
    }
    let authority = authority.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut text = format!("S-{revision}-{authority}");
    for number in numbers.chunks_exact(4) {
        let number = number.iter().rev().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        let _ = write!(text, "-{number}");
    }
    Some(text)
}

/// The bytes of a security identifier that was written as text.
pub fn sid_bytes(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.trim().strip_prefix("S-")?.split('-');
    let revision: u8 = parts.next()?.parse().ok()?;
    let authority: u64 = parts.next()?.parse().ok()?;
    let numbers = parts.map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<_>>>()?;
    let count = u8::try_from(numbers.len()).ok().filter(|count| (1..=15).contains(count))?;
    let mut bytes = vec![revision, count];
    bytes.extend(authority.to_be_bytes().get(2..)?);
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    Some(bytes)
}

/// True for the unique id of an entry of 389 Directory Server: four groups of eight hexadecimal digits.
pub fn is_unique_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 4 && parts.iter().all(|part| part.len() == 8 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The value of a name's first part: `DC1` of `CN=NTDS Settings,…` at `up` 1. An escaped separator divides nothing.
pub fn rdn_value(dn: &str, up: usize) -> Option<String> {
    let (_, value) = dn_parts(dn).get(up)?.split_once('=')?;
    Some(value.trim().replace('\\', ""))
}

/// True for a text that could be a distinguished name (RFC 4514): parts with a type and a value.
pub fn is_dn(text: &str) -> bool {
    let typed = |at: usize| {
        let mut parts = text.split(',').skip(at);
        parts.next().and_then(|part| part.split_once('=')).is_some_and(|(name, value)| {
            let name = name.trim();
            !name.is_empty()
                && !value.trim().is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        })
    };
    text.contains(',') && typed(0) && typed(text.split(',').count() - 1) && !text.ends_with('\\')
}

#[cfg(test)]
mod tests;
