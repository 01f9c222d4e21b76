//! The other side's clock, by its `Date` headers. A cache in between repeats an old one: a clock that seems to have gone
//! back is believed when it goes on from there.

use jiff::Timestamp;

/// Two readings of one clock differ by less than this, in milliseconds: headers count whole seconds.
const SAME_MS: i64 = 2_000;

/// What was read so far.
#[derive(Debug, Default)]
pub struct ServerDates {
    believed: Option<i64>,
    /// A date that would set it back, and by how much it differs from ours.
    doubted: Option<(Timestamp, i64)>,
}

impl ServerDates {
    /// How far the other side is ahead, in milliseconds, after another date.
    pub fn skew(&mut self, date: Timestamp, now: Timestamp) -> Option<i64> {
        let skew = date.as_millisecond() - now.as_millisecond();
        let goes_back = self.believed.is_some_and(|believed| skew < believed - SAME_MS);
        let goes_on = self.doubted.is_some_and(|(last, doubted)| date > last && (skew - doubted).abs() < SAME_MS);
        if goes_back && !goes_on {
            if self.doubted.is_none_or(|(last, _)| date > last) {
                self.doubted = Some((date, skew));
            }
        } else {
            (self.believed, self.doubted) = (Some(skew), None);
        }
        self.believed
    }
}

#[cfg(test)]
mod tests;
