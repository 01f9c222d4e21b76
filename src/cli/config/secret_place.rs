//! Where a system's secret is kept: asked, checked, and typed where its file isn't there yet.

use std::path::{Path, PathBuf};

use toml::Value;

use crate::cli::console::{ask_line, can_ask, say};
use crate::cli::exit::Exit;
use crate::cli::secret_prompt::ask_secret;
use crate::domain::Secret;
use crate::engine::complete_path::expanded;
use crate::provider::registry::BackendSpec;

use super::answers::{given_up, until_right, usage};

/// A secret that is typed now, and the file that it goes to.
pub type TypedSecret = Option<(PathBuf, Secret)>;

const PLACES: &str = "file:PATH, env:NAME, credential:NAME, command:PROGRAM or prompt";

/// The reference to the secret, and the secret where it is typed now. A place that names none is asked for again.
pub fn ask(kind: &BackendSpec, name: &str, config: &Path, flag: Option<&str>) -> Result<(Value, TypedSecret), Exit> {
    if flag.is_none() {
        if !can_ask() {
            return Err(usage("say where the secret is kept with --secret, for instance file:PATH or env:NAME"));
        }
        say(&format!("where is its secret? {PLACES}"));
    }
    let own = format!("file:{}", config.with_file_name(format!("{name}.secret")).display());
    let ask = || {
        let answer = ask_line(&format!("Its place [{own}]:")).ok_or_else(given_up)?;
        Ok(if answer.is_empty() { own.clone() } else { answer })
    };
    let check = |place: String| Ok((reference(kind, &place)?, place));
    let (reference, place) = until_right(flag.map(str::to_owned), ask, check)?;
    Ok((reference, typed(kind, &place)?))
}

/// The place as the configuration names it.
fn reference(kind: &BackendSpec, place: &str) -> Result<Value, String> {
    let (how, what) = place.split_once(':').unwrap_or((place, ""));
    let one = |key: &str, value: Value| Value::Table(toml::Table::from_iter([(key.to_owned(), value)]));
    Ok(match (how, what) {
        ("prompt", _) => one("prompt", Value::from(kind.secret_is)),
        ("command", program) if !program.is_empty() => {
            one("command", program.split_whitespace().map(Value::from).collect::<Vec<_>>().into())
        }
        ("file", what) if !what.is_empty() => {
            let whole = std::path::absolute(expanded(Path::new(what))).map_err(|e| format!("{what}: {e}"))?;
            one(how, Value::from(whole.display().to_string()))
        }
        ("env" | "credential" | "keyring", what) if !what.is_empty() => one(how, Value::from(what)),
        // The place may be the secret itself, typed where it doesn't belong: it isn't repeated.
        _ => return Err(format!("that names no place; write {PLACES}")),
    })
}

/// The secret of a file that isn't there yet.
fn typed(kind: &BackendSpec, place: &str) -> Result<TypedSecret, Exit> {
    let Some(path) = place.strip_prefix("file:").map(|path| expanded(Path::new(path))) else { return Ok(None) };
    if path.exists() || !can_ask() {
        return Ok(None);
    }
    loop {
        match ask_secret(&format!("Type {} (it is not shown):", kind.secret_is)) {
            Some(secret) if secret.is_empty() => say("it can't be empty"),
            Some(secret) => return Ok(Some((path, secret))),
            None => return Err(given_up()),
        }
    }
}
