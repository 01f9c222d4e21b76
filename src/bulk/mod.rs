//! Lists of accounts: a list becomes a plan, a plan a run, a run a report. Pure: it takes text, answers and stamps, and
//! gives calls; each row of a run is a [`crate::flow::unlock`].

pub mod abort_rules;
pub mod anomaly;
pub mod list;
pub mod plan;
pub mod plan_file;
pub mod report;
pub mod run;
pub mod runs;

pub use list::{List, ListEntry, ListLine, ListOptions};
pub use plan::{Candidate, PlannedAccount, Row, Verdict};
pub use plan_file::SealedPlan;
pub use run::{Run, RunSettings};
