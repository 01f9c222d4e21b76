//! `replPropertyMetaData`: which controller wrote an attribute last (MS-DRSR 4.1.10.5.x; the layout as measured).

/// The id of `lockoutTime` in it.
pub const LOCKOUT_TIME: u32 = 0x0009_0296;

/// Bytes before the first record: u32 version, u32 unused, u32 number of records, u32 unused.
const HEAD: usize = 16;
/// Bytes of a record: u32 attribute, u32 version, i64 seconds since 1601, 16 bytes invocation, u64 two sequence numbers.
const RECORD: usize = 48;

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// The records of a table as controllers keep them, each of that many bytes; none where it has another version.
pub fn records(table: &[u8], version: u32, length: usize) -> impl Iterator<Item = &[u8]> {
    let count = table.get(8..).and_then(number).filter(|_| number(table) == Some(version)).unwrap_or(0);
    table.get(HEAD..).unwrap_or_default().chunks_exact(length).take(count as usize)
}

/// The invocation id (as text) of the controller that wrote that attribute last; none where nobody did.
pub fn originator(metadata: &[u8], attribute: u32) -> Option<String> {
    let record = records(metadata, 1, RECORD).find(|record| number(record) == Some(attribute))?;
    super::ids::guid_text(record.get(16..32)?)
}

#[cfg(test)]
mod tests;
