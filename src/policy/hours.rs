//! The hours in which unlocks are allowed: `Mon-Fri 07:00-19:00`.

use std::fmt;

use jiff::Zoned;
use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Some days of the week, from one time of day to another; past midnight where the second is the earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    written: String,
    days: Vec<Weekday>,
    from: Time,
    to: Time,
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` are no hours; write \"Mon-Fri 07:00-19:00\" or \"Sat 08:00-12:00\"");
        let (days, times) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let place = |day: &str| DAYS.iter().position(|word| word.eq_ignore_ascii_case(day));
        let (first, last) = (place(first).ok_or_else(wrong)?, place(last).ok_or_else(wrong)?);
        let count = (last + 7 - first) % 7 + 1;
        let days = Weekday::Monday.cycle_forward().skip(first).take(count).collect();
        let (from, to) = times.trim().split_once('-').ok_or_else(wrong)?;
        let time = |text: &str| match text.trim() {
            "24:00" => Ok(Time::MAX),
            text => Time::strptime("%H:%M", text).map_err(|_| wrong()),
        };
        let (from, to) = (time(from)?, time(to)?);
        if from == to {
            return Err(format!("`{text}` holds no time at all; the whole day is 00:00-24:00"));
        }
        Ok(Self { written: text.trim().to_owned(), days, from, to })
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.written
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl Hours {
    /// True when that moment lies within, on the clock that it carries.
    ///
    /// ```
    /// use unbolt::policy::Hours;
    ///
    /// let hours = Hours::try_from("mon-fri 08:00-18:00".to_owned())?;
    /// assert!(hours.hold(&"2026-11-27T09:30:00[UTC]".parse()?));
    /// assert!(!hours.hold(&"2026-11-28T09:30:00[UTC]".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hold(&self, now: &Zoned) -> bool {
        let (day, time) = (now.weekday(), now.time());
        if self.from <= self.to {
            return self.days.contains(&day) && self.from <= time && time < self.to;
        }
        let evening = self.days.contains(&day) && time >= self.from;
        let morning = self.days.contains(&day.previous()) && time < self.to;
        evening || morning
    }
}

#[cfg(test)]
mod tests;
