//! The layers of a configuration: the system's file, the user's (or the one that is named), the environment. A
//! setting of a later layer stands instead of an earlier one's; the last file that names providers names them all;
//! rules only add up.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use toml::{Table, Value};

use super::load::{Root, finish, parse_one, read_text};
use super::policy::{self, PolicySettings, strictest};
use super::schema::{Config, SinkKind};
use super::variables::{PREFIX, known, typed, wrong_variable};
use crate::policy::OnSinkFailure;
use crate::settings::diagnostics::Complaint;
use crate::settings::{SecretRef, file_trust, secret_store};

/// Where the machine's owner keeps the configuration.
pub const SYSTEM_FILE: &str = "/etc/unbolt/config.toml";
/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
        }
    }
}

/// Where to look.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The user's file, or the one that was named.
    pub file: Option<PathBuf>,
    /// True when that file has to be there.
    pub named: bool,
    /// The environment; empty in service mode.
    pub environment: Vec<(String, String)>,
}

/// A configuration, and where each of its values comes from.
#[derive(Clone, Debug, Default)]
pub struct Effective {
    /// The configuration.
    pub config: Config,
    /// By dotted key; a provider's keys begin with its name.
    pub origins: BTreeMap<String, Vec<Origin>>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
}

/// Reads every layer. Where the system's file makes this process the service account's, it is the only one.
///
/// # Errors
/// A [`Complaint`] about the first thing that is wrong, with its file and line, or its variable.
pub fn effective(places: &Places) -> Result<Effective, Complaint> {
    let mut layers = Vec::new();
    let mut service = false;
    if let Some((text, is_service)) = system()? {
        service = is_service;
        layers.push((Origin::File(SYSTEM_FILE.into()), text));
    }
    let own = places.environment.iter().find(|(key, _)| key.starts_with(PREFIX));
    let variable = |name: &str| places.environment.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    if service {
        let refused = if places.named { Some("--config".to_owned()) } else { None };
        let refused = refused.or_else(|| own.map(|(name, _)| name.clone()));
        if let Some(what) = refused {
            let why = format!("{what} is not taken in service mode: {SYSTEM_FILE} alone says what this account does");
            return Err(Complaint::new(why));
        }
        let mut found = merged(layers, &[], |_| None, Some(Path::new(policy::SYSTEM_FILE)))?;
        only_absolute(&found.config, &found.files)?;
        (found.config.service, found.config.policy.limits_bind) = (true, true);
        return Ok(found);
    }
    if let Some(path) = places.file.as_deref()
        && (places.named || is_there(path)?)
    {
        layers.push((Origin::File(path.to_owned()), read_text(path)?));
    }
    merged(layers, &places.environment, variable, Some(Path::new(policy::SYSTEM_FILE)))
}

/// What the system's own file says, where there is one: its text, and whether this process is the service account's.
/// What can't be looked at isn't taken for absent: that would switch off what its owner has decided.
fn system() -> Result<Option<(String, bool)>, Complaint> {
    let path = Path::new(SYSTEM_FILE);
    if !is_there(path)? {
        return Ok(None);
    }
    file_trust::check(path, "it is the system's configuration")?;
    let text = read_text(path)?;
    let account = parse_one(&text, &|_| None).map_err(|complaint| complaint.in_file(path))?.account;
    let service = account.map(|account| is_me(&account)).transpose().map_err(|complaint| complaint.in_file(path))?;
    Ok(Some((text, service == Some(true))))
}

/// Whether a file is there; a directory that can't be entered is no answer.
fn is_there(path: &Path) -> Result<bool, Complaint> {
    path.try_exists().map_err(|e| Complaint::new(format!("it can't be looked for: {e}")).in_file(path))
}

/// True when this process is the service account's, whatever else is configured or asked for.
///
/// # Errors
/// A [`Complaint`] when the system's file can't tell: then nothing is done for whoever asks.
pub fn is_service() -> Result<bool, Complaint> {
    Ok(system()?.is_some_and(|(_, service)| service))
}

