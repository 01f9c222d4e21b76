//! Unlocks that an earlier process left without an outcome: looked at again, and their outcome recorded.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Code, OpenUnlock, Outcome, PollResult, PollStatus, Problem, Step, StepState, UnlockReply};
use crate::ledger::{OutcomeEvent, UnlockRecord};
use crate::provider::ProviderInfo;

use super::Core;
use super::core::not_polled;

/// What came of one of them.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// Its outcome now; unknown when it still can't be read.
    pub outcome: Outcome,
    /// Why it couldn't be read, or why the outcome couldn't be recorded.
    pub problem: Option<Problem>,
}

/// An intent of another host, or of before a restart, is believed by the wall clock to be over from this age on.
const SURELY_OVER: SignedDuration = SignedDuration::from_hours(48);

/// How long a command that was sent once more is followed here, and the time between two looks.
const FOLLOWED: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(250);

/// How old a request is: by the clock that the host itself keeps; else, as nobody knows who has set which wall clock,
/// no older than it was seen here.
fn age(unlocked: &UnlockRecord, seen: Instant) -> Duration {
    let by_wall_clock = Timestamp::now().duration_since(unlocked.at);
    match unlocked.age() {
        Some(age) => age,
        None if by_wall_clock >= SURELY_OVER => Duration::MAX,
        None => seen.elapsed(),
    }
}

/// What a look is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolvePurpose {
    /// To know how it ended.
    Learn,
    /// To go on with it: what wasn't carried out is asked for again, and never final before that.
    GoOn,
}

/// Looks at one of them until there is an outcome, or the server can't be asked. Tells for what it waits.
pub async fn resolve(
    core: &Core,
    unlocked: &UnlockRecord,
    purpose: ResolvePurpose,
    tell: &(dyn Fn(&str) + Sync),
) -> Resolved {
    let open = unlocked.looked_at();
    let settles_after =
        core.provider(&open.key.provider).map_or(Duration::ZERO, |provider| provider.info().http.settles_after());
    let (mut seems_gone, mut was_resent, seen) = (false, None, Instant::now());
    let mut resent_at = seen;
    let polled = loop {
        let polled = look(core, unlocked, &open).await;
        // Read as locked while the server may still be at it: wait until that is over, then look again.
        let left = settles_after.saturating_sub(age(unlocked, seen));
        match &polled.status {
            // Believed when it is said twice.
            PollStatus::Gone(after, _) if !seems_gone => {
                seems_gone = true;
                tokio::time::sleep(*after).await;
            }
            PollStatus::AskAgain(_, None) if !left.is_zero() => {
                tell(&format!(
                    "{} in {}: its request may still be under way; looking again in {} s",
                    unlocked.unlock.username.line(),
                    open.key.provider,
                    left.as_secs_f64().ceil()
                ));
                tokio::time::sleep(left).await;
            }
            // Whether the server has it can't be told, and it takes a name once: the same command can't be queued twice.
            PollStatus::AskAgain(_, Some(_)) if was_resent.is_none() && may_resend(core, unlocked) => {
                was_resent = Some(resend(core, unlocked).await);
                resent_at = Instant::now();
            }
            // Its device may answer at once.
            PollStatus::AskAgain(..) if was_resent == Some(true) && resent_at.elapsed() < FOLLOWED => {
                tokio::time::sleep(PAUSE).await;
            }
            _ => break polled,
        }
    };
    let known = unlocked.outcome.map(|(outcome, _)| outcome);
    let (outcome, problem) = match polled.status {
        PollStatus::Ended(outcome, problem) => (outcome, problem),
        PollStatus::Gone(_, problem) => (Outcome::Failed, Some(problem)),
        // Who has to approve it hasn't yet.
        PollStatus::AskAgain(_, None) if known == Some(Outcome::PendingApproval) => (Outcome::PendingApproval, None),
        PollStatus::AskAgain(_, None) => (Outcome::StillLocked, None),
        PollStatus::AskAgain(_, Some(problem)) if was_resent == Some(true) => (Outcome::Accepted, Some(problem)),
        PollStatus::AskAgain(_, Some(problem)) => {
            // What was known to wait still waits.
            let outcome = known.filter(|outcome| outcome.is_waiting()).unwrap_or(Outcome::Unknown);
            return Resolved { outcome, problem: Some(problem) };
        }
        // The server has it, and the device hasn't answered: that is worth a record once.
        PollStatus::Waiting(_, problem) => (Outcome::Accepted, problem),
    };
    // The same undecided word once more would only lengthen the ledger.
    if known == Some(outcome) {
        return Resolved { outcome, problem };
    }
    let now = Timestamp::now();
    let steps =
        polled.progress.into_iter().map(|progress| Step { at: now, state: progress.state, detail: progress.detail });
    let mut steps: Vec<Step> = steps.collect();
    if !polled.detail.is_blank() {
        steps.push(Step { at: now, state: StepState::Verifying, detail: polled.detail });
    }
    let again = purpose == ResolvePurpose::GoOn && outcome == Outcome::StillLocked;
    let end = OutcomeEvent { outcome, problem: problem.as_ref(), steps: &steps, handle: open.handle.as_ref(), again };
    let recorded = core.ledger().resolve(open.intent, &unlocked.unlock, &end).await;
    Resolved { outcome, problem: recorded.err().or(problem) }
}

/// Sends the same command once more, by its intent's own name; true when the server has it now.
async fn resend(core: &Core, unlocked: &UnlockRecord) -> bool {
    let Some(provider) = core.provider(&unlocked.unlock.key.provider) else { return false };
    matches!(provider.resend(&unlocked.proof()).await, UnlockReply::Queued(..))
}

async fn look(core: &Core, unlocked: &UnlockRecord, open: &OpenUnlock) -> PollResult {
    if is_ours(core, unlocked) {
        return core.verify(open).await;
    }
    not_polled(&Problem::new(
        Code::NotFound,
        "the configuration doesn't name the system that this unlock was made on",
        format!("{} at {}", open.key.provider, unlocked.unlock.system.line()),
        "use the configuration that the unlock was made with",
    ))
}

/// The system that an unlock was made on, where this configuration names it.
fn system_of<'a>(core: &'a Core, unlocked: &UnlockRecord) -> Option<&'a ProviderInfo> {
    let about = core.provider(&unlocked.unlock.key.provider)?.info();
    (about.system == unlocked.unlock.system.as_data()).then_some(about)
}

fn may_resend(core: &Core, unlocked: &UnlockRecord) -> bool {
    let is_in_doubt = unlocked.outcome.is_none_or(|(outcome, _)| outcome == Outcome::Unknown);
    is_in_doubt && system_of(core, unlocked).is_some_and(|about| about.takes_a_name_once)
}

/// True when this configuration can look at it.
pub fn is_ours(core: &Core, unlocked: &UnlockRecord) -> bool {
    system_of(core, unlocked).is_some()
}

/// The unlocks in this ledger that have to be looked at.
///
/// # Errors
/// A [`Problem`] when it can't be read.
pub fn open_unlocks(core: &Core) -> Result<Vec<UnlockRecord>, Problem> {
    let mut open = core.index().open_unlocks()?;
    open.retain(UnlockRecord::is_open);
    Ok(open)
}
