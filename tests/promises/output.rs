//! What is printed: what can't be written is told, and a reader that hangs up ends it quietly.

use std::fs;
use std::process::Stdio;

use crate::support::{Ran, World, side_by_side};

/// Everything that writes results.
const WRITERS: [&[&str]; 20] = [
    &["find", "ada"],
    &["find", "ada", "--json"],
    &["locked"],
    &["locked", "--json"],
    &["locked", "--jsonl"],
    &["locked", "--csv"],
    &["ledger", "show"],
    &["ledger", "show", "--json"],
    &["ledger", "export"],
    &["ledger", "export", "--csv"],
    &["ledger", "verify", "--json"],
    &["bulk", "runs"],
    &["bulk", "plan", "LIST", "--provider", "pingone", "--json"],
    &["check", "--provider", "pingone"],
    &["config", "show"],
    &["config", "example"],
    &["unlock", "katherine", "--provider", "pingone", "--yes", "--json"],
    &["man"],
    &["completions", "bash"],
    &["help", "lists"],
];

#[test]
fn p53_what_cannot_be_written_is_told_and_is_no_success() {
    let world = World::new();
    assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 0);
    let list = world.place.path().join("list.csv");
    fs::write(&list, "grace\n").unwrap();
    let list = list.display().to_string();
    let plan = world.run(&["bulk", "plan", &list, "--provider", "pingone", "--json"]).json();
    assert_eq!(world.run(&["bulk", "run", plan["plan"].as_str().unwrap(), "--yes"]).code, 0);
    side_by_side(WRITERS, |words| {
        let words: Vec<&str> = words.iter().map(|word| if *word == "LIST" { list.as_str() } else { word }).collect();
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = world.command(&words).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let ran = Ran::from(output);
        assert!(ran.code != 0 && ran.code != 101, "{words:?}: {ran:?}");
        assert!(ran.err.contains("the output couldn't be written: No space left"), "{words:?}: {ran:?}");
        // A reader that hangs up hears nothing more, and nobody complains.
        let mut child = world.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert!(!ran.err.contains("written") && !ran.err.contains("pipe") && ran.code != 101, "{words:?}: {ran:?}");
    });
    for words in [&["--help"][..], &["find", "--help"], &["--version"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = world.command(words).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}");
    }
}