/// True when this process runs as that account, by name or uid.
fn is_me(account: &str) -> Result<bool, Complaint> {
    let uid = account.parse().ok().or_else(|| super::os_user::uid_of(account));
    let why = || {
        Complaint::new(format!(
            "[service] account `{account}` is nobody on this host: name a local account, or its uid"
        ))
    };
    Ok(uid.ok_or_else(why)? == rustix::process::geteuid().as_raw())
}

/// Programs and files by their whole path: a relative one would be looked for where the caller says (`PATH`, the
/// directory he stands in), and run or read as the service account.
fn only_absolute(config: &Config, policies: &[PathBuf]) -> Result<(), Complaint> {
    let mut named: Vec<(&str, PathBuf)> = Vec::new();
    named.extend(config.policy.idle_command.first().map(|program| ("idle_command", program.into())));
    named.extend(config.ledger.directory.clone().map(|path| ("ledger.directory", path)));
    named.extend(config.ledger.sink_socket.clone().map(|path| ("ledger.sink_socket", path)));
    named.extend(config.people.map.clone().map(|path| ("people.map", path)));
    named.extend(config.screen.keymap.clone().map(|path| ("screen.keymap", path)));
    named.extend(config.screen.theme_file().map(|path| ("screen.theme", path.to_owned())));
    named.extend(policies.iter().cloned().map(|path| ("policy.file", path)));
    for provider in &config.providers {
        named.extend(provider.http.ca_file.clone().map(|path| ("ca_file", path)));
        named.extend(provider.backend.common().files().into_iter().map(|(key, path)| (key, path.to_owned())));
    }
    for secret in config.secrets().map(|(_, secret)| secret) {
        match secret {
            SecretRef::File(path) => named.push(("file", path.clone())),
            SecretRef::Command(argv) => named.extend(argv.first().map(|program| ("command", program.into()))),
            _ => {}
        }
    }
    match named.into_iter().find(|(_, path)| path.is_relative()) {
        Some((key, path)) => Err(Complaint::new(format!(
            "`{key}` names {}: in service mode programs and files are named by their whole path",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Puts layers together.
pub(super) fn merged(
    layers: impl IntoIterator<Item = (Origin, String)>,
    environment: &[(String, String)],
    variable: impl Fn(&str) -> Option<String>,
    policy: Option<&Path>,
) -> Result<Effective, Complaint> {
    let mut found = Effective::default();
    let (mut tables, mut rules, mut providers) = (Table::new(), Vec::new(), Vec::new());
    for (origin, text) in layers {
        let Origin::File(path) = &origin else { continue };
        let parsed = parse_one(&text, &variable).map_err(|complaint| complaint.in_file(path))?;
        if parsed.account.is_some() && path != Path::new(SYSTEM_FILE) {
            let why = format!("[service] belongs into {SYSTEM_FILE}, which only root can write");
            return Err(Complaint::new(why).in_file(path));
        }
        let plain: Table = toml::from_str(&text).unwrap_or_default();
        // It says where requests go, and which secrets go with them.
        let names_a_program = file_trust::names_a_program(&plain);
        file_trust::check(path, if names_a_program { "it names a program to run" } else { "it is a configuration" })?;
        for (name, table) in parsed.set {
            let Value::Table(table) = table else { continue };
            let own = tables.entry(name.as_str()).or_insert_with(|| Value::Table(Table::new()));
            for (key, value) in table {
                let dotted = format!("{name}.{key}");
                let by_system = |origins: &Vec<Origin>| origins.contains(&Origin::File(SYSTEM_FILE.into()));
                // Where the machine's owner has the heads copied to, nobody has them copied elsewhere.
                if dotted.starts_with("ledger.sink")
                    && found.origins.get("ledger.sink").is_some_and(by_system)
                    && !by_system(&vec![origin.clone()])
                {
                    continue;
                }
                let origins = found.origins.entry(dotted).or_default();
                if name != "policy" {
                    origins.clear();
                }
                origins.push(origin.clone());
                if let Value::Table(own) = &mut *own {
                    own.insert(key, value);
                }
            }
        }
        if !parsed.providers.is_empty() {
            found.origins.retain(|key, _| !key.starts_with("provider."));
            let written = plain.get("provider").and_then(Value::as_array).cloned().unwrap_or_default();
            for ((provider, filled), table) in parsed.providers.iter().zip(&parsed.filled).zip(&written) {
                let dotted = |key: &str| format!("provider.{}.{key}", provider.name);
                let own = table.as_table().into_iter().flat_map(Table::keys);
                found.origins.extend(own.map(|key| (dotted(key), vec![origin.clone()])));
                let named = filled.iter().map(|(key, name)| (dotted(key), vec![Origin::Variable(name.clone())]));
                found.origins.extend(named);
            }
            providers = parsed.providers;
        }
        rules.push(parsed.policy);
        found.files.push(path.clone());
    }
    for (name, value) in environment.iter().filter(|(name, _)| name.starts_with(PREFIX) && name != "UNBOLT_CONFIG") {
        let (table, key) = known(name)?;
        let own = tables.entry(table).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(own) = own {
            own.insert(key.to_owned(), typed(table, key, value).map_err(|why| wrong_variable(name, &why))?);
        }
        found.origins.insert(format!("{table}.{key}"), vec![Origin::Variable(name.clone())]);
    }
    let system_rules = more_rules(&mut found, &mut rules, policy)?;
    tables.remove("policy");
    let root = Root::deserialize(tables).map_err(|e| Complaint::new(e.message()))?;
    found.config = finish(root, strictest(system_rules.as_ref(), &rules), providers)?;
    let must = found.config.policy.on_sink_failure == OnSinkFailure::Refuse;
    if must && found.config.ledger.sink == SinkKind::None {
        return Err(Complaint::new("on_sink_failure = \"refuse\" needs a sink: set `sink` in [ledger]"));
    }
    trusted(&found.config)?;
    for (_, secret) in found.config.secrets() {
        if let SecretRef::Env(variable) = secret {
            secret_store::hide(variable);
        }
    }
    let names: Vec<&str> = found.config.providers.iter().map(|provider| provider.name.as_str()).collect();
    found.config.people.read_map(&names)?;
    for provider in &mut found.config.providers {
        provider.backend.common_mut().load_files();
    }
    Ok(found)
}

/// The machine's own policy, and the files that the configuration names.
fn more_rules(
    found: &mut Effective,
    rules: &mut Vec<PolicySettings>,
    system: Option<&Path>,
) -> Result<Option<PolicySettings>, Complaint> {
    let named: Vec<PathBuf> = rules.iter().filter_map(|one| one.file.clone()).collect();
    let system = match system {
        Some(path) if is_there(path)? => Some(path.to_owned()),
        _ => None,
    };
    let mut own = None;
    for path in named.into_iter().chain(system.clone()) {
        file_trust::check(&path, "it is a policy")?;
        let settings = PolicySettings::read(&path)?;
        let keys: Table = Table::try_from(&settings).unwrap_or_default();
        for key in keys.keys() {
            found.origins.entry(format!("policy.{key}")).or_default().push(Origin::File(path.clone()));
        }
        if system.as_ref() == Some(&path) {
            own = Some(settings);
        } else {
            rules.push(settings);
        }
        found.files.push(path);
    }
    Ok(own)
}

/// Every file that a configuration names is as good as the configuration. One that isn't there is told where it is read.
fn trusted(config: &Config) -> Result<(), Complaint> {
    let mut named: Vec<(&str, &Path)> = Vec::new();
    named.extend(config.people.map.as_deref().map(|path| ("it is a map of people", path)));
    named.extend(config.screen.keymap.as_deref().map(|path| ("it is a keymap", path)));
    named.extend(config.screen.theme_file().map(|path| ("it is a theme", path)));
    for provider in &config.providers {
        named.extend(provider.http.ca_file.as_deref().map(|path| ("it names trusted authorities", path)));
        named.extend(
            provider.backend.common().files().into_iter().map(|(_, path)| ("a provider is set up by it", path)),
        );
    }
    named.into_iter().filter(|(_, path)| path.exists()).try_for_each(|(why, path)| file_trust::check(path, why))
}
