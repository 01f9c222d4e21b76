//! What doesn't change while the program runs, and how the configured systems are doing.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::{Kind, ProviderHealth, ProviderName, Untrusted};

/// What doesn't change while the program runs.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who sits here: name and host.
    pub operator: Untrusted,
    /// The name alone, as systems are told it.
    pub operator_name: Untrusted,
    /// A word that tells desks apart (`demo`).
    pub label: String,
    /// The program with its configuration, as it is typed; none where nothing can be gone on with later.
    pub program: Option<String>,
    /// True when this is the service account's process: it opens no file for its operator.
    pub service: bool,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// The zone of the host, by which hours are allowed.
    pub host_zone: TimeZone,
}

/// A configured provider and how it is doing.
#[derive(Clone, Debug)]
pub struct ProviderRow {
    /// Which system exactly: its API and tenant.
    pub system: Untrusted,
    /// Its name.
    pub name: ProviderName,
    /// Its kind.
    pub kind: Kind,
    /// How long an exchange with it may take.
    pub settles_after: Duration,
    /// Where its console shows an account, with `{id}` in the id's place.
    pub console_url: Option<String>,
    /// As last seen.
    pub health: ProviderHealth,
    /// How long its last answers took, in milliseconds, the newest last.
    pub latencies: VecDeque<u64>,
}
