//! What each kind of system is and can do, as far as the program decides by it. Each backend declares its own.

/// What a kind of system can report and do, beside what every one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// It reports whether an account is locked.
    pub lock_state: bool,
    /// It tells which groups an account is in.
    pub groups: bool,
    /// It knows distinguished names, security identifiers and GUIDs of a directory.
    pub directory_names: bool,
    /// One person may have several accounts in it.
    pub multiple_accounts_per_person: bool,
}

impl Capabilities {
    /// Nothing at all, to start from.
    pub const NONE: Self =
        Self { lock_state: false, groups: false, directory_names: false, multiple_accounts_per_person: false };

    /// What a directory with an API can usually do.
    pub const DIRECTORY: Self = Self { lock_state: true, ..Self::NONE };
}

/// What a backend declares of its kind of system.
#[derive(Debug, PartialEq, Eq)]
pub struct KindSpec {
    /// The word in configuration and JSON.
    pub word: &'static str,
    /// What it can report and do.
    pub capabilities: Capabilities,
    /// What its list of the locked can't show, in words; empty when it shows everybody.
    pub blind_spot: &'static str,
}

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderKind(pub &'static KindSpec);

impl ProviderKind {
    /// The word in configuration and JSON.
    pub fn word(self) -> &'static str {
        self.0.word
    }

    /// What this kind can do.
    pub fn capabilities(self) -> Capabilities {
        self.0.capabilities
    }
}
