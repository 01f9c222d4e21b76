//! Unlocks that are open already, whoever asked for them: found before another intent is written, and settled.

use std::time::Duration;

use crate::domain::{Outcome, Problem, Unlock, Untrusted};
use crate::engine::resolve_unlocks;
use crate::flow::{EarlierOutcome, UnfinishedUnlock, UnlockEvent};
use crate::ledger::UnlockRecord;

use super::Core;

/// How much longer than a request may be under way another process is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// The time between two looks at its records.
const PAUSE: Duration = Duration::from_millis(200);

impl Core {
    /// An open unlock of the same account, but for the one that this one knowingly goes beside.
    pub(super) async fn earlier(&self, unlock: &Unlock) -> Result<Option<UnfinishedUnlock>, Problem> {
        let is_another =
            |found: &UnlockRecord| found.unlock.system == unlock.system && Some(found.intent) != unlock.beside;
        let key = unlock.key.clone();
        let open = self.ask_index(move |index| index.open_unlocks_of(&key)).await?;
        let found = open.into_iter().find(is_another);
        Ok(found.map(|found| UnfinishedUnlock {
            intent: found.intent,
            key: found.unlock.key,
            operator: found.unlock.operator,
            at: found.at,
            in_flight: found.in_flight && found.outcome.is_none(),
        }))
    }

    /// Waits while another process is at an earlier unlock; one that was left behind is looked at.
    pub(super) async fn settle(&self, earlier: &UnfinishedUnlock, wait: Duration) -> UnlockEvent {
        let settles_after =
            self.provider(&earlier.key.provider).map_or(Duration::ZERO, |asked| asked.info().http.settles_after());
        let (now, intent) = (tokio::time::Instant::now(), earlier.intent);
        let (until, device_until) = (now + settles_after + PATIENCE, now + wait);
        let settled = loop {
            let unlocked = match self.ask_index(move |index| index.unlocked(intent)).await {
                Ok(Some(unlocked)) => unlocked,
                Ok(None) => break EarlierOutcome { outcome: Some(Outcome::Unknown), why: "its record is gone".into() },
                Err(problem) => return UnlockEvent::Recorded(Err(problem)),
            };
            match unlocked.heard.or(unlocked.outcome) {
                _ if unlocked.is_open() => {
                    let resolved =
                        resolve_unlocks::resolve(self, &unlocked, resolve_unlocks::ResolvePurpose::GoOn, &|_| ()).await;
                    if resolved.outcome == Outcome::Accepted && tokio::time::Instant::now() < device_until {
                        tokio::time::sleep(PAUSE).await;
                        continue;
                    }
                    let why = resolved.problem.map(|problem| problem.reason()).unwrap_or_default();
                    break EarlierOutcome { outcome: Some(resolved.outcome), why };
                }
                Some((outcome, _)) => break EarlierOutcome { outcome: Some(outcome), why: unlocked.why },
                None if tokio::time::Instant::now() >= until => {
                    break EarlierOutcome { outcome: None, why: Untrusted::default() };
                }
                None => tokio::time::sleep(PAUSE).await,
            }
        };
        UnlockEvent::Settled(Box::new(settled))
    }
}
