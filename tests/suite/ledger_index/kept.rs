//! The index that is kept beside the ledger.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use unbolt::domain::{AuditContext, Outcome};
use unbolt::ledger::{LedgerIndex, OtherEvent, read};
use uuid::Uuid;

use crate::support::World;

use super::*;

#[test]
fn an_index_keeps_outcomes_by_their_place() {
    // A new one stands last; another order needs another name of the kept index.
    let words: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.word()).collect();
    let kept = "unlocked acknowledged already_open pending_approval accepted still_locked relocked left_alone refused failed closed unknown";
    assert!(words.join(" ").starts_with(kept), "{words:?}");
}

/// A ledger of many processes that are gone, of which every third unlock has no end.
pub(super) fn of_many(directory: &Path, processes: usize) {
    run(async {
        for n in 0..processes {
            let ledger = writer(directory);
            let proof = ledger.record(unlock(&format!("a{}", n % 7), None)).await.unwrap();
            if n % 3 != 0 {
                ledger.close(&proof, &end(Outcome::Unlocked)).await.unwrap();
            }
        }
    });
    // Their threads let go of the files on their own.
    let held = || read(directory).unwrap().files.iter().any(|file| file.in_flight);
    while held() {
        std::thread::yield_now();
    }
}

pub(super) fn files(directory: &Path) -> Vec<PathBuf> {
    let items = fs::read_dir(directory).unwrap().map(|item| item.unwrap().path());
    let mut files: Vec<PathBuf> = items.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

pub(super) type Harm = (&'static str, fn(&Path));

#[test]
fn a_kept_index_that_does_not_fit_is_made_anew() {
    fn kept(directory: &Path) -> Vec<PathBuf> {
        files(&directory.join("index"))
    }
    fn each(directory: &Path, harm: impl Fn(Vec<u8>) -> Vec<u8>) {
        for path in kept(directory) {
            let harmed = harm(fs::read(&path).unwrap());
            fs::write(path, harmed).unwrap();
        }
    }
    let harms: [Harm; 9] = [
        ("the log of names missing", |directory| fs::remove_file(directory.join("index/names")).unwrap()),
        ("the log of names torn", |directory| {
            let path = directory.join("index/names");
            let text = fs::read(&path).unwrap();
            fs::write(&path, &text[..text.len() - 9]).unwrap();
        }),
        ("nothing", |_| ()),
        ("missing", |directory| fs::remove_dir_all(directory.join("index")).unwrap()),
        ("half-written", |directory| {
            each(directory, |bytes| {
                let half = bytes.len() / 2;
                bytes[..half].to_vec()
            });
        }),
        ("a byte changed", |directory| {
            each(directory, |mut bytes| {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                bytes
            });
        }),
        ("a ledger's file removed", |directory| fs::remove_file(&files(directory)[3]).unwrap()),
        ("an older file put back", |directory| {
            let own = &files(directory)[4];
            fs::copy(own, directory.join("20200101T000000.000000Z-1-00000000.jsonl")).unwrap();
            fs::remove_file(own).unwrap();
        }),
        ("its directory can't be written", |directory| {
            fs::remove_dir_all(directory.join("index")).unwrap();
            fs::write(directory.join("index"), "in the way").unwrap();
        }),
    ];
    for (name, harm) in harms {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("ledger");
        of_many(&directory, 50);
        assert_eq!(by_index(&LedgerIndex::new(directory.clone())), by_files(&directory));
        assert!(!kept(&directory).is_empty(), "{name}: it is kept");
        harm(&directory);
        assert_eq!(by_index(&LedgerIndex::new(directory.clone())), by_files(&directory), "{name}");
    }
}

#[test]
fn a_file_that_was_cut_while_somebody_writes_to_it_is_read_anew() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("ledger");
    of_many(&directory, 40);
    run(async {
        let ledger = writer(&directory);
        let first = ledger.record(unlock("a0", None)).await.unwrap();
        let own = files(&directory).pop().unwrap();
        let before = fs::read(&own).unwrap();
        ledger.record(unlock("a0", None)).await.unwrap();
        let index = LedgerIndex::new(directory.clone());
        assert_eq!(by_index(&index), by_files(&directory));
        // An older copy: shorter than what was read.
        fs::write(&own, &before).unwrap();
        assert_eq!(by_index(&index), by_files(&directory));
        // As long, and another record at its end.
        let other =
            String::from_utf8(before).unwrap().replace(&first.intent().to_string(), &Uuid::now_v7().to_string());
        fs::write(&own, other).unwrap();
        assert_eq!(by_index(&LedgerIndex::new(directory.clone())), by_files(&directory));
    });
}

#[test]
fn two_who_keep_an_index_at_once_each_leave_a_whole_one() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("ledger");
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..3 {
                    of_many(&directory, 20);
                    by_index(&LedgerIndex::new(directory.clone()));
                }
            });
        }
    });
    assert_eq!(by_index(&LedgerIndex::new(directory.clone())), by_files(&directory));
}

#[test]
fn a_command_opens_what_is_new_and_not_every_file() {
    if !Command::new("strace").arg("-V").output().is_ok_and(|ran| ran.status.success()) {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "strace has to be there");
        return;
    }
    let world = World::new();
    of_many(&world.ledger_dir(), 200);
    let opened = |name: &str, arguments: &[&str]| {
        let trace = world.place.path().join(name);
        let command = world.command(arguments);
        let mut traced = Command::new("strace");
        traced.args(["-f", "-e", "trace=openat", "-o"]).arg(&trace).arg(command.get_program()).args(command.get_args());
        traced.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let ran = traced.output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{ran:?}");
        let trace = fs::read_to_string(trace).unwrap();
        let directory = format!("{}\", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY", world.ledger_dir().display());
        let count = |words: &str| trace.lines().filter(|line| line.contains(words)).count();
        (count(".jsonl\""), count(&directory))
    };
    run(async {
        for _ in 0..40 {
            let (ledger, id) = (writer(&world.ledger_dir()), Uuid::now_v7());
            let audit = AuditContext::default();
            let note = OtherEvent::Started { run: id, sha256: "00", verdicts: &["unlock"], audit: &audit };
            ledger.note(&note).await.unwrap();
        }
    });
    assert!(opened("first", &["unlock", "ada", "--yes"]).0 >= 200, "nothing is kept yet");
    let (files, listings) = opened("second", &["unlock", "grace", "--yes"]);
    assert!(files <= 12, "{files} files were opened for one unlock");
    assert_eq!(listings, 0, "the directory was listed");
    assert!(opened("all runs", &["bulk", "runs"]).0 >= 80, "each run is read, and counted");
    let (files, _) = opened("no new run", &["bulk", "runs"]);
    assert!(files <= 12, "{files} files were opened for runs that were counted before");
}
