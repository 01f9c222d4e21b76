//! A real directory server, and the tools that OpenLDAP has for it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use unbolt::engine::Core;

use super::*;

pub(super) struct Server {
    pub(super) kind: &'static str,
    pub(super) profile: &'static str,
    pub(super) url: String,
    pub(super) ca: String,
    pub(super) base: String,
}

impl Server {
    pub(super) fn all(servers: &BTreeMap<String, String>) -> Vec<Self> {
        let of = |kind: &'static str, profile: &'static str| Self {
            kind,
            profile,
            url: servers[&format!("{kind}_URLS")].split(',').next().unwrap().to_owned(),
            ca: servers[&format!("{kind}_CA")].clone(),
            base: servers[&format!("{kind}_BASE")].clone(),
        };
        vec![of("SAMBA", "active-directory"), of("SLAPD", "openldap"), of("DS389", "389-ds")]
    }

    pub(super) fn address(&self) -> String {
        let host = self.url.strip_prefix("ldaps://").unwrap();
        if host.contains(':') { host.to_owned() } else { format!("{host}:636") }
    }

    pub(super) fn helpdesk(&self) -> String {
        if self.kind == "SAMBA" {
            "helpdesk@desk.test".to_owned()
        } else {
            format!("uid=helpdesk,ou=staff,{}", self.base)
        }
    }

    pub(super) fn admin(&self) -> (String, &'static str) {
        match self.kind {
            "SAMBA" => ("Administrator@desk.test".to_owned(), "Adm1n-Passw0rd!"),
            "SLAPD" => (format!("cn=admin,{}", self.base), "Admin-Pw1"),
            _ => ("cn=Directory Manager".to_owned(), "Dir-Manager-Pw1"),
        }
    }

    pub(super) fn dn(&self, n: usize) -> String {
        if self.kind == "SAMBA" {
            format!("CN=u{n:05},OU=Staff,{}", self.base)
        } else {
            format!("uid=u{n:05},ou=people,{}", self.base)
        }
    }

    /// The changes that lock everybody, as an administrator.
    pub(super) fn locks(&self) -> String {
        let now = jiff::Timestamp::now();
        let lines = match self.kind {
            "SAMBA" => {
                format!("replace: lockoutTime\nlockoutTime: {}\n", (now.as_second() + 11_644_473_600) * 10_000_000)
            }
            "SLAPD" => {
                format!("replace: pwdAccountLockedTime\npwdAccountLockedTime: {}\n", now.strftime("%Y%m%d%H%M%SZ"))
            }
            _ => {
                let until = (now + jiff::SignedDuration::from_mins(30)).strftime("%Y%m%d%H%M%SZ");
                format!(
                    "replace: accountUnlockTime\naccountUnlockTime: {until}\n-\nreplace: passwordRetryCount\npasswordRetryCount: 3\n"
                )
            }
        };
        self.ldif(&lines)
    }

    pub(super) fn opens(&self) -> String {
        self.ldif(match self.kind {
            "SAMBA" => "replace: lockoutTime\nlockoutTime: 0\n",
            "SLAPD" => "delete: pwdAccountLockedTime\n",
            _ => "replace: accountUnlockTime\n-\nreplace: passwordRetryCount\n",
        })
    }

    pub(super) fn ldif(&self, lines: &str) -> String {
        let one = |n| format!("dn: {}\nchangetype: modify\n{lines}\n", self.dn(n));
        (0..COUNT).map(one).collect::<Vec<_>>().concat()
    }

    pub(super) fn tool(&self, tool: &str, url: &str, (login, password): (&str, &str), more: &[&str]) -> f64 {
        let began = Instant::now();
        let output = Command::new(tool)
            .args(["-x", "-H", url, "-D", login, "-w", password])
            .args(more)
            .env("LDAPTLS_CACERT", &self.ca)
            // It takes `localhost` for the name of the machine.
            .env("LDAPTLS_REQCERT", "allow")
            .env("LDAPREFERRALS", "off")
            .stdout(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
        began.elapsed().as_secs_f64()
    }

    pub(super) fn lock(&self, place: &Path) {
        let file = place.join("lock.ldif");
        std::fs::write(&file, self.locks()).unwrap();
        let (login, password) = self.admin();
        self.tool("ldapmodify", &self.url, (&login, password), &["-f", file.to_str().unwrap()]);
    }

    pub(super) fn core(&self, place: &Path, url: &str) -> Core {
        let secret = place.join("secret");
        let _ = std::fs::remove_file(&secret);
        std::fs::write(&secret, "Help-Desk-Pw1!").unwrap();
        std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let text = format!(
            "[[provider]]\nname = \"dir\"\nkind = \"directory\"\nprofile = \"{}\"\nservers = [\"{url}\"]\n{}username = \"{}\"\n\
             password = {{ file = \"{}\" }}\nca_file = {:?}\nmax_per_second = 1000000\nmax_parallel = 64\n",
            self.profile,
            if self.kind == "SAMBA" { "discover = false\n" } else { "" },
            self.helpdesk(),
            secret.display(),
            self.ca,
        );
        let config = unbolt::config::parse(&text).unwrap();
        let (log, _) = tokio::sync::mpsc::unbounded_channel();
        Core::new(&config, tempfile::tempdir_in("/dev/shm").unwrap().keep().join("ledger"), &log)
    }
}
