//! What may be unlocked (law 4), and the words for it.

use jiff::SignedDuration;

use crate::domain::{Account, Cause, Code, Lock, MayUnlock, Outcome, Problem, Step, StepState, Untrusted, in_words};

use super::ConfirmedUnlock;

/// Two readings of one moment may differ by this much.
const SAME_LOCK: SignedDuration = SignedDuration::from_secs(2);

/// The ledger's problem after something was sent.
pub fn unrecorded(ledger: Problem) -> Problem {
    Problem {
        what: "the outcome couldn't be recorded".into(),
        next: "repair the ledger, then run `unbolt ledger resolve`".into(),
        ..ledger
    }
}

/// Why an unlock ended before its outcome was known.
pub fn left() -> Problem {
    Problem::new(Code::Internal, "the operator left before the outcome was known", "", "run `unbolt ledger resolve`")
}

/// Why an unlock ended before it was carried out.
pub fn not_begun() -> Problem {
    Problem::new(Code::NotBegun, "you left before it was carried out", "nothing was changed", "unlock it again")
}

/// Why an unlock ended before its device had answered.
pub fn unanswered(steps: &[Step]) -> Problem {
    let said = if steps.iter().any(|step| step.state == StepState::NotNow) {
        "the device said that it can't now, and hasn't answered again yet"
    } else {
        "the device hasn't answered yet"
    };
    Problem::new(
        Code::Unanswered,
        said,
        "the server had the command; unless the Mac is enrolled anew, it gets it when it comes",
        "wake the Mac and see that it is on a network; `unbolt webhook` hears its answer, `unbolt ledger resolve` where \
         the server can be asked; `unbolt ledger show --open` lists what still waits",
    )
}

/// Why this account is not touched as it reads now (law 4); none when it may be unlocked.
pub fn refusal(account: &Account, order: &ConfirmedUnlock) -> Option<(Outcome, Option<Problem>)> {
    if account.enabled == Some(false) {
        let why = Problem::new(
            Code::Refused,
            "the account is disabled and was left alone",
            "an unlock does not enable it",
            "somebody with that right has to enable it first",
        );
        return Some((Outcome::LeftAlone, Some(why)));
    }
    // Whoever types the id all the same hears it from the system itself.
    if let MayUnlock::No(why) = &account.may_unlock
        && !order.typed_id
    {
        let why = Problem::new(
            Code::Refused,
            "the system would refuse to unlock this account",
            why.clone(),
            "look at the account in the system's own console",
        );
        return Some((order.left_out(), Some(why)));
    }
    if let Some(guess) = account.guess
        && !order.typed_id
    {
        let why = Problem::new(
            Code::Refused,
            "it is only a guess that this is the person's account",
            guess,
            "ask the caller for the account's name; then confirm by typing the account's id (--confirm ID)",
        );
        return Some((order.left_out(), Some(why)));
    }
    if let Lock::Locked { since: Some(now), .. } = &account.lock
        && let Some(then) = order.planned_since
        && now.duration_since(then) > SAME_LOCK
    {
        let why = Problem::new(
            Code::Changed,
            "it was locked again after the plan was made",
            format!("since {now}, and the plan says {then}"),
            "find out who tries to sign in; then plan again",
        );
        return Some((Outcome::LeftAlone, Some(why)));
    }
    match &account.lock {
        Lock::Open => Some((Outcome::AlreadyOpen, None)),
        Lock::Locked { cause: Cause::Admin, .. } if !order.typed_id => {
            let by = account.locked_by.as_ref().map_or_else(String::new, |by| format!("by {}", by.line()));
            let why = Problem::new(
                Code::Refused,
                "an administrator locked this account on purpose",
                by,
                "ask that administrator; to open it all the same, confirm by typing the account's id (--confirm ID)",
            );
            Some((order.left_out(), Some(why)))
        }
        // That the cause can't be read this time makes no other lock of one that began at the same moment.
        Lock::Locked { cause: Cause::Unknown, since: Some(now), .. }
            if account.problem.is_some()
                && order.planned_since.is_some_and(|then| now.duration_since(then).abs() <= SAME_LOCK) =>
        {
            None
        }
        Lock::Locked { cause, .. } if *cause > order.confirmed && !order.typed_id => {
            let why = Problem::new(
                Code::Changed,
                "the lock is another one than was confirmed",
                format!("it now reads: {}", lock_words(account)),
                "look at the account again and confirm what you see",
            );
            Some((Outcome::Refused, Some(why)))
        }
        Lock::Locked { .. } => None,
        // Only where the kind itself can't report one: a missing fact of an answer is no leave.
        Lock::NotReported if account.kind.capabilities().lock_state => {
            let why = "this system reports lock states, and told none of this account";
            Some((Outcome::Refused, Some(not_told(why.into()))))
        }
        Lock::NotReported if order.opens_unreported => None,
        Lock::NotReported => {
            let why = Problem::new(
                Code::Refused,
                "the system reports no lock state for this account",
                "what isn't known to be locked is not unlocked in passing",
                "unlock it by itself, or take it in with --include not_reported",
            );
            Some((Outcome::LeftAlone, Some(why)))
        }
        Lock::Unknown { problem: None } => {
            let why = Problem::new(Code::BadAnswer, "the lock state can't be read", "", "refresh and try again");
            Some((Outcome::Failed, Some(why)))
        }
        // A fact that isn't told, or isn't known for one, is no lock to open.
        Lock::Unknown { problem: Some(problem) } if problem.code == Code::BadAnswer => {
            Some((Outcome::Refused, Some(not_told(problem.line().into()))))
        }
        Lock::Unknown { problem: Some(problem) } => Some((Outcome::Failed, Some((**problem).clone()))),
    }
}

fn not_told(why: Untrusted) -> Problem {
    Problem::new(
        Code::Refused,
        "only what is read as locked is unlocked, and the lock state isn't known",
        why,
        "look at the account in the system's own console; no option opens it",
    )
}

/// The lock in words, for a step and for the ledger: `locked (account: bad passwords; password: bad passwords)`.
pub fn lock_words(account: &Account) -> String {
    if account.enabled == Some(false) && !account.lock.is_locked() {
        return "disabled".to_owned();
    }
    let layers: Vec<String> = account
        .locked_layers()
        .map(|layer| format!("{}: {}", layer.layer.0, layer.lock.cause().unwrap_or(Cause::Unknown).label()))
        .collect();
    if layers.is_empty() { in_words(account.lock.word()) } else { format!("locked ({})", layers.join("; ")) }
}
