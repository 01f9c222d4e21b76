use std::time::Duration;

use crate::provider::directory::times::LockDuration;

use super::*;

fn entry(attributes: &[(&str, &str)]) -> LdapEntry {
    let attributes: Vec<(&str, &[u8])> = attributes.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    LdapEntry::of("CN=bob,DC=x", &attributes)
}

#[test]
fn the_computed_flag_decides_and_a_missing_count_is_no_zero() {
    let now: Timestamp = "2026-11-21T23:52:12Z".parse().unwrap();
    let since = "134397786722427660";
    let policy =
        LockPolicy { duration: Some(LockDuration::Lasts(Duration::from_secs(1_800))), ..LockPolicy::default() };
    let locked = lock(&entry(&[(COMPUTED, "16"), (LOCKOUT_TIME, since), ("badPwdCount", "3")]), Some(&policy), now);
    let Lock::Locked { since: Some(_), until: Some(until), .. } = locked.lock else { panic!("{locked:?}") };
    assert_eq!((until.as_second() - now.as_second(), locked.count, locked.holds), (1_740, Some(3), true));
    // It has run out, and the value is still there.
    let open = lock(&entry(&[(COMPUTED, "0"), (LOCKOUT_TIME, since), ("badPwdCount", "3")]), Some(&policy), now);
    assert_eq!((open.lock, open.holds), (Lock::Open, true));
    let untold = lock(&entry(&[(COMPUTED, "16")]), Some(&policy), now);
    assert_eq!(untold.lock, Lock::Locked { since: None, until: None, cause: Cause::BadPasswords });
    // Never used on this controller.
    let unused = lock(&entry(&[(COMPUTED, "0")]), None, now);
    assert_eq!((unused.count, unused.last, unused.holds), (None, None, false));
    assert!(matches!(lock(&entry(&[]), None, now).lock, Lock::Unknown { .. }));
    // What the controller calls locked is locked, whatever our clock says.
    let later: Timestamp = "2027-11-21T23:52:12Z".parse().unwrap();
    assert!(lock(&entry(&[(COMPUTED, "16"), (LOCKOUT_TIME, since)]), Some(&policy), later).lock.is_locked());
}

#[test]
fn the_right_is_what_the_controller_says() {
    assert_eq!(may_unlock(&entry(&[(MAY_WRITE, "lockouttime")]), false), MayUnlock::Yes);
    let MayUnlock::No(why) = may_unlock(&entry(&[("adminCount", "1")]), false) else { panic!() };
    assert!(why.line().contains("adminCount"));
    let MayUnlock::No(why) = may_unlock(&entry(&[(MAY_WRITE, "description")]), true) else { panic!() };
    assert!(why.line().contains("may not write lockoutTime here") && why.line().contains("privileged"));
}
