//! Does a list look like an attack rather than like an outage? Mass unlocks are what an attacker would want next.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{AccountKey, Cause, Untrusted};

use super::plan::{Row, Verdict};

/// This many lockouts within [`WINDOW`] are one event.
const MANY: usize = 20;
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Parts of user names that stand for more rights than a person has.
const POWERFUL: [&str; 8] = ["admin", "root", "svc", "service", "backup", "sysop", "operator", "breakglass"];

/// What to look at before anything is unlocked, in words; `unlocked_before` are accounts that this desk unlocked within
/// the last day.
#[allow(clippy::implicit_hasher, reason = "one set, made in one place")]
pub fn alarms(rows: &[Row], unlocked_before: &HashSet<AccountKey>) -> Vec<String> {
    let mut alarms = Vec::new();
    let is_meant = |row: &&Row| matches!(row.verdict, Verdict::Unlock | Verdict::AdminLocked);
    let to_unlock = || rows.iter().filter(is_meant).filter_map(|row| row.account.as_ref());
    let mut moments: Vec<Timestamp> =
        to_unlock().filter(|account| account.cause != Some(Cause::Admin)).filter_map(|account| account.since).collect();
    moments.sort_unstable();
    let densest = densest(&moments);
    if densest >= MANY {
        alarms.push(format!(
            "{densest} of these accounts were locked within ten minutes: that is what guessing passwords against many accounts looks like"
        ));
    }
    let powerful: Vec<String> = to_unlock()
        .map(|account| account.username.as_data().to_lowercase())
        .filter(|name| POWERFUL.iter().any(|part| name.contains(part)))
        .collect();
    if let Some(first) = powerful.first() {
        let first = Untrusted::from(first.as_str()).line();
        alarms.push(format!("{} look like administrators or services by their names, as {first}", powerful.len()));
    }
    let again = to_unlock().filter(|account| unlocked_before.contains(&account.key)).count();
    if again > 0 {
        alarms.push(format!("{again} were unlocked here within the last day and are locked again"));
    }
    alarms
}

/// The most moments within one window.
fn densest(sorted: &[Timestamp]) -> usize {
    let mut from = 0;
    let mut most = 0;
    for (to, moment) in sorted.iter().enumerate() {
        while sorted.get(from).is_some_and(|first| moment.duration_since(*first) > WINDOW) {
            from += 1;
        }
        most = most.max(to + 1 - from);
    }
    most
}
