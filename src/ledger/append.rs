//! The ledger of this process: a thread that owns the file, so that a slow disk stops no screen.

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;

use jiff::Timestamp;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::domain::{Answered, IntentId, Problem, Unlock};

use super::commit::Log;
use super::file;
use super::operator::Operator;
use super::read;
use super::record::{self, Closing, End, Head, Note};
use super::recorded::Recorded;

/// The most lines that one sync covers.
const GROUP: usize = 256;

struct Job {
    members: String,
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
    pub fn new(directory: PathBuf, operator: Operator) -> Self {
        let (jobs, queue) = mpsc::channel();
        let operator = Arc::new(operator);
        let owner = Arc::clone(&operator);
        // A thread that can't be started drops the queue, and then every record is refused.
        let _ = thread::Builder::new().name("ledger".to_owned()).spawn(move || run(&queue, &directory, &owner));
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
        self.append(record::intent(at, &self.operator, intent, &unlock)).await?;
        Ok(Recorded::new(unlock, intent, at))
    }

    /// Writes and syncs how an intent of this process ended.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger; the intent then stays without an outcome and is resolved later.
    pub async fn close(&self, recorded: &Recorded<Unlock>, end: &End<'_>) -> Result<(), Problem> {
        let closing = Closing { intent: recorded.intent(), unlock: recorded.what(), end, by: "run" };
        self.append(record::outcome(Timestamp::now(), &self.operator, &closing)).await
    }

    /// Writes and syncs how an intent that was left open ended, as read later.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn resolve(&self, intent: IntentId, unlock: &Unlock, end: &End<'_>) -> Result<(), Problem> {
        let closing = Closing { intent, unlock, end, by: "resolve" };
        self.append(record::outcome(Timestamp::now(), &self.operator, &closing)).await
    }

    /// Writes and syncs what a device answered.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn answer(&self, answered: &Answered) -> Result<(), Problem> {
        self.append(record::answer(Timestamp::now(), &self.operator, answered)).await
    }

    /// Writes and syncs a note on a plan or a run.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn note(&self, note: &Note<'_>) -> Result<(), Problem> {
        self.append(record::note(Timestamp::now(), &self.operator, note)).await
    }

    async fn append(&self, members: String) -> Result<(), Problem> {
        let (done, answer) = oneshot::channel();
        let gone = || file::ledger_problem("its writer has stopped".to_owned());
        self.jobs.send(Job { members, done }).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

fn run(queue: &mpsc::Receiver<Job>, directory: &std::path::Path, operator: &Operator) {
    let mut log: Option<Log> = None;
    while let Ok(first) = queue.recv() {
        let mut jobs = vec![first];
        jobs.extend(queue.try_iter().take(GROUP - 1));
        let members: Vec<String> = jobs.iter_mut().map(|job| std::mem::take(&mut job.members)).collect();
        let result = match &mut log {
            Some(log) => log.commit(&members),
            None => match open(directory, operator) {
                Ok(opened) => log.insert(opened).commit(&members),
                Err(problem) => Err(problem),
            },
        };
        for job in jobs {
            // Whoever asked may have gone; the record stands.
            let _ = job.done.send(result.clone());
        }
    }
}

/// Makes the file and writes its first line, which names the heads of the other files.
fn open(directory: &std::path::Path, operator: &Operator) -> Result<Log, Problem> {
    file::prepare(directory)?;
    let heads: Vec<Head> = read::read(directory)
        .map_err(|e| file::ledger_problem(e.to_string()))?
        .files
        .iter()
        .filter_map(|other| {
            let last = other.entries.last()?;
            Some(Head { file: other.name.clone(), seq: last.seq, hash: last.hash.clone() })
        })
        .collect();
    let (file, path) = file::create(directory)?;
    let mut log = Log::new(file);
    log.commit(&[record::opening(Timestamp::now(), operator, &heads)]).inspect_err(|_| {
        // An empty file says nothing; leaving it would only puzzle its reader.
        let _ = std::fs::remove_file(&path);
    })?;
    Ok(log)
}
