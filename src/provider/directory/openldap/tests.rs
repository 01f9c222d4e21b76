use std::time::Duration;

use crate::provider::directory::times::LockDuration;

use super::*;

#[test]
fn a_lock_runs_out_is_for_good_or_is_until_unlocked() {
    let now: Timestamp = "2026-11-21T23:38:14Z".parse().unwrap();
    let state = |values: &[(&str, &str)], policy: Option<LockPolicy>| {
        let values: Vec<(&str, &[u8])> = values.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        lock(&LdapEntry::of("uid=a,dc=x", &values), policy.as_ref(), now)
    };
    let lasts = |seconds| {
        let duration = Some(LockDuration::Lasts(Duration::from_secs(seconds)));
        Some(LockPolicy { duration, window: Some(Duration::from_secs(300)), limit: Some(3) })
    };
    let locked = (LOCKED_TIME, "20261121232814Z");
    assert!(state(&[locked], lasts(1_800)).lock.is_locked());
    assert_eq!(state(&[locked], lasts(60)).lock, Lock::Open);
    assert!(state(&[locked], None).lock.is_locked());
    assert_eq!(state(&[(LOCKED_TIME, FOR_GOOD)], lasts(60)).lock.cause(), Some(Cause::Admin));
    assert_eq!(state(&[], lasts(60)).lock, Lock::Open);
    let failures = [("pwdFailureTime", "20261121232814.682380Z"), ("pwdFailureTime", "20261121233744.1Z")];
    assert_eq!(state(&failures, lasts(60)).count, Some(1));
    assert_eq!(state(&failures, None).count, Some(2));
    let seen = state(&[locked], lasts(1_800));
    assert_eq!(
        (SPEC.opens)(Some(&seen)),
        vec![Mod::Delete(LOCKED_TIME.to_owned(), HashSet::from(["20261121232814Z".to_owned()]))]
    );
}
