//! What each kind of system can do, as a table (the screen, the help and the command line follow it).

/// The kinds of systems unbolt speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `PingOne` directory users.
    PingOne,
    /// JumpCloud system users.
    JumpCloud,
    /// Active Directory through Adaxes.
    Adaxes,
    /// Local accounts of Macs behind an MDM server.
    AppleMdm,
}

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
    /// One person may have several accounts in it.
    pub several_each: bool,
}

const NOTHING: Capabilities = Capabilities {
    search: false,
    list_locked: false,
    lock_state: false,
    bad_logins: false,
    unlock: false,
    lock_source: false,
    replicas: false,
    groups: false,
    several_each: false,
};

/// What a cloud directory with an API can do.
const DIRECTORY: Capabilities = Capabilities {
    search: true,
    list_locked: true,
    lock_state: true,
    bad_logins: true,
    unlock: true,
    lock_source: true,
    replicas: false,
    groups: false,
    several_each: false,
};

const TABLE: &[(Kind, &str, Capabilities)] = &[
    // No documented filter lists the locked: everybody is paged through.
    (Kind::PingOne, "pingone", Capabilities { list_locked: false, groups: true, ..DIRECTORY }),
    (Kind::JumpCloud, "jumpcloud", DIRECTORY),
    // Each domain controller keeps its own count of wrong passwords.
    (Kind::Adaxes, "adaxes", Capabilities { lock_source: false, replicas: true, groups: true, ..DIRECTORY }),
    // MDM has no question for a lock, and a person may have several Macs.
    (Kind::AppleMdm, "apple_mdm", Capabilities { search: true, unlock: true, several_each: true, ..NOTHING }),
];

impl Kind {
    /// The word in configuration and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("unknown", |row| row.1)
    }

    /// What this kind can do.
    #[must_use]
    pub fn capabilities(self) -> Capabilities {
        TABLE.iter().find(|row| row.0 == self).map_or(NOTHING, |row| row.2)
    }

    /// Every kind's word, for complaints about a misspelt one.
    pub fn words() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|row| row.1)
    }
}
