//! Secrets by reference: where a secret is kept, and how it is fetched from there (law 7).

use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::domain::{Code, Problem, Secret};

/// How long a secret command may run.
const COMMAND_PATIENCE: Duration = Duration::from_secs(10);
/// No secret is longer than this.
const SECRET_BYTES: u64 = 64 * 1024;

/// Where a secret is kept. Exactly one place; a literal secret in the configuration is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// A file of the user or of root that nobody else can read.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// A program and its arguments, run without a shell; its standard output is the secret.
    Command(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    file: Option<PathBuf>,
    env: Option<String>,
    command: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Literal(String),
            Table(Table),
        }
        let hint = "write { file = \"/path\" }, { env = \"NAME\" } or { command = [\"program\", \"argument\"] }";
        let written = Written::deserialize(deserializer).map_err(|e| {
            let is_missing = e.to_string().contains("missing field");
            if is_missing { e } else { D::Error::custom(format!("no secret reference; {hint}")) }
        })?;
        let table = match written {
            // The literal itself is a secret: it must not come back in the message.
            Written::Literal(literal) => {
                drop(Secret::new(literal));
                return Err(D::Error::custom(format!(
                    "a secret may not stand in the configuration; move it to a file and {hint}"
                )));
            }
            Written::Table(table) => table,
        };
        match (table.file, table.env, table.command) {
            (Some(path), None, None) => Ok(Self::File(path)),
            (None, Some(name), None) => Ok(Self::Env(name)),
            (None, None, Some(argv)) if !argv.is_empty() => Ok(Self::Command(argv)),
            _ => Err(D::Error::custom(format!("exactly one place for a secret; {hint}"))),
        }
    }
}

impl SecretRef {
    /// Fetches the secret.
    ///
    /// # Errors
    /// A [`Problem`] that names the place and what is wrong with it, never the secret.
    pub async fn resolve(&self) -> Result<Secret, Problem> {
        let secret = match self {
            Self::File(path) => from_file(path)?,
            Self::Env(name) => std::env::var(name).map(Secret::new).map_err(|_| {
                no_secret(format!("the environment has no readable {name}"), "set the variable before starting unbolt")
            })?,
            Self::Command(argv) => from_command(argv).await?,
        };
        if secret.is_empty() {
            return Err(no_secret(format!("{self} gave an empty secret"), "put the secret there"));
        }
        Ok(secret)
    }
}

impl std::fmt::Display for SecretRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::Command(argv) => write!(f, "the command {}", argv.first().map_or("", String::as_str)),
        }
    }
}

fn no_secret(why: String, next: &'static str) -> Problem {
    Problem::new(Code::Login, "the secret couldn't be fetched", why, next)
}

fn from_file(path: &Path) -> Result<Secret, Problem> {
    let shown = path.display();
    let nofollow = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0);
    let file =
        OpenOptions::new().read(true).custom_flags(nofollow).open(path).map_err(|e| {
            no_secret(format!("{shown}: {e}"), "the file must exist, be readable, and be no symbolic link")
        })?;
    let meta = file.metadata().map_err(|e| no_secret(format!("{shown}: {e}"), "check the file"))?;
    let me = rustix::process::geteuid().as_raw();
    if !meta.is_file() {
        return Err(no_secret(format!("{shown} is no regular file"), "point to a regular file"));
    }
    if meta.uid() != me && meta.uid() != 0 {
        return Err(no_secret(format!("{shown} belongs to uid {}", meta.uid()), "it must belong to you or to root"));
    }
    if meta.mode() & 0o077 != 0 {
        return Err(no_secret(
            format!("{shown} has mode {:o}: others can read it", meta.mode() & 0o777),
            "chmod 600 the file",
        ));
    }
    let mut text = String::new();
    file.take(SECRET_BYTES)
        .read_to_string(&mut text)
        .map_err(|e| no_secret(format!("{shown}: {e}"), "the file must hold text"))?;
    Ok(Secret::new(text))
}

async fn from_command(argv: &[String]) -> Result<Secret, Problem> {
    let Some((program, arguments)) = argv.split_first() else {
        return Err(no_secret("an empty command".to_owned(), "name a program"));
    };
    let run = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let next = "run the command by hand and see what it says";
    let output = tokio::time::timeout(COMMAND_PATIENCE, run)
        .await
        .map_err(|_| no_secret(format!("{program} took longer than 10 s"), next))?
        .map_err(|e| no_secret(format!("{program}: {e}"), next))?;
    if !output.status.success() {
        return Err(no_secret(format!("{program} ended with {}", output.status), next));
    }
    String::from_utf8(output.stdout).map(Secret::new).map_err(|_| no_secret(format!("{program} wrote no text"), next))
}
