//! Fetching a secret from the place that a reference names.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Component, Path};
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;

use crate::domain::{Code, Problem, Secret};

use super::redactor;
use super::secret_ref::SecretRef;

/// How long a secret command may run.
const COMMAND_PATIENCE: Duration = Duration::from_secs(10);
/// How long a keyring may take; one that waits for somebody to unlock it is no answer.
const KEYRING_PATIENCE: Duration = Duration::from_secs(3);
/// No secret is longer than this.
const SECRET_BYTES: u64 = 64 * 1024;
/// Where systemd puts a service's credentials (systemd.exec(5), Credentials).
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Fetches the secret.
///
/// # Errors
/// A [`Problem`] that names the place and what is wrong with it, never the secret.
pub async fn fetch(reference: &SecretRef) -> Result<Secret, Problem> {
    let secret = match reference {
        SecretRef::File(path) => from_file(path, Owner::UserOrRoot)?,
        SecretRef::Env(name) => std::env::var(name).map(Secret::new).map_err(|_| {
            no_secret(format!("the environment has no readable {name}"), "set the variable before starting unbolt")
        })?,
        SecretRef::Command(argv) => from_command(argv).await?,
        SecretRef::Credential(name) => from_credential(name)?,
        SecretRef::Keyring(service, account) => from_keyring(service, account).await?,
        SecretRef::Prompt(prompted) => prompted.answered().cloned().ok_or_else(|| {
            no_secret(format!("nobody was asked `{}`", prompted.question), "start unbolt on a terminal and type it")
        })?,
    };
    if secret.is_empty() {
        return Err(no_secret(format!("{reference} gave an empty secret"), "put the secret there"));
    }
    if secret.expose().len() < redactor::SHORTEST {
        let why = format!("{reference} gave a secret of fewer than {} signs", redactor::SHORTEST);
        return Err(no_secret(
            why,
            "so short a secret can't be kept out of texts, and is soon guessed: make a longer one",
        ));
    }
    redactor::learn(secret.expose());
    Ok(secret)
}

fn no_secret(why: String, next: &'static str) -> Problem {
    Problem::new(Code::Login, "the secret couldn't be fetched", why, next)
}

/// Whose a file has to be, and who may read it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The user's or root's, and nobody else's to read.
    UserOrRoot,
    /// In a directory that systemd made: systemd sees to its rights (0440 and an ACL, or 0400).
    Systemd,
}

fn from_file(path: &Path, owner: Owner) -> Result<Secret, Problem> {
    let shown = path.display();
    // A pipe in its place must not hold up whoever opens it.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let file =
        OpenOptions::new().read(true).custom_flags(i32::try_from(flags.bits()).unwrap_or(0)).open(path).map_err(
            |e| no_secret(format!("{shown}: {e}"), "the file must exist, be readable, and be no symbolic link"),
        )?;
    let meta = file.metadata().map_err(|e| no_secret(format!("{shown}: {e}"), "check the file"))?;
    let me = rustix::process::geteuid().as_raw();
    if !meta.is_file() {
        return Err(no_secret(format!("{shown} is no regular file"), "point to a regular file"));
    }
    if meta.uid() != me && meta.uid() != 0 {
        return Err(no_secret(format!("{shown} belongs to uid {}", meta.uid()), "it must belong to you or to root"));
    }
    let open_to_others = if owner == Owner::Systemd { 0o027 } else { 0o077 };
    if meta.mode() & open_to_others != 0 {
        return Err(no_secret(
            format!("{shown} has mode {:o}: others can get at it", meta.mode() & 0o777),
            "chmod 600 the file",
        ));
    }
    read_text(file, meta.len()).map_err(|e| no_secret(format!("{shown}: {e}"), "the file must hold text"))
}

/// Reads into a buffer that never grows: a moved buffer would leave the secret behind in freed memory.
fn read_text(file: File, length: u64) -> std::io::Result<Secret> {
    let room = usize::try_from(length.min(SECRET_BYTES)).unwrap_or(0) + 1;
    let mut text = String::with_capacity(room);
    file.take(SECRET_BYTES.min(length + 1)).read_to_string(&mut text)?;
    Ok(Secret::new(text))
}

