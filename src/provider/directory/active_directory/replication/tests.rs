use super::*;

#[test]
fn times_are_read_in_either_unit_and_no_bytes_break_it() {
    let mut vector = vec![2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0];
    for time in [13_439_778_672i64, 134_397_786_720_000_000, 116_444_736_000_000_000] {
        vector.extend([7; 16]);
        vector.extend([0; 8]);
        vector.extend(time.to_le_bytes());
    }
    let at: Timestamp = "2026-11-21T23:51:12Z".parse().unwrap();
    let told: Vec<Timestamp> = heard(&vector).into_iter().map(|(_, at)| at).collect();
    // The third was never told.
    assert_eq!(told, [at, at]);
    for end in 0..vector.len() {
        let _ = heard(&vector[..end]);
    }
}

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
