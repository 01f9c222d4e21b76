//! The host's own services: a real journal, the kernel's keyring. They touch the host, so each test has a variable that asks
//! for it: `TEST_JOURNAL=1` (root's, with systemd's journald), `TEST_KEYRING=PROGRAM` (a build with the feature, `keyctl`).

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::{Ran, World, wait_for};

/// The value of the variable; where it isn't set, that the test was skipped is told.
fn asked(variable: &str) -> Option<String> {
    let value = std::env::var(variable).ok();
    if value.is_none() {
        skipped(&format!("{variable} is not set"));
    }
    value
}

/// Told past what the harness keeps to itself.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "1 test skipped: {why}");
}

/// A journal of our own beside the host's.
struct Journald {
    namespace: String,
    daemon: Child,
}

impl Journald {
    /// None where it doesn't start: a sandbox may forbid what it needs.
    fn start() -> Option<Self> {
        let namespace = format!("unbolt{}", std::process::id());
        let daemon = Command::new("/lib/systemd/systemd-journald")
            .arg(&namespace)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut journal = Self { namespace, daemon };
        wait_for("the journal's socket, or its end", || {
            let has_ended = journal.daemon.try_wait().unwrap().is_some();
            (has_ended || journal.socket().exists()).then_some(!has_ended)
        })
        .then_some(journal)
    }

    fn socket(&self) -> PathBuf {
        Path::new("/run/systemd").join(format!("journal.{}", self.namespace)).join("socket")
    }

    fn read(&self, arguments: &[&str]) -> Ran {
        let namespace = format!("--namespace={}", self.namespace);
        Ran::from(Command::new("journalctl").arg(namespace).args(arguments).output().unwrap())
    }
}

impl Drop for Journald {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        let _ = fs::remove_dir_all(Path::new("/run/systemd").join(format!("journal.{}", self.namespace)));
        let machine = fs::read_to_string("/etc/machine-id").unwrap_or_default();
        for root in ["/var/log/journal", "/run/log/journal"] {
            let _ = fs::remove_dir_all(Path::new(root).join(format!("{}.{}", machine.trim(), self.namespace)));
        }
    }
}

#[test]
fn a_real_journal_takes_the_heads_and_what_it_kept_shows_a_removed_file() {
    if asked("TEST_JOURNAL").is_none() {
        return;
    }
    let Some(journal) = Journald::start() else { return skipped("systemd's journald doesn't start here") };
    let world = World::new();
    let sink = format!("[ledger]\nsink = \"journald\"\nsink_socket = \"{}\"\n\n", journal.socket().display());
    fs::write(world.config_path(), format!("{sink}{}", world.config_text())).unwrap();
    let ran = world.run(&["unlock", "ada", "--yes", "--ticket", "INC-1"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let kept = wait_for("the last head in the journal", || {
        let kept = journal.read(&["-o", "json", "SYSLOG_IDENTIFIER=unbolt"]).out;
        kept.contains("\"UNBOLT_SEQ\":\"3\"").then_some(kept)
    });
    let file = world.place.path().join("journal.json");
    fs::write(&file, kept).unwrap();
    let verify = || world.run(&["ledger", "verify", "--against", file.to_str().unwrap()]);
    assert_eq!(verify().code, 0, "{:?}", verify());
    fs::remove_file(&world.ledger_files()[0]).unwrap();
    let ran = verify();
    assert!(ran.code == 1 && ran.out.contains("the file is gone"), "{ran:?}");
}

#[test]
fn a_secret_in_the_kernels_keyring_logs_in_and_a_missing_one_is_named() {
    let Some(program) = asked("TEST_KEYRING") else { return };
    let world = World::only("jumpcloud");
    let text = world.config_text();
    let line = text.lines().find(|line| line.starts_with("api_key")).unwrap().to_owned();
    let service = format!("unbolt{}", std::process::id());
    let reference = format!("api_key = {{ keyring = \"{service}/jumpcloud\" }}");
    fs::write(world.config_path(), text.replace(&line, &reference)).unwrap();
    let secret = world.place.path().join("c.toml.jumpcloud.secret");
    // In a session keyring of its own; what the persistent one keeps of it is taken out again.
    let key = format!("keyring:jumpcloud@{service}");
    let in_session = |before: &str| {
        let script = format!("{before} \"$0\" --config \"$1\" find ada; code=$?; keyctl purge user {key}; exit $code");
        let mut command = Command::new("keyctl");
        command.args(["session", "-", "sh", "-c", &script]).arg(&program).arg(world.config_path()).arg(&secret);
        command.env("HOME", world.place.path()).stdin(Stdio::null());
        Ran::from(command.output().unwrap())
    };
    let ran = in_session("");
    assert!(ran.code != 0 && ran.err.contains(&format!("the keyring entry {service}/jumpcloud")), "{ran:?}");
    let ran = in_session(&format!("tr -d '\\n' < \"$2\" | keyctl padd user {key} @s > /dev/null;"));
    assert!(ran.code == 0 && ran.out.contains("ada"), "{ran:?}");
}
