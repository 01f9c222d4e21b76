//! The ledger: chained, verified, and honest about what it doesn't know.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Ran, World};

fn files(world: &World) -> Vec<PathBuf> {
    world.ledger_files()
}

/// A world in which three processes have written.
fn written() -> World {
    let world = World::new();
    for who in ["ada", "grace", "linus"] {
        assert_eq!(world.run(&["unlock", who, "--yes", "--ticket", "INC-1"]).code, 0);
    }
    world
}

fn verify(world: &World) -> Ran {
    world.run(&["ledger", "verify"])
}

#[test]
fn files_are_private_and_records_speak_ocsf() {
    let world = written();
    assert_eq!(fs::metadata(world.ledger_dir()).unwrap().permissions().mode() & 0o777, 0o700);
    let files = files(&world);
    assert_eq!(files.len(), 3, "one file per process");
    for file in &files {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let text = fs::read_to_string(&files[0]).unwrap();
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records[0]["class_uid"], 6002);
    for (record, kind) in records[1..].iter().zip(["intent", "outcome"]) {
        assert_eq!(record["class_uid"], 3001);
        assert_eq!(record["activity_id"], 12);
        assert_eq!(record["activity_name"], "Unlock");
        assert_eq!(record["type_uid"], 300_112);
        assert_eq!(record["user"]["name"], "ada");
        assert_eq!(record["unmapped"]["unbolt"]["record"], kind);
        assert!(record["actor"]["user"]["uid"].is_string());
    }
    assert_eq!(records[1]["unmapped"]["unbolt"]["ticket"], "INC-1");
    assert_eq!(records[2]["unmapped"]["unbolt"]["outcome"], "unlocked");
}

#[test]
fn an_untouched_ledger_verifies() {
    let ran = verify(&written());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("is intact"), "{ran:?}");
}

#[test]
fn one_changed_byte_anywhere_is_found() {
    let world = written();
    let file = &files(&world)[1];
    let whole = fs::read(file).unwrap();
    // Every kind of place: the start, a hash, a value, a line end, the last byte.
    let line_end = whole.iter().position(|b| *b == b'\n').unwrap();
    for at in [0, 12, 300, line_end - 5, line_end, line_end + 1, line_end + 400, whole.len() - 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
        fs::write(file, &changed).unwrap();
        let ran = verify(&world);
        assert_eq!(ran.code, 1, "byte {at}: {ran:?}");
        assert!(ran.out.contains("BROKEN"), "byte {at}: {ran:?}");
    }
    fs::write(file, &whole).unwrap();
    assert_eq!(verify(&world).code, 0);
}

#[test]
fn a_removed_swapped_or_repeated_record_is_found() {
    let world = written();
    let file = &files(&world)[1];
    let whole = fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    assert!(lines.len() >= 5);
    let mut removed = lines.clone();
    removed.remove(2);
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    let mut repeated = lines.clone();
    repeated.insert(2, lines[2]);
    for (name, lines) in [("removed", removed), ("swapped", swapped), ("repeated", repeated)] {
        fs::write(file, format!("{}\n", lines.join("\n"))).unwrap();
        assert_eq!(verify(&world).code, 1, "{name}");
    }
}

#[test]
fn a_deleted_or_shortened_older_file_is_found_by_the_newer_ones() {
    let world = written();
    let files = files(&world);
    let whole = fs::read_to_string(&files[0]).unwrap();
    fs::remove_file(&files[0]).unwrap();
    let ran = verify(&world);
    assert!(ran.code == 1 && ran.out.contains("the file is gone"), "{ran:?}");
    let shorter: Vec<&str> = whole.lines().take(2).collect();
    fs::write(&files[0], format!("{}\n", shorter.join("\n"))).unwrap();
    let ran = verify(&world);
    assert!(ran.code == 1 && ran.out.contains("is missing"), "{ran:?}");
}

#[test]
fn a_torn_last_line_is_kept_and_reported() {
    let world = written();
    let file = &files(&world)[2];
    let whole = fs::read(file).unwrap();
    let last_line = whole[..whole.len() - 1].iter().rposition(|b| *b == b'\n').unwrap() + 1;
    for cut in [last_line + 1, last_line + 40, last_line + 200, whole.len() - 30] {
        fs::write(file, &whole[..cut]).unwrap();
        let ran = verify(&world);
        assert_eq!(ran.code, 0, "cut at {cut}: {ran:?}");
        assert!(ran.out.contains("torn"), "cut at {cut}: {ran:?}");
        let shown = world.run(&["ledger", "show", "--json"]).json();
        assert_eq!(
            shown.as_array().unwrap().last().unwrap()["outcome"],
            "unknown",
            "its outcome is lost, not invented"
        );
        assert_eq!(fs::read(file).unwrap().len(), cut, "kept as it is");
    }
}

#[test]
fn a_ledger_that_others_can_enter_is_refused() {
    let world = World::new();
    fs::create_dir_all(world.ledger_dir()).unwrap();
    fs::set_permissions(world.ledger_dir(), fs::Permissions::from_mode(0o755)).unwrap();
    let ran = world.run(&["unlock", "ada", "--yes"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.out.contains("755"), "{ran:?}");
    assert!(world.unlocks().is_empty());
}

#[test]
fn show_asks_nobody() {
    let world = written();
    let before = world.get("/requests").as_array().unwrap().len();
    let ran = world.run(&["ledger", "show"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.out.lines().count(), 4, "grace has two layers: {ran:?}");
    assert_eq!(world.get("/requests").as_array().unwrap().len(), before);
}

#[test]
fn a_check_tells_how_far_it_is_and_ends_with_everything_read() {
    let world = written();
    let directory = files(&world)[0].parent().unwrap().to_owned();
    let mut seen = Vec::new();
    let found = unbolt::ledger::verify(&directory, &[], &mut |progress| seen.push(progress)).unwrap();
    assert_eq!(seen.len(), found.records);
    assert!(seen.windows(2).all(|pair| pair[0].done < pair[1].done && pair[0].total == pair[1].total), "{seen:?}");
    let last = seen.last().unwrap();
    assert!(last.done == last.total && last.percent() == 100, "{last:?}");
    // What the list of files says agrees with what another reader makes of it.
    let journal = unbolt::ledger::read(&directory).unwrap();
    assert_eq!(found.heads, journal.files.iter().filter_map(unbolt::ledger::Head::of).collect::<Vec<_>>());
}

#[test]
fn a_directory_behind_a_link_is_refused_however_it_is_written() {
    for ending in ["", "/", "/."] {
        let world = World::new();
        let (real, link) = (world.place.path().join("real"), world.place.path().join("link"));
        fs::create_dir(&real).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o700)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let text = format!("{}\n[ledger]\ndirectory = \"{}{ending}\"\n", world.config_text(), link.display());
        fs::write(world.config_path(), text).unwrap();
        let ran = world.run(&["unlock", "ada", "--yes"]);
        assert!(ran.code == 5 && ran.out.contains("is no directory of uid"), "{ending:?}: {ran:?}");
        assert_eq!(fs::read_dir(&real).unwrap().count(), 0);
    }
}
