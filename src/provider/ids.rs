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

/// A part of a distinguished name without its escapes: a sign behind a backslash, or a byte by two hexadecimal digits.
pub fn unescaped(part: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), part.as_bytes().iter());
    while let Some(byte) = rest.next() {
        // A plus in front of a digit would be read as a sign of the number.
        let digits = |pair: &&[u8]| pair.iter().all(u8::is_ascii_hexdigit);
        let hex = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        match rest.as_slice().get(..2).filter(digits).and_then(hex).filter(|_| *byte == b'\\') {
            Some(escaped) => {
                bytes.push(escaped);
                rest.nth(1);
            }
            None if *byte == b'\\' => bytes.extend(rest.next()),
            None => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
