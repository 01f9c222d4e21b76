//! One look at what became of an unlock: the account and the password state, read again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Account, Code, Layer, Lock, OpenUnlock, Outcome, PollResult, PollStatus, Problem, Untrusted};

use super::{PingOne, read};

/// The time between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// A lock that began this much after the intent, on the service's clock, is a new one.
const NEW_LOCK: SignedDuration = SignedDuration::from_secs(2);

/// Looks once; changes nothing.
pub async fn look(ping: &PingOne, open: &OpenUnlock) -> PollResult {
    match read::account(ping, &open.key.id).await {
        Err(problem) => PollResult::seen(problem.what.to_string(), PollStatus::AskAgain(PAUSE, Some(problem)), None),
        Ok(None) => PollResult::seen(
            "the user is gone",
            PollStatus::Ended(
                Outcome::Failed,
                Some(Problem::new(
                    Code::NotFound,
                    "the user no longer exists",
                    "PingOne answers 404",
                    "search for the person again",
                )),
            ),
            None,
        ),
        Ok(Some(account)) => PollResult::seen(
            words(&account),
            verdict(&account, open, ping.http.on_server_clock(open.asked_at)),
            Some(Box::new(account)),
        ),
    }
}

fn verdict(account: &Account, open: &OpenUnlock, asked_at: Timestamp) -> PollStatus {
    let lock = account.layers.iter().find(|layer| layer.layer == open.layer).map(|layer| &layer.lock);
    match lock {
        Some(Lock::Open) => PollStatus::Ended(Outcome::Unlocked, None),
        Some(Lock::Locked { since: Some(since), .. }) if since.duration_since(asked_at) > NEW_LOCK => {
            PollStatus::Ended(Outcome::Relocked, None)
        }
        Some(Lock::Locked { .. }) => PollStatus::AskAgain(PAUSE, None),
        Some(Lock::Unknown { problem }) => PollStatus::AskAgain(PAUSE, problem.as_deref().cloned()),
        Some(Lock::NotReported) | None => {
            let why = Problem::new(
                Code::BadAnswer,
                "PingOne no longer reports this lock",
                "",
                "look at the user in its console",
            );
            PollStatus::AskAgain(PAUSE, Some(why))
        }
    }
}

/// `account OK, password OK`, in the system's own words where it has them.
fn words(account: &Account) -> Untrusted {
    let word = |layer: Layer| {
        let lock = account.layers.iter().find(|found| found.layer == layer).map(|found| &found.lock);
        match (lock, layer) {
            (Some(Lock::Open), Layer::PASSWORD) => {
                account.password.status.as_ref().map_or_else(|| "OK".to_owned(), |status| status.as_data().to_owned())
            }
            (Some(Lock::Open), _) => "OK".to_owned(),
            (Some(Lock::Locked { .. }), _) => "LOCKED".to_owned(),
            _ => "not reported".to_owned(),
        }
    };
    format!("account {}, password {}", word(Layer::ACCOUNT), word(Layer::PASSWORD)).into()
}
