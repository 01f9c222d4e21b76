//! Files in the folder of a ledger that no ledger wrote.

use std::fs;

use unbolt::ledger::LedgerIndex;

use crate::support::World;

use super::*;

#[test]
fn links_and_directories_are_no_files_of_a_ledger() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("ledger");
    of_many(&directory, 2);
    fs::create_dir(directory.join("20990101T000000.000000Z-1-00000000.jsonl")).unwrap();
    std::os::unix::fs::symlink("/nowhere", directory.join("20990101T000000.000000Z-1-00000001.jsonl")).unwrap();
    assert_eq!(by_index(&LedgerIndex::new(directory.clone())), by_files(&directory));
}

#[test]
fn a_file_that_nobody_of_ours_has_made_hides_none_that_comes_later() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("ledger");
    of_many(&directory, 3);
    fs::copy(&files(&directory)[0], directory.join("copy.jsonl")).unwrap();
    let index = LedgerIndex::new(directory.clone());
    for n in 1..4 {
        of_many(&directory, 1);
        assert_eq!(index.open_unlocks().unwrap().len(), 1 + n, "the copy counts for nothing, what comes later counts");
    }
}

#[test]
fn a_file_that_was_empty_is_looked_at_again() {
    let place = tempfile::tempdir().unwrap();
    let (directory, other) = (place.path().join("ledger"), place.path().join("other"));
    of_many(&directory, 40);
    of_many(&other, 1);
    // Made, and not held yet: its process stands still.
    let late = directory.join("20990101T000000.000000Z-1-00000000.jsonl");
    fs::write(&late, "").unwrap();
    let index = LedgerIndex::new(directory.clone());
    let before = index.open_unlocks().unwrap().len();
    fs::write(&late, fs::read(&files(&other)[0]).unwrap()).unwrap();
    assert_eq!(index.open_unlocks().unwrap().len(), before + 1);
    assert_eq!(
        LedgerIndex::new(directory.clone()).open_unlocks().unwrap().len(),
        before + 1,
        "nor was it kept as read"
    );
}

#[test]
fn a_strange_file_leaves_no_hole_in_what_files_name_of_each_other() {
    let world = World::new();
    let directory = world.ledger_dir();
    for who in ["ada", "grace"] {
        assert_eq!(world.run(&["unlock", who, "--yes"]).code, 0);
    }
    let strange = directory.join("zz.jsonl");
    fs::copy(&files(&directory)[0], &strange).unwrap();
    assert_eq!(world.run(&["unlock", "linus", "--yes"]).code, 0);
    assert_eq!(world.run(&["ledger", "verify"]).code, 1, "the copy is found");
    fs::remove_file(strange).unwrap();
    assert_eq!(world.run(&["unlock", "alan", "--yes"]).code, 0);
    let ran = world.run(&["ledger", "verify"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}
