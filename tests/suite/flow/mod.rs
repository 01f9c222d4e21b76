//! The unlock procedure as a machine: cases told as lists of what happens, and any order of events.

mod devices;
mod stages;
mod unlock_cases;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use unbolt::domain::*;
use unbolt::flow::unlock::{ConfirmedUnlock, Timeouts, UnlockFlow};
use unbolt::flow::{EarlierOutcome, Proof, UnfinishedUnlock, UnlockCall, UnlockEvent};
use unbolt::ledger::{Ledger, Operator};
use unbolt::provider::{apple_mdm, pingone};

use unlock_cases::name;

fn key() -> AccountKey {
    AccountKey { provider: ProviderName::new("pingone").unwrap(), id: "id-1".into() }
}

fn at(s: u64) -> ClockReading {
    ClockReading {
        mono: Duration::from_secs(s),
        wall: Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(i64::try_from(s).unwrap()),
    }
}

fn locked(cause: Cause) -> Lock {
    Lock::Locked { since: None, until: None, cause }
}

fn account(account_layer: Lock, password_layer: Lock) -> Account {
    let layer = |layer, lock| LayerLock { layer, lock, reported: "seen".into() };
    Account {
        enabled: Some(true),
        lock: Lock::over([&account_layer, &password_layer]),
        layers: vec![layer(Layer::ACCOUNT, account_layer), layer(Layer::PASSWORD, password_layer)],
        tells_end: true,
        ..Account::new(key(), ProviderKind(&pingone::KIND), "ada".into(), Timestamp::UNIX_EPOCH)
    }
}

/// An account of a kind that can't report a lock.
fn unreported() -> Account {
    Account { kind: ProviderKind(&apple_mdm::KIND), ..account(Lock::NotReported, Lock::NotReported) }
}

fn request(typed_id: bool) -> ConfirmedUnlock {
    ConfirmedUnlock {
        key: key(),
        system: "test".into(),
        ticket: None,
        verified: None,
        operator: "op".into(),
        confirmed: Cause::BadPasswords,
        in_passing: false,
        typed_id,
        opens_unreported: false,
        planned_since: None,
        part: None,
    }
}

const PATIENCE: Timeouts = Timeouts {
    settles_after: Duration::from_secs(30),
    verify: Duration::from_secs(10),
    device: Duration::from_secs(3_600),
};

/// Proofs of intents: only a ledger makes one.
fn proof(n: usize) -> Proof {
    static PROOFS: LazyLock<Vec<Proof>> = LazyLock::new(|| {
        let place = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(place.path().join("ledger"), Operator::current(), None);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let unlock = || Unlock {
            key: key(),
            layer: Layer::ACCOUNT,
            username: "ada".into(),
            email: None,
            ticket: None,
            verified: None,
            seen: String::new(),
            operator: "op".into(),
            system: "test".into(),
            aliases: Vec::new(),
            typed_id: false,
            further: false,
            beside: None,
            part: None,
        };
        (0..9).map(|_| Arc::new(runtime.block_on(ledger.record(unlock())).unwrap())).collect()
    });
    PROOFS[n].clone()
}

fn problem() -> Problem {
    Problem::new(Code::TimedOut, "no answer", "", "look")
}

fn read(account: Account) -> UnlockEvent {
    UnlockEvent::Read(Ok(Some(Box::new(account))))
}

fn recorded(n: usize) -> UnlockEvent {
    UnlockEvent::Recorded(Ok(proof(n)))
}

fn polled(verdict: PollStatus, account: Option<Account>) -> UnlockEvent {
    UnlockEvent::Polled(Box::new(PollResult::seen("seen", verdict, account.map(Box::new))))
}

fn earlier(in_flight: bool) -> UnlockEvent {
    UnlockEvent::Earlier(Box::new(UnfinishedUnlock {
        intent: proof(8).intent(),
        key: key(),
        operator: "lena".into(),
        at: at(0).wall,
        in_flight,
    }))
}

fn settled(outcome: Option<Outcome>) -> UnlockEvent {
    UnlockEvent::Settled(Box::new(EarlierOutcome { outcome, why: "as seen".into() }))
}

