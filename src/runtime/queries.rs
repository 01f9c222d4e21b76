//! What the tabs that are looked at need done: who is locked, what the ledger says, how the providers are doing.

use std::ops::ControlFlow;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use crate::domain::{Code, Cursor, Page, Problem, ProviderName, Untrusted};
use crate::ledger::{VerifyProgress, VerifySeverity, newest_records, verify};
use crate::provider::paging::each_page;
use crate::provider::{BoxFuture, Provider};
use crate::screens::Message;
use crate::screens::ledger::state::Verified;
use crate::screens::locked::state::LockedEvent;

use super::Core;
use super::webhook::refusals::Refusals;

/// More records than anybody scrolls through; `unbolt ledger show` has them all.
const MOST_RECORDS: usize = 2_000;

/// Pages through one provider's list of the locked; each provider goes at its own pace. It ends with the list,
/// with a problem, or when nobody listens any more.
pub async fn locked(provider: &dyn Provider, mut tell: impl FnMut(LockedEvent) -> bool) {
    let (name, kind) = (provider.info().name.clone(), provider.info().kind);
    let (mut count, mut pages, mut seen) = (0, 0u64, 0);
    let fetch = |from: Option<Cursor>| -> BoxFuture<'_, Result<Page, Problem>> {
        Box::pin(async move { provider.locked(from.as_ref()).await })
    };
    let take = |page: Page| {
        pages += 1;
        count += page.accounts.len();
        seen += page.looked_at;
        let accounts = std::iter::once(LockedEvent::Accounts(name.clone(), page.accounts));
        let problems = page.problems.into_iter().map(|problem| LockedEvent::Problem(name.clone(), problem));
        let paged = (pages % 10 == 0).then(|| LockedEvent::Paged(name.clone(), seen, page.total));
        if accounts.chain(problems).chain(paged).all(&mut tell) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let read = each_page(fetch, take).await;
    let is_list = read.as_ref().map_or_else(|problem| problem.code == Code::Incomplete, |()| true);
    if let Err(problem) = read {
        tell(LockedEvent::Problem(name.clone(), problem));
    }
    if is_list {
        tell(LockedEvent::Done(name, count, kind.0.blind_spot));
    }
}

/// Tells who is locked everywhere.
pub async fn list_locked(core: Arc<Core>, generation: u64, tell: UnboundedSender<Message>) {
    let told = |news| tell.send(Message::Locked(generation, Box::new(news))).is_ok();
    join_all(core.providers().iter().map(|provider| locked(provider.as_ref(), told))).await;
}

/// Tells what the ledger says, the newest first.
pub fn read_ledger(core: &Core, tell: &UnboundedSender<Message>) {
    let rows = newest_records(core.ledger_directory(), MOST_RECORDS).map_err(|e| e.to_string());
    let _ = tell.send(Message::LedgerRead(rows));
}

/// Checks every record of the ledger.
pub fn verify_ledger(core: &Core, tell: &UnboundedSender<Message>) {
    let mut shown = 0;
    let mut progress = |progress: VerifyProgress| {
        let percent = progress.percent();
        if std::mem::replace(&mut shown, percent) != percent {
            let _ = tell.send(Message::LedgerVerifying(percent));
        }
    };
    let verification = verify(core.ledger_directory(), &[], &mut progress);
    let result = verification.map_err(|e| format!("the ledger can't be read: {e}")).map(|verification| {
        let findings = verification.findings.into_iter().filter(|finding| finding.severity == VerifySeverity::Broken);
        let words = findings.map(|finding| {
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            Untrusted::from(format!("{}{line}: {}", finding.file, finding.what))
        });
        Verified {
            at: Timestamp::now(),
            records: verification.records,
            files: verification.files,
            broken: words.collect(),
        }
    });
    let _ = tell.send(Message::LedgerVerified(result));
}

/// Tells how these systems are doing, as soon as it is known.
pub async fn check(core: Arc<Core>, names: Vec<ProviderName>, tell: UnboundedSender<Message>) {
    let refused = Refusals::read(core.ledger_directory());
    let meant = core.providers().iter().filter(|provider| names.contains(&provider.info().name));
    join_all(meant.map(|provider| async {
        let found = super::check::findings(provider, core.policy(), &refused).await;
        let _ = tell.send(Message::Checked(provider.info().name.clone(), found, Box::new(provider.health())));
    }))
    .await;
}
