//! What is kept of a run: its numbers, and how its rows stand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{AuditContext, Outcome, Untrusted};
use crate::ledger::entry::RunStart;
use crate::ledger::run_history::RecordedRun;

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RunRow {
    pub(super) run: Uuid,
    /// True until the end of this reading: another file may hold an earlier end.
    pub(super) is_ended: bool,
}

/// A [`RecordedRun`] as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct StoredRun {
    pub(super) at: Timestamp,
    pub(super) operator: String,
    pub(super) sha256: String,
    pub(super) verdicts: Vec<String>,
    pub(super) ticket: Option<String>,
    pub(super) verified: Option<String>,
    pub(super) planned: BTreeMap<String, u64>,
    pub(super) outcomes: Vec<(String, u64)>,
    pub(super) stopped: Option<String>,
    pub(super) last: Timestamp,
}

impl From<RecordedRun> for StoredRun {
    fn from(run: RecordedRun) -> Self {
        let text = |text: Untrusted| text.as_data().to_owned();
        Self {
            at: run.at,
            operator: text(run.operator),
            sha256: run.started.sha256,
            verdicts: run.started.verdicts,
            ticket: run.started.audit.ticket.map(text),
            verified: run.started.audit.verified.map(text),
            planned: run.planned,
            outcomes: run.outcomes.into_iter().map(|(outcome, count)| (outcome.word().to_owned(), count)).collect(),
            stopped: run.stopped.map(text),
            last: run.last,
        }
    }
}

impl StoredRun {
    pub(super) fn recorded(self, id: Uuid) -> Option<RecordedRun> {
        let outcome = |(word, count): (String, u64)| Outcome::named(&word).map(|outcome| (outcome, count));
        let audit =
            AuditContext { ticket: self.ticket.map(Untrusted::from), verified: self.verified.map(Untrusted::from) };
        Some(RecordedRun {
            id,
            at: self.at,
            operator: self.operator.into(),
            started: RunStart { sha256: self.sha256, verdicts: self.verdicts, audit },
            planned: self.planned,
            outcomes: self.outcomes.into_iter().map(outcome).collect::<Option<_>>()?,
            stopped: self.stopped.map(Untrusted::from),
            last: self.last,
        })
    }
}
