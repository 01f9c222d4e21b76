//! Everything that a process asks of the history of its ledger.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::domain::{AccountKey, Code, IntentAnswer, IntentId, Problem, Unlock, UsageCounts};
use crate::ledger::reader::Journal;
use crate::ledger::run_history::RunListEntry;
use crate::ledger::unlock_record::UnlockRecord;

use super::{CommandIndex, Index, OpenUnlockIndex, RunIndex, UsageIndex};

/// The indexes of one ledger, each read when it is asked for the first time.
#[derive(Debug)]
pub struct LedgerIndex {
    open: Mutex<Index<OpenUnlockIndex>>,
    usage: Mutex<Index<UsageIndex>>,
    runs: Mutex<Index<RunIndex>>,
    commands: Mutex<Index<CommandIndex>>,
}

/// What an operator is told when the ledger can't be read.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub fn unreadable(why: io::Error) -> Problem {
    Problem::new(
        Code::Ledger,
        "the ledger can't be read, so nothing is sent",
        why.to_string(),
        "repair the ledger's directory, then try again",
    )
}

impl LedgerIndex {
    /// The indexes of that ledger; nothing is read yet.
    pub fn new(directory: PathBuf) -> Self {
        Self {
            open: Mutex::new(Index::new(directory.clone())),
            usage: Mutex::new(Index::new(directory.clone())),
            runs: Mutex::new(Index::new(directory.clone())),
            commands: Mutex::new(Index::new(directory)),
        }
    }

    /// The unlocks to look at again: no outcome, or an unknown one, and their processes are gone.
    ///
    /// # Errors
    /// A [`Problem`] when the ledger can't be read; as everywhere here.
    pub fn open_unlocks(&self) -> Result<Vec<UnlockRecord>, Problem> {
        self.open.lock().unlocks(None).map_err(unreadable)
    }

    /// The open unlocks of an account, the oldest first.
    ///
    /// # Errors
    /// As above.
    pub fn open_unlocks_of(&self, key: &AccountKey) -> Result<Vec<UnlockRecord>, Problem> {
        self.open.lock().unlocks(Some(key)).map_err(unreadable)
    }

    /// Unlocks of an account that have ended since this process reads the ledger.
    ///
    /// # Errors
    /// As above.
    pub fn ended_unlocks_of(&self, key: &AccountKey) -> Result<Vec<UnlockRecord>, Problem> {
        self.open.lock().ended(key).map_err(unreadable)
    }

    /// An unlock that was open when it was asked for before.
    ///
    /// # Errors
    /// As above.
    pub fn unlocked(&self, intent: IntentId) -> Result<Option<UnlockRecord>, Problem> {
        self.open.lock().get(intent).map_err(unreadable)
    }

    /// What counts against another unlock of this account by this operator, in this run.
    ///
    /// # Errors
    /// As above.
    pub fn usage(&self, key: &AccountKey, uid: u32, run: Option<Uuid>, now: Timestamp) -> Result<UsageCounts, Problem> {
        Ok(self.usage.lock().current().map_err(unreadable)?.of(key, uid, run, now))
    }

    /// Which of these accounts were unlocked within a day.
    ///
    /// # Errors
    /// As above.
    pub fn unlocked_lately<'a>(
        &self,
        keys: impl Iterator<Item = &'a AccountKey>,
        now: Timestamp,
    ) -> Result<HashSet<AccountKey>, Problem> {
        Ok(self.usage.lock().current().map_err(unreadable)?.unlocked_lately(keys, now))
    }

    /// Every run, the newest first.
    ///
    /// # Errors
    /// As above.
    pub fn runs(&self) -> Result<Vec<RunListEntry>, Problem> {
        self.runs.lock().all().map_err(unreadable)
    }

    /// What the ledger holds of a run or plan.
    ///
    /// # Errors
    /// As above.
    pub fn journal_of_run(&self, id: Uuid) -> Result<Journal, Problem> {
        self.runs.lock().journal(id).map_err(unreadable)
    }

    /// The unlock behind a command, and what was answered so far, believed or not.
    ///
    /// # Errors
    /// As above.
    pub fn command(&self, intent: IntentId) -> Result<Option<(Unlock, Vec<IntentAnswer>)>, Problem> {
        match self.commands.lock().of(intent).map_err(unreadable)? {
            Some(known) => Ok(Some(known)),
            // Older than any command is kept, and still open.
            None => Ok(self.unlocked(intent)?.map(|unlocked| (unlocked.unlock, Vec::new()))),
        }
    }

    /// Reads on where limits and open unlocks will be asked for: what is held then is held for a short time.
    ///
    /// # Errors
    /// As above.
    pub fn read_ahead(&self, with_usage: bool) -> Result<(), Problem> {
        self.open.lock().current().map_err(unreadable)?;
        if with_usage {
            self.usage.lock().current().map_err(unreadable)?;
        }
        Ok(())
    }
}
