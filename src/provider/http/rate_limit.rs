//! A provider's own pace: how many requests at once, how many a second.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::settings::HttpSettings;

/// A ceiling of requests per second, with what is left of it.
type Limiter = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, StateInformationMiddleware>;

/// The pace of one provider.
pub struct RateLimit {
    places: Semaphore,
    limiter: Limiter,
    per_second: u32,
    /// What was left after the last request, and when that was.
    left: Mutex<(u32, Instant)>,
}

impl RateLimit {
    /// A pace by the settings; zero would mean never, so it counts as one.
    pub fn new(settings: &HttpSettings) -> Self {
        let per_second = NonZeroU32::new(settings.max_per_second).unwrap_or(NonZeroU32::MIN);
        Self {
            places: Semaphore::new(settings.max_parallel.max(1) as usize),
            limiter: RateLimiter::direct_with_clock(Quota::per_second(per_second), MonotonicClock)
                .with_middleware::<StateInformationMiddleware>(),
            per_second: per_second.get(),
            left: Mutex::new((per_second.get(), Instant::now())),
        }
    }

    /// Waits for a place; it is given back when the permit drops.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        let permit = self.places.acquire().await.ok();
        loop {
            match self.limiter.check() {
                Ok(state) => {
                    self.note(state.remaining_burst_capacity());
                    return permit;
                }
                Err(not_until) => {
                    self.note(0);
                    tokio::time::sleep(not_until.wait_time_from(MonotonicClock.now())).await;
                }
            }
        }
    }

    fn note(&self, left: u32) {
        *self.left.lock() = (left, Instant::now());
    }

    /// Requests that could be sent at once now.
    pub fn budget(&self) -> u32 {
        let (left, at) = *self.left.lock();
        let refilled = at.elapsed().as_millis() * u128::from(self.per_second) / 1_000;
        left.saturating_add(u32::try_from(refilled).unwrap_or(u32::MAX)).min(self.per_second)
    }
}
