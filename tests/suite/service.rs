//! Service mode with two uids: the operator logs in as one, unbolt runs as another, and only root's configuration
//! counts. The system's directory is replaced for the process alone, in a mount namespace of its own; so it needs root.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use portable_pty::CommandBuilder;
use serde_json::{Value, json};
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
fn what_a_system_repeats_of_the_services_login_is_hidden_from_the_operator() {
    let Some(host) = host("") else { return };
    let place = format!("{}.jumpcloud.secret", host.world.config_path().display());
    let key = fs::read_to_string(place).unwrap().trim().to_owned();
    let body = json!({"message": format!("x-api-key: {key}")}).to_string();
    let repeats_at = |path: &str| {
        let kind = "application/json";
        let fault = json!({"fault": "body", "status": 400, "body": body, "content_type": kind, "match": path});
        host.world.fault_of("jumpcloud", fault);
    };
    repeats_at("/unlock");
    let id = host.world.person("grace")["jumpcloud"]["id"].as_str().unwrap().to_owned();
    let ran = host.run(&["unlock", &id, "--provider", "jumpcloud", "--yes", "--json"]);
    assert!(ran.out.contains("[secret]"), "the key comes back, and is known for one: {ran:?}");
    repeats_at("/api/search");
    let texts = [ran, host.run(&["find", "grace", "--json"]), host.run(&["check"]), host.run(&["ledger", "export"])];
    for ran in texts {
        assert!(!ran.out.contains(&key) && !ran.err.contains(&key), "{ran:?}");
    }
    for file in ledger_files(&host.place.path().join("ledger")) {
        assert!(!fs::read_to_string(file).unwrap().contains(&key));
    }
}

#[test]
fn configurations_variables_and_files_of_the_operator_are_refused() {
    let Some(host) = host("") else { return };
    let home = host.place.path().join(".config/unbolt");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("config.toml"), "[screen]\nlabel = \"mine\"\n").unwrap();
    let own = host.place.path().join("own");
    fs::write(&own, "ada\n").unwrap();
    let own = own.display().to_string();
    let shown = host.run(&["config", "show"]);
    assert!(shown.code == 0 && !shown.out.contains("mine"), "{shown:?}");
    assert!(shown.out.contains("/etc/unbolt/config.toml"), "{shown:?}");
    let cases: [(&[&str], i32, &str); 8] = [
        (&["--config", &own, "find", "ada"], 2, "--config is not taken in service mode"),
        (&["bulk", "plan", &own], 5, "a list by its name is not taken in service mode"),
        (&["bulk", "plan", "-", "-o", "/tmp/x"], 5, "-o FILE is not taken"),
        (&["bulk", "run", &own], 5, "a plan by its file is not taken"),
        (&["ledger", "verify", "--against", &own], 5, "a list of heads by its name is not taken"),
        (&["sim", "--config-out", "/tmp/x"], 5, "--config-out FILE is not taken"),
        (&["man", "/tmp"], 5, "a directory for the manual is not taken"),
        (&["config", "init"], 5, "config init is not taken"),
    ];
    for (arguments, code, words) in cases {
        let ran = host.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(words), "{arguments:?}: {ran:?}");
    }
    // A mistake beside it switches none of this off.
    let ledger = host.place.path().join("ledger");
    let inside = ledger.join("x").display().to_string();
    for arguments in [
        &["demo", "--plain"][..],
        &["--config", "/x", "man", "/tmp"],
        &["--config", "/x", "sim", "--config-out", &inside],
        &["--config", "/x", "config", "init", "--kind", "adaxes"],
    ] {
        for variables in [&[][..], &[("UNBOLT_X", "1")]] {
            let ran = host.run_as(SERVICE, arguments, variables);
            assert!(ran.code == 5 && ran.err.contains("not taken in service mode"), "{arguments:?}: {ran:?}");
        }
    }
    assert_eq!(fs::read_dir(&ledger).unwrap().count(), 0);
    for variable in [("UNBOLT_LEDGER_DIRECTORY", "/tmp/x"), ("UNBOLT_CONFIG", own.as_str())] {
        let ran = host.run_as(SERVICE, &["find", "ada"], &[variable]);
        assert!(ran.code == 2 && ran.err.contains("is not taken in service mode"), "{variable:?}: {ran:?}");
    }
    assert!(host.world.unlocks().is_empty());
}

#[test]
fn limits_bind_where_the_operator_does_not_own_the_ledger() {
    let Some(host) = host("account_a_day = 1\n") else { return };
    let id = host.world.id("ada");
    let arguments = ["unlock", "ada", "--provider", "pingone", "--yes", "--confirm", &id];
    assert_eq!(host.run(&arguments).code, 0);
    host.world.post("/lock", serde_json::json!({"provider": "pingone", "id": id}));
    let ran = host.run(&arguments);
    assert!(ran.code == 5 && ran.err.contains("account_a_day") && !ran.err.contains("advisory"), "{ran:?}");
}

#[test]
fn a_configuration_that_others_can_write_is_not_the_systems() {
    let Some(host) = host("") else { return };
    let path = host.place.path().join("etc/unbolt/config.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
    let ran = host.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("others can write it"), "{ran:?}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    chown(&path, Some(OPERATOR), None).unwrap();
    let ran = host.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains(&format!("belongs to uid {OPERATOR}")), "{ran:?}");
}

