//! Fetching a secret from the place that a reference names.

mod programs;

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Component, Path};

use crate::domain::{Code, Problem, Secret};

use super::redactor;
use super::secret_ref::SecretRef;
use programs::{from_command, from_keyring};

pub use programs::{hidden, hide};

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
        SecretRef::File(path) => from_file(path, OTHERS)?,
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

/// The rights in a file's mode that nobody but the user or root may have.
const OTHERS: u32 = 0o077;
/// The same in a directory that systemd made: systemd sees to its rights (0440 and an ACL, or 0400).
const OTHERS_OF_SYSTEMD: u32 = 0o027;

fn from_file(path: &Path, others: u32) -> Result<Secret, Problem> {
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
    if meta.mode() & others != 0 {
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
    from_file(&Path::new(&directory).join(name), OTHERS_OF_SYSTEMD)
}
