//! The append-only record: nothing is unlocked without a trace (law 1).
//!
//! One file of JSON lines per process, under the platform's state directory, in OCSF terms (Account
//! Change, Unlock). Each line carries a sequence number, the hash of the line before and its own. An
//! intent is on disk before the request it announces; [`Recorded`] is the proof, and only this room
//! can make one.

mod boot_time;
mod entry;
mod file_check;
mod file_list;
mod group_commit;
mod hash_chain;
pub mod head_export;
mod index;
mod ocsf;
pub mod operator;
mod order;
mod parse;
mod read_at;
mod reader;
mod recorded;
mod rows;
mod run_history;
mod search;
mod storage;
mod unlock_record;
mod unreferenced_heads;
mod verify;
mod writer;

pub use boot_time::BootTime;
pub use entry::{Entry, LedgerEvent, RecordedOutcome, Refusal, RunStart};
pub use head_export::HeadExportSettings;
pub use index::{Index, LedgerIndex, OpenUnlockIndex, unreadable};
pub use ocsf::{Head, OCSF, OtherEvent, OutcomeEvent};
pub use operator::Operator;
pub use parse::entry;
pub use reader::{Journal, LedgerFile, each_line, read};
pub use recorded::Recorded;
pub use rows::newest_records;
pub use run_history::{RowHistory, RunHistory, RunListEntry};
pub use search::search;
pub use storage::{
    SERVICE_DIRECTORY, default_directory, hold_account, hold_counter, hold_receiver, ledger_problem, private_directory,
    replace_file,
};
pub use unlock_record::UnlockRecord;
pub use verify::{VerifyFinding, VerifyProgress, VerifyResult, VerifySeverity, verify};
pub use writer::Ledger;
