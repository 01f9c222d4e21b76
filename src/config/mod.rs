//! The configuration: its schema, where it comes from, and precise complaints about it.
//!
//! A file is TOML. Errors name the file, the line, the bad value and the nearest valid one. The
//! program never writes a configuration except where it is told to.

mod account;
pub mod adaxes;
pub mod apple_mdm;
pub mod diagnostics;
pub mod duration;
mod env_defaults;
pub mod file_trust;
pub mod http_settings;
pub mod jumpcloud;
pub mod layers;
pub mod load;
pub mod macs;
pub mod people;
pub mod pingone;
pub mod policy;
pub mod schema;
pub mod secret_ref;
mod secret_store;

pub use adaxes::Adaxes;
pub use apple_mdm::{AppleMdm, JamfApi, MdmServer, MicroFormat};
pub use diagnostics::Complaint;
pub use http_settings::WireSettings;
pub use jumpcloud::JumpCloud;
pub use layers::{Effective, Origin, Places, effective, is_service};
pub use load::{default_path, load, parse};
pub use macs::{MacEntry, bad_device, bad_short_name};
pub use people::PeopleSettings;
pub use pingone::PingOne;
pub use policy::PolicySettings;
pub use schema::{Backend, Colour, Config, ProviderConfig, ServiceSettings, SinkKind, WebhookSettings};
pub use secret_ref::{Prompted, SecretRef};
