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
