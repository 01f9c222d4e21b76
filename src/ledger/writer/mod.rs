//! The ledger of this process: a thread that owns the file, so that a slow disk stops no screen.

mod writer_thread;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;

use jiff::Timestamp;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::domain::{Code, IntentAnswer, IntentId, Outcome, Problem, Unlock};

use super::head_export::{HeadExport, HeadExportSettings, NOT_COPIED, RULE};
use super::ocsf::{self, OtherEvent, OutcomeEvent};
use super::operator::Operator;
use super::recorded::Recorded;
use super::storage;
use writer_thread::{Job, RecordWriter};

/// The ledger that this process appends to. Its file comes into being with the first record.
pub struct Ledger {
    jobs: mpsc::Sender<Job>,
    operator: Arc<Operator>,
}

impl Ledger {
    /// A ledger in that directory.
    pub fn new(directory: PathBuf, operator: Operator, sink: Option<HeadExportSettings>) -> Self {
        let (jobs, queue) = mpsc::channel();
        let operator = Arc::new(operator);
        let owner = Arc::clone(&operator);
        // A thread that can't be started drops the queue, and then every record is refused.
        let _ = thread::Builder::new().name("ledger".to_owned()).spawn(move || {
            let sink = sink.as_ref().map(|plan| HeadExport { plan, directory: &directory, operator: &owner });
            RecordWriter { directory: &directory, operator: &owner, sink, log: None, uncopied: false }.run(&queue);
        });
        Self { jobs, operator }
    }

    /// Who acts.
    pub fn operator(&self) -> &Operator {
        &self.operator
    }

    /// Writes and syncs the intent of an unlock. Only what this returns may be sent (law 1).
    ///
    /// # Errors
    /// A [`Problem`] of the ledger; then nothing may be sent.
    pub async fn record(&self, unlock: Unlock) -> Result<Recorded<Unlock>, Problem> {
        let (intent, at) = (IntentId(Uuid::now_v7()), Timestamp::now());
        let problem = Problem::new(Code::NotCopied, NOT_COPIED, format!("rule `{RULE}`"), "");
        let end =
            OutcomeEvent { outcome: Outcome::Refused, problem: Some(&problem), steps: &[], handle: None, again: false };
        let unsent = ocsf::outcome(at, &self.operator, (intent, &unlock), &end, "run");
        self.queue(ocsf::intent(at, &self.operator, intent, &unlock), Some(unsent)).await?;
        Ok(Recorded::new(unlock, intent, at))
    }

    /// Writes and syncs how an intent of this process ended.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger; the intent then stays without an outcome and is resolved later.
    pub async fn close(&self, recorded: &Recorded<Unlock>, end: &OutcomeEvent<'_>) -> Result<(), Problem> {
        self.end((recorded.intent(), recorded.what()), end, "run").await
    }

    /// Writes and syncs how an intent that was left open ended, as read later.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn resolve(&self, intent: IntentId, unlock: &Unlock, end: &OutcomeEvent<'_>) -> Result<(), Problem> {
        self.end((intent, unlock), end, "resolve").await
    }

    /// Writes and syncs that somebody closed an intent by hand, and why.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn close_by_hand(&self, intent: IntentId, unlock: &Unlock, reason: &str) -> Result<(), Problem> {
        let problem = Problem::new(Code::Unanswered, "closed by hand", reason, "");
        let end =
            OutcomeEvent { outcome: Outcome::Closed, problem: Some(&problem), steps: &[], handle: None, again: false };
        self.end((intent, unlock), &end, "hand").await
    }

    /// Writes and syncs what a device answered.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn answer(&self, answered: &IntentAnswer) -> Result<(), Problem> {
        self.queue(ocsf::answer(Timestamp::now(), &self.operator, answered), None).await
    }

    /// Writes and syncs a note on a plan or a run.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn note(&self, note: &OtherEvent<'_>) -> Result<(), Problem> {
        self.queue(ocsf::note(Timestamp::now(), &self.operator, note), None).await
    }

    async fn end(&self, of: (IntentId, &Unlock), end: &OutcomeEvent<'_>, by: &str) -> Result<(), Problem> {
        self.queue(ocsf::outcome(Timestamp::now(), &self.operator, of, end, by), None).await
    }

    async fn queue(&self, members: String, unsent: Option<String>) -> Result<(), Problem> {
        let (done, answer) = oneshot::channel();
        let gone = || storage::ledger_problem("its writer has stopped".to_owned());
        self.jobs.send(Job { members, unsent, done }).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}
