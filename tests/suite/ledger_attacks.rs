//! What whoever shares the host can do to the ledger, and years of it: removed, held, starved of its copy, grown.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use serde_json::{Value, json};

use crate::support::{Ran, World, wait_for};

fn with_settings(settings: &str) -> World {
    let world = World::new();
    let text = world.config_text();
    fs::write(world.config_path(), format!("{settings}\n\n{text}")).unwrap();
    world
}

/// A plan of that many accounts that are locked in PingOne.
fn plan(world: &World, count: usize) -> String {
    let mut names = Vec::new();
    for person in world.get("/world")["people"].as_array().unwrap() {
        if person["story"].is_null() && person["pingone"]["enabled"] == true && names.len() < count {
            world.post("/lock", json!({"provider": "pingone", "id": person["pingone"]["id"]}));
            names.push(person["username"].as_str().unwrap().to_owned());
        }
    }
    let list = world.place.path().join("list.txt");
    fs::write(&list, names.join("\n")).unwrap();
    let out = world.place.path().join("p.json").display().to_string();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap(), "--provider", "pingone", "-o", &out]);
    assert_eq!(ran.code, 0, "{ran:?}");
    out
}

#[test]
fn a_ledger_that_is_removed_moved_or_replaced_stops_every_further_unlock() {
    type Act = fn(&Path);
    let acts: [Act; 3] = [
        |ledger| fs::remove_dir_all(ledger).unwrap(),
        |ledger| fs::rename(ledger, ledger.with_file_name("moved")).unwrap(),
        |ledger| {
            // Restored from a copy: the same names, other files.
            let moved = ledger.with_file_name("moved");
            fs::rename(ledger, &moved).unwrap();
            let copied = std::process::Command::new("cp").arg("-a").args([&moved, ledger]).status().unwrap();
            assert!(copied.success());
        },
    ];
    for act in acts {
        let world = World::with_people(60);
        let plan = plan(&world, 8);
        world.fault(json!({"fault": "latency", "ms": 60}));
        let mut command = world.command(&["bulk", "run", &plan, "--yes", "--pause", "1"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let child = command.spawn().unwrap();
        wait_for("the first unlock", || (!world.unlocks().is_empty()).then_some(()));
        act(&world.ledger_dir());
        let ran = Ran::from(child.wait_with_output().unwrap());
        // What was recorded before may have gone out; nothing after.
        assert!(world.unlocks().len() <= 2, "{} unlocks: {ran:?}", world.unlocks().len());
        assert!(ran.code != 0 && (ran.err.contains("ledger") || ran.out.contains("ledger")), "{ran:?}");
    }
}

#[test]
fn where_the_copy_has_to_be_made_its_own_head_decides() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log");
    let settings = "[ledger]\nsink = \"syslog\"\nsink_socket = \"SOCKET\"\n\n[policy]\non_sink_failure = \"refuse\"";
    let world = with_settings(&settings.replace("SOCKET", &path.display().to_string()));
    // It takes the head of the opening record, and nothing any more.
    let socket = UnixDatagram::bind(&path).unwrap();
    let listening = std::thread::spawn({
        let path = path.clone();
        move || {
            let mut chunk = [0; 4_096];
            socket.recv(&mut chunk).unwrap();
            fs::remove_file(path).unwrap();
        }
    });
    let ran = world.run(&["unlock", "ada", "--yes"]);
    listening.join().unwrap();
    assert!(ran.code == 5 && world.unlocks().is_empty(), "{ran:?}");
    // The intent stands, and its end says that nothing was sent.
    let shown = world.run(&["ledger", "show", "--json"]).json();
    let refused = shown.as_array().unwrap().iter().any(|one| one["outcome"] == "refused");
    assert!(refused && world.run(&["ledger", "show", "--open", "--json"]).json() == json!([]), "{shown}");
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
}

#[test]
fn a_process_that_is_stopped_holds_nobody_up_for_longer_than_its_time() {
    let world = with_settings("[policy]\naccount_a_day = 100");
    assert_eq!(world.run(&["unlock", "grace", "--yes"]).code, 0);
    let locks = world.ledger_dir().join("locks");
    fs::create_dir_all(&locks).unwrap();
    for name in ["limits.lock", "opening.lock"] {
        let held = fs::OpenOptions::new().write(true).create(true).truncate(true).open(locks.join(name)).unwrap();
        flock(&held, FlockOperation::LockExclusive).unwrap();
        fs::write(locks.join(name), "process 4711 (uid 1000)\n").unwrap();
        let began = Instant::now();
        let ran = world.run(&["unlock", "ada", "--yes"]);
        let took = began.elapsed();
        assert!(ran.code == 5 && took > Duration::from_secs(4) && took < Duration::from_secs(20), "{took:?}: {ran:?}");
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains("process 4711 (uid 1000) has held") && said.contains(name), "{ran:?}");
    }
    assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 0);
}

#[test]
fn each_head_is_named_once_and_the_ledger_grows_with_what_is_done() {
    let world = with_settings("[policy]\nread_only = true");
    let refuse = |times: usize| {
        for _ in 0..times {
            assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 5);
        }
        let sizes = world.ledger_files().iter().map(|file| fs::metadata(file).unwrap().len()).sum::<u64>();
        (world.ledger_files().len(), sizes)
    };
    let (files, first) = refuse(20);
    let (more, both) = refuse(20);
    assert_eq!((files, more), (20, 40));
    // As much again, and not four times as much.
    assert!(both < first * 2 + first / 10, "{first}, then {both}");
    let mut named = Vec::new();
    for file in world.ledger_files() {
        let opening: Value = serde_json::from_str(fs::read_to_string(file).unwrap().lines().next().unwrap()).unwrap();
        let heads = opening["unmapped"]["unbolt"]["heads"].as_array().unwrap().clone();
        named.extend(heads.into_iter().map(|head| head["file"].as_str().unwrap().to_owned()));
    }
    let mut once = named.clone();
    once.sort();
    once.dedup();
    assert_eq!((named.len(), once.len()), (39, 39), "all but the newest, each once");
    // One that is gone shows all the same, however old.
    let old = &world.ledger_files()[3];
    let text = fs::read_to_string(old).unwrap();
    fs::remove_file(old).unwrap();
    assert!(world.run(&["ledger", "verify"]).out.contains("the file is gone"));
    fs::write(old, text).unwrap();
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
}
