//! The procedure of an unlock, case by case.

use std::time::Duration;

use unbolt::domain::*;
use unbolt::flow::unlock::{UnlockFlow, UnlockOrder};
use unbolt::flow::{UnlockCall, UnlockEvent};

use super::*;

/// The name of a call, for lists.
pub(super) fn name(call: &UnlockCall) -> String {
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
pub(super) fn play(request: UnlockOrder, events: Vec<(u64, Option<UnlockEvent>)>) -> (Vec<String>, Option<Outcome>) {
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