fn any_event() -> impl Strategy<Value = Option<UnlockEvent>> {
    let lock = prop_oneof![
        Just(Lock::Open),
        Just(locked(Cause::BadPasswords)),
        Just(locked(Cause::Admin)),
        Just(Lock::NotReported),
        Just(Lock::Unknown { problem: Some(Box::new(problem())) }),
    ];
    let any_account = (lock.clone(), lock).prop_map(|(a, b)| account(a, b));
    let verdict = prop_oneof![
        Just(PollStatus::Ended(Outcome::Unlocked, None)),
        Just(PollStatus::Ended(Outcome::Relocked, None)),
        Just(PollStatus::AskAgain(Duration::from_secs(1), None)),
        Just(PollStatus::AskAgain(Duration::from_secs(1), Some(problem()))),
        Just(PollStatus::Waiting(Duration::from_secs(1), None)),
        Just(PollStatus::Ended(Outcome::Acknowledged, None)),
    ];
    prop_oneof![
        Just(None),
        any_account.clone().prop_map(|account| Some(read(account))),
        Just(Some(UnlockEvent::Read(Ok(None)))),
        Just(Some(UnlockEvent::Read(Err(problem())))),
        (0usize..9).prop_map(|n| Some(recorded(n))),
        Just(Some(UnlockEvent::Recorded(Err(problem())))),
        Just(Some(earlier(true))),
        Just(Some(settled(Some(Outcome::Unlocked)))),
        Just(Some(settled(Some(Outcome::StillLocked)))),
        Just(Some(UnlockEvent::Answered(UnlockReply::Accepted("ok".into()), None))),
        Just(Some(UnlockEvent::Answered(UnlockReply::Queued(Vec::new(), None), None))),
        Just(Some(UnlockEvent::Answered(UnlockReply::Throttled(Duration::from_secs(2), problem()), None))),
        Just(Some(UnlockEvent::Answered(UnlockReply::NotDone(problem()), None))),
        Just(Some(UnlockEvent::Answered(UnlockReply::InDoubt(problem()), None))),
        (verdict, proptest::option::of(any_account)).prop_map(|(verdict, account)| Some(polled(verdict, account))),
        Just(Some(UnlockEvent::Closed(Ok(())))),
        Just(Some(UnlockEvent::Closed(Err(problem())))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order: a send follows a record of its own (law 1), an unanswered request
    /// isn't followed by another before the time-out (law 10), nothing is sent to an account that was last read
    /// as disabled or locked on purpose (law 4), and nothing happens after the end.
    #[test]
    fn laws_hold_for_any_order_of_events(events in proptest::collection::vec((0u64..20, any_event()), 0..60)) {
        let (mut flow, _) = UnlockFlow::start(request(false), PATIENCE, at(0));
        let mut now = 0;
        let mut intents = Vec::new();
        let mut sent_at: Option<u64> = None;
        let mut in_doubt = false;
        for (pause, event) in events {
            now += pause;
            let had_ended = flow.outcome().is_some();
            if let Some(UnlockEvent::Recorded(Ok(proof))) = &event {
                intents.push(proof.intent());
            }
            let doubts = matches!(&event, Some(UnlockEvent::Answered(UnlockReply::InDoubt(_), _)));
            let opened = matches!(&event, Some(UnlockEvent::Polled(polled)) if matches!(polled.status, PollStatus::Ended(..)));
            let calls = match event {
                Some(event) => flow.handle(at(now), event),
                None => flow.tick(at(now)),
            };
            prop_assert!(!had_ended || calls.is_empty());
            let looks = calls.iter().any(|call| matches!(call, UnlockCall::Verify(_)));
            in_doubt = (in_doubt || (doubts && looks)) && !opened;
            for call in &calls {
                match call {
                    UnlockCall::Send(proof) => {
                        prop_assert!(intents.contains(&proof.intent()));
                        if in_doubt {
                            prop_assert!(now >= sent_at.unwrap() + 30, "sent again {}s after", now - sent_at.unwrap());
                            in_doubt = false;
                        }
                        sent_at = Some(now);
                    }
                    UnlockCall::Record(..) => {
                        let account = flow.account().unwrap();
                        prop_assert!(account.enabled != Some(false) && account.lock.cause() != Some(Cause::Admin));
                        prop_assert!(account.lock.is_locked());
                    }
                    _ => {}
                }
            }
        }
    }
}
