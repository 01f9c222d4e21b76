//! The append-only record: nothing is unlocked without a trace (law 1).
//!
//! One file of JSON lines per process, under the platform's state directory, in OCSF terms (Account
//! Change, Unlock). Each line carries a sequence number, the hash of the line before and its own. An
//! intent is on disk before the request it announces; [`Recorded`] is the proof, and only this room
//! can make one.

mod append;
mod chain;
mod commit;
mod file;
mod file_check;
mod heads;
mod host_clock;
mod index;
mod line;
mod name_log;
pub mod operator;
mod order;
mod read;
mod read_at;
mod record;
mod recorded;
mod records;
mod run;
mod search;
pub mod sink;
mod verify;

pub use append::Ledger;
pub use file::{SERVICE_DIRECTORY, default_directory, hold_account, hold_counter, hold_receiver, ledger_problem};
pub use host_clock::HostClock;
pub use index::{Index, LedgerIndex, OpenUnlocks, unreadable};
pub use line::entry;
pub use operator::Operator;
pub use read::{Ending, Entry, Event, Journal, LedgerFile, Refusal, Started, Unlocked, read};
pub use record::{End, Head, Note, OCSF};
pub use recorded::Recorded;
pub use records::newest_records;
pub use run::{RecordedRun, RowMemory, RunMemory};
pub use search::{each_line, search};
pub use sink::SinkPlan;
pub use verify::{Finding, Severity, VerifyProgress, VerifyResult, verify};
