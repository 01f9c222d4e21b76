//! The settings every HTTP provider has: its pace, its timeouts, its trust.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::duration;

/// Pace, time-outs, trust and proxy of one provider. There is no switch that turns certificate checks off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// How long a connection may take to come about.
    #[serde(with = "duration")]
    pub connect_timeout: Duration,
    /// How long a whole exchange may take. An unlock without an answer is not repeated before this has passed.
    #[serde(with = "duration")]
    pub total_timeout: Duration,
    /// Requests under way at once.
    pub max_parallel: u32,
    /// Requests per second.
    pub max_per_second: u32,
    /// A PEM file of certificate authorities, trusted beside the platform's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// An HTTP proxy for this provider; never used for loopback.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
}

impl HttpSettings {
    /// The keys, so that the provider tables can be split.
    pub const KEYS: [&'static str; 6] =
        ["connect_timeout", "total_timeout", "max_parallel", "max_per_second", "ca_file", "proxy"];
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(30),
            max_parallel: 8,
            max_per_second: 20,
            ca_file: None,
            proxy: None,
        }
    }
}
