//! What a configuration holds once it was read and checked.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use crate::domain::{Kind, ProviderName};

use super::adaxes::Adaxes;
use super::apple_mdm::AppleMdm;
use super::jumpcloud::JumpCloud;
use super::people::PeopleSettings;
use super::pingone::PingOne;
use super::policy::PolicySettings;
use super::wire::WireSettings;

/// A checked configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Where the ledger is kept.
    pub ledger: LedgerSettings,
    /// What the screen does.
    pub screen: ScreenSettings,
    /// How accounts become people.
    pub people: PeopleSettings,
    /// What lists may do.
    pub policy: PolicySettings,
    /// Where the Macs' answers are received.
    pub webhook: WebhookSettings,
    /// The systems, in the order of the file.
    pub providers: Vec<ProviderConfig>,
}

/// The `[ledger]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerSettings {
    /// The directory of the ledger; by default `unbolt/ledger` under the platform's state directory.
    pub directory: Option<PathBuf>,
}

/// The `[screen]` table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub struct ScreenSettings {
    /// A word at the end of the head line that tells desks apart.
    pub label: String,
    /// Use plain ASCII signs whatever the locale says.
    pub ascii: bool,
}

/// The `[webhook]` table. Without an address nothing listens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Address and port; loopback, unless every server signs.
    pub listen: Option<SocketAddr>,
}

/// One `[[provider]]` table.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderConfig {
    /// Its name.
    pub name: ProviderName,
    /// How it is spoken to on the wire.
    pub wire: WireSettings,
    /// What is particular to its kind.
    pub backend: Backend,
}

/// The settings of each kind of system.
#[derive(Clone, Debug, PartialEq)]
pub enum Backend {
    /// `PingOne`.
    PingOne(PingOne),
    /// JumpCloud.
    JumpCloud(JumpCloud),
    /// Adaxes.
    Adaxes(Adaxes),
    /// An MDM server with Macs.
    AppleMdm(Box<AppleMdm>),
}

impl Backend {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::PingOne(_) => Kind::PingOne,
            Self::JumpCloud(_) => Kind::JumpCloud,
            Self::Adaxes(_) => Kind::Adaxes,
            Self::AppleMdm(_) => Kind::AppleMdm,
        }
    }
}
