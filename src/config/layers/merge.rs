//! A later layer overrides an earlier one, setting by setting.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use toml::{Table, Value};

use crate::config::load::{RootTable, finish, parse_one};
use crate::config::policy::{PolicySettings, strictest};
use crate::config::schema::{Config, SinkKind};
use crate::config::variables::{PREFIX, known, typed, wrong_variable};
use crate::policy::OnSinkFailure;
use crate::settings::diagnostics::Complaint;
use crate::settings::{SecretRef, file_trust, secret_store};

use super::{Effective, Origin, SYSTEM_FILE, is_there};

/// Puts layers together.
pub(in crate::config) fn merged(
    layers: Vec<(PathBuf, String)>,
    environment: &[(String, String)],
    policy: Option<&Path>,
) -> Result<Effective, Complaint> {
    let mut found = Effective::default();
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let (mut rules, mut providers) = (Vec::new(), Vec::new());
    let variable = |name: &str| environment.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    for (path, text) in layers {
        let origin = Origin::File(path.clone());
        let is_system = path == Path::new(SYSTEM_FILE);
        let parsed = parse_one(&text, &variable).map_err(|complaint| complaint.in_file(&path))?;
        if parsed.root.service.account.is_some() && !is_system {
            let why = format!("[service] belongs into {SYSTEM_FILE}, which only root can write");
            return Err(Complaint::new(why).in_file(&path));
        }
        // It says where requests go, and which secrets go with them.
        let names_a_program = file_trust::names_a_program(&parsed.set);
        file_trust::check(&path, if names_a_program { "it names a program to run" } else { "it is a configuration" })?;
        for (name, table) in &parsed.set {
            let Value::Table(table) = table else { continue };
            for (key, value) in table {
                let dotted = format!("{name}.{key}");
                let by_system = |origins: &Vec<Origin>| origins.contains(&Origin::File(SYSTEM_FILE.into()));
                // Where the machine's owner has the heads copied to, nobody has them copied elsewhere.
                if dotted.starts_with("ledger.sink")
                    && found.origins.get("ledger.sink").is_some_and(by_system)
                    && !is_system
                {
                    continue;
                }
                let origins = found.origins.entry(dotted).or_default();
                if name != "policy" {
                    origins.clear();
                }
                origins.push(origin.clone());
                tables.entry(name.clone()).or_default().insert(key.clone(), value.clone());
            }
        }
        if !parsed.providers.is_empty() {
            found.origins.retain(|key, _| !key.starts_with("provider."));
            let written = parsed.set.get("provider").and_then(Value::as_array).into_iter().flatten();
            for ((provider, filled), table) in parsed.providers.iter().zip(&parsed.filled).zip(written) {
                let dotted = |key: &str| format!("provider.{}.{key}", provider.name);
                let own = table.as_table().into_iter().flat_map(Table::keys);
                found.origins.extend(own.map(|key| (dotted(key), vec![origin.clone()])));
                let named = filled.iter().map(|(key, name)| (dotted(key), vec![Origin::Variable(name.clone())]));
                found.origins.extend(named);
            }
            providers = parsed.providers;
        }
        rules.push(parsed.root.policy);
        found.files.push(path);
    }
    for (name, value) in environment.iter().filter(|(name, _)| name.starts_with(PREFIX) && name != "UNBOLT_CONFIG") {
        let (table, key) = known(name)?;
        let value = typed(table, key, value).map_err(|why| wrong_variable(name, &why))?;
        tables.entry(table.to_owned()).or_default().insert(key.to_owned(), value);
        found.origins.insert(format!("{table}.{key}"), vec![Origin::Variable(name.clone())]);
    }
    let system_rules = more_rules(&mut found, &mut rules, policy)?;
    tables.remove("policy");
    let tables: Table = tables.into_iter().map(|(name, table)| (name, Value::Table(table))).collect();
    let root = RootTable::deserialize(tables).map_err(|e| Complaint::new(e.message()))?;
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