#[test]
fn what_the_system_says_is_never_taken_for_unsaid() {
    let Some(host) = host("hours = [\"Mon-Sun 00:00-00:01\"]\n") else { return };
    let unlock = ["unlock", "ada", "--provider", "pingone", "--yes"];
    // Another zone in the environment is another time on the caller's screen only.
    for hours in 0..24 {
        let zone = format!("XXX-{hours}");
        let ran = host.run_as(SERVICE, &unlock, &[("TZ", &zone)]);
        let allowed = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).strftime("%H:%M").to_string() == "00:00";
        assert!(allowed || (ran.code == 5 && ran.err.contains("`hours`")), "{zone}: {ran:?}");
    }
    let etc = host.place.path().join("etc/unbolt");
    let config = etc.join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    // A program that would be looked for where the caller says.
    let secret = text.lines().find(|line| line.starts_with("api_key")).unwrap();
    fs::write(&config, text.replace(secret, "api_key = { command = [\"vault\", \"read\"] }")).unwrap();
    let ran = host.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("named by their whole path"), "{ran:?}");
    // An account that nobody has.
    fs::write(&config, text.replace("account = \"unbolt\"", "account = \"unblt\"")).unwrap();
    let ran = host.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("`unblt` is nobody on this host"), "{ran:?}");
    // A directory that can't be looked into.
    fs::write(&config, text).unwrap();
    fs::set_permissions(&etc, fs::Permissions::from_mode(0o700)).unwrap();
    let ran = host.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("can't be looked for"), "{ran:?}");
    assert!(host.world.unlocks().is_empty());
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

#[test]
fn no_file_is_looked_for_where_the_operator_stands() {
    let Some(host) = host("") else { return };
    let config = host.place.path().join("etc/unbolt/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(host.place.path().join("etc/unbolt/desk.toml"), "read_only = true\n").unwrap();
    for (settings, words) in [
        ("[policy]\nfile = \"desk.toml\"\n", "desk.toml"),
        ("[screen]\ntheme = \"my.toml\"\n", "`screen.theme` names my.toml"),
        ("[screen]\nkeymap = \"keys.toml\"\n", "`screen.keymap` names keys.toml"),
    ] {
        fs::write(&config, format!("{settings}\n{text}")).unwrap();
        let ran = host.run(&["find", "ada"]);
        assert!(ran.code == 2 && ran.err.contains(words), "{settings}: {ran:?}");
    }
}

#[test]
fn the_service_account_itself_is_no_operator() {
    let Some(host) = host("") else { return };
    // Started as the account, with nobody's login behind it: as a container or su does.
    let words = host.words(SERVICE, &["unlock", "ada", "--provider", "pingone", "--yes"]);
    let words: Vec<String> = words.iter().map(|word| word.replace(&format!("echo {OPERATOR} >"), "true >")).collect();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).env_clear().env("PATH", "/usr/bin:/bin").stdin(std::process::Stdio::null());
    let login = fs::read_to_string("/proc/self/loginuid").unwrap_or_default();
    if login.trim() != u32::MAX.to_string() && !login.trim().is_empty() {
        // The tests themselves run in somebody's login: that one is the operator.
        return;
    }
    let ran = Ran::from(command.output().unwrap());
    assert!(ran.code == 5 && ran.err.contains("the service account itself is no operator"), "{ran:?}");
    assert!(host.world.unlocks().is_empty());
}

#[test]
fn nothing_names_the_accounts_own_home() {
    let Some(host) = host("") else { return };
    for arguments in [&["--version", "--verbose"][..], &["config", "path"]] {
        let ran = host.run(arguments);
        let own = host.place.path().join(".").display().to_string();
        let homes = [".local/state", ".config", own.trim_end_matches('.')];
        let told: Vec<&str> = ran.out.lines().filter(|line| homes.iter().any(|home| line.contains(home))).collect();
        let ledger = host.place.path().join("ledger").display().to_string();
        assert!(told.iter().all(|line| line.contains(&ledger)), "{arguments:?}: {told:?}");
    }
}

#[test]
fn hours_say_nothing_where_nobody_knows_the_hosts_time() {
    let Some(host) = host("hours = [\"mon-sun 00:00-24:00\"]\n") else { return };
    fs::write(host.place.path().join("etc/localtime"), "no zone").unwrap();
    let ran = host.run(&["unlock", "ada", "--provider", "pingone", "--yes"]);
    assert!(ran.code == 5 && ran.err.contains("/etc/localtime"), "{ran:?}");
    fs::remove_file(host.place.path().join("etc/localtime")).unwrap();
    assert_eq!(host.run(&["unlock", "ada", "--provider", "pingone", "--yes"]).code, 0, "without one it is UTC");
}

#[test]
fn a_file_of_somebody_else_in_the_ledger_stops_the_unlock_and_is_named() {
    let Some(host) = host("") else { return };
    let other = host.place.path().join("ledger/20990101T000000.000000Z-1-00000000.jsonl");
    fs::write(&other, "").unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o600)).unwrap();
    let ran = host.run(&["unlock", "ada", "--provider", "pingone", "--yes"]);
    assert!(ran.code == 5 && ran.out.contains("00000000.jsonl of uid 0 can't be read"), "{ran:?}");
}
