//! What names an account: its provider and its immutable id; and the locks that a system keeps for it.

use std::fmt;
use std::sync::Arc;

use super::untrusted::Untrusted;

/// A provider's name in the configuration: `[a-z0-9_-]{1,32}`, so that it can be shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderName(Arc<str>);

impl ProviderName {
    /// Checks a name.
    pub fn new(name: &str) -> Option<Self> {
        let fits = (1..=32).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
        fits.then(|| Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What every act names: the provider and the id that never changes (law 5).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey {
    /// The provider.
    pub provider: ProviderName,
    /// The provider's own immutable id.
    pub id: Untrusted,
}

/// One of the locks that a system keeps for an account, by its own short name (`account`, `password`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Layer(pub &'static str);

impl Layer {
    /// The one layer of systems that have no more.
    pub const ACCOUNT: Self = Self("account");
    /// The password's own lock, where a system keeps it apart.
    pub const PASSWORD: Self = Self("password");

    /// The layer of that name; ledgers are read back with it.
    pub fn named(name: &str) -> Option<Self> {
        [Self::ACCOUNT, Self::PASSWORD].into_iter().find(|layer| layer.0 == name)
    }
}
