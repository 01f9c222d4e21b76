//! A newcomer's first five minutes, in a terminal and an empty home: a configuration, a check, a look, an unlock.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use portable_pty::CommandBuilder;

use crate::support::terminal::Terminal;
use crate::support::{Ran, World, bare_command};

/// A shell in which `unbolt` is at hand.
fn shell(world: &World) -> Terminal {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_unbolt"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut shell = CommandBuilder::new("/bin/sh");
    shell.arg("-i");
    let terminal = Terminal::run(world.place.path(), shell, &[("PATH", &path), ("PS1", "$ ")], (120, 60));
    terminal.wait_to_see("$");
    terminal
}

#[test]
fn from_nothing_to_an_unlock() {
    let world = World::new();
    let url = world.url("jumpcloud");
    let secret = fs::read_to_string(world.place.path().join("c.toml.jumpcloud.secret")).unwrap();
    let mut terminal = shell(&world);
    terminal.keys("unbolt find ada\r");
    terminal.wait_to_see("to set it up: unbolt config init");
    let answers: [(&str, &str); 9] = [
        ("Which system?", "jumpclod"),
        ("did you mean `jumpcloud`?", "jumpcloud"),
        ("Your name for it", "cloud"),
        ("The region", ""),
        ("The organisation's id", ""),
        ("Another console address", &url),
        ("Another Directory Insights address", &url),
        ("Its place [file:", ""),
        ("it is not shown", secret.trim()),
    ];
    terminal.keys("clear; unbolt config init\r");
    for (question, answer) in answers {
        terminal.wait_to_see(question);
        terminal.keys(&format!("{answer}\r"));
    }
    terminal.wait_to_see("next: unbolt check");
    assert!(!terminal.raw().contains(secret.trim()), "the secret was shown");
    terminal.keys("clear; unbolt check; echo \"check $?\"\r");
    terminal.wait_to_see("check 0");
    terminal.wait_to_see("an account locks after");
    terminal.keys("clear; unbolt config show | grep region; unbolt find ada\r");
    terminal.wait_to_see("# default");
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("clear; unbolt unlock grace --ticket INC-1\r");
    terminal.wait_to_see("[y/N]");
    terminal.keys("y\r");
    terminal.wait_to_see("ended");
    terminal.keys("clear; unbolt ledger show\r");
    terminal.wait_to_see("ticket INC-1");
    let home = world.place.path().join(".config/unbolt");
    for (file, mode) in [("", 0o700), ("config.toml", 0o600), ("cloud.secret", 0o600)] {
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
        shown.out.contains("provider.prod.region = \"eu\"") && shown.out.contains("provider.prod.max_parallel = 3"),
        "{shown:?}"
    );
    let again = run(&arguments);
    assert!(again.code == 2 && again.err.contains("is not written over"), "{again:?}");
    assert_eq!(fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap(), text);
    // A secret in the wrong place isn't repeated.
    let ran = run(&["--config", "other.toml", "config", "init", "--kind", "jumpcloud", "--secret", "hunter2"]);
    assert!(ran.code == 2 && !ran.err.contains("hunter2"), "{ran:?}");
}

#[test]
fn completions_manual_and_version() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Ran::from(bare_command(place.path()).args(arguments).output().unwrap());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("unbolt") && ran.out.contains("ledger"), "{shell}: {ran:?}");
    }
    let manual = run(&["man"]).out;
    for words in [".TH", "UNBOLT BULK RUN", "UNBOLT LEDGER VERIFY", "UNBOLT CONFIG INIT", "against"] {
        assert!(manual.contains(words), "{words}");
    }
    assert!(!manual.contains("detached"), "what is hidden stays hidden");
    let pages = place.path().join("man");
    fs::create_dir(&pages).unwrap();
    assert_eq!(run(&["man", pages.to_str().unwrap()]).code, 0);
    let pages: Vec<String> =
        fs::read_dir(pages).unwrap().map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    for page in ["unbolt.1", "unbolt-bulk-run.1", "unbolt-check.1"] {
        assert!(pages.contains(&page.to_owned()), "{pages:?}");
    }
    assert_eq!(run(&["--version"]).out, concat!("unbolt ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(run(&["--version", "--verbose"]).out.contains("OCSF"));
    assert_eq!(run(&["--verbose"]).code, 2);
}
