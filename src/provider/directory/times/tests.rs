use proptest::prelude::*;

use super::*;

/// The same moment as 100 ns since 1601.
fn to_filetime(at: Timestamp) -> Option<i64> {
    at.as_second().checked_add(SINCE_1601)?.checked_mul(TICKS)?.checked_add(i64::from(at.subsec_nanosecond()) / 100)
}

#[test]
fn moments_are_read_as_they_are_kept() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(from_filetime(134_397_786_722_427_660), Some(at("2026-11-21T23:51:12.242766Z")));
    for never in [0, -1, i64::MAX, i64::MIN] {
        assert_eq!(from_filetime(never), None);
    }
    let cases = [
        ("20261121232814Z", Some("2026-11-21T23:28:14Z")),
        ("20261121232814.682380Z", Some("2026-11-21T23:28:14.68238Z")),
        ("20261121232814.0Z", Some("2026-11-21T23:28:14Z")),
        ("202611212328Z", Some("2026-11-21T23:28:00Z")),
        ("202611212328.5Z", Some("2026-11-21T23:28:30Z")),
        ("2026112123Z", Some("2026-11-21T23:00:00Z")),
        ("2026112123,25Z", Some("2026-11-21T23:15:00Z")),
        ("20261121232Z", None),
        ("20261122002814+0100", Some("2026-11-21T23:28:14Z")),
        ("19700101000000Z", Some("1970-01-01T00:00:00Z")),
        ("000001010000Z", Some("0000-01-01T00:00:00Z")),
        ("20261121232814", None),
        ("20261341232814Z", None),
        ("", None),
        ("Zürich", None),
    ];
    for (text, expected) in cases {
        assert_eq!(from_generalized(text), expected.map(at), "{text}");
    }
}

#[test]
fn never_has_no_opposite() {
    for never in [0, i64::MIN, 5] {
        assert_eq!(lock_duration(never), LockDuration::Forever);
    }
    assert_eq!(lock_duration(-18_000_000_000), LockDuration::Lasts(Duration::from_secs(1_800)));
}

proptest! {
    #[test]
    fn no_number_and_no_text_breaks_it(ticks: i64, text in "\\PC{0,24}", digits in "[0-9]{8,20}[.,Z+-]{0,3}[0-9]{0,5}Z?") {
        let _ = from_filetime(ticks).map(to_filetime);
        let lasts = lock_duration(ticks);
        prop_assert_eq!(lasts == LockDuration::Forever, ticks >= 0 || ticks == i64::MIN);
        let _ = (from_generalized(&text), from_generalized(&digits));
    }

    #[test]
    fn a_moment_is_the_same_there_and_back(ticks in 1i64..=2_650_467_743_999_999_999) {
        let at = from_filetime(ticks);
        prop_assert_eq!(at.and_then(to_filetime), Some(ticks));
    }
}
