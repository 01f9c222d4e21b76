//! The configuration: its schema, where it comes from, and precise complaints about it.
//!
//! A file is TOML. Errors name the file, the line, the bad value and the nearest valid one. The
//! program never writes a configuration except where it is told to.

mod env_defaults;
pub mod layers;
pub mod link_rules;
pub mod load;
pub mod policy;
pub mod schema;
mod variables;

pub use layers::{Effective, Origin, effective, is_service};
pub use load::{default_path, load, parse};
pub use schema::{ColourMode, Config, SinkKind};
