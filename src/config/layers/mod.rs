//! The layers of a configuration: the system's file, the user's (or the one that is named), the environment. A
//! setting of a later layer stands instead of an earlier one's; the last file that names providers names them all;
//! rules only add up.

mod merge;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::settings::diagnostics::{Complaint, read_text};
use crate::settings::{SecretRef, file_trust};

use super::load::{default_path, parse_one};
use super::policy;
use super::schema::Config;
use super::variables::PREFIX;

pub(super) use merge::merged;

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

/// Reads every layer; the user's is the file that is named, which has to be there, or else the usual one. Where the
/// system's file makes this process the service account's, it is the only one.
///
/// # Errors
/// A [`Complaint`] about the first thing that is wrong, with its file and line, or its variable.
pub fn effective(named: Option<PathBuf>) -> Result<Effective, Complaint> {
    let environment: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let (system, is_service) = system()?;
    let mut layers: Vec<(PathBuf, String)> = system.map(|text| (SYSTEM_FILE.into(), text)).into_iter().collect();
    if is_service {
        let own = environment.iter().map(|(name, _)| name.as_str()).find(|name| name.starts_with(PREFIX));
        if let Some(what) = named.map(|_| "--config").or(own) {
            let why = format!("{what} is not taken in service mode: {SYSTEM_FILE} alone says what this account does");
            return Err(Complaint::new(why));
        }
        // No variable reaches a service: whoever starts it doesn't configure it.
        let mut found = merged(layers, &[], Some(Path::new(policy::SYSTEM_FILE)))?;
        only_absolute(&found.config, &found.files)?;
        (found.config.service, found.config.policy.limits_bind) = (true, true);
        return Ok(found);
    }
    let is_named = named.is_some();
    if let Some(path) = named.or_else(default_path)
        && (is_named || is_there(&path)?)
    {
        let text = read_text(&path, "the configuration")?;
        layers.push((path, text));
    }
    merged(layers, &environment, Some(Path::new(policy::SYSTEM_FILE)))
}

/// What the system's own file says: its text, where there is one, and whether this process is the service account's.
/// What can't be looked at isn't taken for absent: that would switch off what its owner has decided.
fn system() -> Result<(Option<String>, bool), Complaint> {
    let path = Path::new(SYSTEM_FILE);
    if !is_there(path)? {
        return Ok((None, false));
    }
    file_trust::check(path, "it is the system's configuration")?;
    let text = read_text(path, "the configuration")?;
    let account = parse_one(&text, &|_| None).map_err(|complaint| complaint.in_file(path))?.root.service.account;
    let service = account.map(|account| is_me(&account)).transpose().map_err(|complaint| complaint.in_file(path))?;
    Ok((Some(text), service == Some(true)))
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
    Ok(system()?.1)
}

/// True when this process runs as that account, by name or uid.
fn is_me(account: &str) -> Result<bool, Complaint> {
    let uid = account.parse().ok().or_else(|| uid_of(account));
    let why = || {
        Complaint::new(format!(
            "[service] account `{account}` is nobody on this host: name a local account, or its uid"
        ))
    };
    Ok(uid.ok_or_else(why)? == rustix::process::geteuid().as_raw())
}

/// The uid of a local account, from the passwd file.
fn uid_of(name: &str) -> Option<u32> {
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then(|| fields.nth(1)?.parse().ok()).flatten()
    })
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
