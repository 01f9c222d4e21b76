//! Reading ledgers back. A line that can't be understood is kept and named, and never stops the rest.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    AccountKey, Answered, AuditContext, DeviceStatus, IntentId, OpenUnlock, Outcome, RowRef, Unlock, Untrusted,
};

use super::host_clock::HostClock;
use super::ocsf::Head;
use super::order::LinePlace;
use super::parse::entry;
use super::recorded::Recorded;
use super::storage::{is_held, names};

/// Everything in a ledger directory.
#[derive(Debug, Default)]
pub struct Journal {
    /// The files, oldest first.
    pub files: Vec<LedgerFile>,
}

/// One process's file.
#[derive(Debug)]
pub struct LedgerFile {
    /// Its name in the directory.
    pub name: String,
    /// True while its process runs: what has no outcome there is in flight, not unknown.
    pub in_flight: bool,
    /// The lines that could be read.
    pub entries: Vec<Entry>,
    /// How many complete lines couldn't be understood.
    pub unread: usize,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number in the file, from 1.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who acted: name or uid.
    pub operator: Untrusted,
    /// Who acted: the uid.
    pub operator_uid: Untrusted,
    /// When, on the clock of the host that wrote it; intents alone have it.
    pub clock: Option<HostClock>,
    /// What it says.
    pub event: LedgerEvent,
}

/// What a line says.
#[derive(Clone, Debug)]
pub enum LedgerEvent {
    /// A process began to write.
    Open(Opened),
    /// An unlock is about to be sent.
    Intent(IntentId, Box<Unlock>),
    /// An intent ended.
    Outcome(IntentId, Box<RecordedOutcome>),
    /// A plan was frozen: its id, its hash, and how many of its rows have which verdict.
    Planned(Uuid, String, BTreeMap<String, u64>),
    /// A run began or was taken up again.
    Started(Uuid, Box<Started>),
    /// A row of a run ended without a request.
    Row(RowRef, Box<RecordedOutcome>),
    /// A run ended in a process: why it stopped before its end.
    RunEnded(Uuid, Option<Untrusted>),
    /// A device answered.
    Answer(Box<Answered>),
    /// A rule stood against an unlock.
    Refused(Box<Refusal>),
    /// A kind of line this version doesn't know.
    Other,
}

impl LedgerEvent {
    /// A device's answer.
    #[must_use]
    pub fn answered(self) -> Option<Answered> {
        match self {
            Self::Answer(answered) => Some(*answered),
            _ => None,
        }
    }
}

/// What a file's first record says of the files that were there.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The file's own name; earlier releases didn't say it.
    pub file: Option<String>,
    /// The last records that no earlier file names.
    pub heads: Vec<Head>,
    /// The files that were being written to; none where an earlier release named every file.
    pub in_flight: Option<Vec<String>>,
}

/// How something ended.
#[derive(Clone, Debug)]
pub struct RecordedOutcome {
    /// The outcome.
    pub outcome: Outcome,
    /// The system's own id of the request.
    pub handle: Option<Untrusted>,
    /// Why, in words.
    pub why: Untrusted,
    /// True when it wasn't carried out and was to be asked for again.
    pub again: bool,
}

/// An unlock that a rule stood against: nothing was sent.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// When; filled in from the line.
    pub at: Timestamp,
    /// Who asked.
    pub operator: Untrusted,
    /// The account.
    pub key: AccountKey,
    /// Its user name.
    pub username: Untrusted,
    /// The helpdesk case.
    pub ticket: Option<Untrusted>,
    /// The rule's name.
    pub rule: Untrusted,
    /// What it says.
    pub why: Untrusted,
}

/// What a run was started with.
#[derive(Clone, Debug)]
pub struct Started {
    /// The hash of its plan.
    pub sha256: String,
    /// The verdicts that are run, by their words.
    pub verdicts: Vec<String>,
    /// The helpdesk case of rows without their own, and how the callers were verified.
    pub papers: AuditContext,
}

