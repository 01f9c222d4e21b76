//! From nothing to an unlock.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Ran, World, bare_command};

use super::*;

/// A setting of a provider's table in the world's own configuration.
pub(super) fn setting(world: &World, provider: &str, key: &str) -> String {
    let config: toml::Table = world.config_text().parse().unwrap();
    let tables = config["provider"].as_array().unwrap();
    let table = tables.iter().find(|table| table["name"].as_str() == Some(provider)).unwrap();
    table[key].as_str().unwrap().to_owned()
}

#[test]
fn from_nothing_to_an_unlock() {
    let world = World::whole();
    let url = world.url("jumpcloud");
    let (pingone, environment, client) =
        (world.url("pingone"), setting(&world, "pingone", "environment_id"), setting(&world, "pingone", "client_id"));
    let secret = |name: &str| {
        fs::read_to_string(world.place.path().join(format!("c.toml.{name}.secret"))).unwrap().trim().to_owned()
    };
    let mut terminal = shell(&world);
    terminal.keys("unbolt find ada\r");
    terminal.wait_to_see("to set it up: `unbolt config init`");
    // A wrong answer is told at once and asked for again; what was answered before stays.
    let answers: [(&str, &str); 20] = [
        ("Which system?", "jumpclod"),
        ("did you mean `jumpcloud`?", "jumpcloud"),
        ("the role Help Desk", "cloud"),
        ("The region", ""),
        ("The organisation's id", ""),
        ("Another console address", "mars"),
        ("the URL mars can't be used", &url),
        ("Another Directory Insights address", &url),
        ("Its place [file:", "somewhere"),
        ("that names no place", ""),
        ("it is not shown", &secret("jumpcloud")),
        ("Another system? [y/N]", "y"),
        ("adaxes, apple_mdm", "pingone"),
        ("one role in this environment", ""),
        ("The environment's id", "not-a-uuid"),
        ("is no UUID", &environment),
        ("The worker application's client id", &client),
        ("The region: com", ""),
        ("Another API address", &pingone),
        ("Another sign-on address", &pingone),
    ];
    terminal.keys("clear; unbolt config init\r");
    for (question, answer) in answers {
        terminal.wait_to_see(question);
        terminal.wait_for_rest();
        terminal.keys(&format!("{answer}\r"));
    }
    terminal.wait_to_see("/pingone.secret]:");
    terminal.keys("\r");
    terminal.wait_to_see("Type the worker application's client secret");
    terminal.keys(&format!("{}\r", secret("pingone")));
    terminal.wait_to_see("has one more system");
    terminal.keys("n\r");
    // At the end it is checked.
    terminal.wait_to_see("an account locks after");
    terminal.wait_to_see("next: `unbolt find NAME`");
    for name in ["jumpcloud", "pingone"] {
        assert!(!terminal.raw().contains(&secret(name)), "the secret was shown");
    }
    terminal.keys("clear; unbolt check; echo \"check $?\"\r");
    terminal.wait_to_see("check 0");
    terminal.keys("clear; unbolt config show | grep region; unbolt find ada\r");
    terminal.wait_to_see("default");
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("clear; unbolt unlock grace --provider cloud --ticket INC-1\r");
    terminal.wait_to_see("[y/N]");
    terminal.keys("y\r");
    terminal.wait_to_see("ended");
    terminal.keys("clear; unbolt ledger show\r");
    terminal.wait_to_see("INC-1");
    let home = world.place.path().join(".config/unbolt");
    for (file, mode) in [("", 0o700), ("config.toml", 0o600), ("cloud.secret", 0o600), ("pingone.secret", 0o600)] {
        let meta = fs::metadata(home.join(file)).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, mode, "{file}");
    }
    terminal.keys("exit\r");
    terminal.exit();
}

#[test]
fn flags_say_everything_and_nothing_is_written_over() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Ran::from(bare_command(place.path()).args(arguments).output().unwrap());
    let cases: [(&[&str], &str); 5] = [
        (&["config", "init"], "--kind"),
        (&["config", "init", "--kind", "okta"], "is no kind of system"),
        (&["config", "init", "--kind", "adaxes"], "`base_url` is missing"),
        (&["config", "init", "--kind", "adaxes", "--set", "base_url=https://a.test/restApi"], "--secret"),
        (
            &[
                "config",
                "init",
                "--kind",
                "adaxes",
                "--set",
                "base_ur=x",
                "--set",
                "base_url=https://a",
                "--secret",
                "env:T",
            ],
            "unknown setting `base_ur`",
        ),
    ];
    for (arguments, words) in cases {
        let ran = run(arguments);
        assert!(ran.code == 2 && ran.err.contains(words), "{arguments:?}: {ran:?}");
        assert!(!place.path().join("config/unbolt/config.toml").exists());
    }
    let arguments = [
        "config",
        "init",
        "--kind",
        "pingone",
        "--name",
        "prod",
        "--secret",
        "env:T",
        "--set",
        "client_id=c",
        "--set",
        "environment_id=abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6",
        "--set",
        "region=eu",
        "--set",
        "max_parallel=3",
    ];
    let ran = run(&arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    let text = fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap();
    let shown = run(&["config", "show"]);
    assert!(
        shown.out.contains("\t\"eu\"\n")
            && shown.out.lines().any(|line| line.starts_with("provider.prod.max_parallel\t") && line.ends_with("\t3")),
        "{shown:?}"
    );
    let again = run(&arguments);
    assert!(again.code == 2 && again.err.contains("is not written over"), "{again:?}");
    assert_eq!(fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap(), text);
    // Another system goes beside the first, and no name is given twice.
    let add = |more: &[&str]| run(&[&["config", "add", "--kind", "adaxes", "--secret", "env:A"][..], more].concat());
    let twice = add(&["--name", "prod", "--set", "base_url=https://a.test/restApi"]);
    assert!(twice.code == 2 && twice.err.contains("prod"), "{twice:?}");
    assert_eq!(fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap(), text);
    let added = add(&["--set", "base_url=https://a.test/restApi"]);
    assert_eq!(added.code, 0, "{added:?}");
    let both = fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap();
    assert!(both.starts_with(&text) && both.contains("kind = \"adaxes\""), "{both}");
    assert!(run(&["config", "example"]).out.contains("[[provider]]"));
    // A secret in the wrong place isn't repeated.
    let ran = run(&["--config", "other.toml", "config", "init", "--kind", "jumpcloud", "--secret", "hunter2"]);
    assert!(ran.code == 2 && !ran.err.contains("hunter2"), "{ran:?}");
}
