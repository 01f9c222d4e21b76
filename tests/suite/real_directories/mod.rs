//! Real directories: two Samba controllers, two OpenLDAP servers, two suppliers of 389 Directory Server. Only with
//! `TEST_DIRECTORIES=DIRECTORY`, where `tests/servers/up DIRECTORY` has started them; else each is skipped, and says so.

mod others;
mod samba;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, bare_command};

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
