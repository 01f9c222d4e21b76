//! The chain of lines. The hash covers the exact bytes of the line before its own member, so that
//! nothing has to be put into a canonical form to verify it.

use crate::domain::digest::sha256_hex;

/// The `prev` of a file's first line.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// What stands between the hashed bytes and the hash.
const SEAM: &str = ",\"hash\":\"";
/// What closes a line.
const CLOSE: &str = "\"}";

/// Closes a line: `members` is the inside of a JSON object, without braces.
pub fn close(prev: &str, seq: u64, members: &str) -> (String, String) {
    let body = format!("{{\"prev\":\"{prev}\",\"seq\":{seq},{members}");
    let hash = sha256_hex(&body);
    (format!("{body}{SEAM}{hash}{CLOSE}\n"), hash)
}

/// Opens a line (without its line end): the bytes that are hashed and the hash that is claimed.
pub fn open(line: &str) -> Option<(&str, &str)> {
    let (body, rest) = line.rsplit_once(SEAM)?;
    let hash = rest.strip_suffix(CLOSE)?;
    (hash.len() == START.len() && hash.bytes().all(|b| b.is_ascii_hexdigit())).then_some((body, hash))
}
