use super::*;

#[test]
fn a_time_to_come_without_a_count_is_no_lock() {
    let now: Timestamp = "2026-11-21T23:40:00Z".parse().unwrap();
    let policy = LockPolicy { limit: Some(3), ..LockPolicy::default() };
    let cases = [
        (Some("20261122000341Z"), "3", true),
        (Some("20261122000341Z"), "0", false),
        (Some("20261121233000Z"), "3", false),
        (Some(FOREVER), "3", true),
        (Some(FOREVER), "0", false),
        (None, "2", false),
    ];
    for (until, count, expected) in cases {
        let mut values: Vec<(&str, &[u8])> = vec![(RETRY_COUNT, count.as_bytes())];
        values.extend(until.map(|until| (UNLOCK_TIME, until.as_bytes())));
        let state = lock(&LdapEntry::of("uid=a,dc=x", &values), Some(&policy), now);
        assert_eq!(state.lock.is_locked(), expected, "{until:?} {count}");
        assert_eq!(state.holds, count != "0", "{until:?} {count}");
    }
}
