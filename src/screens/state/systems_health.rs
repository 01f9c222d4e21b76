//! How the configured systems are doing, as their answers tell.

use crate::domain::{ProviderHealth, ProviderName, RequestLogEntry};

use super::State;

/// Answers whose time is kept for a system's card.
const LATENCIES: usize = 12;

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
