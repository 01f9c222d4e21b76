//! What is kept beside the ledger: never believed over its files, and saying the same as all of them together.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use proptest::prelude::*;
use unbolt::domain::{
    AccountKey, Answered, AuditContext, DeviceAnswer, DeviceStatus, IntentId, Layer, Outcome, ProviderName, RowRef,
    Unlock,
};
use unbolt::ledger::{Ledger, LedgerIndex, Note, Operator, OutcomeEvent, Recorded, read, search};
use uuid::Uuid;

use crate::support::World;

fn key(id: &str) -> AccountKey {
    AccountKey { provider: ProviderName::new("pingone").unwrap(), id: id.into() }
}

fn unlock(id: &str, part: Option<RowRef>) -> Unlock {
    Unlock {
        key: key(id),
        layer: Layer::ACCOUNT,
        username: id.into(),
        email: Some(format!("{id}@corp.example").as_str().into()),
        ticket: None,
        verified: None,
        seen: String::new(),
        operator: "op".into(),
        system: "here".into(),
        aliases: Vec::new(),
        typed_id: false,
        further: false,
        beside: None,
        part,
    }
}

fn end(outcome: Outcome) -> OutcomeEvent<'static> {
    OutcomeEvent { outcome, problem: None, steps: &[], handle: None, again: false }
}

