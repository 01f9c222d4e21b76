//! The other side's clock, by its `Date` headers. A cache in between repeats an old one: a clock that seems to have gone
//! back is believed when it goes on from there.

use jiff::Timestamp;

/// Two readings of one clock differ by less than this, in milliseconds: headers count whole seconds.
const SAME_MS: i64 = 2_000;

/// What was read so far.
#[derive(Debug, Default)]
pub struct Dates {
    believed: Option<i64>,
    /// A date that would set it back, and by how much it differs from ours.
    doubted: Option<(Timestamp, i64)>,
}

impl Dates {
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
mod tests {
    use super::*;

    #[test]
    fn a_cached_date_sets_no_clock_back() {
        let at = |second: i64| Timestamp::from_second(1_000_000 + second).unwrap();
        let mut dates = Dates::default();
        assert_eq!(dates.skew(at(10), at(0)), Some(10_000));
        // The same old date again and again, ever older.
        for second in 1..60 {
            assert_eq!(dates.skew(at(-300), at(second)), Some(10_000));
        }
        assert_eq!(dates.skew(at(71), at(60)), Some(11_000));
        // A clock that was really set back goes on from there.
        assert_eq!(dates.skew(at(-100), at(61)), Some(11_000));
        assert_eq!(dates.skew(at(-95), at(66)), Some(-161_000));
        assert_eq!(dates.skew(at(100), at(67)), Some(33_000));
    }
}
