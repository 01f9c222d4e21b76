use super::*;

#[test]
fn a_cached_date_sets_no_clock_back() {
    let at = |second: i64| Timestamp::from_second(1_000_000 + second).unwrap();
    let mut dates = ServerDates::default();
    assert_eq!(dates.skew(at(10), at(0)), Some(10_000));
    // The same old date again and again, ever older.
    for second in 1..60 {
        assert_eq!(dates.skew(at(-300), at(second)), Some(10_000));
    }
    assert_eq!(dates.skew(at(71), at(60)), Some(11_000));
    // A clock that was really set back goes on from there.
    assert_eq!(dates.skew(at(-100), at(61)), Some(11_000));
    assert_eq!(dates.skew(at(-95), at(66)), Some(-161_000));
    assert_eq!(dates.skew(at(100), at(67)), Some(33_000));
}
