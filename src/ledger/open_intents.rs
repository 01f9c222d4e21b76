//! Which accounts have an unlock whose end nobody knows yet, whoever asked for it: read on in the ledger, so that a
//! look costs what is new.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::PathBuf;

use crate::domain::{AccountKey, IntentId, Untrusted};

use super::file::is_held;
use super::read::{Ending, Event, Unlocked};
use super::tail::Tail;

/// The open unlocks of a ledger, as far as it was read.
#[derive(Debug)]
pub struct OpenIntents {
    tail: Tail,
    open: HashMap<AccountKey, Vec<(Unlocked, PathBuf)>>,
    accounts: HashMap<IntentId, AccountKey>,
    /// Ends that were read before their intents: files are read one after the other.
    early: HashMap<IntentId, Ending>,
}

impl OpenIntents {
    /// Those of that ledger; nothing is read yet.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        let (open, accounts, early) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { tail: Tail::new(directory), open, accounts, early }
    }

    /// The first one of that account in that system, but for the one that is known already.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn of(
        &mut self,
        key: &AccountKey,
        system: &Untrusted,
        known: Option<IntentId>,
    ) -> io::Result<Option<Unlocked>> {
        let mut ends = Vec::new();
        for (path, entry) in self.tail.news_by_file()? {
            match entry.event {
                Event::Intent(intent, unlock) => {
                    let key = unlock.key.clone();
                    self.accounts.insert(intent, key.clone());
                    let unlocked = Unlocked::begun(intent, entry.at, entry.operator, *unlock, entry.clock);
                    self.open.entry(key).or_default().push((unlocked, path));
                    ends.extend(self.early.remove(&intent).map(|ending| (intent, entry.at, ending)));
                }
                Event::Outcome(intent, ending) => ends.push((intent, entry.at, *ending)),
                _ => {}
            }
        }
        for (intent, at, ending) in ends {
            let Some(key) = self.accounts.get(&intent).cloned() else {
                self.early.insert(intent, ending);
                continue;
            };
            let Some(open) = self.open.get_mut(&key) else { continue };
            if let Some((unlocked, _)) = open.iter_mut().find(|(unlocked, _)| unlocked.intent == intent) {
                unlocked.ends(&ending, at);
            }
            open.retain(|(unlocked, _)| unlocked.outcome.is_none_or(|(outcome, _)| outcome.is_undecided()));
            if open.is_empty() {
                self.open.remove(&key);
            }
        }
        let is_it = |unlocked: &Unlocked| unlocked.unlock.system == *system && Some(unlocked.intent) != known;
        let own = self.open.get(key).into_iter().flatten().find(|(unlocked, _)| is_it(unlocked));
        Ok(own.map(|(unlocked, path)| {
            // A file that is gone is nobody's any more.
            let in_flight = File::open(path).is_ok_and(|file| is_held(&file));
            Unlocked { in_flight, ..unlocked.clone() }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Layer, ProviderName, Unlock};
    use crate::ledger::{Ledger, Operator};

    #[tokio::test]
    async fn a_known_one_hides_no_other() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("ledger");
        let ledger = Ledger::new(directory.clone(), Operator::current(), None);
        let key = AccountKey { provider: ProviderName::new("macs").unwrap(), id: "mac/ada".into() };
        let unlock = || Unlock {
            key: key.clone(),
            layer: Layer::ACCOUNT,
            username: "ada".into(),
            email: None,
            ticket: None,
            verified: None,
            seen: String::new(),
            operator: "op".into(),
            system: "here".into(),
            aliases: Vec::new(),
            typed_id: true,
            further: false,
            beside: None,
            part: None,
        };
        let mut open = OpenIntents::new(directory);
        let first = ledger.record(unlock()).await.unwrap().intent();
        assert_eq!(open.of(&key, &"here".into(), None).unwrap().map(|one| one.intent), Some(first));
        assert!(open.of(&key, &"here".into(), Some(first)).unwrap().is_none());
        let second = ledger.record(unlock()).await.unwrap().intent();
        let found = open.of(&key, &"here".into(), Some(first)).unwrap().unwrap();
        assert!(found.intent == second && found.in_flight, "whoever goes beside the first one meets the second");
        assert!(open.of(&key, &"elsewhere".into(), None).unwrap().is_none());
    }
}
