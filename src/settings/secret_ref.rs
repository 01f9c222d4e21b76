//! Secrets by reference: where a secret is kept (law 7). [`secret_store`](super::secret_store) fetches it from there.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};

use crate::domain::Secret;

/// How a reference is written, for messages.
const HINT: &str = "write { file = \"/path\" }, { command = [\"program\", \"argument\"] }, { env = \"NAME\" }, \
                    { credential = \"name\" }, { keyring = \"service/account\" } or { prompt = \"question\" }";

/// Where a secret is kept. Exactly one place; a literal secret in the configuration is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretRef {
    /// A file of the user or of root that nobody else can read.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// A program and its arguments, run without a shell; its standard output is the secret.
    Command(Vec<String>),
    /// A credential that systemd has put into this service's directory, by its name.
    Credential(String),
    /// An entry of the platform's keyring: service and account.
    #[serde(serialize_with = "keyring_entry")]
    Keyring(String, String),
    /// The operator types it when the program starts.
    Prompt(PromptedSecret),
}

/// A secret that is typed once, when the program starts, and kept in memory.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct PromptedSecret {
    /// What is asked.
    pub question: String,
    #[serde(skip)]
    answer: Arc<OnceLock<Secret>>,
}

impl PromptedSecret {
    /// A question that nobody has answered yet.
    pub fn new(question: impl Into<String>) -> Self {
        Self { question: question.into(), answer: Arc::default() }
    }

    /// Takes the answer; a second one is dropped.
    pub fn answer(&self, secret: Secret) {
        let _ = self.answer.set(secret);
    }

    /// The answer.
    pub fn answered(&self) -> Option<&Secret> {
        self.answer.get()
    }
}

impl PartialEq for PromptedSecret {
    fn eq(&self, other: &Self) -> bool {
        self.question == other.question
    }
}

impl Eq for PromptedSecret {}

/// A reference as a table: exactly one of the keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    file: Option<PathBuf>,
    env: Option<String>,
    command: Option<Vec<String>>,
    credential: Option<String>,
    keyring: Option<String>,
    prompt: Option<String>,
}

impl Table {
    /// The one place that it names.
    fn place(self) -> Result<SecretRef, String> {
        let Self { file, env, command, credential, keyring, prompt } = self;
        let keyring = keyring
            .map(|entry| match entry.split_once('/') {
                Some((service, account)) if !service.is_empty() && !account.is_empty() => {
                    Ok(SecretRef::Keyring(service.to_owned(), account.to_owned()))
                }
                _ => Err(format!("`{entry}` names no keyring entry; write \"service/account\"")),
            })
            .transpose()?;
        let command = command
            .map(|argv| if argv.is_empty() { Err("an empty command".to_owned()) } else { Ok(SecretRef::Command(argv)) })
            .transpose()?;
        let mut places = [
            file.map(SecretRef::File),
            env.map(SecretRef::Env),
            command,
            credential.map(SecretRef::Credential),
            keyring,
            prompt.map(|question| SecretRef::Prompt(PromptedSecret::new(question))),
        ]
        .into_iter()
        .flatten();
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            _ => Err(format!("exactly one place for a secret; {HINT}")),
        }
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Literal(String),
            Table(Table),
        }
        let written = Written::deserialize(deserializer).map_err(|e| {
            let is_missing = e.to_string().contains("missing field");
            if is_missing { e } else { D::Error::custom(format!("no secret reference; {HINT}")) }
        })?;
        match written {
            // The literal itself is a secret: it must not come back in the message.
            Written::Literal(literal) => {
                drop(Secret::new(literal));
                Err(D::Error::custom(format!(
                    "a secret may not stand in the configuration; move it to a file and {HINT}"
                )))
            }
            Written::Table(table) => table.place().map_err(D::Error::custom),
        }
    }
}

fn keyring_entry<S: Serializer>(service: &str, account: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{service}/{account}"))
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::Command(argv) => write!(f, "the command {}", argv.first().map_or("", String::as_str)),
            Self::Credential(name) => write!(f, "the credential {name}"),
            Self::Keyring(service, account) => write!(f, "the keyring entry {service}/{account}"),
            Self::Prompt(prompted) => write!(f, "the answer to `{}`", prompted.question),
        }
    }
}
