//! `replPropertyMetaData`: which controller wrote an attribute last (MS-DRSR 4.1.10.5.x; the layout as measured).

/// The id of `lockoutTime` in it.
pub const LOCKOUT_TIME: u32 = 0x0009_0296;

/// Bytes before the first record.
const HEAD: usize = 16;
/// Bytes of a record: u32 attribute, u32 version, i64 seconds since 1601, 16 bytes invocation, u64 two sequence numbers.
const RECORD: usize = 48;

/// The invocation id (as text) of the controller that wrote that attribute last; none where nobody did.
#[must_use]
pub fn originator(metadata: &[u8], attribute: u32) -> Option<String> {
    let number = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?));
    if number(metadata)? != 1 {
        return None;
    }
    let count = number(metadata.get(8..)?)? as usize;
    let mut records = metadata.get(HEAD..)?.chunks_exact(RECORD).take(count);
    let record = records.find(|record| number(record) == Some(attribute))?;
    super::ids::guid_text(record.get(16..32)?)
}

#[cfg(test)]
mod tests;
