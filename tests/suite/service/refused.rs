//! What the service doesn't take from the operator.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};

use serde_json::json;

use crate::support::ledger_files;

use super::*;

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
fn a_file_of_somebody_else_in_the_ledger_stops_the_unlock_and_is_named() {
    let Some(host) = host("") else { return };
    let other = host.place.path().join("ledger/20990101T000000.000000Z-1-00000000.jsonl");
    fs::write(&other, "").unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o600)).unwrap();
    let ran = host.run(&["unlock", "ada", "--provider", "pingone", "--yes"]);
    assert!(ran.code == 5 && ran.out.contains("00000000.jsonl of uid 0 can't be read"), "{ran:?}");
}
