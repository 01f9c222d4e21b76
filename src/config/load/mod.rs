//! Reading a configuration: split into tables by kind first, so that each complaint has its line.

mod providers;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

use crate::policy::Policy;
use crate::provider::{ProviderConfig, WebhookSecret};
use crate::settings::diagnostics::{Complaint, read_text, suggest};

use super::env_defaults::Filled;
use super::link_rules::PeopleSettings;
use super::policy::{PolicySettings, strictest};
use super::schema::{Config, LedgerSettings, ScreenSettings, ServiceSettings, WebhookSettings};
use providers::{provider, provider_tables};

/// Every table of the configuration but the providers.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RootTable {
    ledger: LedgerSettings,
    screen: ScreenSettings,
    people: PeopleSettings,
    pub(super) policy: PolicySettings,
    webhook: WebhookSettings,
    pub(super) service: ServiceSettings,
}

/// What one file says, checked by itself.
pub(super) struct ParsedFile {
    /// The whole of it, as it was written.
    pub set: toml::Table,
    /// The tables but the providers'.
    pub root: RootTable,
    /// The providers in it.
    pub providers: Vec<ProviderConfig>,
    /// By provider: settings that came from the vendor's usual variables.
    pub filled: Vec<Filled>,
}

/// Where the user's configuration lies on this platform.
pub fn default_path() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "unbolt").map(|dirs| dirs.config_dir().join("config.toml"))
}

/// Reads and checks one file by itself.
///
/// # Errors
/// A [`Complaint`] with the file and, where it has one, the line.
pub fn load(path: &Path) -> Result<Config, Complaint> {
    let layers = vec![(path.to_owned(), read_text(path, "the configuration")?)];
    Ok(super::layers::merged(layers, &[], None)?.config)
}

/// Checks a configuration's text by itself.
///
/// # Errors
/// A [`Complaint`] with the line of the first thing that is wrong.
pub fn parse(text: &str) -> Result<Config, Complaint> {
    let ParsedFile { root, providers, .. } = parse_one(text, &|_| None)?;
    let policy = strictest(None, std::slice::from_ref(&root.policy));
    finish(root, policy, providers)
}

/// What may stand at the top of a configuration.
const TABLES: [&str; 7] = ["provider", "ledger", "screen", "people", "policy", "webhook", "service"];

/// Reads one text.
pub(super) fn parse_one(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<ParsedFile, Complaint> {
    let complain = |e: &toml::de::Error| Complaint::from_toml(text, e);
    let mut document = DeTable::parse(text).map_err(|e| complain(&e))?;
    let tables = document.get_mut().remove("provider");
    for key in document.get_ref().keys() {
        let name = key.get_ref().as_ref();
        if !TABLES.contains(&name) {
            let mut complaint = Complaint::at(text, Some(key.span()), format!("unknown setting `{name}`"));
            complaint.nearest = suggest(name, TABLES);
            return Err(complaint);
        }
    }
    let root = RootTable::deserialize(Deserializer::from(document)).map_err(|e| complain(&e))?;
    let set = toml::from_str(text).map_err(|e| complain(&e))?;
    let mut providers: Vec<ProviderConfig> = Vec::new();
    let mut filled = Vec::new();
    for (head, table) in provider_tables(text, tables)? {
        let (provider, from_variables) = provider(text, head.clone(), table, variable)?;
        if providers.iter().any(|other| other.name == provider.name) {
            return Err(Complaint::at(text, Some(head), format!("two providers are named `{}`", provider.name)));
        }
        providers.push(provider);
        filled.push(from_variables);
    }
    Ok(ParsedFile { set, root, providers, filled })
}

/// The configuration of merged tables.
pub(super) fn finish(root: RootTable, policy: Policy, providers: Vec<ProviderConfig>) -> Result<Config, Complaint> {
    let config = Config {
        ledger: root.ledger,
        screen: root.screen,
        people: root.people,
        policy,
        webhook: root.webhook,
        providers,
        service: false,
    };
    check_webhook(&config)?;
    check_doors(&config)?;
    Ok(config)
}

/// Whoever only confirms names a provider that unlocks by itself.
fn check_doors(config: &Config) -> Result<(), Complaint> {
    for provider in &config.providers {
        let Some(through) = &provider.http.unlock_through else { continue };
        let door = config.providers.iter().find(|other| other.name.as_str() == through);
        let why = match door {
            None => format!("names no provider: `{through}`"),
            Some(door) if door.name == provider.name => "names the provider itself".to_owned(),
            Some(door) if door.http.unlock_through.is_some() => format!("names `{through}`, which only confirms, too"),
            Some(_) => continue,
        };
        return Err(Complaint::new(format!("unlock_through of provider `{}` {why}", provider.name)));
    }
    Ok(())
}

/// A secret in an address is only as secret as the way it travels.
fn check_webhook(config: &Config) -> Result<(), Complaint> {
    let receives = |provider: &&ProviderConfig| provider.backend.common().webhook().is_some();
    let unsigned =
        |provider: &&ProviderConfig| matches!(provider.backend.common().webhook(), Some(WebhookSecret::Path(_)));
    match (config.webhook.listen, config.providers.iter().find(receives), config.providers.iter().find(unsigned)) {
        (None, Some(provider), _) => Err(Complaint::new(format!(
            "provider `{}` expects webhooks, but [webhook] listen names no address",
            provider.name
        ))),
        (Some(listen), _, Some(provider)) if !listen.ip().is_loopback() => Err(Complaint::new(format!(
            "[webhook] listen is not on this machine alone, and provider `{}` has its secret in the address, which \
             would travel in the clear: listen on 127.0.0.1 behind a TLS proxy, or let the server sign",
            provider.name
        ))),
        _ => Ok(()),
    }
}
