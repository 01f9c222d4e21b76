//! Unlocks that are open already, whoever asked for them: found before another intent is written, and settled.

use std::time::Duration;

use jiff::Timestamp;

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
    /// An open unlock of the same account, but for the one that this one knowingly goes beside; or one that was carried out
    /// since `read`, when the account was read: what was seen then is no longer so.
    pub(super) async fn earlier(&self, unlock: &Unlock, read: Timestamp) -> Result<Option<UnfinishedUnlock>, Problem> {
        let is_another =
            |found: &UnlockRecord| found.unlock.system == unlock.system && Some(found.intent) != unlock.beside;
        let key = unlock.key.clone();
        let open = self.ask_index(move |index| Ok((index.open_unlocks_of(&key)?, index.ended_unlocks_of(&key)?)));
        let (open, ended) = open.await?;
        // Another host's clock may be ahead: an end that is still to come would never be before a read.
        let now = Timestamp::now();
        let is_news = |found: &UnlockRecord| {
            found.outcome.is_some_and(|(outcome, at)| outcome.is_done() && read <= at && at <= now)
        };
        let ended = ended.into_iter().filter(|found| !unlock.further && is_news(found));
        let found = open.into_iter().chain(ended).find(is_another);
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
