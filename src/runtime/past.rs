//! What was unlocked before, read on from the ledger: limits are counted from it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::domain::{AccountKey, Problem};
use crate::ledger::{Event, Tail, ledger_problem};
use crate::policy::Past;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The unlocks of the last day, as far as they were looked at.
pub struct PastUnlocks(Mutex<Seen>);

struct Seen {
    tail: Tail,
    accounts: HashMap<AccountKey, Vec<Timestamp>>,
    /// By uid: when, and as part of which run.
    operators: HashMap<String, Vec<(Timestamp, Option<Uuid>)>>,
}

impl PastUnlocks {
    /// Nothing is read yet.
    pub fn new(directory: PathBuf) -> Self {
        Self(Mutex::new(Seen { tail: Tail::new(directory), accounts: HashMap::new(), operators: HashMap::new() }))
    }

    /// What counts against another unlock of this account by this operator.
    ///
    /// # Errors
    /// A [`Problem`] when the ledger can't be read.
    pub fn of(&self, key: &AccountKey, uid: u32, run: Option<Uuid>, now: Timestamp) -> Result<Past, Problem> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in seen.tail.news().map_err(|e| ledger_problem(e.to_string()))? {
            let Event::Intent(_, unlock) = entry.event else { continue };
            // Another request of one and the same unlock is no other unlock.
            if unlock.further || now.duration_since(entry.at) >= DAY {
                continue;
            }
            seen.accounts.entry(unlock.key).or_default().push(entry.at);
            let run = unlock.part.map(|part| part.run);
            let own = seen.operators.entry(entry.operator_uid.as_data().to_owned()).or_default();
            // A list counts once, however many rows it has.
            if run.is_none() || !own.iter().any(|(_, other)| *other == run) {
                own.push((entry.at, run));
            }
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let recent = |at: &Timestamp, ago: SignedDuration| now.duration_since(*at) < ago;
        let accounts = seen.accounts.get(key).into_iter().flatten().filter(|at| recent(at, DAY)).count();
        let uid = uid.to_string();
        let own = seen.operators.get(&uid).into_iter().flatten();
        // A run that has begun isn't held up by itself.
        let others = own.filter(|(at, other)| recent(at, HOUR) && (run.is_none() || *other != run)).count();
        Ok(Past { of_account: count(accounts), by_operator: count(others) })
    }
}
