//! The vocabulary every other room speaks: pure data and pure rules.
//!
//! Nothing here knows a clock, a socket, a file or a terminal. Facts from outside arrive as
//! [`Untrusted`] and leave only through the escapes in [`escape`].

pub mod account;
pub mod account_key;
pub mod bad_logins;
pub mod capability;
pub mod case_folding;
pub mod check;
pub mod clock_reading;
pub mod device_answer;
pub mod digest;
pub mod escape;
pub mod health;
pub mod ledger_row;
pub mod lock;
pub mod names;
pub mod outcome;
pub mod person;
pub mod problem;
pub mod problem_code;
pub mod query;
pub mod sanitize;
pub mod secret;
pub mod step;
pub mod suggest;
pub mod unlock;
pub mod untrusted;
pub mod usage;
pub(crate) mod word_enum;

pub use account::{Account, AccountFact, LayerLock, MayUnlock, PasswordState, phone_digits};
pub use account_key::{AccountKey, Layer, ProviderName};
pub use bad_logins::{BadLogins, CountCertainty, Replica};
pub use capability::{Capabilities, KindSpec, ProviderKind};
pub use check::{CheckGrade, CheckResult};
pub use clock_reading::ClockReading;
pub use device_answer::{DeviceAnswer, DeviceStatus, ErrorChainItem, IntentAnswer};
pub use health::{ProviderHealth, RequestLogEntry, ServerCertificate};
pub use ledger_row::LedgerRow;
pub use lock::{Cause, Lock};
pub use names::{AccountNames, QueryWords};
pub use outcome::Outcome;
pub use person::Person;
pub use problem::Problem;
pub use problem_code::Code;
pub use query::{Cursor, LockedQueryEvent, MatchMode, Page, Query, given_name_first};
pub use secret::Secret;
pub use step::{ReportedStep, Step, StepState};
pub use suggest::{Diagnostic, suggest};
pub use unlock::{
    AuditContext, IntentId, OpenUnlock, PollResult, PollStatus, RunRowId, Unlock, UnlockReply, UnsentRow,
};
pub use untrusted::Untrusted;
pub use usage::UsageCounts;
pub use word_enum::in_words;