fn from_credential(name: &str) -> Result<Secret, Problem> {
    let next = "name a credential that LoadCredential= or SetCredentialEncrypted= gives to the service";
    let mut parts = Path::new(name).components();
    if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
        return Err(no_secret(format!("`{name}` can't name a credential"), next));
    }
    let directory = std::env::var_os(CREDENTIALS)
        .ok_or_else(|| no_secret(format!("{CREDENTIALS} is not set: systemd has not started this"), next))?;
    from_file(&Path::new(&directory).join(name), Owner::Systemd)
}

/// The variables that hold secrets: no program that is started gets them.
static HIDDEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Remembers that a variable holds a secret.
pub fn hide(variable: &str) {
    HIDDEN.lock().unwrap_or_else(PoisonError::into_inner).insert(variable.to_owned());
}

/// The variables that hold secrets.
#[must_use]
pub fn hidden() -> Vec<String> {
    HIDDEN.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
}

async fn from_command(argv: &[String]) -> Result<Secret, Problem> {
    let Some((program, arguments)) = argv.split_first() else {
        return Err(no_secret("an empty command".to_owned(), "name a program"));
    };
    let next = "run the command by hand and see what it says";
    let failed = |e: std::io::Error| no_secret(format!("{program}: {e}"), next);
    let mut command = tokio::process::Command::new(program);
    for variable in hidden() {
        command.env_remove(variable);
    }
    let mut child = command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let run = async {
        let text = match child.stdout.take() {
            Some(out) => read_output(out).await?,
            None => Secret::new(String::new()),
        };
        Ok((text, child.wait().await?))
    };
    let (text, status) = tokio::time::timeout(COMMAND_PATIENCE, run)
        .await
        .map_err(|_| no_secret(format!("{program} took longer than 10 s"), next))?
        .map_err(failed)?;
    if !status.success() {
        return Err(no_secret(format!("{program} ended with {status}"), next));
    }
    Ok(text)
}

/// As [`read_text`], from a command.
async fn read_output(out: tokio::process::ChildStdout) -> std::io::Result<Secret> {
    // Room to spare: a buffer that is nearly full would be grown before the end is seen.
    let mut text = String::with_capacity(usize::try_from(SECRET_BYTES).unwrap_or(0) + 1024);
    let read = out.take(SECRET_BYTES + 1).read_to_string(&mut text).await;
    let secret = Secret::new(text);
    match read? as u64 {
        0..=SECRET_BYTES => Ok(secret),
        _ => Err(std::io::Error::other("wrote more than 64 KiB")),
    }
}

#[cfg(feature = "keyring")]
async fn from_keyring(service: &str, account: &str) -> Result<Secret, Problem> {
    let entry = (service.to_owned(), account.to_owned());
    let look = tokio::task::spawn_blocking(move || -> Result<Secret, keyring_core::Error> {
        keyring_core::set_default_store(linux_keyutils_keyring_store::Store::new()?);
        keyring_core::Entry::new(&entry.0, &entry.1)?.get_password().map(Secret::new)
    });
    let next = "put the secret into the keyring of this session, or keep it in a file";
    tokio::time::timeout(KEYRING_PATIENCE, look)
        .await
        .map_err(|_| no_secret("the keyring took longer than 3 s".to_owned(), next))?
        .map_err(|e| no_secret(format!("the keyring: {e}"), next))?
        .map_err(|e| no_secret(format!("the keyring entry {service}/{account}: {e}"), next))
}

#[cfg(not(feature = "keyring"))]
#[allow(clippy::unused_async, reason = "the same shape as with the keyring")]
async fn from_keyring(service: &str, account: &str) -> Result<Secret, Problem> {
    let _ = KEYRING_PATIENCE;
    Err(no_secret(
        format!("{service}/{account}: this build has no keyring"),
        "build with --features keyring, or keep the secret in a file",
    ))
}
