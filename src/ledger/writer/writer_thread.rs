//! The thread that writes: one group of records, one `fsync`.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::domain::Problem;
use crate::ledger::file_list;
use crate::ledger::group_commit::ChainFile;
use crate::ledger::head_export::HeadExport;
use crate::ledger::ocsf::{self};
use crate::ledger::operator::Operator;
use crate::ledger::storage;
use crate::ledger::unreferenced_heads::UnreferencedHeads;

/// The most lines that one sync covers.
pub(super) const GROUP: usize = 256;

/// How long a head waits before its copy is tried again.
pub(super) const AGAIN: Duration = Duration::from_secs(5);

/// A record that waits to be written.
pub(super) struct Job {
    pub(super) members: String,
    /// For an intent, whose request would follow: how it ends where it may not follow.
    pub(super) unsent: Option<String>,
    pub(super) done: oneshot::Sender<Result<(), Problem>>,
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

/// The thread that owns the file.
pub(super) struct RecordWriter<'a> {
    pub(super) directory: &'a Path,
    pub(super) operator: &'a Operator,
    pub(super) sink: Option<HeadExport<'a>>,
    pub(super) log: Option<ChainFile>,
    /// True while the head waits to be copied.
    pub(super) uncopied: bool,
}

impl RecordWriter<'_> {
    pub(super) fn run(&mut self, queue: &mpsc::Receiver<Job>) {
        loop {
            let first = match if self.uncopied { queue.recv_timeout(AGAIN) } else { queue.recv().map_err(Into::into) } {
                Ok(first) => first,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    self.uncopied = self.log.as_ref().is_some_and(|log| copied(self.sink.as_ref(), log).is_err());
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
        let sink = self.sink.as_ref();
        let log = match &mut self.log {
            Some(log) => log,
            none => match open(self.directory, self.operator, sink) {
                Ok(log) => none.insert(log),
                Err(problem) => return Job::answer_all(jobs, &Err(problem)),
            },
        };
        // Where the copy has to be made, a sink that doesn't even take the last head gets no further intent.
        let must_copy = sink.is_some_and(|sink| sink.plan.must);
        let gate = if must_copy && jobs.iter().any(Job::is_intent) { copied(sink, log) } else { Ok(()) };
        let (jobs, refused): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| gate.is_ok() || !job.is_intent());
        if let Err(problem) = gate {
            Job::answer_all(refused, &Err(problem));
        }
        if jobs.is_empty() {
            return;
        }
        let members: Vec<String> = jobs.iter().map(|job| job.members.clone()).collect();
        let result = log.commit(&members);
        let copied = copied(sink, log);
        self.uncopied = copied.is_err();
        // One head stands for all that were written with it: where that wasn't copied, none of their requests goes out.
        let (intents, others): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(Job::is_intent);
        Job::answer_all(others, &result);
        match copied {
            Err(problem) if result.is_ok() && must_copy => {
                let ends: Vec<String> = intents.iter().filter_map(|job| job.unsent.clone()).collect();
                // The intents stand; where their ends find no room, whoever resolves them finds nothing was done.
                let _ = if ends.is_empty() { Ok(()) } else { log.commit(&ends) };
                Job::answer_all(intents, &Err(problem));
            }
            _ => Job::answer_all(intents, &result),
        }
    }
}

/// Copies the head of this process's file.
fn copied(sink: Option<&HeadExport<'_>>, log: &ChainFile) -> Result<(), Problem> {
    sink.map_or(Ok(()), |sink| sink.copy(&log.head()).map_err(|e| sink.problem(&e)))
}

/// Makes the file and writes its first line, which names the last records that no file names yet.
fn open(directory: &Path, operator: &Operator, sink: Option<&HeadExport<'_>>) -> Result<ChainFile, Problem> {
    let _turn = storage::hold_opening(directory)?;
    let logged = file_list::since(directory, None).map(|(names, _)| names);
    let unnamed =
        UnreferencedHeads::find(directory, logged.as_deref()).map_err(|e| storage::ledger_problem(e.to_string()))?;
    if let Some(sink) = sink {
        // What waits there still waits where this fails; a sink that has to be there is asked again for an intent.
        let _ = sink.copy_rest(&unnamed);
    }
    let (file, name) = storage::create(directory, unnamed.newest.as_deref())?;
    let made = file_list::changed(directory).ok();
    let path = directory.join(&name);
    let mut log = ChainFile::new(file, path.clone());
    log.commit(&[ocsf::opening(Timestamp::now(), operator, &name, &unnamed)]).inspect_err(|_| {
        // An empty file says nothing; leaving it would only puzzle its reader.
        let _ = std::fs::remove_file(&path);
    })?;
    file_list::log(directory, &name, logged.is_some(), made.as_deref());
    Ok(log)
}
