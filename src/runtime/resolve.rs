//! Unlocks that an earlier process left without an outcome: looked at again, and their outcome recorded.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{OpenUnlock, Outcome, PollResult, PollStatus, Problem, Step, StepState};
use crate::ledger::{End, Unlocked, read};
use crate::provider::ProviderInfo;

use super::Core;

/// What came of one of them.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The unlock.
    pub unlocked: Unlocked,
    /// Its outcome now; unknown when it still can't be read.
    pub outcome: Outcome,
    /// Why it couldn't be read, or why the outcome couldn't be recorded.
    pub problem: Option<Problem>,
}

/// The unlocks in the ledger that have to be looked at.
///
/// # Errors
/// A [`Problem`] when the ledger can't be read.
pub fn open_unlocks(core: &Core) -> Result<Vec<(Unlocked, OpenUnlock)>, Problem> {
    let journal = read(core.ledger_directory()).map_err(|e| crate::ledger::ledger_problem(e.to_string()))?;
    Ok(journal.unlocks().into_iter().filter_map(|unlocked| unlocked.open().map(|open| (unlocked, open))).collect())
}

/// Looks at one of them until there is an outcome, or the server can't be asked.
pub async fn resolve(core: &Core, unlocked: Unlocked, open: OpenUnlock) -> Resolved {
    let timeouts = core.provider(&open.key.provider).map_or(Duration::ZERO, |provider| provider.info().total_timeout);
    let mut seems_gone = false;
    let polled = loop {
        let polled = look(core, &unlocked, &open).await;
        // Read as locked while the server may still be at it: wait until that is over, then look again.
        let age = Duration::try_from(Timestamp::now().duration_since(open.asked_at)).unwrap_or_default();
        match &polled.status {
            // Believed when it is said twice.
            PollStatus::Gone(after, _) if !seems_gone => {
                seems_gone = true;
                tokio::time::sleep(*after).await;
            }
            PollStatus::AskAgain(_, None) if age < timeouts => tokio::time::sleep(timeouts.saturating_sub(age)).await,
            _ => break polled,
        }
    };
    let (outcome, problem) = match polled.status {
        PollStatus::Ended(outcome, problem) => (outcome, problem),
        PollStatus::Gone(_, problem) => (Outcome::Failed, Some(problem)),
        // Who has to approve it hasn't yet.
        PollStatus::AskAgain(_, None)
            if unlocked.outcome.is_some_and(|(outcome, _)| outcome == Outcome::PendingApproval) =>
        {
            (Outcome::PendingApproval, None)
        }
        PollStatus::AskAgain(_, None) => (Outcome::StillLocked, None),
        PollStatus::AskAgain(_, Some(problem)) => {
            // What was known to wait still waits.
            let known = unlocked.outcome.map(|(outcome, _)| outcome).filter(|outcome| outcome.is_waiting());
            let outcome = known.unwrap_or(Outcome::Unknown);
            return Resolved { unlocked, outcome, problem: Some(problem) };
        }
        // The server has it, and the device hasn't answered: that is worth a record once.
        PollStatus::Waiting(_, problem) => (Outcome::Accepted, problem),
    };
    // The same undecided word once more would only lengthen the ledger.
    if unlocked.outcome.is_some_and(|(known, _)| known == outcome) {
        return Resolved { unlocked, outcome, problem };
    }
    let now = Timestamp::now();
    let steps =
        polled.progress.into_iter().map(|progress| Step { at: now, state: progress.state, detail: progress.detail });
    let mut steps: Vec<Step> = steps.collect();
    if !polled.detail.is_blank() {
        steps.push(Step { at: now, state: StepState::Verifying, detail: polled.detail });
    }
    let end = End { outcome, problem: problem.as_ref(), steps: &steps, handle: open.handle.as_ref(), again: false };
    let recorded = core.ledger().resolve(open.intent, &unlocked.unlock, &end).await;
    Resolved { unlocked, outcome, problem: recorded.err().or(problem) }
}

async fn look(core: &Core, unlocked: &Unlocked, open: &OpenUnlock) -> PollResult {
    match core.provider(&open.key.provider) {
        Some(provider) if is_same_system(provider.info(), unlocked) => core.verify(open).await,
        _ => super::core::not_polled(&Problem::new(
            crate::domain::Code::NotFound,
            "the configuration doesn't name the system that this unlock was made on",
            format!("{} at {}", open.key.provider, unlocked.unlock.system.line()),
            "use the configuration that the unlock was made with",
        )),
    }
}

fn is_same_system(about: &ProviderInfo, unlocked: &Unlocked) -> bool {
    about.system == unlocked.unlock.system.as_data()
}

/// True when this configuration can look at it.
#[must_use]
pub fn is_ours(core: &Core, unlocked: &Unlocked) -> bool {
    let provider = core.provider(&unlocked.unlock.key.provider);
    provider.is_some_and(|provider| is_same_system(provider.info(), unlocked))
}
