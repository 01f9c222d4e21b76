//! What is kept beside the ledger: never believed over its files, and saying the same as all of them together.

mod kept;
mod search;
mod strange_files;

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use unbolt::domain::{
    AccountKey, AuditContext, DeviceAnswer, DeviceStatus, IntentAnswer, IntentId, Layer, Outcome, ProviderName,
    RunRowId, Unlock,
};
use unbolt::ledger::{Ledger, LedgerEvent, LedgerIndex, Operator, OtherEvent, OutcomeEvent, Recorded, read};
use uuid::Uuid;

use kept::{files, of_many};

fn key(id: &str) -> AccountKey {
    AccountKey { provider: ProviderName::new("pingone").unwrap(), id: id.into() }
}

fn unlock(id: &str, part: Option<RunRowId>) -> Unlock {
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
    let begun = journal.files.iter().flat_map(|file| &file.entries).filter_map(|entry| match &entry.event {
        LedgerEvent::Started(id, _) => Some(*id),
        _ => None,
    });
    let runs: BTreeSet<Uuid> = begun.collect();
    let mut says = Says {
        open: open.collect(),
        runs: runs.into_iter().filter_map(|id| Some((id, journal.recorded_run(id)?.outcomes))).collect(),
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
fn answer(proof: &Recorded<Unlock>) -> IntentAnswer {
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
    IntentAnswer { intent: proof.intent(), provider: proof.what().key.provider.clone(), answer, contradicts: false }
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
            let note = OtherEvent::Started { run: the_run, sha256: "00", verdicts: &["unlock"], audit: &AuditContext::default() };
            writers[0].note(&note).await.unwrap();
            for what in story {
                match what {
                    Happens::Asks { writer, account, row } => {
                        let part = row.map(|row| RunRowId { run: the_run, row });
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
