//! The unlock procedure as a machine: cases told as lists of what happens, and any order of events.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use unbolt::domain::*;
use unbolt::flow::unlock::{Timeouts, UnlockFlow, UnlockOrder};
use unbolt::flow::{Earlier, EarlierOutcome, Proof, UnlockCall, UnlockEvent};
use unbolt::ledger::{Ledger, Operator};
use unbolt::provider::{apple_mdm, pingone};

fn key() -> AccountKey {
    AccountKey { provider: ProviderName::new("pingone").unwrap(), id: "id-1".into() }
}

fn at(s: u64) -> Stamp {
    Stamp {
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
        ..Account::new(key(), Kind(&pingone::KIND), "ada".into(), Timestamp::UNIX_EPOCH)
    }
}

/// An account of a kind that can't report a lock.
fn unreported() -> Account {
    Account { kind: Kind(&apple_mdm::KIND), ..account(Lock::NotReported, Lock::NotReported) }
}

fn request(typed_id: bool) -> UnlockOrder {
    UnlockOrder {
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
    UnlockEvent::Earlier(Box::new(Earlier {
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

/// In flight, id typed, what became of it, what is done then, how it ends.
type EarlierCase<'a> = (bool, bool, Option<Outcome>, &'a [&'a str], Option<Outcome>);

#[test]
fn an_earlier_unlock_is_settled_before_another_is_recorded() {
    let as_locked = || read(account(locked(Cause::BadPasswords), Lock::Open));
    let cases: Vec<EarlierCase<'_>> = vec![
        // Somebody else did it: the account says so itself.
        (true, false, Some(Outcome::Unlocked), &["read"], None),
        // Somebody else's ended badly: whoever waited learns that, and sends nothing.
        (true, false, Some(Outcome::Failed), &[], Some(Outcome::Failed)),
        (true, false, Some(Outcome::StillLocked), &[], Some(Outcome::StillLocked)),
        (true, false, None, &[], Some(Outcome::Refused)),
        // Left behind by a process that is gone.
        (false, false, Some(Outcome::StillLocked), &["record account"], None),
        (false, false, Some(Outcome::Failed), &["record account"], None),
        (false, false, Some(Outcome::Unknown), &[], Some(Outcome::Unknown)),
        (false, false, Some(Outcome::Accepted), &[], Some(Outcome::Refused)),
        (false, true, Some(Outcome::Accepted), &["record account"], None),
    ];
    for (in_flight, typed_id, outcome, then, end) in cases {
        let (calls, ended) = play(
            request(typed_id),
            vec![(1, Some(as_locked())), (1, Some(earlier(in_flight))), (2, Some(settled(outcome)))],
        );
        let expected: Vec<&str> = ["read", "record account", "settle"].iter().chain(then).copied().collect();
        assert_eq!((calls.iter().map(String::as_str).collect::<Vec<_>>(), ended), (expected, end), "{outcome:?}");
    }
}

/// The name of a call, for lists.
fn name(call: &UnlockCall) -> String {
    match call {
        UnlockCall::Read(_) => "read".into(),
        UnlockCall::Record(unlock, _) => format!("record {}", unlock.layer.0),
        UnlockCall::Settle(..) => "settle".into(),
        UnlockCall::Send(_) => "send".into(),
        UnlockCall::Poll(..) => "poll".into(),
        UnlockCall::Verify(_) => "verify".into(),
        UnlockCall::Close { outcome, .. } => format!("close {}", outcome.word()),
    }
}

/// Plays events; gives every call by name, and the outcome.
fn play(request: UnlockOrder, events: Vec<(u64, Option<UnlockEvent>)>) -> (Vec<String>, Option<Outcome>) {
    let (mut flow, calls) = UnlockFlow::start(request, PATIENCE, at(0));
    let mut names: Vec<String> = calls.iter().map(name).collect();
    for (second, event) in events {
        let calls = match event {
            Some(event) => flow.handle(at(second), event),
            None => flow.tick(at(second)),
        };
        names.extend(calls.iter().map(name));
    }
    (names, flow.outcome().map(|(outcome, _)| outcome))
}

#[test]
fn the_straight_way() {
    let (calls, outcome) = play(
        request(false),
        vec![
            (0, Some(read(account(locked(Cause::BadPasswords), Lock::Open)))),
            (0, Some(recorded(1))),
            (1, Some(UnlockEvent::Answered(UnlockReply::Accepted("200 OK".into()), None))),
            (1, Some(polled(PollStatus::Ended(Outcome::Unlocked, None), Some(account(Lock::Open, Lock::Open))))),
            (1, Some(UnlockEvent::Closed(Ok(())))),
        ],
    );
    assert_eq!(calls, ["read", "record account", "send", "verify", "close unlocked"]);
    assert_eq!(outcome, Some(Outcome::Unlocked));
}

#[test]
fn what_is_not_locked_or_not_ours_to_open_is_not_touched() {
    let disabled = Account { enabled: Some(false), ..account(locked(Cause::BadPasswords), Lock::Open) };
    let unread = Lock::Unknown { problem: Some(Box::new(problem())) };
    let cases = [
        (account(Lock::Open, Lock::Open), Outcome::AlreadyOpen),
        (disabled, Outcome::LeftAlone),
        (account(locked(Cause::Admin), Lock::Open), Outcome::Refused),
        (account(locked(Cause::Admin), locked(Cause::BadPasswords)), Outcome::Refused),
        (account(Lock::NotReported, Lock::NotReported), Outcome::Refused),
        (unreported(), Outcome::LeftAlone),
        (account(Lock::Open, unread), Outcome::Failed),
    ];
    for (account, expected) in cases {
        let words = format!("{:?}", account.lock);
        let (calls, outcome) = play(request(false), vec![(0, Some(read(account)))]);
        assert_eq!((calls, outcome), (vec!["read".to_owned()], Some(expected)), "{words}");
    }
}

#[test]
fn a_deliberate_lock_opens_with_its_id_typed() {
    let (calls, _) = play(request(true), vec![(0, Some(read(account(locked(Cause::Admin), Lock::Open))))]);
    assert_eq!(calls, ["read", "record account"]);
}

#[test]
fn without_a_record_nothing_is_sent() {
    let (calls, outcome) = play(
        request(false),
        vec![
            (0, Some(read(account(locked(Cause::BadPasswords), Lock::Open)))),
            (0, Some(UnlockEvent::Recorded(Err(problem())))),
        ],
    );
    assert_eq!(calls, ["read", "record account"]);
    assert_eq!(outcome, Some(Outcome::Refused));
}

#[test]
fn in_doubt_is_read_first_and_sent_again_only_when_the_server_must_have_given_up() {
    let still = || account(locked(Cause::BadPasswords), Lock::Open);
    let again = || polled(PollStatus::AskAgain(Duration::from_secs(1), None), Some(still()));
    let (calls, outcome) = play(
        request(false),
        vec![
            (0, Some(read(still()))),
            (0, Some(recorded(1))),
            (2, Some(UnlockEvent::Answered(UnlockReply::InDoubt(problem()), None))),
            (2, Some(again())),
            // 29 seconds after the intent the server may still be at it.
            (29, None),
            (30, None),
            (30, Some(again())),
            (30, Some(UnlockEvent::Closed(Ok(())))),
            (30, Some(recorded(2))),
            (31, Some(UnlockEvent::Answered(UnlockReply::Accepted("200 OK".into()), None))),
            (31, Some(polled(PollStatus::Ended(Outcome::Unlocked, None), Some(account(Lock::Open, Lock::Open))))),
            (31, Some(UnlockEvent::Closed(Ok(())))),
        ],
    );
    let expected = [
        "read",
        "record account",
        "send",
        "verify",
        "verify",
        "close failed",
        "record account",
        "send",
        "verify",
        "close unlocked",
    ];
    assert_eq!(calls, expected);
    assert_eq!(outcome, Some(Outcome::Unlocked));
}

#[test]
fn what_cannot_be_read_is_unknown_in_the_end() {
    let unread = || polled(PollStatus::AskAgain(Duration::from_secs(5), Some(problem())), None);
    let mut events = vec![
        (0, Some(read(account(locked(Cause::BadPasswords), Lock::Open)))),
        (0, Some(recorded(1))),
        (1, Some(UnlockEvent::Answered(UnlockReply::InDoubt(problem()), None))),
    ];
    for second in (2..60).step_by(5) {
        events.push((second, Some(unread())));
        events.push((second + 5, None));
    }
    events.push((70, Some(UnlockEvent::Closed(Ok(())))));
    let (calls, outcome) = play(request(false), events);
    assert_eq!(calls.iter().filter(|call| *call == "send").count(), 1, "{calls:?}");
    assert_eq!(calls.last().map(String::as_str), Some("close unknown"));
    assert_eq!(outcome, Some(Outcome::Unknown));
}

#[test]
fn throttled_is_sent_again_after_the_wait_with_an_intent_of_its_own() {
    let (calls, _) = play(
        request(false),
        vec![
            (0, Some(read(account(locked(Cause::BadPasswords), Lock::Open)))),
            (0, Some(recorded(1))),
            (1, Some(UnlockEvent::Answered(UnlockReply::Throttled(Duration::from_secs(5), problem()), None))),
            (5, None),
            (6, None),
            (6, Some(UnlockEvent::Closed(Ok(())))),
            (6, Some(recorded(2))),
        ],
    );
    assert_eq!(calls, ["read", "record account", "send", "close failed", "record account", "send"]);
}

#[test]
fn accepted_and_never_seen_to_open_is_still_locked() {
    let still = || account(locked(Cause::BadPasswords), Lock::Open);
    let mut events = vec![
        (0, Some(read(still()))),
        (0, Some(recorded(1))),
        (1, Some(UnlockEvent::Answered(UnlockReply::Accepted("200 OK".into()), None))),
    ];
    for second in 1..13 {
        events.push((second, Some(polled(PollStatus::AskAgain(Duration::from_secs(1), None), Some(still())))));
        events.push((second + 1, None));
    }
    events.push((20, Some(UnlockEvent::Closed(Ok(())))));
    let (calls, outcome) = play(request(false), events);
    assert_eq!(calls.last().map(String::as_str), Some("close still_locked"));
    assert_eq!(outcome, Some(Outcome::StillLocked), "HTTP 200 alone is no unlock");
}

#[test]
fn a_device_is_waited_for_and_what_it_says_is_told_once() {
    let asked = UnlockOrder { opens_unreported: true, ..request(false) };
    let not_now = || Progress::new(StepState::NotNow, "not now");
    let waiting = |progress: Vec<Progress>| {
        let polled =
            PollResult { progress, ..PollResult::seen("", PollStatus::Waiting(Duration::from_secs(1), None), None) };
        UnlockEvent::Polled(Box::new(polled))
    };
    let (mut flow, _) = UnlockFlow::start(asked, PATIENCE, at(0));
    flow.handle(at(0), read(unreported()));
    flow.handle(at(0), recorded(1));
    let queued = vec![Progress::new(StepState::Queued, "q"), Progress::new(StepState::Pushed, "p")];
    let calls = flow.handle(at(1), UnlockEvent::Answered(UnlockReply::Queued(queued, Some("handle".into())), None));
    assert!(matches!(&calls[..], [UnlockCall::Verify(open)] if open.handle.as_ref().unwrap().as_data() == "handle"));
    assert!(flow.waits_for_device());
    flow.handle(at(1), waiting(vec![not_now()]));
    assert_eq!(flow.tick(at(2)).len(), 1);
    flow.handle(at(2), waiting(vec![not_now()]));
    // A webhook: it looks at once, and not only when its time has come.
    assert_eq!(flow.heard(at(2)).len(), 1);
    assert!(flow.heard(at(2)).is_empty(), "it is looking already");
    let done = PollResult {
        progress: vec![not_now(), Progress::new(StepState::Acknowledged, "done")],
        ..PollResult::seen("", PollStatus::Ended(Outcome::Acknowledged, None), None)
    };
    let calls = flow.handle(at(2), UnlockEvent::Polled(Box::new(done)));
    assert_eq!(calls.iter().map(name).collect::<Vec<_>>(), ["close acknowledged"]);
    let states: Vec<&str> = flow.steps().iter().map(|step| step.state.word()).collect();
    assert_eq!(states, ["asked", "read", "recorded", "sent", "queued", "pushed", "not_now", "acknowledged"]);
}

#[test]
fn leaving_a_waiting_device_says_that_it_waits() {
    for (reply, expected) in [
        (UnlockReply::Queued(Vec::new(), None), "close accepted"),
        (UnlockReply::Accepted("200".into()), "close unknown"),
    ] {
        let (mut flow, _) = UnlockFlow::start(request(false), PATIENCE, at(0));
        flow.handle(at(0), read(account(locked(Cause::BadPasswords), Lock::Open)));
        flow.handle(at(0), recorded(1));
        flow.handle(at(1), UnlockEvent::Answered(reply, None));
        let calls = flow.abandon(at(1));
        assert_eq!(calls.iter().map(name).collect::<Vec<_>>(), [expected]);
    }
}

#[test]
fn a_guess_and_what_reports_no_lock_need_their_own_yes() {
    let unreported = unreported();
    let guess = Account { guess: Some("made of the user name"), ..unreported.clone() };
    let refused = Account { may_unlock: MayUnlock::No("not enrolled".into()), ..unreported.clone() };
    let yes = || UnlockOrder { opens_unreported: true, ..request(false) };
    let cases = [
        (unreported.clone(), request(false), Some(Outcome::LeftAlone)),
        (unreported, yes(), None),
        (guess.clone(), yes(), Some(Outcome::Refused)),
        (guess.clone(), UnlockOrder { in_passing: true, ..yes() }, Some(Outcome::LeftAlone)),
        (guess, UnlockOrder { typed_id: true, ..yes() }, None),
        (refused, yes(), Some(Outcome::Refused)),
    ];
    for (account, request, expected) in cases {
        assert_eq!(play(request, vec![(0, Some(read(account)))]).1, expected);
    }
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
