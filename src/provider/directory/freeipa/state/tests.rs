use serde_json::json;

use super::*;

#[test]
fn a_lock_goes_by_the_servers_own_clock_and_by_the_last_unlock() {
    let policy = Some(IpaPolicy { limit: 3, seconds: 600 });
    let status = |count: &str, now: &str| {
        json!({"server": "ipa1.example.test", "krbloginfailedcount": [count], "now": now,
            "krblastfailedauth": [{"__datetime__": "20261121230000Z"}]})
    };
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let locked =
        |entry: &Value, unlocked, policy| row(entry, policy, unlocked).lock.is_some_and(|lock| lock.is_locked());
    let now = "2026-11-21T23:05:00Z";
    assert!(locked(&status("3", now), None, policy));
    assert!(!locked(&status("2", now), None, policy));
    assert!(!locked(&status("3", "2026-11-21T23:10:00Z"), None, policy));
    assert!(locked(&status("3", "2026-11-21T23:10:00Z"), None, Some(IpaPolicy { limit: 3, seconds: 0 })));
    assert!(!locked(&status("3", now), at("2026-11-21T23:00:00Z"), policy));
    assert!(locked(&status("3", now), at("2026-11-21T22:59:59Z"), policy));
    assert!(!locked(&status("3", now), None, Some(IpaPolicy { limit: 0, seconds: 0 })));
    assert!(matches!(row(&status("3", now), None, None).lock, Some(Lock::Unknown { .. })));
    let dead = row(&json!({"server": "ipa2.example.test failed: Cannot connect"}), policy, None);
    assert_eq!((dead.lock, dead.count), (None, None));
}
