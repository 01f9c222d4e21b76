//! OpenLDAP and 389 Directory Server.

use crate::support::wait_for;

use super::*;

#[test]
fn openldap_each_server_has_its_own_state_and_the_very_lock_that_was_seen_is_deleted() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SLAPD", "");
    // A good password clears what an earlier run of this test counted.
    assert!(desk.binds(0, "alice", USER_PASSWORD));
    desk.wrong(1, "alice", 3);
    desk.wrong(0, "alice", 1);
    let rows = desk.rows("alice");
    assert_eq!(
        (rows[0].1, is_locked(&rows[0]), rows[1].1, is_locked(&rows[1])),
        (Some(1), false, Some(3), true),
        "{rows:?}"
    );
    let (code, result) = desk.unlock(&["alice", "--yes"]);
    assert_eq!((code, result["outcome"].as_str()), (0, Some("unlocked")), "{result}");
    assert_eq!(desk.rows("alice")[1].1, Some(0), "the failures go with the lock");
    desk.wrong(1, "alice", 1);
    assert!(!is_locked(&desk.rows("alice")[1]) && desk.binds(1, "alice", USER_PASSWORD));
    // For good is on purpose: it wants the id.
    desk.lock_for_good(&servers["SLAPD_BASE"], "perma");
    assert_eq!(desk.run(&["unlock", "perma", "--yes"]).code, 5);
    let id = desk.account("perma")["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.unlock(&["perma", "--confirm", &id]).1["outcome"], "unlocked");
    // A short lock runs out, and its stamp stays.
    desk.wrong(0, "erin", 2);
    assert_eq!(desk.account("erin")["lock"]["state"], "locked");
    wait_for("the end of two seconds", || (desk.account("erin")["lock"]["state"] == "open").then_some(()));
}

#[test]
fn openldap_rights_start_tls_and_cut_lists_are_told() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SLAPD", "");
    let starttls = [servers["SLAPD_STARTTLS"].clone()];
    let norights = format!("uid=norights,ou=staff,{}", servers["SLAPD_BASE"]);
    desk.configure("openldap", &norights, "No-Rights-Pw1!", &starttls, "start_tls = true");
    desk.wrong(0, "bob", 3);
    let (code, result) = desk.unlock(&["bob", "--yes"]);
    assert_eq!((code, result["outcome"].as_str()), (5, Some("refused")), "{result}");
    assert!(result.to_string().contains("insufficientAccessRights"), "{result}");
    desk.configure("openldap", &norights, "wrong-password", &starttls, "start_tls = true");
    assert!(desk.run(&["find", "bob"]).err.contains("invalidCredentials"));
}

#[test]
fn ds389_a_lock_on_both_suppliers_is_cleared_on_both() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "DS389", "");
    desk.wrong(0, "alice", 3);
    assert!(is_locked(&desk.rows("alice")[0]) && !is_locked(&desk.rows("alice")[1]), "lock state isn't replicated");
    desk.wrong(1, "alice", 3);
    assert!(desk.rows("alice").iter().all(is_locked));
    let (code, result) = desk.unlock(&["alice", "--yes"]);
    assert_eq!((code, result["outcome"].as_str()), (0, Some("unlocked")), "{result}");
    assert!(desk.rows("alice").iter().all(|row| row.1.unwrap_or(0) == 0 && !is_locked(row)));
    for server in [0, 1] {
        desk.wrong(server, "alice", 1);
        assert!(desk.binds(server, "alice", USER_PASSWORD), "one wrong password locks nobody");
    }
    assert_eq!(desk.account("disabled")["enabled"], false);
    let norights = format!("uid=norights,ou=staff,{}", servers["DS389_BASE"]);
    desk.wrong(0, "bob", 3);
    desk.configure("389-ds", &norights, "No-Rights-Pw1!", &desk.urls, "");
    let (code, result) = desk.unlock(&["bob", "--yes"]);
    assert_eq!((code, result["outcome"].as_str()), (5, Some("refused")), "{result}");
    assert!(result.to_string().contains("Insufficient 'write' privilege"), "{result}");
}
