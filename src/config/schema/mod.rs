//! What a configuration holds once it was read and checked.

mod tables;

use crate::domain::ProviderName;
use crate::policy::Policy;
use crate::provider::ProviderConfig;
use crate::settings::{Complaint, PromptedSecret, SecretRef};

use super::link_rules::PeopleSettings;

pub use tables::{Colour, LedgerSettings, ScreenSettings, ServiceSettings, SinkKind, WebhookSettings};

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
