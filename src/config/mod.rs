//! The configuration: its schema, where it comes from, and precise complaints about it.
//!
//! A file is TOML. Errors name the file, the line, the bad value and the nearest valid one. The
//! program never writes a configuration except where it is told to.

pub mod adaxes;
pub mod complain;
pub mod jumpcloud;
pub mod load;
pub mod people;
pub mod pingone;
pub mod reference;
pub mod schema;
pub mod wire;

pub use adaxes::Adaxes;
pub use complain::Complaint;
pub use jumpcloud::JumpCloud;
pub use load::{default_path, load, parse};
pub use people::PeopleSettings;
pub use pingone::PingOne;
pub use reference::SecretRef;
pub use schema::{Backend, Config, ProviderConfig};
pub use wire::WireSettings;
