//! The ready configuration: one file that names the simulated systems, its secrets beside it.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::SimAddresses;

/// How a ready configuration begins.
const FIRST_LINE: &str = "# Simulated systems on this machine; they live as long as `unbolt sim` runs.\n";

/// Writes the configuration to `path` and each secret to a 0600 file beside it. The configuration
/// appears last and at once, so that whoever waits for it finds everything ready.
///
/// # Errors
/// When a file can't be written.
pub fn write_config(addresses: &SimAddresses, path: &Path) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    // Somebody's own configuration is never replaced.
    if std::fs::read_to_string(&path).is_ok_and(|text| !text.starts_with(FIRST_LINE)) {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it exists and is not a simulator's configuration"));
    }
    let mut text = String::from(FIRST_LINE);
    text.extend(addresses.logins.iter().map(|(_, login)| login.top.as_str()));
    for (name, login) in &addresses.logins {
        let mut toml = login.toml.clone();
        for (kind, content) in &login.files {
            let file = beside(&path, &format!("{name}.{kind}"));
            write_private(&file, content)?;
            let quoted = toml::Value::String(file.to_string_lossy().into_owned()).to_string();
            toml = toml.replace(&format!("{{{kind}}}"), &quoted);
        }
        let _ = write!(text, "\n[[provider]]\nname = \"{name}\"\n{toml}");
    }
    let draft = beside(&path, "part");
    write_private(&draft, &text)?;
    std::fs::rename(&draft, &path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    // An older run's file may have other rights: start anew.
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}