fn writer(directory: &Path) -> Ledger {
    Ledger::new(directory.to_owned(), Operator::current(), None)
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

/// What an index says: open unlocks; runs with their ends; how often the first account was unlocked.
#[derive(Debug, PartialEq)]
struct Says {
    open: Vec<(IntentId, Option<Outcome>, bool)>,
    runs: Vec<(Uuid, Vec<(Outcome, u64)>)>,
    usage: usize,
}

fn by_index(index: &LedgerIndex) -> Says {
    let open = index.open_unlocks().unwrap();
    let open = open.iter().map(|one| (one.intent, one.outcome.map(|(outcome, _)| outcome), one.heard.is_some()));
    let runs = index.runs().unwrap().into_iter().map(|run| (run.id, run.outcomes));
    let mut says = Says {
        open: open.collect(),
        runs: runs.collect(),
        usage: index.usage(&key("a0"), u32::MAX, None, Timestamp::now()).unwrap().of_account as usize,
    };
    says.open.sort_by_key(|one| one.0.0);
    says.runs.sort_by_key(|one| one.0);
    says
}

/// The same, from every record of every file.
fn by_files(directory: &Path) -> Says {
    let journal = read(directory).unwrap();
    let unlocks = journal.unlocks();
    let is_open = |outcome: Option<(Outcome, Timestamp)>| outcome.is_none_or(|(outcome, _)| outcome.is_undecided());
    let open = unlocks.iter().filter(|one| is_open(one.outcome));
    let open = open.map(|one| (one.intent, one.outcome.map(|(outcome, _)| outcome), one.heard.is_some()));
    let mut says = Says {
        open: open.collect(),
        runs: journal.runs().into_iter().map(|run| (run.id, run.outcomes)).collect(),
        usage: unlocks.iter().filter(|one| one.unlock.key == key("a0")).count(),
    };
    says.open.sort_by_key(|one| one.0.0);
    says.runs.sort_by_key(|one| one.0);
    says
}

/// One thing that happens.
#[derive(Clone, Debug)]
enum Happens {
    /// A process asks for an unlock, perhaps as a row of a run.
    Asks { writer: usize, account: usize, row: Option<u32> },
    /// A process records an end of one of them.
    Ends { writer: usize, which: usize, outcome: Outcome },
    /// A process records what a device has answered.
    Answers { writer: usize, which: usize },
    /// A process ends, and another one begins in its place.
    Leaves { writer: usize },
    /// Somebody asks the index.
    Reads { anew: bool },
}

fn happens() -> impl Strategy<Value = Happens> {
    let outcome = prop_oneof![Just(Outcome::Unlocked), Just(Outcome::Unknown), Just(Outcome::Failed)];
    prop_oneof![
        4 => (0..3usize, 0..4usize, proptest::option::of(0..9u32))
            .prop_map(|(writer, account, row)| Happens::Asks { writer, account, row }),
        4 => (0..3usize, any::<usize>(), outcome).prop_map(|(writer, which, outcome)| Happens::Ends { writer, which, outcome }),
        1 => (0..3usize, any::<usize>()).prop_map(|(writer, which)| Happens::Answers { writer, which }),
        1 => (0..3usize).prop_map(|writer| Happens::Leaves { writer }),
        2 => any::<bool>().prop_map(|anew| Happens::Reads { anew }),
    ]
}

/// An answer of the Mac to the command of that intent.
fn answer(proof: &Recorded<Unlock>) -> Answered {
    let answer = DeviceAnswer {
        command: proof.intent().command().into(),
        device: "mac".into(),
        status: DeviceStatus::Acknowledged,
        chain: Vec::new(),
        users: None,
        detail: "".into(),
        event: "".into(),
        at: Timestamp::now(),
        evidence: "signature".to_owned(),
    };
    Answered { intent: proof.intent(), provider: proof.what().key.provider.clone(), answer, contradicts: false }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever several processes write, and whenever somebody reads: the index says what all files say.
    #[test]
    fn an_index_says_what_all_files_together_say(story in proptest::collection::vec(happens(), 1..60)) {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("ledger");
        let the_run = Uuid::now_v7();
        run(async {
            let mut writers: Vec<Ledger> = (0..3).map(|_| writer(&directory)).collect();
            let mut asked: Vec<Recorded<Unlock>> = Vec::new();
            let mut index = LedgerIndex::new(directory.clone());
            let note = Note::Started { run: the_run, sha256: "00", verdicts: &["unlock"], audit: &AuditContext::default() };
            writers[0].note(&note).await.unwrap();
            for what in story {
                match what {
                    Happens::Asks { writer, account, row } => {
                        let part = row.map(|row| RowRef { run: the_run, row });
                        asked.push(writers[writer].record(unlock(&format!("a{account}"), part)).await.unwrap());
                    }
                    Happens::Ends { writer, which, outcome } if !asked.is_empty() => {
                        let proof = &asked[which % asked.len()];
                        writers[writer].resolve(proof.intent(), proof.what(), &end(outcome)).await.unwrap();
                    }
                    Happens::Answers { writer, which } if !asked.is_empty() => {
                        let answered = answer(&asked[which % asked.len()]);
                        writers[writer].answer(&answered).await.unwrap();
                    }
                    Happens::Leaves { writer: which } => writers[which] = writer(&directory),
                    Happens::Reads { anew } => {
                        if anew {
                            index = LedgerIndex::new(directory.clone());
                        }
                        assert_eq!(by_index(&index), by_files(&directory));
                    }
                    _ => {}
                }
            }
            assert_eq!(by_index(&index), by_files(&directory));
            for proof in &asked {
                let (what, _) = index.command(proof.intent()).unwrap().unwrap();
                assert_eq!(what.key, proof.what().key);
            }
        });
    }
}

/// A ledger of many processes that are gone, of which every third unlock has no end.
fn of_many(directory: &Path, processes: usize) {
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

fn files(directory: &Path) -> Vec<PathBuf> {
    let items = fs::read_dir(directory).unwrap().map(|item| item.unwrap().path());
    let mut files: Vec<PathBuf> = items.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

type Harm = (&'static str, fn(&Path));

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
            let note = Note::Started { run: id, sha256: "00", verdicts: &["unlock"], audit: &audit };
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
fn a_search_finds_a_person_however_the_name_is_written() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("ledger");
    run(async {
        let ledger = writer(&directory);
        for name in ["ada", "José", "Jose\u{301}", "mu\u{308}ller", "m\u{212a}elvin", "o\"quote", "zoë*"] {
            let proof = ledger.record(Unlock { username: name.into(), ..unlock("x-1", None) }).await.unwrap();
            ledger.close(&proof, &end(Outcome::Unlocked)).await.unwrap();
        }
    });
    for (wanted, count) in [
        ("ADA", 1),
        ("josé", 2),
        ("Jose\u{301}", 2),
        ("MÜLLER", 1),
        ("mkelvin", 1),
        ("o\"quote", 1),
        ("x-1", 7),
        ("*@corp.example", 7),
    ] {
        let found = search(&directory, wanted).unwrap().records();
        let is_it = |text: &str| unbolt::policy::fits(wanted, text);
        let meant = found.iter().filter(|record| {
            let names = [Some(&record.username), record.email.as_ref(), Some(&record.key.id)];
            names.into_iter().flatten().any(|name| is_it(name.as_data()))
        });
        let ends: Vec<&str> = meant.map(|record| record.outcome).collect();
        assert_eq!(ends, vec!["unlocked"; count], "{wanted}");
    }
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
fn a_known_open_unlock_hides_no_other_of_the_account() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("ledger");
    run(async {
        let (ledger, index) = (writer(&directory), LedgerIndex::new(directory.clone()));
        let open = |id: &str| {
            let found = index.open_unlocks_of(&key(id)).unwrap();
            found.iter().map(|one| (one.intent, one.in_flight)).collect::<Vec<_>>()
        };
        let first = ledger.record(unlock("a0", None)).await.unwrap().intent();
        assert_eq!(open("a0"), [(first, true)]);
        let second = ledger.record(unlock("a0", None)).await.unwrap().intent();
        assert_eq!(open("a0"), [(first, true), (second, true)], "whoever goes beside the first one meets the second");
        assert!(open("a1").is_empty());
    });
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

#[test]
fn what_a_search_finds_nothing_of_is_no_empty_ledger() {
    let world = World::new();
    assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 0);
    let ran = world.run(&["ledger", "show", "--person", "nobody-at-all"]);
    assert!(ran.code == 0 && ran.err.contains("nothing in the ledger fits"), "{ran:?}");
    // A line about the person that can't be read is told.
    let file = &files(&world.ledger_dir())[0];
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, text.replacen("\"record\":\"intent\"", "\"record\":intent", 1)).unwrap();
    let ran = world.run(&["ledger", "show", "--person", "ada"]);
    assert!(ran.err.contains("1 line can't be read"), "{ran:?}");
}
