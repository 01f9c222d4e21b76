//! Two Samba domain controllers.

use crate::support::wait_for;

use super::*;

#[test]
fn samba_two_controllers_that_disagree_are_opened_both() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SAMBA", "");
    assert!(desk.binds(0, "alice", USER_PASSWORD) && desk.binds(1, "alice", USER_PASSWORD));
    desk.wrong(0, "alice", 2);
    desk.wrong(1, "alice", 3);
    let rows = desk.rows("alice");
    assert_eq!((rows[0].0.as_str(), rows[0].1), ("DC1", Some(2)), "{rows:?}");
    assert_eq!((rows[1].0.as_str(), rows[1].1, is_locked(&rows[1])), ("DC2", Some(3), true), "{rows:?}");
    // Replication brings the lock to DC1, where it began on neither clock but DC2's.
    wait_for("the lock on DC1", || is_locked(&desk.rows("alice")[0]).then_some(()));
    let account = desk.account("alice");
    for row in account["bad_logins"]["replicas"].as_array().unwrap() {
        assert_eq!((row["origin"].as_str(), row["site"].as_str()), (Some("DC2"), Some("Berlin")), "{account}");
    }
    assert_eq!((account["bad_logins"]["limit"].as_u64(), account["may_unlock"].as_str()), (Some(3), Some("yes")));
    let (code, result) = desk.unlock(&["alice", "--yes"]);
    assert_eq!((code, result["outcome"].as_str()), (0, Some("unlocked")), "{result}");
    assert!(desk.rows("alice").iter().all(|row| row.1 == Some(0) && !is_locked(row)), "{:?}", desk.rows("alice"));
    // One wrong password on each controller doesn't lock any more, and the user comes in.
    for server in [0, 1] {
        desk.wrong(server, "alice", 1);
    }
    assert!(desk.rows("alice").iter().all(|row| row.1 == Some(1) && !is_locked(row)), "{:?}", desk.rows("alice"));
    assert!(desk.binds(0, "alice", USER_PASSWORD) && desk.binds(1, "alice", USER_PASSWORD));
}

#[test]
fn samba_without_the_right_there_is_evidence_before_and_a_refusal_after() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SAMBA", "");
    for (who, evidence) in [("boss", "group"), ("outsider", "may not write lockoutTime here")] {
        desk.wrong(0, who, 3);
        let account = desk.account(who);
        let why = account["may_unlock_reason"].as_str().unwrap();
        assert!(account["may_unlock"] == "no" && why.contains(evidence), "{who}: {why}");
        let (code, result) = desk.unlock(&[who, "--confirm", account["id"].as_str().unwrap()]);
        assert_eq!((code, result["outcome"].as_str()), (5, Some("refused")), "{result}");
        assert!(result.to_string().contains("has no write property access"), "{result}");
        assert_eq!(desk.account(who)["lock"]["state"], "locked");
    }
}

#[test]
fn samba_a_lock_that_ran_out_is_none_and_one_without_an_end_has_none() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SAMBA", "");
    desk.wrong(0, "erin", 2);
    assert_eq!(desk.account("erin")["lock"]["state"], "locked");
    wait_for("the end of two seconds", || (desk.account("erin")["lock"]["state"] == "open").then_some(()));
    desk.wrong(0, "frank", 3);
    let frank = desk.account("frank");
    assert_eq!((frank["lock"]["state"].as_str(), frank["lock"]["until"].as_str()), (Some("locked"), None));
    let listed = desk.run(&["locked", "--jsonl"]);
    assert!(listed.out.contains("\"frank\"") && !listed.out.contains("\"erin\""), "{listed:?}");
}

#[test]
fn samba_disabled_expired_and_must_change_stand_apart() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SAMBA", "");
    let (disabled, expired, must) = (desk.account("disabled"), desk.account("expired"), desk.account("mustchange"));
    assert_eq!((disabled["enabled"].as_bool(), expired["barred"].as_str()), (Some(false), Some("expired")));
    assert_eq!(must["password"]["status"], "must be changed");
    for account in [disabled, expired, must] {
        assert_eq!(account["lock"]["state"], "open", "{account}");
    }
}