/// An intent with all that is known of its end.
#[derive(Clone, Debug)]
pub struct Unlocked {
    /// The intent.
    pub intent: IntentId,
    /// Where it stands.
    pub place: LinePlace,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who asked.
    pub operator: Untrusted,
    /// What was asked.
    pub unlock: Unlock,
    /// When, on the clock of the host that asked.
    pub clock: Option<HostClock>,
    /// The first outcome, and when it was recorded.
    pub outcome: Option<(Outcome, Timestamp)>,
    /// Why, in words.
    pub why: Untrusted,
    /// True when it wasn't carried out and was to be asked for again.
    pub again: bool,
    /// The system's own id of the request.
    pub handle: Option<Untrusted>,
    /// True while the process that asked still runs.
    pub in_flight: bool,
    /// A device's last word and when it was recorded, where no outcome was recorded after it: its process ended in between.
    pub heard: Option<(Outcome, Timestamp)>,
    /// What a device said later against the outcome; recorded and not believed.
    pub contradicted: Option<Untrusted>,
}

impl Unlocked {
    /// One of which no more is known than that it was asked for.
    pub(super) fn begun(
        intent: IntentId,
        at: Timestamp,
        operator: Untrusted,
        unlock: Unlock,
        clock: Option<HostClock>,
    ) -> Self {
        Self {
            intent,
            place: LinePlace::default(),
            at,
            operator,
            unlock,
            clock,
            outcome: None,
            why: Untrusted::default(),
            again: false,
            handle: None,
            in_flight: false,
            heard: None,
            contradicted: None,
        }
    }

    /// Takes an end that was recorded. A decisive one stands.
    pub(super) fn ends(&mut self, ending: &RecordedOutcome, at: Timestamp) {
        if self.outcome.is_none_or(|(old, _)| old.is_undecided()) {
            self.outcome = Some((ending.outcome, at));
            self.why.clone_from(&ending.why);
            self.again = ending.again;
            self.handle = ending.handle.clone().or(self.handle.take());
        }
    }

    /// The unlock to look at again: no outcome, or an unknown one, and its process is gone.
    #[must_use]
    pub fn open(&self) -> Option<OpenUnlock> {
        let undecided = self.outcome.is_none_or(|(outcome, _)| outcome.is_undecided());
        // Without any outcome record, a running process is still at it.
        let is_left = undecided && (self.outcome.is_some() || !self.in_flight);
        is_left.then(|| self.looked_at())
    }

    /// The proof of its intent, which stands in the ledger: the same request may be sent once more where a system takes
    /// a name once.
    #[must_use]
    pub fn proof(&self) -> Recorded<Unlock> {
        Recorded::new(self.unlock.clone(), self.intent, self.at)
    }

    /// What there is to look at, whoever may be at it.
    #[must_use]
    pub fn looked_at(&self) -> OpenUnlock {
        OpenUnlock {
            intent: self.intent,
            key: self.unlock.key.clone(),
            layer: self.unlock.layer,
            asked_at: self.at,
            username: self.unlock.username.clone(),
            handle: self.handle.clone(),
        }
    }

    /// True while nobody has said how it ended.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.heard.is_none() && self.outcome.is_none_or(|(outcome, _)| outcome.is_undecided())
    }

    /// How long ago it was recorded, on the clock that the host itself keeps; none where only wall clocks tell.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        HostClock::now()?.since(self.clock.as_ref()?)
    }

    /// The word for a list: an outcome, `in flight`, or `unknown`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.heard.or(self.outcome) {
            Some((outcome, _)) => outcome.word(),
            None if self.in_flight => "in_flight",
            None => Outcome::Unknown.word(),
        }
    }
}

