//! What is known of the accounts that were seen in this session.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::domain::{Account, AccountKey};

use super::unlock_delegation;

/// The accounts seen so far, by their immutable id.
#[derive(Clone, Debug, Default)]
pub struct AccountCache {
    accounts: HashMap<AccountKey, Account>,
    order: Vec<AccountKey>,
    changes: u64,
}

impl AccountCache {
    /// The account of that key.
    pub fn get(&self, key: &AccountKey) -> Option<&Account> {
        self.accounts.get(key)
    }

    /// Names the server of a count that a confirming system told, once the directory itself was read.
    fn name_count(&mut self, key: &AccountKey) {
        let told = self.accounts.get(key).filter(|account| account.unlocked_through.is_some()).map(|_| key.clone());
        let asks = |account: &&Account| unlock_delegation::unlocked_at(account).as_ref() == Some(key);
        // A directory's account that nobody confirms has no other.
        let by_directory = || self.accounts.get(key).filter(|account| !account.bad_logins.replicas.is_empty());
        let confirming = told.or_else(|| {
            by_directory()?;
            self.accounts.values().find(asks).map(|account| account.key.clone())
        });
        let Some(confirming) = confirming else { return };
        let other = self.accounts.get(&confirming).and_then(unlock_delegation::unlocked_at);
        if let Some(other) = other.and_then(|other| self.accounts.get(&other)).cloned()
            && let Some(account) = self.accounts.get_mut(&confirming)
        {
            unlock_delegation::name_count(account, &other);
        }
    }

    /// The accounts in the order in which they were first seen.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.order.iter().filter_map(|key| self.accounts.get(key))
    }

    /// How often it has changed: what was made of it still holds while this stays.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// True when none was seen yet.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Takes in what was read or listed. A listing knows less than a read: it renews what it knows,
    /// and replaces a read only where it contradicts it. An older answer that comes late is dropped; gives
    /// whether it was taken.
    pub fn put(&mut self, account: Account) -> bool {
        let known = self.accounts.get(&account.key);
        // A read tells more than a listing of a moment later.
        let is_outdated = |known: &Account| known.as_of > account.as_of && (known.is_read() || !account.is_read());
        if known.is_some_and(is_outdated) {
            return false;
        }
        let is_contradicted =
            |known: &Account| (account.lock.is_locked() && !known.lock.is_locked()) || account.enabled != known.enabled;
        let stays = known.is_some_and(|known| known.is_read() && !account.is_read() && !is_contradicted(known));
        let key = account.key.clone();
        if stays {
            self.changes += 1;
        } else {
            self.replace(account);
        }
        self.name_count(&key);
        true
    }

    /// Takes in what is known now, whatever was known before: a read that failed outdates an older one.
    pub fn replace(&mut self, account: Account) {
        self.changes += 1;
        let key = account.key.clone();
        if self.accounts.insert(key.clone(), account).is_none() {
            self.order.push(key);
        }
    }

    /// Forgets those that were listed or read longest ago, but for some, until so many are left.
    pub fn forget(&mut self, most: usize, is_kept: impl Fn(&AccountKey) -> bool) {
        let too_many = self.order.len().saturating_sub(most);
        if too_many == 0 {
            return;
        }
        self.changes += 1;
        let mut old: Vec<(Timestamp, AccountKey)> = self
            .accounts
            .iter()
            .filter(|(key, _)| !is_kept(key))
            .map(|(key, account)| (account.as_of, key.clone()))
            .collect();
        old.sort_by_key(|(as_of, _)| *as_of);
        let gone: HashSet<AccountKey> = old.into_iter().take(too_many).map(|(_, key)| key).collect();
        self.accounts.retain(|key, _| !gone.contains(key));
        self.order.retain(|key| !gone.contains(key));
    }

    /// Forgets an account that no longer exists.
    pub fn remove(&mut self, key: &AccountKey) {
        self.changes += 1;
        self.accounts.remove(key);
        self.order.retain(|other| other != key);
    }
}
