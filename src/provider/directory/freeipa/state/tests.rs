use serde_json::json;

use super::*;

#[test]
fn a_lock_goes_by_the_servers_own_clock_and_by_the_last_unlock() {
    let of = |limit: u32, seconds: u32| {
        super::policy(&json!({"krbpwdmaxfailure": [limit.to_string()], "krbpwdlockoutduration": [seconds.to_string()]}))
    };
    let policy = of(3, 600);
    let status = |count: &str, now: &str| {
        json!({"server": "ipa1.example.test", "krbloginfailedcount": [count], "now": now,
            "krblastfailedauth": [{"__datetime__": "20261121230000Z"}]})
    };
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let told = |entry: &Value, unlocked, policy| row(entry, policy, unlocked, Timestamp::UNIX_EPOCH);
    let locked = |entry: &Value, unlocked, policy| told(entry, unlocked, policy).1.is_some_and(|lock| lock.is_locked());
    let now = "2026-11-21T23:05:00Z";
    assert!(locked(&status("3", now), None, policy));
    assert!(!locked(&status("2", now), None, policy));
    assert!(!locked(&status("3", "2026-11-21T23:10:00Z"), None, policy));
    assert!(locked(&status("3", "2026-11-21T23:10:00Z"), None, of(3, 0)));
    assert!(!locked(&status("3", now), at("2026-11-21T23:00:00Z"), policy));
    assert!(locked(&status("3", now), at("2026-11-21T22:59:59Z"), policy));
    assert!(!locked(&status("3", now), None, of(0, 0)));
    assert!(matches!(told(&status("3", now), None, None).1, Some(Lock::Unknown { .. })));
    let (dead, lock) = told(&json!({"server": "ipa2.example.test failed: Cannot connect"}), None, policy);
    assert_eq!((lock, dead.count), (None, None));
}
