//! The configuration: its schema, where it comes from, and precise complaints about it.
//!
//! A file is TOML. Errors name the file, the line, the bad value and the nearest valid one. The
//! program never writes a configuration except where it is told to.

mod account;
pub mod adaxes;
pub mod apple_mdm;
pub mod complain;
mod fetch;
pub mod jumpcloud;
pub mod layers;
pub mod load;
pub mod macs;
pub mod people;
pub mod pingone;
pub mod policy;
pub mod reference;
pub mod schema;
pub mod span;
pub mod trust;
mod usual;
pub mod wire;

pub use adaxes::Adaxes;
pub use apple_mdm::{AppleMdm, JamfApi, MdmServer, MicroFormat};
pub use complain::Complaint;
pub use jumpcloud::JumpCloud;
pub use layers::{Effective, Origin, Places, effective, is_service};
pub use load::{default_path, load, parse};
pub use macs::{MacEntry, bad_device, bad_short_name};
pub use people::PeopleSettings;
pub use pingone::PingOne;
pub use policy::PolicySettings;
pub use reference::{Prompted, SecretRef};
pub use schema::{Backend, Colour, Config, ProviderConfig, ServiceSettings, SinkKind, WebhookSettings};
pub use wire::WireSettings;
