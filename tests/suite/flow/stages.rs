//! The stages of a run: first one alone, then five, then the rest.

use std::collections::{BTreeMap, BTreeSet};

use unbolt::bulk::Run;
use unbolt::bulk::plan::{PlannedAccount, Row, Verdict};
use unbolt::bulk::run::{ReadyRun, RunCommand, RunSettings};

use super::*;

fn row(line: u64) -> Row {
    let account = PlannedAccount {
        key: key(),
        username: "ada".into(),
        cause: Some(Cause::BadPasswords),
        since: None,
        as_of: Timestamp::UNIX_EPOCH,
    };
    Row { account: Some(account), ..Row::without(line, "ada".into(), Verdict::Unlock, "bad passwords") }
}

fn settings() -> RunSettings {
    RunSettings {
        id: uuid::Uuid::from_u128(1),
        paces: BTreeMap::new(),
        pause: Duration::ZERO,
        wait: Duration::from_secs(10),
        verdicts: vec![Verdict::Unlock],
        operator: "op".into(),
        audit: AuditContext::default(),
    }
}

/// What a run asks for, by row and name.
fn asked(commands: &[RunCommand]) -> Vec<String> {
    let word = |command: &RunCommand| match command {
        RunCommand::Unlock(row, call) => format!("{row} {}", name(call)),
        RunCommand::Note(note) => format!("{} note", note.part.row),
    };
    commands.iter().map(word).collect()
}

#[test]
fn a_row_that_was_not_begun_when_the_run_ended_is_begun_by_the_next() {
    let settings = settings();
    let mut run =
        Run::new(ReadyRun { settings, rows: vec![row(1)], known: BTreeMap::new(), open: BTreeSet::new() }, at(0));
    assert_eq!(asked(&run.tick(at(0))), ["0 read"]);
    run.leave("told to end");
    assert!(
        run.handle(at(1), 0, read(account(locked(Cause::BadPasswords), Lock::Open))).is_empty(),
        "nothing is noted"
    );
    assert!(run.is_over() && run.left() == 1, "{run:?}");
    run.go_on();
    assert_eq!(asked(&run.tick(at(2))), ["0 read"]);
}

#[test]
fn a_row_that_was_looked_at_while_its_stage_ended_begins_with_the_next_one() {
    let settings = settings();
    let (rows, open) = (vec![row(1), row(2)], BTreeSet::from([1]));
    let mut run = Run::new(ReadyRun { settings, rows, known: BTreeMap::new(), open }, at(0));
    assert_eq!(asked(&run.tick(at(0))), ["0 read"], "the first one alone");
    let steps = [
        (read(account(locked(Cause::BadPasswords), Lock::Open)), "0 record account"),
        (recorded(1), "0 send"),
        (UnlockEvent::Answered(UnlockReply::Accepted("200 OK".into()), None), "0 verify"),
        (polled(PollStatus::Ended(Outcome::Unlocked, None), Some(account(Lock::Open, Lock::Open))), "0 close unlocked"),
    ];
    for (event, then) in steps {
        assert_eq!(asked(&run.handle(at(1), 0, event)), [then]);
    }
    assert!(run.handle(at(1), 0, UnlockEvent::Closed(Ok(()))).is_empty());
    assert!(!run.is_over(), "the other one is still looked at");
    assert_eq!(asked(&run.looked(at(2), 1, Outcome::StillLocked, true)), ["1 read"], "its stage has room for it");
}
