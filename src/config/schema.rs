//! What a configuration holds once it was read and checked.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::{Kind, ProviderName};
use crate::policy::Policy;

use super::adaxes::Adaxes;
use super::apple_mdm::AppleMdm;
use super::jumpcloud::JumpCloud;
use super::people::PeopleSettings;
use super::pingone::PingOne;
use super::secret_ref::{Prompted, SecretRef};

use super::http_settings::WireSettings;

/// A checked configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Where the ledger is kept.
    pub ledger: LedgerSettings,
    /// What the screen does.
    pub screen: ScreenSettings,
    /// How accounts become people.
    pub people: PeopleSettings,
    /// The rules in force: the strictest of everything that was said about each.
    pub policy: Policy,
    /// Where the Macs' answers are received.
    pub webhook: WebhookSettings,
    /// The systems, in the order of the file.
    pub providers: Vec<ProviderConfig>,
    /// True when this process is the service account's, and its operator somebody else.
    pub service: bool,
}

impl Config {
    /// The questions that have to be answered before the providers can log in.
    pub fn prompts(&self) -> impl Iterator<Item = (&ProviderName, &Prompted)> {
        self.secrets().filter_map(|(name, secret)| match secret {
            SecretRef::Prompt(prompted) => Some((name, prompted)),
            _ => None,
        })
    }

    /// Every secret that is referred to, with its provider.
    pub fn secrets(&self) -> impl Iterator<Item = (&ProviderName, &SecretRef)> {
        self.providers.iter().flat_map(|provider| {
            let secrets: Vec<&SecretRef> = match &provider.backend {
                Backend::PingOne(own) => vec![&own.client_secret],
                Backend::JumpCloud(own) => own.api_key.iter().chain(&own.client_secret).collect(),
                Backend::Adaxes(own) => own.token.iter().chain(&own.password).collect(),
                Backend::AppleMdm(own) => {
                    let webhook = own.webhook_hmac_key.iter().chain(&own.webhook_path_secret);
                    std::iter::once(&own.api_key).chain(webhook).collect()
                }
            };
            secrets.into_iter().map(|secret| (&provider.name, secret))
        })
    }
}

/// The `[service]` table of the system's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSettings {
    /// The account, by name or uid, whose processes act for whoever logged in: `sudo -u ACCOUNT unbolt`.
    pub account: Option<String>,
}

/// The `[ledger]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerSettings {
    /// The directory of the ledger; by default `unbolt/ledger` under the platform's state directory.
    pub directory: Option<PathBuf>,
    /// Where each new head of the ledger is copied to: `none`, `syslog` or `journald`.
    #[serde(default)]
    pub sink: SinkKind,
    /// The sink's socket; by default the system's own.
    pub sink_socket: Option<PathBuf>,
}

/// What takes the copy of the ledger's heads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SinkKind {
    /// Nothing.
    #[default]
    None,
    /// The local syslog daemon.
    Syslog,
    /// The journal.
    Journald,
}

/// Whether the output has colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Where the terminal and `NO_COLOR` allow it.
    #[default]
    Auto,
    /// Whatever they say.
    Always,
    /// None.
    Never,
}

/// The `[screen]` table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenSettings {
    /// A word at the end of the head line that tells desks apart.
    pub label: String,
    /// Use plain ASCII signs whatever the locale says.
    pub ascii: bool,
    /// `auto`, `always` or `never`.
    pub color: Colour,
    /// A theme by its name, or a file of one's own over the usual one.
    pub theme: String,
    /// A file of keys over the usual ones.
    pub keymap: Option<PathBuf>,
}

impl Default for ScreenSettings {
    fn default() -> Self {
        Self { label: String::new(), ascii: false, color: Colour::default(), theme: "default".to_owned(), keymap: None }
    }
}

/// The `[webhook]` table. Without an address nothing listens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
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