#[test]
fn samba_servers_are_found_by_the_directory_and_by_dns_and_proven_by_certificates() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SAMBA", "");
    let login = "helpdesk@desk.test";
    let names = |desk: &Desk| desk.rows("dave").into_iter().map(|row| row.0).collect::<Vec<_>>();
    for more in [String::new(), format!("domain = \"desk.test\"\nname_server = \"{}\"", servers["SAMBA_DNS"])] {
        desk.configure("active-directory", login, "Help-Desk-Pw1!", &desk.urls[..1], &more);
        // On a busy machine Samba's name server stands still for half a minute now and then.
        let found = wait_for("a name server that answers", || {
            let ran = desk.run(&["find", "dave", "--json"]);
            (!ran.err.contains("no name server answers")).then_some(ran)
        });
        let rows = found.json()[0]["accounts"][0]["bad_logins"]["replicas"].clone();
        let rows = rows.as_array().unwrap_or_else(|| panic!("{found:?}"));
        assert_eq!(rows.iter().map(|row| row["name"].as_str().unwrap()).collect::<Vec<_>>(), ["DC1", "DC2"], "{more}");
    }
    let starttls = [servers["SAMBA_STARTTLS"].clone()];
    desk.configure("active-directory", login, "Help-Desk-Pw1!", &starttls, "start_tls = true");
    assert_eq!(names(&desk), ["DC1", "DC2"]);
    desk.configure("active-directory", login, "Help-Desk-Pw1!", &desk.urls[..1], "discover = false");
    assert_eq!(names(&desk), ["DC1"]);
    // Another authority, and another name.
    let other = format!("ca_file = \"{}\"", servers["SLAPD_CA"]);
    desk.configure("active-directory", login, "Help-Desk-Pw1!", &desk.urls, &other);
    let ran = desk.run(&["find", "dave"]);
    assert!(ran.code != 0 && ran.err.contains("certificate was not accepted"), "{ran:?}");
    // Plain LDAP without TLS isn't even tried, and the server's own refusal is told.
    desk.configure("active-directory", login, "Help-Desk-Pw1!", &starttls, "");
    let ran = desk.run(&["find", "dave"]);
    assert!(ran.code != 0 && ran.err.contains("start_tls"), "{ran:?}");
}

#[test]
fn samba_a_refused_login_says_why_and_a_login_without_rights_reads_on() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SAMBA", "");
    for (login, words) in [("norights@desk.test", "name or password are wrong"), ("disabled@desk.test", "disabled")] {
        let password = if login.starts_with("disabled") { USER_PASSWORD } else { "wrong-password" };
        desk.configure("active-directory", login, password, &desk.urls, "");
        let ran = desk.run(&["find", "dave"]);
        assert!(ran.code != 0 && ran.err.contains(words), "{login}: {ran:?}");
    }
    desk.configure("active-directory", "norights@desk.test", "No-Rights-Pw1!", &desk.urls, "");
    assert_eq!(desk.account("dave")["may_unlock"], "no");
    let check = desk.run(&["check"]);
    assert!(check.out.contains("may write lockoutTime of 0 of"), "{check:?}");
}

#[test]
fn samba_names_that_have_to_be_escaped_groups_within_groups_and_a_list_by_every_id() {
    let Some(servers) = servers() else { return };
    let desk = Desk::start(&servers, "SAMBA", "[policy]\nrefused_groups = [\"Outer\"]\n---");
    desk.wrong(0, "bob", 3);
    let ran = desk.run(&["unlock", "bob", "--yes"]);
    assert!(ran.code == 5 && ran.err.contains("refused_groups"), "bob is in Outer by Inner: {ran:?}");
    let carol = desk.account("carol");
    let dn = carol["facts"]["Distinguished name"].as_str().unwrap().to_owned();
    assert!(dn.contains(r"O'Connor\, Carol (Desk "), "{dn}");
    for who in [dn.as_str(), carol["id"].as_str().unwrap(), "carol@desk.test", "Carol Test"] {
        assert_eq!(desk.account(who)["username"], "carol", "{who}");
    }
    desk.wrong(1, "carol", 3);
    let list = desk.place.path().join("list.csv");
    std::fs::write(&list, format!("\"{dn}\"\n")).unwrap();
    let plan = desk.place.path().join("plan.json").display().to_string();
    let planned = desk.run(&["bulk", "plan", list.to_str().unwrap(), "-o", &plan]);
    assert_eq!(planned.code, 0, "{planned:?}");
    let asked = desk.run(&["bulk", "run", &plan]);
    let (_, how) = asked.err.split_once("confirm with ").unwrap();
    let how = how.split(';').next().unwrap().split_whitespace();
    let arguments: Vec<&str> = ["bulk", "run", &plan].into_iter().chain(how).collect();
    assert_eq!(desk.run(&arguments).code, 0);
    assert_eq!(desk.account("carol")["lock"]["state"], "open");
}
