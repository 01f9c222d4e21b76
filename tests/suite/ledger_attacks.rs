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
    type RunCommand = fn(&Path);
    let acts: [RunCommand; 3] = [
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
    // It is full but for one message: it takes the head of the opening record, and no more.
    let socket = UnixDatagram::bind(&path).unwrap();
    let filler = UnixDatagram::unbound().unwrap();
    filler.set_nonblocking(true).unwrap();
    while filler.send_to(b"x", &path).is_ok() {}
    socket.recv(&mut [0; 16]).unwrap();
    let ran = world.run(&["unlock", "ada", "--yes"]);
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

/// A record with a good hash, as whoever can write the files can make it.
fn forged(prev: &str, seq: u64, members: &str) -> String {
    use sha2::Digest as _;
    let body = format!("{{\"prev\":\"{prev}\",\"seq\":{seq},{members}");
    let bytes = sha2::Sha256::digest(body.as_bytes());
    let hash: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = hash.concat();
    format!("{body},\"hash\":\"{hash}\"}}\n")
}

/// The members of a line, between its number and its hash.
fn members(line: &str) -> String {
    let (_, rest) = line.split_once("\"seq\":").unwrap();
    let (_, rest) = rest.split_once(',').unwrap();
    rest.rsplit_once(",\"hash\":").unwrap().0.to_owned()
}

fn hash(line: &str) -> String {
    line.trim_end().strip_suffix("\"}").unwrap()[..].rsplit_once(":\"").unwrap().1.to_owned()
}

#[test]
fn additions_are_not_intact() {
    let world = World::new();
    for who in ["ada", "grace", "katherine"] {
        assert_eq!(world.run(&["unlock", who, "--provider", "pingone", "--yes"]).code, 0);
    }
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
    let files = world.ledger_files();
    let broken = |words: &str| {
        let ran = world.run(&["ledger", "verify"]);
        assert!(ran.code == 1 && ran.out.contains(words), "{words}: {ran:?}");
    };
    // The same file under another name: every unlock counts twice.
    let copy = files[0].with_file_name("20260101T000000.000000Z-1-aaaaaaaa.jsonl");
    fs::copy(&files[0], &copy).unwrap();
    broken("it was copied or renamed");
    fs::remove_file(&copy).unwrap();
    // A whole file with good hashes that nobody who came later knows.
    let text = fs::read_to_string(&files[0]).unwrap();
    let own = members(text.lines().next().unwrap());
    let name = files[0].file_name().unwrap().to_str().unwrap();
    let zeros = "0".repeat(64);
    let first = forged(&zeros, 1, &own.replace(name, copy.file_name().unwrap().to_str().unwrap()));
    fs::write(&copy, first).unwrap();
    broken("no later file knows it");
    fs::remove_file(&copy).unwrap();
    // Records behind an end that a later file has named.
    let last = text.lines().last().unwrap();
    let seq = text.lines().count() as u64 + 1;
    let added = forged(&hash(last), seq, &members(text.lines().nth(1).unwrap()));
    fs::write(&files[0], format!("{text}{added}")).unwrap();
    broken("they were added");
    broken("this intent stands in another place, too");
    fs::write(&files[0], &text).unwrap();
    // An empty file says what it may be.
    let empty = files[0].with_file_name("20260101T000000.000000Z-2-bbbbbbbb.jsonl");
    fs::write(&empty, "").unwrap();
    let ran = world.run(&["ledger", "verify"]);
    assert!(ran.code == 0 && ran.out.contains("a crash left it, or somebody made it"), "{ran:?}");
    fs::remove_file(&empty).unwrap();
    // What no kept head covers is said.
    let kept = world.place.path().join("heads.json");
    fs::write(&kept, world.run(&["ledger", "verify", "--json"]).out).unwrap();
    let against = || world.run(&["ledger", "verify", "--against", kept.to_str().unwrap()]);
    assert!(against().code == 0 && !against().out.contains("covers"), "{:?}", against());
    assert_eq!(world.run(&["unlock", "asmith2", "--yes"]).code, 0);
    let ran = against();
    assert!(ran.code == 0 && ran.out.contains("3 records in 1 files lie behind the kept heads"), "{ran:?}");
    // An older copy of the whole shows against heads that were kept since.
    fs::write(&kept, world.run(&["ledger", "verify", "--json"]).out).unwrap();
    fs::remove_file(world.ledger_files().last().unwrap()).unwrap();
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
    assert_eq!(against().code, 1);
}
