//! The command line, by the real binary against simulated systems.

mod signals;
mod unlock;

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::support::{ADA, World, bare_command, http, wait_for};

#[test]
fn find_tells_lock_and_bad_logins_in_documented_json() {
    let world = World::new();
    let ran = world.run(&["find", "ada", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let found = ran.json();
    assert_eq!(found.as_array().unwrap().len(), 1, "an exact user name wins alone");
    assert_eq!(found[0]["name"], "Ada Lovelace");
    let account = &found[0]["accounts"][0];
    assert_eq!(account["provider"], "pingone");
    assert_eq!(account["kind"], "pingone");
    assert_eq!(account["id"], ADA);
    assert_eq!(account["lock"]["state"], "locked");
    assert_eq!(account["lock"]["cause"], "bad_passwords");
    assert!(account["lock"]["until"].is_string());
    assert_eq!(account["bad_logins"]["count"], 5);
    assert_eq!(account["bad_logins"]["qualifier"], "exact");
    assert_eq!(account["bad_logins"]["limit"], 5);
    assert_eq!(account["problem"], json!(null));
    for name in ["username", "email", "enabled", "password", "facts", "may_unlock", "as_of"] {
        assert!(account.get(name).is_some(), "{name}");
    }
}

#[test]
fn who_is_exact_first_and_a_prefix_after() {
    let world = World::new();
    let names = |who: &str| -> Vec<String> {
        let found = world.run(&["find", who, "--json"]).json();
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|person| person["accounts"][0]["username"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("ADA@acme.test"), ["ada"], "an e-mail address, whatever its case");
    assert_eq!(names("E100002"), ["grace"], "an employee id");
    assert_eq!(names(ADA), ["ada"], "an account id");
    assert_eq!(names("adam smith"), ["asmith", "asmith2"], "two people with one name");
    assert_eq!(names("smith adam"), ["asmith", "asmith2"]);
    assert_eq!(names("bobby\"tables\\"), ["bobby\"tables\\"], "quotes and backslashes are data");
    let nobody = world.run(&["find", "zzz", "--json"]);
    assert_eq!((nobody.code, nobody.out.trim()), (1, "[]"));
}

#[test]
fn a_hostile_name_reaches_no_terminal_raw() {
    let world = World::new();
    for arguments in [&["find", "bobby"][..], &["find", "bobby", "--json"], &["unlock", "bobby@acme.test", "--yes"]] {
        let ran = world.run(arguments);
        let steering = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';
        assert!(!ran.out.chars().chain(ran.err.chars()).any(steering), "{ran:?}");
    }
}

#[test]
fn without_a_configuration_three_lines_name_the_demo() {
    let place = tempfile::tempdir().unwrap();
    let ran = crate::support::Ran::from(bare_command(place.path()).output().unwrap());
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err.lines().count(), 3, "{ran:?}");
    assert!(ran.err.contains("unbolt demo"));
}

#[test]
fn sim_tells_its_addresses_and_writes_its_configuration_last() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("c.toml");
    let mut sim = bare_command(place.path())
        .arg("sim")
        .arg("--config-out")
        .arg(&path)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    wait_for("the ready configuration", || path.exists().then_some(()));
    let config = std::fs::read_to_string(&path).unwrap();
    let url = config.lines().find_map(|line| line.strip_prefix("base_url = ")).unwrap().trim_matches('"');
    assert_eq!(http("GET", &format!("{url}/v1/environments/x/users"), None).0, 401, "it listens by then");
    let secret = std::fs::metadata(place.path().join("c.toml.pingone.secret")).unwrap();
    assert_eq!(secret.permissions().mode() & 0o777, 0o600);
    sim.kill().unwrap();
    sim.wait().unwrap();
}
