//! What was unlocked before, read on from the ledger: limits are counted from it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::{AccountKey, Problem, Untrusted};
use crate::ledger::{Event, Tail, ledger_problem};
use crate::policy::Past;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The unlocks of the last day, as far as they were looked at.
pub struct PastUnlocks(Mutex<Seen>);

struct Seen {
    tail: Tail,
    accounts: HashMap<AccountKey, Vec<Timestamp>>,
    operators: HashMap<String, Vec<Timestamp>>,
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
    pub fn of(&self, key: &AccountKey, operator: &Untrusted, now: Timestamp) -> Result<Past, Problem> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in seen.tail.news().map_err(|e| ledger_problem(e.to_string()))? {
            let Event::Intent(_, unlock) = entry.event else { continue };
            // Another request of one and the same unlock is no other unlock.
            if unlock.further || now.duration_since(entry.at) >= DAY {
                continue;
            }
            seen.accounts.entry(unlock.key).or_default().push(entry.at);
            if unlock.part.is_none() {
                seen.operators.entry(entry.operator.as_data().to_owned()).or_default().push(entry.at);
            }
        }
        let since = |moments: Option<&Vec<Timestamp>>, ago: SignedDuration| {
            let recent = moments.into_iter().flatten().filter(|at| now.duration_since(**at) < ago).count();
            u32::try_from(recent).unwrap_or(u32::MAX)
        };
        Ok(Past {
            of_account: since(seen.accounts.get(key), DAY),
            by_operator: since(seen.operators.get(operator.as_data()), HOUR),
        })
    }
}
