//! What doesn't change while the program runs, and how the configured systems are doing.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::{ProviderHealth, ProviderKind, ProviderName, RequestLogEntry, Untrusted};
use crate::screens::state::State;

/// Answers whose time is kept for a system's card.
const LATENCIES: usize = 12;

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
    pub kind: ProviderKind,
    /// How long an exchange with it may take.
    pub settles_after: Duration,
    /// Where its console shows an account, with `{id}` in the id's place.
    pub console_url: Option<String>,
    /// As last seen.
    pub health: ProviderHealth,
    /// How long its last answers took, in milliseconds, the newest last.
    pub latencies: VecDeque<u64>,
}

impl State {
    /// Notes how a provider is doing.
    pub fn note_health(&mut self, name: &ProviderName, health: ProviderHealth) {
        if let Some(row) = self.providers.iter_mut().find(|row| row.name == *name) {
            if let (Some(latency), true) = (health.latency, health.as_of != row.health.as_of) {
                if row.latencies.len() >= LATENCIES {
                    row.latencies.pop_front();
                }
                row.latencies.push_back(u64::try_from(latency.as_millis()).unwrap_or(u64::MAX / 7));
            }
            row.health = health;
        }
    }

    /// Keeps a line of the request log.
    pub fn note_exchange(&mut self, exchange: RequestLogEntry) {
        self.log.note(exchange);
        if self.log.shows {
            self.changed();
        }
    }
}
