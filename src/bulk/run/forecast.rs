//! How long a plan holds, and how long a run takes.

use std::time::Duration;

use jiff::Timestamp;

use super::Run;

/// The moment after which a plan may no longer be run.
#[must_use]
pub fn expiry(created: Timestamp) -> Timestamp {
    created.checked_add(jiff::SignedDuration::from_mins(30)).unwrap_or(created)
}

/// Fewer rows than this tell no pace.
const FEW: usize = 3;

/// How long the rest of a run takes at the rate so far; none before a few rows are over.
#[must_use]
pub fn remaining(run: &Run, ended_before: usize, now: Duration) -> Option<(f64, Duration)> {
    let (ended, meant) = run.progress();
    // A few rows are no pace.
    let done = ended.checked_sub(ended_before).filter(|done| *done >= FEW)?;
    let took = now.saturating_sub(run.began()).as_secs_f64().max(0.001);
    #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = done as f64 / took;
    #[allow(clippy::cast_precision_loss, reason = "a time for people")]
    let left = Duration::from_secs_f64(((meant - ended) as f64 / rate).min(1e7));
    Some((rate, left))
}
