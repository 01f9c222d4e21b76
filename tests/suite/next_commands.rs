//! Commands that messages name as the next step: each is taken from the sources and run, with this configuration.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::processes::is_asleep;
use crate::support::{Ran, World, wait_for};

/// Every command between backticks in the sources, with what stands in for its variable parts.
fn named_commands() -> BTreeSet<String> {
    fn walk(directory: &Path, found: &mut BTreeSet<String>) {
        for item in std::fs::read_dir(directory).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let text = lines.collect::<Vec<_>>().join(" ");
            for (at, part) in text.split("`unbolt ").enumerate() {
                if at > 0
                    && let Some((command, _)) = part.split_once('`')
                    && command.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    found.insert(command.split_whitespace().collect::<Vec<_>>().join(" "));
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

/// A world with a plan that was made, and a run of which rows are left.
fn world() -> (World, String, String) {
    let world = World::whole();
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "ada\ngrace\n").unwrap();
    let plan = || {
        let arguments = ["bulk", "plan", list.to_str().unwrap(), "--provider", "pingone", "--json"];
        world.run(&arguments).json()["plan"].as_str().unwrap().to_owned()
    };
    let (fresh, run) = (plan(), plan());
    world.fault(serde_json::json!({"fault": "status", "status": 403, "method": "POST", "match": "/users/"}));
    assert_ne!(world.run(&["bulk", "run", &run, "--yes", "--pause", "0"]).code, 0);
    world.fault(serde_json::json!({"fault": "clear"}));
    (world, fresh, run)
}

/// What goes on until it is interrupted says something when it has begun, and so does what can't begin.
fn begins(command: &str, prepared: &mut Command) {
    let (mut said, all) = std::io::pipe().unwrap();
    let mut child = prepared.stdout(all.try_clone().unwrap()).stderr(all).spawn().unwrap();
    // The pipe's ends that this process holds are closed: it ends with the program.
    prepared.stdout(Stdio::null()).stderr(Stdio::null());
    assert!(said.read(&mut [0]).unwrap() > 0, "{command} says nothing");
    let status = wait_for("it to wait or to end", || match child.try_wait().unwrap() {
        Some(status) => Some(status.code()),
        None => is_asleep(child.id()).then_some(None),
    });
    let _ = child.kill();
    let _ = child.wait();
    assert_ne!(status, Some(2), "{command}");
}

#[test]
fn each_command_that_a_message_names_is_one_that_works() {
    let (world, fresh, run) = world();
    let commands = named_commands();
    assert!(commands.len() >= 18, "{commands:?}");
    for command in &commands {
        let words: Vec<String> = command
            .split(' ')
            .map(|word| match word {
                "{id}" | "{}" if command.starts_with("bulk run ") => fresh.clone(),
                "{id}" | "{}" | "RUN" => run.clone(),
                "NAME" => "ada".to_owned(),
                "LIST" => world.place.path().join("list.txt").display().to_string(),
                "INTENT" => "01a21af4".to_owned(),
                word => word.to_owned(),
            })
            .collect();
        assert!(!words.concat().contains(['{', '}']), "{command} has a part that nobody fills in here");
        let mut prepared = world.command(&[]);
        prepared.args(&words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if matches!(words[0].as_str(), "webhook" | "sim" | "demo") {
            begins(command, &mut prepared);
            continue;
        }
        let ran = Ran::from(prepared.output().unwrap());
        assert!(!ran.err.contains("Usage:") && !ran.err.contains("error:"), "{command}: {ran:?}");
        // A choice that is needed is asked for, and says how it is given.
        let asks = ["confirm with ", "--kind", "is not written over"].iter().any(|how| ran.err.contains(how));
        assert!(ran.code != 2 || asks, "{command}: {ran:?}");
    }
}

/// What is pasted works with this configuration, wherever it is told.
#[test]
fn a_command_is_told_with_the_configuration_that_is_in_force() {
    let (world, _, run) = world();
    let config = world.config_path().display().to_string();
    for words in [&["bulk", "report", "zzz"][..], &["ledger", "show", "--open"], &["bulk", "run", &run]] {
        let ran = world.run(words);
        for told in ran.err.split('`').filter(|part| part.starts_with("unbolt ")) {
            assert!(told.starts_with(&format!("unbolt --config {config} ")), "{words:?}: {told}: {ran:?}");
        }
    }
    let ran = world.run(&["bulk", "run", &run]);
    assert!(ran.err.contains(&format!("`unbolt --config {config} bulk resume {run}`")), "{ran:?}");
}
