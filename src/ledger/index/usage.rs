//! The unlocks of the last day: limits are counted from them.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::digest::sha256;
use crate::domain::{AccountKey, Outcome, UsageCounts};
use crate::ledger::entry::{Entry, LedgerEvent};

use super::unmatched_ends::EarlyEntries;
use super::{Projection, RecordPosition};

/// In milliseconds, as the others.
const HOUR: i64 = 60 * 60 * 1_000;
const DAY: i64 = 24 * HOUR;
/// How long they are kept: a clock that is put back by a day forgets none.
const KEPT: i64 = 2 * DAY;

/// The unlocks of the last days, by their intents.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct UsageIndex {
    unlocks: BTreeMap<Uuid, Used>,
    early: EarlyEntries<()>,
}

/// One unlock, as far as limits count it.
#[derive(Debug, Deserialize, Serialize)]
struct Used {
    /// Milliseconds since 1970.
    at: i64,
    account: AccountDigest,
    uid: String,
    run: Option<Uuid>,
    /// True when the account was locked, and is open now.
    is_unlocked: bool,
}

/// Stands for an account: the first bytes of a SHA-256.
type AccountDigest = [u8; 16];

fn digest_of(key: &AccountKey) -> AccountDigest {
    let digest = sha256(format!("{}\0{}", key.provider, key.id.as_data()).as_bytes());
    digest.first_chunk().copied().unwrap_or_default()
}

impl Projection for UsageIndex {
    const NAME: &'static str = "usage.1";

    fn take(&mut self, _place: &RecordPosition, entry: &Entry) {
        match &entry.event {
            // Another request of one and the same unlock is no other unlock.
            LedgerEvent::Intent(intent, unlock) if !unlock.further => {
                let used = Used {
                    at: entry.at.as_millisecond(),
                    account: digest_of(&unlock.key),
                    uid: entry.operator_uid.as_data().to_owned(),
                    run: unlock.part.map(|part| part.run),
                    is_unlocked: !self.early.take(intent.0).is_empty(),
                };
                self.unlocks.insert(intent.0, used);
            }
            LedgerEvent::Outcome(intent, ending) if ending.outcome == Outcome::Unlocked => {
                match self.unlocks.get_mut(&intent.0) {
                    Some(used) => used.is_unlocked = true,
                    None => self.early.put(intent.0, ()),
                }
            }
            _ => {}
        }
    }

    fn settle(&mut self, now: Timestamp) {
        self.early.settle();
        // A clock that is ahead for a moment forgets nothing: nothing was recorded in that time.
        let newest = self.unlocks.last_key_value().map_or(0, |(_, used)| used.at);
        let now = now.as_millisecond().min(newest);
        let is_old = |used: &Used| now.saturating_sub(used.at) >= KEPT;
        // An intent's id begins with its time.
        while self.unlocks.first_entry().is_some_and(|first| is_old(first.get())) {
            self.unlocks.pop_first();
        }
    }
}

impl UsageIndex {
    /// What counts against another unlock of this account by this operator, in this run.
    pub fn of(&self, key: &AccountKey, uid: u32, run: Option<Uuid>, now: Timestamp) -> UsageCounts {
        let (account, uid) = (digest_of(key), uid.to_string());
        let of_account = self.since(now, DAY).filter(|used| used.account == account).count();
        let own = || self.unlocks.values().filter(|used| used.uid == uid);
        let single = own().filter(|used| used.run.is_none() && is_within(used.at, now, HOUR)).count();
        // A list counts once, when it begins; a run that has begun isn't held up by itself.
        let mut runs: BTreeMap<Uuid, i64> = BTreeMap::new();
        for used in own() {
            if let Some(other) = used.run.filter(|other| Some(*other) != run) {
                let begun = runs.entry(other).or_insert(used.at);
                *begun = used.at.min(*begun);
            }
        }
        let lists = runs.values().filter(|begun| is_within(**begun, now, HOUR)).count();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        UsageCounts { of_account: count(of_account), by_operator: count(single + lists) }
    }

    /// Which of these accounts were unlocked within a day.
    pub fn unlocked_lately<'a>(
        &self,
        keys: impl Iterator<Item = &'a AccountKey>,
        now: Timestamp,
    ) -> HashSet<AccountKey> {
        let lately = self.since(now, DAY).filter(|used| used.is_unlocked);
        let lately: HashSet<AccountDigest> = lately.map(|used| used.account).collect();
        keys.filter(|key| lately.contains(&digest_of(key))).cloned().collect()
    }

    fn since(&self, now: Timestamp, ago: i64) -> impl Iterator<Item = &Used> {
        self.unlocks.values().filter(move |used| is_within(used.at, now, ago))
    }
}

fn is_within(at: i64, now: Timestamp, ago: i64) -> bool {
    now.as_millisecond().saturating_sub(at) < ago
}
