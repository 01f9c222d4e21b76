//! What the bulk tab needs done: lists looked up, plans frozen, notes written, files saved.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::OpenOptions;
use std::io::{Cursor, ErrorKind, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use parking_lot::Mutex;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict};
use crate::bulk::run::ReadyRun;
use crate::bulk::{List, ListEntry, ListLine, ListOptions};
use crate::domain::{AuditContext, Problem, Untrusted};
use crate::ledger::OtherEvent;
use crate::screens::Message;
use crate::screens::lists::state::ListSource;

use crate::engine::Core;
use crate::engine::bulk::{plan_store, planning, run_lock, runs, settings};
use crate::engine::complete_path::expanded;
use crate::engine::new_file::write_new;

/// Rows that are told together.
const CHUNK: usize = 20;
/// How long an unlock that was accepted is followed.
const WAIT: Duration = Duration::from_secs(60);

/// The lines of a list so far, by their numbers.
#[derive(Debug, Default)]
pub struct ListLines(Mutex<KnownLines>);

#[derive(Debug, Default)]
struct KnownLines {
    generation: u64,
    last: u64,
    entries: HashMap<(u64, Untrusted), ListEntry>,
}

impl ListLines {
    /// Numbers the lines of a source that joins the list of that generation, behind those that it has: no two sources have
    /// lines of one number.
    fn join(&self, generation: u64, lines: &mut [ListLine]) {
        let mut known = self.0.lock();
        if generation < known.generation {
            // A list that is forgotten already.
            return;
        }
        if known.generation != generation {
            *known = KnownLines { generation, ..KnownLines::default() };
        }
        let before = known.last;
        for line in lines {
            *line.number() += before;
            known.last = known.last.max(*line.number());
            if let ListLine::Entry(entry) = line {
                known.entries.insert((entry.line, entry.text.clone()), entry.clone());
            }
        }
    }

    /// A line that said `was`, as it is looked up anew: only in the system that it named before; with another text nothing
    /// else of it holds.
    fn again(&self, generation: u64, was: Untrusted, entry: ListEntry) -> ListEntry {
        let mut known = self.0.lock();
        if known.generation != generation {
            return entry;
        }
        let entry = match known.entries.remove(&(entry.line, was)) {
            Some(before) if before.text == entry.text => ListEntry { ticket: entry.ticket, ..before },
            Some(before) => ListEntry { provider: before.provider, ..entry },
            None => entry,
        };
        known.entries.insert((entry.line, entry.text.clone()), entry.clone());
        entry
    }
}

/// Looks up a list; tells its rows as they come.
pub async fn plan(
    core: Arc<Core>,
    known: Arc<ListLines>,
    generation: u64,
    source: ListSource,
    tell: UnboundedSender<Message>,
) {
    let result = looked_up(&core, &known, generation, source, &tell).await;
    let _ = tell.send(Message::PlanEnded(generation, result));
}

/// What went wrong with a file, for whoever typed its name.
fn file_words(e: &std::io::Error) -> String {
    match e.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::AlreadyExists => "this file is there already: name a new one".to_owned(),
        ErrorKind::PermissionDenied => "you may not read or write it".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => e.to_string(),
    }
}

/// A regular file; a pipe would hold up whoever opens it.
fn open(path: &Path) -> Result<Box<dyn Read + Send>, String> {
    let path = &expanded(path);
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let file = file.map_err(|e| format!("{}: {}", path.display(), file_words(&e)))?;
    if !file.metadata().is_ok_and(|meta| meta.is_file()) {
        return Err(format!("{}: it is no regular file", path.display()));
    }
    Ok(Box::new(file))
}

