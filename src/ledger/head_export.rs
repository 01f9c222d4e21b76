//! The copy of each head elsewhere: to the local syslog daemon or the journal, which carry it off this host. What
//! is cut off the ledger later then shows. A head that couldn't be copied waits: how far each file's head was
//! copied stands beside the file, so that whoever comes next copies the rest.

use std::fs;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use jiff::Zoned;
use serde_json::json;

use crate::domain::{Code, Problem};

use super::ocsf::Head;
use super::operator::Operator;
use super::reader::read;
use super::storage::private_directory;
use super::unreferenced_heads::UnreferencedHeads;

/// authpriv.notice (RFC 5424 §6.2.1): facility 10, severity 5.
const PRIORITY: u8 = 10 * 8 + 5;
/// The directory of the files that say how far each head was copied.
const COPIED: &str = "copied";
/// Stands in the directory while a head was not taken.
const BEHIND: &str = "sink.behind";

/// What takes the heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportTarget {
    /// A syslog daemon's socket.
    Syslog(PathBuf),
    /// The journal's socket (systemd's "Native Journal Protocol").
    Journald(PathBuf),
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
    pub(super) plan: &'a HeadExportSettings,
    pub(super) directory: &'a Path,
    pub(super) operator: &'a Operator,
}

/// The policy's rule that stops an unlock whose copy can't be made.
pub const RULE: &str = "on_sink_failure";

pub(super) const NOT_COPIED: &str = "the ledger's copy elsewhere can't be made, so nothing is sent";

impl HeadExport<'_> {
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
        private_directory(&self.directory.join(COPIED))?;
        fs::write(self.note(&head.file), format!("{} {}\n", head.seq, head.hash))
    }

    /// Copies what earlier processes couldn't: of the last ones, and of all where one was told not to have been taken.
    ///
    /// # Errors
    /// As [`Self::copy`].
    pub fn copy_rest(&self, unnamed: &UnreferencedHeads) -> io::Result<()> {
        let behind = self.directory.join(BEHIND);
        let waits = |head: &Head| head.seq > self.copied(&head.file);
        if !behind.exists() {
            let ended = unnamed.heads.iter().filter(|head| !unnamed.in_flight.contains(&head.file));
            return ended.filter(|head| waits(head)).try_for_each(|head| self.copy(head));
        }
        let journal = read(self.directory)?;
        let ended = journal.files.iter().filter(|file| !file.in_flight).filter_map(Head::of);
        ended.filter(waits).try_for_each(|head| self.copy(&head))?;
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

    /// How far a file's head was copied.
    fn copied(&self, file: &str) -> u64 {
        let note = fs::read_to_string(self.note(file)).unwrap_or_default();
        note.split(' ').next().and_then(|seq| seq.parse().ok()).unwrap_or(0)
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
