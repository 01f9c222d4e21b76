//! What each kind of system is and can do. Each backend declares its own; the screen, the help and the command line
//! follow it.

use std::fmt;
use std::hash::{Hash, Hasher};

/// What a kind of system can report and do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// It can be searched for people.
    pub search: bool,
    /// It can list who is locked.
    pub list_locked: bool,
    /// It reports whether an account is locked.
    pub lock_state: bool,
    /// It reports wrong passwords.
    pub bad_logins: bool,
    /// It can unlock.
    pub unlock: bool,
    /// It can tell where or by whom the lock was set.
    pub lock_source: bool,
    /// Its replicas may differ.
    pub replicas: bool,
    /// It tells which groups an account is in.
    pub groups: bool,
    /// It knows distinguished names, security identifiers and GUIDs of a directory.
    pub directory_names: bool,
    /// One person may have several accounts in it.
    pub multiple_accounts_per_person: bool,
}

impl Capabilities {
    /// Nothing at all, to start from.
    pub const NONE: Self = Self {
        search: false,
        list_locked: false,
        lock_state: false,
        bad_logins: false,
        unlock: false,
        lock_source: false,
        replicas: false,
        groups: false,
        directory_names: false,
        multiple_accounts_per_person: false,
    };

    /// What a directory with an API can usually do.
    pub const DIRECTORY: Self = Self {
        search: true,
        list_locked: true,
        lock_state: true,
        bad_logins: true,
        unlock: true,
        lock_source: true,
        ..Self::NONE
    };
}

/// What a backend declares of its kind of system.
#[derive(Debug)]
pub struct KindSpec {
    /// The word in configuration and JSON.
    pub word: &'static str,
    /// What it can report and do.
    pub capabilities: Capabilities,
    /// What its list of the locked can't show, in words; empty when it shows everybody.
    pub blind_spot: &'static str,
}

/// A kind of system. Two kinds are the same when their words are.
#[derive(Clone, Copy)]
pub struct Kind(pub &'static KindSpec);

impl Kind {
    /// The word in configuration and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.0.word
    }

    /// What this kind can do.
    #[must_use]
    pub fn capabilities(self) -> Capabilities {
        self.0.capabilities
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.word() == other.word()
    }
}

impl Eq for Kind {}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.word().hash(state);
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
