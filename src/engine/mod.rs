//! Performs what the pure rooms ask for: calls on providers, records in the ledger, plans and runs. It knows no screen.

pub mod bulk;
pub mod check;
pub mod complete_path;
pub mod confirm_only_provider;
pub mod core;
pub mod device_answers;
pub mod locked;
pub mod misconfigured_provider;
pub mod new_file;
pub mod panic_guard;
pub mod resolve_unlocks;
pub mod resolve_user;
pub mod shutdown;
pub mod time_zone;
pub mod unlock_driver;
pub mod webhook_refusals;
pub mod webhook_sources;

pub use self::core::{Core, blocking};

/// The variables that hold secrets: no program that is started gets them.
pub use crate::settings::secret_store::hidden as secret_variables;
