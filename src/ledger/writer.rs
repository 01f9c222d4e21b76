//! The ledger of this process: a thread that owns the file, so that a slow disk stops no screen.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::domain::{Answered, Code, IntentId, Outcome, Problem, Unlock};

use super::group_commit::Log;
use super::head_export::{HeadExport, HeadExportSettings, NOT_COPIED, RULE};
use super::name_log;
use super::ocsf::{self, ClosedIntent, Note, OutcomeEvent};
use super::operator::Operator;
use super::recorded::Recorded;
use super::storage;
use super::unnamed_heads::Unnamed;

/// The most lines that one sync covers.
const GROUP: usize = 256;
/// How long a head waits before its copy is tried again.
const AGAIN: Duration = Duration::from_secs(5);

struct Job {
    members: String,
    /// For an intent, whose request would follow: how it ends where it may not follow.
    unsent: Option<String>,
    done: oneshot::Sender<Result<(), Problem>>,
}

/// The ledger that this process appends to. Its file comes into being with the first record.
pub struct Ledger {
    jobs: mpsc::Sender<Job>,
    operator: Arc<Operator>,
}

impl Ledger {
    /// A ledger in that directory.
    #[must_use]
    pub fn new(directory: PathBuf, operator: Operator, sink: Option<HeadExportSettings>) -> Self {
        let (jobs, queue) = mpsc::channel();
        let operator = Arc::new(operator);
        let owner = Arc::clone(&operator);
        // A thread that can't be started drops the queue, and then every record is refused.
        let _ = thread::Builder::new().name("ledger".to_owned()).spawn(move || {
            Writer { directory: &directory, operator: &owner, sink: sink.as_ref(), log: None, uncopied: false }
                .run(&queue);
        });
        Self { jobs, operator }
    }

    /// Who acts.
    #[must_use]
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
        let closing = ClosedIntent { intent, unlock: &unlock, end: &end, by: "run" };
        let unsent = ocsf::outcome(at, &self.operator, &closing);
        self.queue(ocsf::intent(at, &self.operator, intent, &unlock), Some(unsent)).await?;
        Ok(Recorded::new(unlock, intent, at))
    }

    /// Writes and syncs how an intent of this process ended.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger; the intent then stays without an outcome and is resolved later.
    pub async fn close(&self, recorded: &Recorded<Unlock>, end: &OutcomeEvent<'_>) -> Result<(), Problem> {
        let closing = ClosedIntent { intent: recorded.intent(), unlock: recorded.what(), end, by: "run" };
        self.append(ocsf::outcome(Timestamp::now(), &self.operator, &closing)).await
    }

    /// Writes and syncs how an intent that was left open ended, as read later.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn resolve(&self, intent: IntentId, unlock: &Unlock, end: &OutcomeEvent<'_>) -> Result<(), Problem> {
        let closing = ClosedIntent { intent, unlock, end, by: "resolve" };
        self.append(ocsf::outcome(Timestamp::now(), &self.operator, &closing)).await
    }

    /// Writes and syncs that somebody closed an intent by hand, and why.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn close_by_hand(&self, intent: IntentId, unlock: &Unlock, reason: &str) -> Result<(), Problem> {
        let problem = Problem::new(Code::Unanswered, "closed by hand", reason, "");
        let end =
            OutcomeEvent { outcome: Outcome::Closed, problem: Some(&problem), steps: &[], handle: None, again: false };
        let closing = ClosedIntent { intent, unlock, end: &end, by: "hand" };
        self.append(ocsf::outcome(Timestamp::now(), &self.operator, &closing)).await
    }

    /// Writes and syncs what a device answered.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn answer(&self, answered: &Answered) -> Result<(), Problem> {
        self.append(ocsf::answer(Timestamp::now(), &self.operator, answered)).await
    }

    /// Writes and syncs a note on a plan or a run.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn note(&self, note: &Note<'_>) -> Result<(), Problem> {
        self.append(ocsf::note(Timestamp::now(), &self.operator, note)).await
    }

    async fn append(&self, members: String) -> Result<(), Problem> {
        self.queue(members, None).await
    }

    async fn queue(&self, members: String, unsent: Option<String>) -> Result<(), Problem> {
        let (done, answer) = oneshot::channel();
        let gone = || storage::ledger_problem("its writer has stopped".to_owned());
        self.jobs.send(Job { members, unsent, done }).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// The thread that owns the file.
struct Writer<'a> {
    directory: &'a Path,
    operator: &'a Operator,
    sink: Option<&'a HeadExportSettings>,
    log: Option<(Log, String)>,
    /// True while the head waits to be copied.
    uncopied: bool,
}

