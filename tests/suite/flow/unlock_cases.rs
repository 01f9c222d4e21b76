//! The procedure of an unlock, case by case: `cases.toml` says how a case is written.

use std::time::Duration;

use serde::Deserialize;
use unbolt::domain::*;
use unbolt::flow::unlock::{ConfirmedUnlock, UnlockFlow};
use unbolt::flow::{UnlockCall, UnlockEvent};

use crate::support::cases;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    order: Vec<String>,
    events: Vec<String>,
    calls: Vec<String>,
    outcome: Option<String>,
}

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

fn account_called(word: &str) -> Account {
    let passwords = || locked(Cause::BadPasswords);
    let mac = unreported();
    match word {
        "open" => account(Lock::Open, Lock::Open),
        "locked" => account(passwords(), Lock::Open),
        "both" => account(passwords(), passwords()),
        "second" => account(Lock::Open, passwords()),
        "disabled" => Account { enabled: Some(false), ..account(passwords(), Lock::Open) },
        "admin" => account(locked(Cause::Admin), Lock::Open),
        "admin+locked" => account(locked(Cause::Admin), passwords()),
        "untold" => account(Lock::NotReported, Lock::NotReported),
        "half-read" => account(Lock::Open, Lock::Unknown { problem: Some(Box::new(problem())) }),
        "mac" => mac,
        "guessed-mac" => Account { guess: Some("made of the user name"), ..mac },
        "forbidden-mac" => Account { may_unlock: MayUnlock::No("not enrolled".into()), ..mac },
        other => panic!("no account is called {other}"),
    }
}

fn order_with(words: &[String]) -> ConfirmedUnlock {
    let has = |word: &str| words.iter().any(|one| one == word);
    ConfirmedUnlock { opens_unreported: has("unreported"), in_passing: has("in_passing"), ..request(has("typed_id")) }
}

/// What happens by these words; none is the clock alone.
fn event_called(words: &[&str], intents: &mut usize) -> Option<UnlockEvent> {
    let answered = |reply| UnlockEvent::Answered(reply, None);
    let second = Duration::from_secs(1);
    Some(match words {
        ["tick" | "leave" | "ending"] => return None,
        ["read", word] => read(account_called(word)),
        ["recorded"] => {
            *intents += 1;
            recorded(*intents)
        }
        ["not-recorded"] => UnlockEvent::Recorded(Err(problem())),
        ["accepted"] => answered(UnlockReply::Accepted("200 OK".into())),
        ["queued"] => answered(UnlockReply::Queued(Vec::new(), None)),
        ["in-doubt"] => answered(UnlockReply::InDoubt(problem())),
        ["throttled"] => answered(UnlockReply::Throttled(5 * second, problem())),
        ["unlocked"] => polled(PollStatus::Ended(Outcome::Unlocked, None), Some(account_called("open"))),
        ["opened-one"] => polled(PollStatus::Ended(Outcome::Unlocked, None), Some(account_called("second"))),
        ["still", word] => polled(PollStatus::AskAgain(second, None), Some(account_called(word))),
        ["unread"] => polled(PollStatus::AskAgain(5 * second, Some(problem())), None),
        ["closed"] => UnlockEvent::Closed(Ok(())),
        ["earlier-in-flight"] => earlier(true),
        ["earlier-left"] => earlier(false),
        ["settled"] => settled(None),
        ["settled", word] => settled(Some(Outcome::named(word).unwrap())),
        other => panic!("nothing that happens is called {other:?}"),
    })
}

/// The calls of an unlock and its outcome, after everything that happened.
fn play(case: &Case) -> (Vec<String>, Option<Outcome>) {
    let (mut flow, calls) = UnlockFlow::start(order_with(&case.order), PATIENCE, at(0));
    let mut names: Vec<String> = calls.iter().map(name).collect();
    let mut intents = 0;
    for line in &case.events {
        let words: Vec<&str> = line.split(' ').collect();
        let (time, what) = words.split_first().unwrap();
        let (seconds, step) = seconds(time);
        for second in seconds {
            let mut calls = match event_called(what, &mut intents) {
                _ if what == ["leave"] => flow.abandon(at(second)),
                _ if what == ["ending"] => {
                    flow.send_no_more();
                    Vec::new()
                }
                Some(event) => flow.handle(at(second), event),
                None => flow.tick(at(second)),
            };
            if step > 0 {
                calls.extend(flow.tick(at(second + step)));
            }
            names.extend(calls.iter().map(name));
        }
    }
    (names, flow.outcome().map(|(outcome, _)| outcome))
}

/// `SECOND` or `FROM..TO/STEP`, both ends in it; the step is 0 for one second.
fn seconds(time: &str) -> (Vec<u64>, u64) {
    let number = |text: &str| text.parse::<u64>().unwrap_or_else(|e| panic!("{time}: {e}"));
    let Some((from, rest)) = time.split_once("..") else { return (vec![number(time)], 0) };
    let (to, step) = rest.split_once('/').unwrap();
    ((number(from)..=number(to)).step_by(usize::try_from(number(step)).unwrap()).collect(), number(step))
}

/// Calls with those that repeat in a row counted.
fn counted(calls: &[String]) -> Vec<String> {
    let rows = calls.chunk_by(|one, other| one == other);
    rows.map(|row| if row.len() == 1 { row[0].clone() } else { format!("{} ×{}", row[0], row.len()) }).collect()
}

#[test]
fn an_unlock_does_what_each_case_says() {
    let cases: Vec<Case> = cases(include_str!("cases.toml"));
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let (calls, outcome) = play(case);
            let (calls, outcome) = (counted(&calls), outcome.map(Outcome::word));
            let is_as_said = calls == case.calls && outcome == case.outcome.as_deref();
            (!is_as_said).then(|| format!("{}: calls {calls:?}, outcome {outcome:?}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(cases.len() >= 30, "{}", cases.len());
}
