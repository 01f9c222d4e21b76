//! This host's own clock, which nobody sets: how long ago an intent was written, whatever the wall clock says meanwhile.

use std::sync::OnceLock;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// A moment on a host's own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BootTime {
    /// Which start of the host it counts from; two starts or two hosts can't be compared.
    pub boot: String,
    /// Milliseconds since then, with the time that it slept.
    pub millis: u64,
}

impl BootTime {
    /// This moment; none where the host doesn't tell one start from another.
    pub fn now() -> Option<Self> {
        static BOOT: OnceLock<Option<String>> = OnceLock::new();
        let read = || {
            let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
            Some(text.trim().to_owned()).filter(|boot| !boot.is_empty())
        };
        let boot = BOOT.get_or_init(read).clone()?;
        Some(Self { boot, millis: millis() })
    }

    /// How long after `earlier` this is; none where the two can't be compared.
    pub fn since(&self, earlier: &Self) -> Option<Duration> {
        (self.boot == earlier.boot).then(|| Duration::from_millis(self.millis.saturating_sub(earlier.millis)))
    }
}

#[cfg(target_os = "linux")]
const CLOCK: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const CLOCK: ClockId = ClockId::Monotonic;

fn millis() -> u64 {
    let now = Duration::try_from(clock_gettime(CLOCK)).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
