//! Real directories: two Samba controllers, two OpenLDAP servers, two suppliers of 389 Directory Server. Only with
//! `TEST_DIRECTORIES=DIRECTORY`, where `tests/servers/up DIRECTORY` has started them; else each is skipped, and says so.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, bare_command, wait_for};

const USER_PASSWORD: &str = "User-Passw0rd!";

/// How many tests stand here.
const TESTS: usize = 10;

/// What the servers' scripts told; none where the tests are to do without them, which is told once, with their number.
fn servers() -> Option<BTreeMap<String, String>> {
    static SKIPPED: AtomicUsize = AtomicUsize::new(0);
    let Some(place) = std::env::var_os("TEST_DIRECTORIES") else {
        if SKIPPED.fetch_add(1, Ordering::Relaxed) + 1 == TESTS {
            // Past what the harness keeps to itself.
            let _ = writeln!(
                std::io::stderr(),
                "{TESTS} tests skipped: no real directories (tests/servers/up, TEST_DIRECTORIES)"
            );
        }
        return None;
    };
    let text = std::fs::read_to_string(PathBuf::from(place).join("servers.env")).unwrap();
    Some(
        text.lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    )
}

/// A home with one directory in its configuration.
struct Desk {
    place: TempDir,
    urls: Vec<String>,
    ca: String,
    people: String,
}

impl Desk {
    fn start(servers: &BTreeMap<String, String>, kind: &str, more: &str) -> Self {
        let of = |name: &str| servers[&format!("{kind}_{name}")].clone();
        let (base, ca) = (of("BASE"), of("CA"));
        let urls: Vec<String> = of("URLS").split(',').map(str::to_owned).collect();
        let (profile, login, people) = match kind {
            "SAMBA" => ("active-directory", "helpdesk@desk.test".to_owned(), format!("OU=Staff,{base}")),
            "SLAPD" => ("openldap", format!("uid=helpdesk,ou=staff,{base}"), format!("ou=people,{base}")),
            _ => ("389-ds", format!("uid=helpdesk,ou=staff,{base}"), format!("ou=people,{base}")),
        };
        let desk = Self { place: tempfile::tempdir().unwrap(), urls, ca, people };
        desk.configure(profile, &login, "Help-Desk-Pw1!", &desk.urls, more);
        desk
    }

    fn configure(&self, profile: &str, login: &str, password: &str, urls: &[String], more: &str) {
        let secret = self.place.path().join("secret");
        let _ = std::fs::remove_file(&secret);
        std::fs::write(&secret, password).unwrap();
        std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let (top, own) = more.split_once("---").unwrap_or(("", more));
        let servers = if own.contains("domain = ") { String::new() } else { format!("servers = {urls:?}\n") };
        let ca = if own.contains("ca_file") { String::new() } else { format!("ca_file = {:?}\n", self.ca) };
        let text = format!(
            "{top}\n[[provider]]\nname = \"dir\"\nkind = \"directory\"\nprofile = \"{profile}\"\n{servers}username = \"{login}\"\n\
             password = {{ file = \"{}\" }}\nmax_per_second = 1000\n{ca}{own}\n",
            secret.display()
        );
        std::fs::write(self.place.path().join("c.toml"), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = bare_command(self.place.path());
        command.arg("--config").arg(self.place.path().join("c.toml")).args(arguments);
        Ran::from(command.output().unwrap())
    }

    fn account(&self, who: &str) -> Value {
        let ran = self.run(&["find", who, "--json"]);
        let found = ran.json()[0]["accounts"][0].clone();
        assert!(found.is_object(), "{who}: {ran:?}");
        found
    }

    /// Name, count and state of each server's row.
    fn rows(&self, who: &str) -> Vec<(String, Option<u64>, String)> {
        let account = self.account(who);
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let rows = account["bad_logins"]["replicas"].as_array().unwrap();
        rows.iter().map(|row| (text(row, "name"), row["count"].as_u64(), text(row, "state"))).collect()
    }

    fn unlock(&self, arguments: &[&str]) -> (i32, Value) {
        let ran = self.run(&[&["unlock"], arguments, &["--json", "--wait", "15"]].concat());
        (ran.code, ran.json()[0].clone())
    }

    /// Signs in on one server as somebody; true where that went well.
    fn binds(&self, server: usize, who: &str, password: &str) -> bool {
        let name = if self.people.starts_with("OU=") {
            format!("{who}@desk.test")
        } else {
            format!("uid={who},{}", self.people)
        };
        let tool = Command::new("ldapsearch")
            .args(["-x", "-H", &self.urls[server], "-D", &name, "-w", password, "-b", "", "-s", "base", "dn"])
            .env("LDAPTLS_CACERT", &self.ca)
            .output()
            .expect("ldap-utils has to be there");
        tool.status.success()
    }

    /// Locks somebody as an administrator of OpenLDAP does.
    fn lock_for_good(&self, base: &str, who: &str) {
        let change = format!(
            "dn: uid={who},{}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n",
            self.people
        );
        let mut tool = Command::new("ldapmodify")
            .args(["-x", "-H", &self.urls[0], "-D", &format!("cn=admin,{base}"), "-w", "Admin-Pw1"])
            .env("LDAPTLS_CACERT", &self.ca)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        tool.stdin.take().unwrap().write_all(change.as_bytes()).unwrap();
        assert!(tool.wait().unwrap().success());
    }

    fn wrong(&self, server: usize, who: &str, times: usize) {
        for _ in 0..times {
            assert!(!self.binds(server, who, "wrong"));
        }
    }
}

fn is_locked(row: &(String, Option<u64>, String)) -> bool {
    row.2 == "locked"
}

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
        assert_eq!(names(&desk), ["DC1", "DC2"], "{more}");
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
