//! Limits and hours where the service keeps the ledger.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::support::Ran;

use super::*;

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
fn hours_say_nothing_where_nobody_knows_the_hosts_time() {
    let Some(host) = host("hours = [\"mon-sun 00:00-24:00\"]\n") else { return };
    fs::write(host.place.path().join("etc/localtime"), "no zone").unwrap();
    let ran = host.run(&["unlock", "ada", "--provider", "pingone", "--yes"]);
    assert!(ran.code == 5 && ran.err.contains("/etc/localtime"), "{ran:?}");
    fs::remove_file(host.place.path().join("etc/localtime")).unwrap();
    assert_eq!(host.run(&["unlock", "ada", "--provider", "pingone", "--yes"]).code, 0, "without one it is UTC");
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
