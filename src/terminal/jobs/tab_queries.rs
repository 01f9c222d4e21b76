//! What the tabs that are looked at need done: who is locked, what the ledger says, how the providers are doing.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use crate::domain::{ProviderName, Untrusted};
use crate::engine::locked::locked;
use crate::engine::webhook_refusals::Refusals;
use crate::engine::{Core, check as checks};
use crate::ledger::{VerifyProgress, VerifySeverity, newest_records, verify};
use crate::provider::Provider;
use crate::screens::ledger::state::Verified;
use crate::screens::{Message, ProviderRow};

/// More records than anybody scrolls through; `unbolt ledger show` has them all.
const MOST_RECORDS: usize = 2_000;

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
        let found = checks::findings(provider, core.policy(), &refused).await;
        let _ = tell.send(Message::Checked(provider.info().name.clone(), found, Box::new(provider.health())));
    }))
    .await;
}

/// The providers, as the screen lists them.
pub fn provider_rows(core: &Core) -> Vec<ProviderRow> {
    let row = |provider: &Arc<dyn Provider>| ProviderRow {
        name: provider.info().name.clone(),
        kind: provider.info().kind,
        settles_after: provider.info().http.settles_after(),
        console_url: provider.info().http.console_url.clone(),
        system: provider.info().system.as_str().into(),
        health: provider.health(),
        latencies: VecDeque::new(),
    };
    core.providers().iter().map(row).collect()
}
