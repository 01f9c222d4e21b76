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
