//! What a configuration holds once it was read and checked.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::ProviderName;
use crate::policy::Policy;
use crate::provider::ProviderConfig;
use crate::settings::{Complaint, PromptedSecret, SecretRef};

use super::link_rules::PeopleSettings;

/// A checked configuration.
#[derive(Clone, Debug, Default)]
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
    /// Waits until the files that providers name are read.
    ///
    /// # Errors
    /// A [`Complaint`] with the file and its line.
    pub fn check_files(&self) -> Result<(), Complaint> {
        self.providers.iter().try_for_each(|provider| provider.backend.common().check_files())
    }

    /// The questions that have to be answered before the providers can log in.
    pub fn prompts(&self) -> impl Iterator<Item = (&ProviderName, &PromptedSecret)> {
        self.secrets().filter_map(|(name, secret)| match secret {
            SecretRef::Prompt(prompted) => Some((name, prompted)),
            _ => None,
        })
    }

    /// Every secret that is referred to, with its provider.
    pub fn secrets(&self) -> impl Iterator<Item = (&ProviderName, &SecretRef)> {
        self.providers.iter().flat_map(|provider| {
            let secrets = provider.backend.common().secrets();
            secrets.into_iter().chain(&provider.http.proxy_login).map(|secret| (&provider.name, secret))
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
pub enum ColourMode {
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
    pub color: ColourMode,
    /// A theme by its name, or a file of one's own over the usual one.
    pub theme: String,
    /// A file of keys over the usual ones.
    pub keymap: Option<PathBuf>,
}

impl ScreenSettings {
    /// The theme's file, where it isn't named by its name.
    pub fn theme_file(&self) -> Option<&Path> {
        self.theme.contains(['/', '.']).then(|| Path::new(&self.theme))
    }
}

impl Default for ScreenSettings {
    fn default() -> Self {
        Self {
            label: String::new(),
            ascii: false,
            color: ColourMode::default(),
            theme: "default".to_owned(),
            keymap: None,
        }
    }
}

/// The `[webhook]` table. Without an address nothing listens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Address and port; loopback, unless every server signs.
    pub listen: Option<SocketAddr>,
}
