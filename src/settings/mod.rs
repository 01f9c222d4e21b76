//! What a setting can be, for every room that reads settings: secrets by reference, durations, the settings of an HTTP
//! client, and precise complaints about a file.

pub mod diagnostics;
pub mod duration;
pub mod file_trust;
pub mod http_settings;
pub mod redactor;
pub mod secret_ref;
pub mod secret_store;

pub use diagnostics::Complaint;
pub use http_settings::HttpSettings;
pub use secret_ref::{PromptedSecret, SecretRef};
