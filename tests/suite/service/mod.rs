//! Service mode with two uids: the operator logs in as one, unbolt runs as another, and only root's configuration
//! counts. The system's directory is replaced for the process alone, in a mount namespace of its own; so it needs root.

mod limits;
mod refused;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use portable_pty::CommandBuilder;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::terminal::Terminal;
use crate::support::{Ran, World, ledger_files};

/// Who logged in, and whose account the service is.
const OPERATOR: u32 = 4_501;
const SERVICE: u32 = 4_502;

/// A host with an `/etc` of its own, and the simulated systems in its configuration.
struct Host {
    world: World,
    place: TempDir,
}

/// None where this can't be tried; `TEST_ALL_TOOLS` says that it has to be.
fn host(policy: &str) -> Option<Host> {
    let may = rustix::process::geteuid().is_root()
        && Command::new("unshare").args(["-m", "true"]).status().is_ok_and(|status| status.success());
    if !may {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "this test has to be root's, with unshare and setpriv");
        return None;
    }
    let (world, place) = (World::whole(), tempfile::tempdir().unwrap());
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(world.place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let etc = place.path().join("etc/unbolt");
    fs::create_dir_all(&etc).unwrap();
    let passwd = format!(
        "root:x:0:0::/root:/bin/sh\nlena:x:{OPERATOR}:{OPERATOR}::/:/bin/sh\nunbolt:x:{SERVICE}:{SERVICE}::/:/bin/sh\n"
    );
    fs::write(place.path().join("etc/passwd"), passwd).unwrap();
    let ledger = place.path().join("ledger");
    fs::create_dir(&ledger).unwrap();
    fs::set_permissions(&ledger, fs::Permissions::from_mode(0o700)).unwrap();
    chown(&ledger, Some(SERVICE), Some(SERVICE)).unwrap();
    let service = format!("[service]\naccount = \"unbolt\"\n\n[ledger]\ndirectory = \"{}\"\n\n", ledger.display());
    fs::write(etc.join("config.toml"), format!("{service}{}", world.config_text())).unwrap();
    fs::write(etc.join("policy.toml"), policy).unwrap();
    // The secrets belong to the service account, which the operator isn't.
    for item in fs::read_dir(world.place.path()).unwrap() {
        let path = item.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "csv") {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        } else if path.is_file() {
            chown(&path, Some(SERVICE), Some(SERVICE)).unwrap();
        }
    }
    Some(Host { world, place })
}

impl Host {
    /// What runs unbolt as that uid, after the operator's login, on this host's `/etc`.
    fn words(&self, uid: u32, arguments: &[&str]) -> Vec<String> {
        let script = format!(
            "mount --bind '{}/etc' /etc && {{ echo {OPERATOR} > /proc/self/loginuid; }} 2>/dev/null; \
             exec setpriv --reuid {uid} --regid {uid} --clear-groups \"$@\"",
            self.place.path().display()
        );
        let head = ["unshare", "-m", "sh", "-c", &script, "sh", &self.program()];
        head.iter().chain(arguments).map(|word| (*word).to_owned()).collect()
    }

    /// The program where any uid may run it.
    fn program(&self) -> String {
        let copy: PathBuf = self.place.path().join("unbolt");
        if !copy.exists() {
            // By another process: a child that another test starts meanwhile would hold the file open to be written, and
            // nobody could run it.
            let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_unbolt")).arg(&copy).status().unwrap();
            assert!(copied.success());
        }
        copy.display().to_string()
    }

    fn run_as(&self, uid: u32, arguments: &[&str], more: &[(&str, &str)]) -> Ran {
        let words = self.words(uid, arguments);
        let operator = OPERATOR.to_string();
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("HOME", self.place.path());
        // What sudo tells of its caller, and a name that anybody can choose.
        command.env("SUDO_UID", operator).env("USER", "somebody-else").envs(more.iter().copied());
        Ran::from(command.stdin(std::process::Stdio::null()).output().unwrap())
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_as(SERVICE, arguments, &[])
    }
}

#[test]
fn the_operator_is_who_logged_in_and_the_rest_is_the_services() {
    let Some(host) = host("") else { return };
    let ran = host.run(&["unlock", "ada", "--provider", "pingone", "--yes", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let files = ledger_files(&host.place.path().join("ledger"));
    let text = fs::read_to_string(&files[0]).unwrap();
    let intent: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    assert_eq!(intent["actor"]["user"]["uid"], OPERATOR.to_string());
    assert_eq!(intent["actor"]["user"]["name"], "lena");
    assert!(!text.contains("somebody-else"));
    // The operator can't get at the service's secrets or ledger as itself.
    let own = host.run_as(OPERATOR, &["find", "ada"], &[]);
    assert!(
        own.code == 3
            && own.err.matches("Permission denied").count() == 4
            && own.err.contains("the secret couldn't be fetched"),
        "{own:?}"
    );
    let own = host.run_as(OPERATOR, &["ledger", "show"], &[]);
    assert!(own.code == 1 && own.err.contains("can't be read"), "{own:?}");
}

#[test]
fn the_screen_runs_for_the_operator_and_opens_no_files() {
    let Some(host) = host("") else { return };
    let words = host.words(SERVICE, &[]);
    let mut command = CommandBuilder::new(&words[0]);
    command.args(&words[1..]);
    let operator = OPERATOR.to_string();
    let more = [("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"), ("SUDO_UID", operator.as_str()), ("USER", "somebody-else")];
    let mut terminal = Terminal::run(Path::new("/"), command, &more, (100, 30));
    terminal.wait_to_see("lena@");
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada\r");
    terminal.wait_to_see("5/5");
    for key in ["f", "s"] {
        terminal.keys("3");
        terminal.wait_to_see("f opens a file");
        terminal.keys(key);
        terminal.wait_to_see("service mode opens and writes no files");
        // Elsewhere the message is gone.
        terminal.keys("1");
        terminal.wait_to_see("SYSTEM");
        assert!(!terminal.screen().contains("service mode opens"), "{}", terminal.screen());
    }
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn a_detached_run_goes_on_under_its_plans_id() {
    let Some(host) = host("") else { return };
    let words = host.words(SERVICE, &["bulk", "plan", "-", "--provider", "pingone", "--json"]);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).env_clear().env("PATH", "/usr/bin:/bin").env("SUDO_UID", OPERATOR.to_string());
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"ada\ngrace\n").unwrap();
    let plan = Ran::from(child.wait_with_output().unwrap()).json()["plan"].as_str().unwrap().to_owned();
    let ran = host.run(&["bulk", "run", &plan, "--yes", "--pause", "0", "--detach"]);
    assert!(ran.code == 0 && ran.out.contains("goes on in process"), "{ran:?}");
    crate::support::wait_for("the run's end", || {
        let report = host.run(&["bulk", "report", &plan, "--json"]);
        (report.code == 0 && report.out.matches("\"unlocked\"").count() >= 2).then_some(())
    });
}
