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
mod tests {
    use super::*;

    #[test]
    fn the_originator_is_found_and_no_bytes_break_it() {
        let mut metadata = vec![1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        for (attribute, invocation) in [(3u32, 7u8), (LOCKOUT_TIME, 9)] {
            metadata.extend(attribute.to_le_bytes());
            metadata.extend([0; 12]);
            metadata.extend([invocation; 16]);
            metadata.extend([0; 16]);
        }
        assert_eq!(originator(&metadata, LOCKOUT_TIME).as_deref(), Some("09090909-0909-0909-0909-090909090909"));
        assert_eq!(originator(&metadata, 5), None);
        for end in 0..metadata.len() {
            let _ = originator(&metadata[..end], LOCKOUT_TIME);
        }
        assert_eq!(originator(&[2, 0, 0, 0], 3), None);
    }
}
