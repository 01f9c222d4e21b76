//! Exchanges under way, counted for the health of their provider.

use parking_lot::Mutex;

use crate::domain::ProviderHealth;

/// An exchange under way, until this is dropped: a question that nobody waits for any more is given up.
pub struct InFlightGuard<'a>(&'a Mutex<ProviderHealth>);

impl<'a> InFlightGuard<'a> {
    /// Begins one.
    pub fn begin(health: &'a Mutex<ProviderHealth>) -> Self {
        health.lock().in_flight += 1;
        Self(health)
    }
}

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        let mut health = self.0.lock();
        health.in_flight = health.in_flight.saturating_sub(1);
    }
}