async fn looked_up(
    core: &Core,
    known: &ListLines,
    generation: u64,
    source: ListSource,
    tell: &UnboundedSender<Message>,
) -> Result<(), String> {
    // Read before it is looked up: no file is open while the providers are asked. The policy bounds what is kept.
    let most = core.policy().bulk_max_rows + 1;
    let joins = !matches!(source, ListSource::Again(_));
    let source = match source {
        ListSource::Again(lines) => {
            let entries = lines.into_iter().map(|(was, entry)| known.again(generation, was, entry));
            ListSource::Entries(entries.collect())
        }
        source => source,
    };
    let lines = tokio::task::spawn_blocking(move || -> Result<(Vec<ListLine>, Option<&'static str>), String> {
        let reader: Box<dyn Read + Send> = match source {
            ListSource::File(path) => open(&path)?,
            ListSource::Text(text) => Box::new(Cursor::new(text.into_bytes())),
            ListSource::Entries(entries) => return Ok((entries.into_iter().map(ListLine::Entry).collect(), None)),
            ListSource::Again(lines) => {
                return Ok((lines.into_iter().map(|(_, entry)| ListLine::Entry(entry)).collect(), None));
            }
        };
        let list = List::read(reader, &ListOptions::default())?;
        Ok((list.lines().take(most).collect(), list.guess()))
    });
    let (mut lines, guess) = lines.await.map_err(|e| e.to_string())??;
    if joins {
        known.join(generation, &mut lines);
    }
    let _ = tell.send(Message::PlanBegun(generation, lines.len(), guess));
    let mut rows = Vec::new();
    let planned = planning::plan(core, lines.into_iter(), None, core.policy().bulk_max_rows, |row| {
        rows.push(row);
        if rows.len() >= CHUNK {
            let _ = tell.send(Message::Planned(generation, std::mem::take(&mut rows)));
        }
    })
    .await;
    let _ = tell.send(Message::Planned(generation, rows));
    planned
}

/// Freezes a plan and records that it is run.
///
/// # Errors
/// When it can't be kept or recorded, or another process is at it.
pub async fn freeze(core: &Core, rows: Vec<Row>, audit: AuditContext) -> Result<ReadyRun, Problem> {
    let (frozen, hash, _) = plan_store::freeze(core, rows, None).await?;
    core.hold(frozen.id, run_lock::take(core, frozen.id)?);
    let verdicts = [Verdict::Unlock.word()];
    core.ledger()
        .note(&OtherEvent::Started { run: frozen.id, sha256: &hash, verdicts: &verdicts, audit: &audit })
        .await?;
    let settings = settings(core, frozen.id, vec![Verdict::Unlock], audit, WAIT);
    Ok(ReadyRun { settings, rows: frozen.rows, known: BTreeMap::new(), open: BTreeSet::new() })
}

/// Tells which runs this ledger has.
pub fn list_runs(core: &Core, tell: &UnboundedSender<Message>) {
    let _ = tell.send(Message::Runs(runs::list(core).map_err(|problem| problem.line())));
}

/// Takes up a run as it was left. Nothing is sent.
pub fn open_run(core: &Core, id: Uuid, tell: &UnboundedSender<Message>) {
    let _ = tell.send(Message::RunOpened(Box::new(runs::open(core, id, WAIT))));
}

/// Records that a run goes on, and then looks at what an earlier process left open in it.
pub async fn resume(core: Arc<Core>, id: Uuid, tell: UnboundedSender<Message>) {
    match runs::record_resume(&core, id).await {
        Ok(memory) => {
            let _ = tell.send(Message::RunResumed(id, Ok(())));
            let (_, left) = runs::take_up(memory);
            let mut looks = runs::looks(&core, left, &|_| ());
            while let Some((row, outcome, again)) = looks.next().await {
                let _ = tell.send(Message::RowLooked(id, row, outcome, again));
            }
        }
        Err(problem) => {
            let _ = tell.send(Message::RunResumed(id, Err(problem)));
        }
    }
}

/// Saves a list to a new, private file.
///
/// # Errors
/// Why it couldn't be written, with its name.
pub fn save(path: &Path, text: &str) -> Result<PathBuf, String> {
    let path = expanded(path);
    match write_new(&path, |out| out.write_all(text.as_bytes())) {
        Ok(()) => Ok(path),
        Err(e) => Err(format!("{}: {}", path.display(), file_words(&e))),
    }
}
