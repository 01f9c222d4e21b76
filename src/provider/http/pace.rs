//! A provider's own pace: how many requests at once, how many a second.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::config::WireSettings;

type Limiter = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, StateInformationMiddleware>;

/// The pace of one provider.
pub struct Pace {
    places: Semaphore,
    limiter: Limiter,
    left: AtomicU32,
}

impl Pace {
    /// A pace by the settings; zero would mean never, so it counts as one.
    #[must_use]
    pub fn new(settings: &WireSettings) -> Self {
        let per_second = NonZeroU32::new(settings.max_per_second).unwrap_or(NonZeroU32::MIN);
        Self {
            places: Semaphore::new(settings.max_parallel.max(1) as usize),
            limiter: RateLimiter::direct_with_clock(Quota::per_second(per_second), MonotonicClock)
                .with_middleware::<StateInformationMiddleware>(),
            left: AtomicU32::new(per_second.get()),
        }
    }

    /// Waits for a place; it is given back when the permit drops.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        let permit = self.places.acquire().await.ok();
        loop {
            match self.limiter.check() {
                Ok(state) => {
                    self.left.store(state.remaining_burst_capacity(), Ordering::Relaxed);
                    return permit;
                }
                Err(not_until) => {
                    self.left.store(0, Ordering::Relaxed);
                    tokio::time::sleep(not_until.wait_time_from(MonotonicClock.now())).await;
                }
            }
        }
    }

    /// Requests that could be sent at once, as of the last one.
    #[must_use]
    pub fn budget(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }
}