impl Journal {
    /// Every unlock, oldest first. A later decisive outcome replaces an undecided one.
    #[must_use]
    pub fn unlocks(&self) -> Vec<Unlocked> {
        let mut order: Vec<Unlocked> = Vec::new();
        let mut at: HashMap<IntentId, usize> = HashMap::new();
        for (number, file) in self.files.iter().enumerate() {
            for entry in &file.entries {
                if let LedgerEvent::Intent(intent, unlock) = &entry.event {
                    at.insert(*intent, order.len());
                    let (operator, clock) = (entry.operator.clone(), entry.clock.clone());
                    let begun = Unlocked::begun(*intent, entry.at, operator, (**unlock).clone(), clock);
                    let place = LinePlace { file: number, seq: entry.seq };
                    order.push(Unlocked { in_flight: file.in_flight, place, ..begun });
                }
            }
        }
        let ends = self.files.iter().flat_map(|file| &file.entries).filter_map(|entry| match &entry.event {
            LedgerEvent::Outcome(intent, ending) => Some((entry.at, intent, ending)),
            _ => None,
        });
        let mut ends: Vec<_> = ends.collect();
        // The first decisive one stands, in whichever file it is.
        ends.sort_by_key(|(at, ..)| *at);
        for (at_end, intent, ending) in ends {
            if let Some(unlocked) = at.get(intent).and_then(|i| order.get_mut(*i)) {
                unlocked.ends(ending, at_end);
            }
        }
        for entry in self.files.iter().flat_map(|file| &file.entries) {
            if let LedgerEvent::Answer(answered) = &entry.event
                && answered.answer.status.is_final()
                && let Some(unlocked) = at.get(&answered.intent).and_then(|i| order.get_mut(*i))
            {
                let is_about_it = answered.answer.command.same_name(&unlocked.intent.command());
                if answered.contradicts {
                    unlocked.contradicted = Some(answered.answer.status.word().into());
                } else if is_about_it && unlocked.outcome.is_none_or(|(outcome, _)| outcome.is_undecided()) {
                    let is_done = answered.answer.status == DeviceStatus::Acknowledged;
                    unlocked.heard = Some((if is_done { Outcome::Acknowledged } else { Outcome::Failed }, entry.at));
                }
            }
        }
        order.sort_by_key(|unlocked| unlocked.at);
        order
    }
}

impl Journal {
    /// Every refusal by a rule, oldest first.
    #[must_use]
    pub fn refusals(&self) -> Vec<&Refusal> {
        let entries = self.files.iter().flat_map(|file| &file.entries);
        let mut refusals: Vec<&Refusal> = entries
            .filter_map(|entry| match &entry.event {
                LedgerEvent::Refused(refusal) => Some(refusal.as_ref()),
                _ => None,
            })
            .collect();
        refusals.sort_by_key(|refusal| refusal.at);
        refusals
    }
}

impl Journal {
    /// What these files of a ledger hold.
    ///
    /// # Errors
    /// When one of them can't be read.
    pub fn of<'a>(directory: &Path, names: impl IntoIterator<Item = &'a String>) -> io::Result<Self> {
        let files = names.into_iter().map(|name| read_file(&directory.join(name))).collect::<io::Result<_>>()?;
        Ok(Self { files })
    }
}

/// Reads a ledger directory; one that isn't there is an empty ledger.
///
/// # Errors
/// Only when the directory itself can't be listed or a file can't be read.
pub fn read(directory: &Path) -> io::Result<Journal> {
    Journal::of(directory, &names(directory)?)
}

/// Opens a file to read it; an error says which, and whose it is.
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path).map_err(|e| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let owner = std::fs::symlink_metadata(path).ok().map(|meta| meta.uid());
        let whose = owner.filter(|uid| *uid != rustix::process::geteuid().as_raw());
        let whose = whose.map(|uid| format!(" of uid {uid}")).unwrap_or_default();
        io::Error::new(e.kind(), format!("the ledger's file {name}{whose} can't be read: {e}"))
    })
}

fn read_file(path: &Path) -> io::Result<LedgerFile> {
    let file = open(path)?;
    // Asked before reading: a process that ends in between has written everything by then.
    let in_flight = is_held(&file);
    let mut reader = BufReader::with_capacity(64 * 1024, file);
    let (mut entries, mut unread, mut line) = (Vec::new(), 0, Vec::new());
    // What a crash has torn has no line end.
    while reader.read_until(b'\n', &mut line)? > 0 && line.pop_if(|last| *last == b'\n').is_some() {
        match entry(&String::from_utf8_lossy(&line)) {
            Some(entry) => entries.push(entry),
            None => unread += 1,
        }
        line.clear();
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(LedgerFile { name, in_flight, entries, unread })
}
