//! What every backend implements, and what it is built from.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::UnboundedSender;

use crate::domain::{KindSpec, Problem, ProviderKind, ProviderName, RequestLogEntry};
use crate::provider::http::Http;
use crate::provider::http::client_builder::{Clients, checked_url};
use crate::provider::push_inbox::PushInbox;
use crate::provider::{Provider, ProviderInfo};
use crate::settings::{Complaint, HttpSettings, SecretRef};

use super::{BackendSpec, GroupsNeeded};

/// A backend, as its settings declare it.
pub trait Backend: BackendSettings + Serialize + DeserializeOwned {
    /// What it is.
    const SPEC: BackendSpec;

    /// Builds a provider from its settings. Nothing is asked of anybody yet.
    ///
    /// # Errors
    /// A [`Problem`] when the settings can't make one (a CA file that can't be read, a URL that is none).
    fn build(settings: &Self, context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem>;
}

/// What every backend's settings can tell.
pub trait BackendSettings {
    /// Checks what the types can't.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    fn check(&self) -> Result<(), String>;

    /// The addresses that the system is reached by.
    fn endpoints(&self) -> Vec<String>;

    /// Checks those addresses.
    ///
    /// # Errors
    /// What is wrong with one of them, in a sentence.
    fn check_endpoints(&self) -> Result<(), String> {
        self.endpoints().iter().try_for_each(|url| checked_url(url).map(drop)).map_err(|problem| problem.line())
    }

    /// Every secret that is referred to.
    fn secrets(&self) -> Vec<&SecretRef>;

    /// The files that are named, by their settings.
    fn files(&self) -> Vec<(&'static str, &Path)> {
        Vec::new()
    }

    /// Begins to read the files that belong to the settings.
    fn load_files(&mut self) {}

    /// Waits until those files are read.
    ///
    /// # Errors
    /// A [`Complaint`] with the file and its line.
    fn check_files(&self) -> Result<(), Complaint> {
        Ok(())
    }

    /// How answers of devices are received, where they come on their own.
    fn webhook(&self) -> Option<WebhookSecret<'_>> {
        None
    }
}

/// How events of a system are told from anybody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookSecret<'a> {
    /// It signs them with this key.
    Signature(&'a SecretRef),
    /// The address holds this secret.
    Path(&'a SecretRef),
}

/// What a backend is built with beside its own settings.
pub struct BuildContext<'a> {
    /// Its name in the configuration.
    pub name: &'a ProviderName,
    /// How it is spoken to.
    pub settings: &'a HttpSettings,
    /// The clients of this process.
    pub clients: &'a mut Clients,
    /// Where exchanges are told.
    pub log: &'a UnboundedSender<RequestLogEntry>,
    /// What devices have answered on their own.
    pub push_inbox: &'a PushInbox,
    /// What the policy goes by.
    pub groups: GroupsNeeded,
}

impl BuildContext<'_> {
    /// The HTTP client for these addresses.
    ///
    /// # Errors
    /// A [`Problem`] when the CA file or the proxy can't be used.
    pub fn http(&mut self, endpoints: &[String]) -> Result<Http, Problem> {
        let tls = endpoints.iter().any(|url| !url.starts_with("http:"));
        let clients = self.clients.get(self.settings, tls)?;
        Ok(Http::new(self.name.clone(), self.settings, clients, self.log.clone()))
    }

    /// What the provider is.
    pub fn info(&self, kind: &'static KindSpec, system: String, endpoints: Vec<String>) -> ProviderInfo {
        ProviderInfo::new(self.name, ProviderKind(kind), self.settings, system, endpoints)
    }
}
