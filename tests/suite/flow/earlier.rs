//! An unlock that was begun before is settled first.

use unbolt::domain::*;
use unbolt::flow::{Earlier, UnlockEvent};

use super::*;

pub(super) fn earlier(in_flight: bool) -> UnlockEvent {
    UnlockEvent::Earlier(Box::new(Earlier {
        intent: proof(8).intent(),
        key: key(),
        operator: "lena".into(),
        at: at(0).wall,
        in_flight,
    }))
}

/// In flight, id typed, what became of it, what is done then, how it ends.
pub(super) type EarlierCase<'a> = (bool, bool, Option<Outcome>, &'a [&'a str], Option<Outcome>);

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
