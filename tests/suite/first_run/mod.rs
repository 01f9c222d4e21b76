//! A newcomer's first five minutes, in a terminal and an empty home: a configuration, a check, a look, an unlock.

mod setup;
mod shell_help;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use portable_pty::CommandBuilder;

use crate::support::World;
use crate::support::terminal::Terminal;

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
fn a_name_that_is_nearly_right_is_offered() {
    let world = World::new();
    let cases: [(&[&str], &str); 6] = [
        (&["check", "--provider", "pingon"], "did you mean `pingone`?"),
        (&["unlock", "ada", "--provider", "pinone"], "did you mean `pingone`?"),
        (&["bulk", "plan", "-", "--provider", "pingon"], "did you mean `pingone`?"),
        (&["help", "list"], "did you mean `lists`?"),
        (&["--theme", "high_contrats"], "'high_contrast'"),
        (&["find", "ada", "--jsn"], "'--json'"),
    ];
    for (words, expected) in cases {
        let ran = world.run(words);
        assert!(ran.code == 2 && ran.err.contains(expected), "{words:?}: {ran:?}");
    }
    // What the screen would refuse, `check` refuses.
    for (setting, expected) in [
        ("theme = \"high_contrat\"", "did you mean `high_contrast`"),
        ("keymap = \"/nowhere/keys.toml\"", "the keymap can't be read"),
    ] {
        let text = world.config_text();
        fs::write(world.config_path(), format!("[screen]\n{setting}\n\n{text}")).unwrap();
        let ran = world.run(&["check"]);
        assert!(ran.code == 2 && ran.err.contains(expected), "{setting}: {ran:?}");
        fs::write(world.config_path(), text).unwrap();
    }
}

#[test]
fn the_demo_keeps_everything_to_itself_and_takes_no_impossible_number() {
    let world = World::new();
    for number in ["99999999999", "0.5", "many"] {
        let ran = world.run(&["demo", "--people", number]);
        assert!(ran.code == 2 && ran.err.contains("--people"), "{number}: {ran:?}");
    }
    let mut shell = CommandBuilder::new("/bin/sh");
    shell.args(["-c", "umask 000; exec \"$0\" demo", env!("CARGO_BIN_EXE_unbolt")]);
    let own = world.place.path().join("tmp");
    std::fs::create_dir(&own).unwrap();
    let mut terminal = Terminal::run(world.place.path(), shell, &[("TMPDIR", own.to_str().unwrap())], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    let directories: Vec<_> = std::fs::read_dir(&own).unwrap().map(|item| item.unwrap()).collect();
    assert_eq!(directories.len(), 1);
    assert_eq!(directories[0].metadata().unwrap().permissions().mode() & 0o777, 0o700);
    terminal.keys("\x03");
    terminal.exit();
    assert_eq!(std::fs::read_dir(&own).unwrap().count(), 0, "nothing is left");
}
