//! Secrets from programs: a command, the kernel's keyring.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::AsyncReadExt as _;

use crate::domain::{Problem, Secret};

use super::{SECRET_BYTES, no_secret};

/// How long a secret command may run.
pub(super) const COMMAND_PATIENCE: Duration = Duration::from_secs(10);

/// How long a keyring may take; one that waits for somebody to unlock it is no answer.
pub(super) const KEYRING_PATIENCE: Duration = Duration::from_secs(3);

/// The variables that hold secrets: no program that is started gets them.
pub(super) static HIDDEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Remembers that a variable holds a secret.
pub fn hide(variable: &str) {
    HIDDEN.lock().insert(variable.to_owned());
}

/// The variables that hold secrets.
pub fn hidden() -> Vec<String> {
    HIDDEN.lock().iter().cloned().collect()
}

pub(super) async fn from_command(argv: &[String]) -> Result<Secret, Problem> {
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

/// A secret on a command's standard output, as one in a file is read.
pub(super) async fn read_output(out: tokio::process::ChildStdout) -> std::io::Result<Secret> {
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
pub(super) async fn from_keyring(service: &str, account: &str) -> Result<Secret, Problem> {
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
pub(super) async fn from_keyring(service: &str, account: &str) -> Result<Secret, Problem> {
    let _ = KEYRING_PATIENCE;
    Err(no_secret(
        format!("{service}/{account}: this build has no keyring"),
        "build with --features keyring, or keep the secret in a file",
    ))
}