impl Writer<'_> {
    fn run(&mut self, queue: &mpsc::Receiver<Job>) {
        loop {
            let first = match if self.uncopied { queue.recv_timeout(AGAIN) } else { queue.recv().map_err(Into::into) } {
                Ok(first) => first,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    self.copy();
                    continue;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            };
            let mut jobs = vec![first];
            jobs.extend(queue.try_iter().take(GROUP - 1));
            self.take(jobs);
        }
    }

    fn take(&mut self, jobs: Vec<Job>) {
        let log = match &mut self.log {
            Some((log, _)) => Ok(log),
            None => open(self.directory, self.operator, self.sink).map(|opened| &mut self.log.insert(opened).0),
        };
        if let Err(problem) = log {
            return Job::answer_all(jobs, &Err(problem));
        }
        // Where the copy has to be made, a sink that doesn't even take the last head gets no further intent.
        let gate = match self.sink.filter(|plan| plan.must) {
            Some(_) if jobs.iter().any(Job::is_intent) => self.copied(),
            _ => Ok(()),
        };
        let (jobs, refused): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| gate.is_ok() || !job.is_intent());
        if let Err(problem) = gate {
            Job::answer_all(refused, &Err(problem));
        }
        if jobs.is_empty() {
            return;
        }
        let members: Vec<String> = jobs.iter().map(|job| job.members.clone()).collect();
        let result = match &mut self.log {
            Some((log, _)) => log.commit(&members),
            None => Ok(()),
        };
        let copied = self.copied();
        self.uncopied = copied.is_err();
        // One head stands for all that were written with it: where that wasn't copied, none of their requests goes out.
        let (intents, others): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(Job::is_intent);
        Job::answer_all(others, &result);
        match (copied, &mut self.log) {
            (Err(problem), Some((log, _))) if result.is_ok() && self.sink.is_some_and(|plan| plan.must) => {
                let ends: Vec<String> = intents.iter().filter_map(|job| job.unsent.clone()).collect();
                // The intents stand; where their ends find no room, whoever resolves them finds nothing was done.
                let _ = if ends.is_empty() { Ok(()) } else { log.commit(&ends) };
                Job::answer_all(intents, &Err(problem));
            }
            _ => Job::answer_all(intents, &result),
        }
    }

    fn copy(&mut self) {
        self.uncopied = self.copied().is_err();
    }

    /// Copies the head of this process's file.
    fn copied(&self) -> Result<(), Problem> {
        let (Some(plan), Some((log, file))) = (self.sink, &self.log) else { return Ok(()) };
        let sink = HeadExport::new(plan, self.directory, self.operator);
        sink.copy(&log.head(file)).map_err(|e| sink.problem(&e))
    }
}

impl Job {
    fn is_intent(&self) -> bool {
        self.unsent.is_some()
    }

    fn answer_all(jobs: Vec<Self>, result: &Result<(), Problem>) {
        for job in jobs {
            // Whoever asked may have gone; the record stands.
            let _ = job.done.send(result.clone());
        }
    }
}

/// Makes the file and writes its first line, which names the last records that no file names yet.
fn open(directory: &Path, operator: &Operator, sink: Option<&HeadExportSettings>) -> Result<(Log, String), Problem> {
    storage::prepare(directory)?;
    let _turn = storage::hold_opening(directory)?;
    let logged = name_log::since(directory, None).map(|(names, _)| names);
    let unnamed = Unnamed::find(directory, logged.as_deref()).map_err(|e| storage::ledger_problem(e.to_string()))?;
    if let Some(plan) = sink {
        // What waits there still waits where this fails; a sink that has to be there is asked again for an intent.
        let _ = HeadExport::new(plan, directory, operator).copy_rest(&unnamed);
    }
    let (file, path) = storage::create(directory, unnamed.newest.as_deref())?;
    let made = name_log::changed(directory).ok();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut log = Log::new(file, path.clone());
    log.commit(&[ocsf::opening(Timestamp::now(), operator, &name, &unnamed)]).inspect_err(|_| {
        // An empty file says nothing; leaving it would only puzzle its reader.
        let _ = std::fs::remove_file(&path);
    })?;
    name_log::log(directory, &name, logged.is_some(), made.as_deref());
    Ok((log, name))
}
