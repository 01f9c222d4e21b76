//! The copy of each head elsewhere: to the local syslog daemon or the journal, which carry it off this host. What
//! is cut off the ledger later then shows. A head that couldn't be copied waits: how far each file's head was
//! copied stands beside the file, so that whoever comes next copies the rest.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use jiff::Zoned;
use serde_json::json;

use crate::domain::{Code, Problem};

use super::ocsf::Head;
use super::operator::Operator;
use super::reader::{Journal, read};
use super::unnamed_heads::UnnamedHeads;

/// authpriv.notice (RFC 5424 §6.2.1): facility 10, severity 5.
const PRIORITY: u8 = 10 * 8 + 5;
/// The directory of the files that say how far each head was copied.
const COPIED: &str = "copied";
/// Stands in the directory while a head was not taken.
const BEHIND: &str = "sink.behind";

/// What takes the heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportTarget {
    /// A syslog daemon's socket; `/dev/log` is the usual one.
    Syslog(PathBuf),
    /// The journal's socket (systemd's "Native Journal Protocol").
    Journald(PathBuf),
}

impl ExportTarget {
    /// The local syslog daemon.
    #[must_use]
    pub fn syslog(socket: Option<PathBuf>) -> Self {
        Self::Syslog(socket.unwrap_or_else(|| "/dev/log".into()))
    }

    /// The journal.
    #[must_use]
    pub fn journald(socket: Option<PathBuf>) -> Self {
        Self::Journald(socket.unwrap_or_else(|| "/run/systemd/journal/socket".into()))
    }
}

/// Where heads are copied to, and what follows when they can't be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadExportSettings {
    /// What takes them.
    pub target: ExportTarget,
    /// True when nothing is unlocked while it doesn't.
    pub must: bool,
}

/// The copier of one process.
pub struct HeadExport<'a> {
    plan: &'a HeadExportSettings,
    directory: &'a Path,
    operator: &'a Operator,
}

/// The policy's rule that stops an unlock whose copy can't be made.
pub const RULE: &str = "on_sink_failure";

pub(super) const NOT_COPIED: &str = "the ledger's copy elsewhere can't be made, so nothing is sent";

/// True when [`RULE`] is why an intent was not written.
#[must_use]
pub fn is_refusal(problem: &Problem) -> bool {
    problem.code == Code::NotCopied
}

impl<'a> HeadExport<'a> {
    /// A copier for the ledger in that directory.
    pub fn new(plan: &'a HeadExportSettings, directory: &'a Path, operator: &'a Operator) -> Self {
        Self { plan, directory, operator }
    }

    /// Copies a head, and notes that it was.
    ///
    /// # Errors
    /// When the sink does not take it.
    pub fn copy(&self, head: &Head) -> io::Result<()> {
        if let Err(e) = self.send(head) {
            // Whoever comes next looks at every file.
            let _ = fs::write(self.directory.join(BEHIND), "");
            return Err(e);
        }
        // A head that is copied twice does no harm: the note needs no sync.
        let notes = self.directory.join(COPIED);
        if !notes.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(notes)?;
        }
        fs::write(self.note(&head.file), format!("{} {}\n", head.seq, head.hash))
    }

    /// Copies what earlier processes couldn't: of the last ones, and of all where one was told not to have been taken.
    ///
    /// # Errors
    /// As [`Self::copy`].
    pub fn copy_rest(&self, unnamed: &UnnamedHeads) -> io::Result<()> {
        let behind = self.directory.join(BEHIND);
        if !behind.exists() {
            let ended = unnamed.heads.iter().filter(|head| !unnamed.in_flight.contains(&head.file));
            let mut rest = ended.filter(|head| head.seq > copied(self.directory, &head.file));
            return rest.try_for_each(|head| self.copy(head));
        }
        waiting(self.directory, &read(self.directory)?).iter().try_for_each(|head| self.copy(head))?;
        fs::remove_file(behind)
    }

    /// What an operator is told when the copy has to be made and can't be.
    pub fn problem(&self, e: &io::Error) -> Problem {
        let (ExportTarget::Syslog(socket) | ExportTarget::Journald(socket)) = &self.plan.target;
        Problem::new(
            Code::NotCopied,
            NOT_COPIED,
            format!("{}: {e} (rule `{RULE}`)", socket.display()),
            "bring the log daemon back, or ask the owner of the policy",
        )
    }

    fn note(&self, file: &str) -> PathBuf {
        self.directory.join(COPIED).join(file)
    }

    fn send(&self, head: &Head) -> io::Result<()> {
        let words =
            json!({"file": head.file, "seq": head.seq, "hash": head.hash, "operator": self.operator.label().syslog()});
        let socket = UnixDatagram::unbound()?;
        // A daemon that doesn't read must not hold up an unlock.
        socket.set_nonblocking(true)?;
        let (path, message) = match &self.plan.target {
            ExportTarget::Syslog(path) => {
                let at = Zoned::now().strftime("%b %e %H:%M:%S").to_string();
                (path, format!("<{PRIORITY}>{at} unbolt[{}]: ledger head {words}", std::process::id()))
            }
            ExportTarget::Journald(path) => {
                let fields = format!("UNBOLT_FILE={}\nUNBOLT_SEQ={}\nUNBOLT_HASH={}\n", head.file, head.seq, head.hash);
                let message = format!("MESSAGE=ledger head {words}\nPRIORITY=5\nSYSLOG_FACILITY=10\n");
                (path, format!("{message}SYSLOG_IDENTIFIER=unbolt\n{fields}"))
            }
        };
        socket.send_to(message.as_bytes(), path).map(|_| ())
    }
}

/// The heads of files that nobody writes to any more, as far as they weren't copied.
#[must_use]
pub fn waiting(directory: &Path, journal: &Journal) -> Vec<Head> {
    let dead = journal.files.iter().filter(|file| !file.in_flight);
    dead.filter_map(Head::of).filter(|head| head.seq > copied(directory, &head.file)).collect()
}

/// How far a file's head was copied.
fn copied(directory: &Path, file: &str) -> u64 {
    let note = fs::read_to_string(directory.join(COPIED).join(file)).unwrap_or_default();
    note.split(' ').next().and_then(|seq| seq.parse().ok()).unwrap_or(0)
}
