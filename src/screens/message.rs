//! What can happen, and what the engine is asked to do about it.

use crossterm::event::KeyEvent;

use std::collections::BTreeMap;
use std::path::PathBuf;

use uuid::Uuid;

use crate::bulk::Candidate;
use crate::bulk::plan::Row;
use crate::bulk::run::ReadyRun;
use crate::bulk::runs::RunSummary;
use crate::domain::{
    Account, AccountKey, AuditContext, CheckResult, ClockReading, LedgerRow, LockedQueryEvent, Outcome, Problem,
    ProviderHealth, ProviderName, RequestLogEntry, UnsentRow, Untrusted,
};
use crate::flow::{EngineCall, Reply};
use crate::policy::Denial;

use crate::screens::ledger::state::Verified;
use crate::screens::lists::state::ListSource;
use crate::widgets::VisibleLines;

/// Something that happened, and when.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: ClockReading,
    /// What.
    pub message: Message,
}

/// Everything that can happen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The program began: time to ask for the first page.
    Started,
    /// A key was pressed or repeats; it came alone.
    Key(KeyEvent),
    /// Keys that came in one read: pasted, held, or typed over a slow link.
    Keys(Vec<KeyEvent>),
    /// A whole line was given, where nothing is redrawn.
    Line(String),
    /// No further line will come.
    NoMoreLines,
    /// Text was pasted: text, and never keys.
    Paste(String),
    /// The terminal has another size.
    Resize(u16, u16),
    /// A deadline that [`crate::screens::State::wake`] named has come.
    Tick,
    /// A call came back.
    Reply(Box<Reply>),
    /// A request went out and came back, for the log.
    Exchange(RequestLogEntry),
    /// A frame is on the screen.
    Drawn {
        /// The revision that it shows.
        revision: u64,
        /// What of the question on it shows.
        shown: Option<VisibleLines>,
        /// How many lines of the lowest pane don't show.
        hidden: usize,
    },
    /// Something to tell that nobody on this screen asked for.
    Notice(String),
    /// An earlier process's unlock of an account is still open: who asked for it, and when.
    LeftOpen(AccountKey, String),
    /// A device has answered something.
    Heard,
    /// A list was read: so many lines of it are looked up; the encoding that it was taken for, where nothing said so.
    PlanBegun(u64, usize, Option<&'static str>),
    /// Rows of a list were looked up.
    Planned(u64, Vec<Row>),
    /// A whole list was looked up; what is wrong with it, if anything is.
    PlanEnded(u64, Result<(), String>),
    /// The row of a chosen candidate was read.
    Chosen(u64, usize, Box<Result<Row, Problem>>),
    /// A plan is frozen and recorded: its run may begin.
    Frozen(Box<Result<ReadyRun, Problem>>),
    /// The runs of this ledger, the newest first.
    Runs(Result<Vec<RunSummary>, String>),
    /// What became of the unlocks that an earlier process left open, in words.
    LeftOpenEarlier(String),
    /// A run of an earlier process was taken up, or not.
    RunOpened(Box<Result<ReadyRun, Problem>>),
    /// It is recorded that a run goes on, or not.
    RunResumed(Uuid, Result<(), Problem>),
    /// A row that an earlier process left open was looked at: how it ended, and whether it is done again.
    RowLooked(Uuid, usize, Outcome, bool),
    /// A note on a run was written, or not.
    Noted(Result<(), Problem>),
    /// A list was saved, or not.
    Saved(Result<PathBuf, String>),
    /// What a typed path goes on with.
    PathCompleted {
        /// As it was typed.
        typed: String,
        /// As far as all names that begin so agree.
        path: String,
        /// Those names.
        choices: Vec<String>,
    },
    /// Somebody is locked, or a provider has told all it can, for the question of that number.
    Locked(u64, Box<LockedQueryEvent>),
    /// The ledger was read.
    LedgerRead(Result<Vec<LedgerRow>, String>),
    /// So many percent of the ledger were checked.
    LedgerVerifying(u64),
    /// Every record of the ledger was checked.
    LedgerVerified(Result<Verified, String>),
    /// A provider was looked at.
    Checked(ProviderName, Vec<CheckResult>, Box<ProviderHealth>),
    /// The program was told to end: a signal, or the terminal is gone.
    Terminate,
    /// The program was in the background and is back.
    Resumed,
}

/// What the engine shall do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Perform a call; its reply becomes an event.
    Call(EngineCall),
    /// Put text on the clipboard, through the terminal.
    Copy(String),
    /// Look up a list, for the list of that number.
    Plan(u64, ListSource),
    /// Read the account that was chosen for a row.
    Choose {
        /// The list's number.
        generation: u64,
        /// The row.
        row: usize,
        /// The account.
        candidate: Candidate,
    },
    /// Freeze these rows and record that they are run.
    Freeze {
        /// The rows.
        rows: Vec<Row>,
        /// The helpdesk case of rows without their own, and how the callers were verified.
        audit: AuditContext,
    },
    /// Record that a rule stood against an unlock.
    NoteRefusal {
        /// The account.
        account: Box<Account>,
        /// The helpdesk case.
        ticket: Option<Untrusted>,
        /// The rule.
        objection: Denial,
    },
    /// Nobody has pressed a key for as long as the policy allows: lock the screen.
    Lock,
    /// Record how a row ended without a request.
    NoteRow(UnsentRow),
    /// Record that a run is over.
    NoteEnd {
        /// Which run.
        run: Uuid,
        /// Why it stopped.
        stopped: Option<String>,
        /// How many rows ended how.
        totals: BTreeMap<&'static str, u64>,
    },
    /// Ask everybody who is locked, as the question of that number.
    ListLocked(u64),
    /// Ask again where a login was refused: somebody wants it.
    ForgetRefusals,
    /// Read the ledger.
    ReadLedger,
    /// Check every record of the ledger.
    VerifyLedger,
    /// Look at these systems.
    Check(Vec<ProviderName>),
    /// List the runs of this ledger.
    ListRuns,
    /// Take up a run of an earlier process.
    OpenRun(Uuid),
    /// Record that a run goes on, and look at what was left open in it.
    ResumeRun(Uuid),
    /// Let go of a run.
    Release(Uuid),
    /// Find what the path that is typed goes on with.
    CompletePath(String),
    /// Save text to a new file.
    Save {
        /// Where.
        path: PathBuf,
        /// What.
        text: String,
    },
    /// Ring the bell: something happened that somebody has to see.
    Bell,
    /// Draw everything anew.
    Redraw,
    /// Go to the background.
    Suspend,
    /// End.
    Quit,
    /// Break, so that a test can watch the terminal being restored.
    #[cfg(feature = "panic-key")]
    Panic,
    /// Break in the background, likewise.
    #[cfg(feature = "panic-key")]
    PanicInTask,
}
